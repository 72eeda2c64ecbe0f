"""Cancelled sessions: what a cancellation would be, what it was, setting its lateness aside, the list of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.orm import joinedload

from triad.domain import errors
from triad.domain.cancelling import CANCELLERS
from triad.domain.notes import Fields
from triad.services import access, context
from triad.services.context import Actor
from triad.services.policy import May
from triad.store import cancellations as store
from triad.store.cancellations import Cancellation, CancellingRule
from triad.store.cases import Case, LanguageNeed
from triad.store.encounters import Encounter, Slot
from triad.store.people import Account, Person

PAGE = 50
LATENESS = ("late", "waived", "in_time", "no_rule")


@dataclass(frozen=True)
class Foreseen:
    """What it would be if this party cancelled now. `rule` and `cut_off` are None where no rule holds."""

    party: str
    rule: CancellingRule | None
    cut_off: datetime | None
    late: bool


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; "" and None for everything. The last day is included."""

    party: str = ""
    lateness: str = ""
    first: date | None = None
    last: date | None = None


def read(written: Mapping[str, str]) -> Asked:
    """Fields: by, late, first, last, none of them needed. Unfit with all that is off."""
    fields = Fields(written)
    party, lateness = fields.choice("by", ("", *CANCELLERS)), fields.choice("late", ("", *LATENESS))
    first, last = fields.day("first", optional=True), fields.day("last", optional=True)
    if first and last and last < first:
        fields.fail("last", "order")
    fields.settle()
    return Asked(party, lateness, first, last)


def foreseen(actor: Actor, encounter_id: str) -> Sequence[Foreseen]:
    """For everybody who could cancel it; nothing for what cannot be cancelled."""
    with context.look(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.CANCEL)
        if encounter.status != "scheduled":
            return []
        terms = store.terms(ctx.session, encounter)
        return [_foreseen(terms, party, ctx.now) for party in CANCELLERS]


def _foreseen(terms: store.Terms, party: str, now: datetime) -> Foreseen:
    found = terms.decide(party, now)
    return Foreseen(party, terms.rule(found.rule), *found[1:]) if found else Foreseen(party, None, None, False)


def told(actor: Actor, encounter_id: str) -> tuple[Cancellation, str] | None:
    """What its cancellation was, with its rule, and the name of whoever set its lateness aside; None where nothing is
    known of it."""
    with context.look(actor) as ctx:
        access.outline(ctx, encounter_id, to=May.CANCEL)
        query = (
            select(Cancellation, Person.name)
            .outerjoin(Account, Account.id == Cancellation.waived_by)
            .outerjoin(Person, Person.id == Account.person_id)
            .join(Encounter, Encounter.id == Cancellation.encounter_id)
            .where(Cancellation.encounter_id == encounter_id, Cancellation.restored_at.is_(None))
            .where(Encounter.status == "cancelled")
            .options(joinedload(Cancellation.rule))
        )
        row = ctx.session.execute(query).one_or_none()
        return (row[0], row[1] or "") if row else None


def waive(actor: Actor, encounter_id: str, reason: str, seen: int) -> None:
    """It counts as late no more, for a reason that is kept. BadTransition for what is not late, or waived already."""
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.WAIVE_LATENESS, seen=seen)
        row = store.standing(ctx.session, encounter.id) if encounter.status == "cancelled" else None
        if row is None or not row.late or row.waived_at:
            raise errors.BadTransition(noun="cancellation", event="waive")
        fields = Fields({"reason": reason})
        row.waived_reason = fields.text("reason", 300)
        fields.settle()
        row.waived_at, row.waived_by = ctx.now, actor.account_id
        encounter.version += 1
        ctx.audit("cancellations.waive", encounter.id, rule=row.rule_id)


def listed(actor: Actor, asked: Asked, page: int = 1) -> tuple[Sequence[Row[Any]], int]:
    """Light rows of what is cancelled, the latest day first, and how many there are in all."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_CANCELLED)
        query = _query().where(*_narrowed(asked))
        count = ctx.session.scalar(select(func.count()).select_from(query.subquery())) or 0
        query = query.order_by(Encounter.starts_at.desc(), Encounter.id)
        return ctx.session.execute(query.limit(PAGE).offset((page - 1) * PAGE)).all(), count


def _query() -> Select[Any]:
    standing = and_(Cancellation.encounter_id == Encounter.id, Cancellation.restored_at.is_(None))
    return (
        select(Encounter.id, Encounter.starts_at, Encounter.ends_at, Encounter.zone, Encounter.version)
        .add_columns(Encounter.cancelled_by, Encounter.cancelled_at, Case.code, LanguageNeed.language)
        .add_columns(Cancellation.notice_at, Cancellation.cut_off, Cancellation.late, Cancellation.waived_at)
        .join(Case, Case.id == Encounter.case_id)
        .join(Slot, Slot.encounter_id == Encounter.id)
        .join(LanguageNeed, LanguageNeed.id == Slot.need_id)
        .outerjoin(Cancellation, standing)
        .where(Encounter.status == "cancelled")
    )


def _narrowed(asked: Asked) -> list[ColumnElement[bool]]:
    ways: dict[str, ColumnElement[bool]] = {
        "late": and_(Cancellation.late.is_(True), Cancellation.waived_at.is_(None)),
        "waived": Cancellation.waived_at.is_not(None),
        "in_time": Cancellation.late.is_(False),
        "no_rule": Cancellation.late.is_(None),
    }
    where = [ways[asked.lateness]] if asked.lateness in ways else []
    where += [Encounter.cancelled_by == asked.party] if asked.party else []
    where += [Encounter.day >= asked.first] if asked.first else []
    return where + ([Encounter.day <= asked.last] if asked.last else [])
