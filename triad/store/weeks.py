"""Everything a plan for a range of days depends on, read in bulk: a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Row, and_, func, null, select, union_all
from sqlalchemy.orm import Session

from triad.domain import loads, requests
from triad.domain.planning import Asked, Clinic
from triad.domain.timespans import DAY
from triad.store import candidates, queries
from triad.store import requests as stored
from triad.store.candidates import Rules
from triad.store.cases import Case, Exclusion, LanguageNeed
from triad.store.clinic import Interpreter
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.offers import Acquaintance
from triad.store.staffing import StaffingRun


class Range(NamedTuple):
    """Encounters that begin in [start, end) are planned. Until `pinned_until` everybody keeps what they have, with
    `keeps` after it too."""

    start: datetime
    end: datetime
    pinned_until: datetime
    keeps: bool = False


class _Said(NamedTuple):
    """`no`: slot -> who declined it; `urgent`: encounter -> how urgently it was asked for, where it cannot wait."""

    no: dict[str, frozenset[str]]
    urgent: dict[str, str]


def of_run(
    session: Session, run: StaffingRun, rules: Rules, pinned_days: int, now: datetime, begun: bool = False
) -> Clinic:
    """What a plan of this run's range rests on as it is now; with `begun` also what has begun since."""
    start = run.starts_at if begun else max(run.starts_at, now)
    pinned = now + timedelta(days=pinned_days)
    return gather(session, Range(start, max(run.ends_at, start), pinned, run.keeps), rules)


def gather(session: Session, range_: Range, rules: Rules) -> Clinic:
    """The scheduled encounters of the range, and all active interpreters as they stand."""
    travel = queries.travel(session)
    rows = _encounters(session, range_)
    said = _Said(_declined(session, range_), stored.urgent(session, _in(range_)))
    people = queries.interpreters(session, Interpreter.active.is_(True))
    ids = [one.id for one in people]
    first, last = loads.monday(range_.start) - DAY, loads.monday(range_.end) + 8 * DAY
    away, taken = candidates.away_and_taken(session, ids, first, last)
    together, excluded = _known(session, range_)
    return Clinic(
        asked=tuple(_asked(row, range_, rules, travel, said) for row in rows),
        people=tuple(candidates.standing(people, candidates.hours_of(session, ids), away)),
        taken=taken,
        homes={one.id: one.site_id for one in people},
        together=together,
        excluded=frozenset(excluded),
        setup=rules.setup,
        travel=travel,
    )


def _asked(
    row: Row[Any],
    range_: Range,
    rules: Rules,
    travel: dict[tuple[str, str], int],
    said: _Said,
) -> Asked:
    """A confirmed promise is kept, one that somebody made against a rule, and any so near that people rely on it."""
    kept = range_.keeps or row.confirmed_at is not None or bool(row.waived) or row.starts_at < range_.pinned_until
    return Asked(
        id=row.id,
        client=row.client_id,
        demand=candidates.demanded(row, row.LanguageNeed, rules, travel),
        usual=row.usual_interpreter_id,
        has=row.interpreter_id,
        pinned=kept and row.interpreter_id is not None,
        waived=frozenset(row.waived or ()),
        declined=said.no.get(row.slot_id, frozenset()),
        priority=requests.PRIORITIES[said.urgent.get(row.id, "routine")],
    )


def _in(range_: Range) -> Any:
    return and_(Encounter.starts_at >= range_.start, Encounter.starts_at < range_.end)


def _encounters(session: Session, range_: Range) -> list[Row[Any]]:
    live = and_(Assignment.slot_id == Slot.id, Assignment.ended_at.is_(None))
    query = (
        select(Encounter.id, Encounter.starts_at, Encounter.ends_at, Encounter.day, Encounter.site_id)
        .add_columns(Encounter.mode_i, Case.client_id, Case.usual_interpreter_id, Slot.id.label("slot_id"))
        .add_columns(LanguageNeed, Assignment.interpreter_id, Assignment.confirmed_at, Assignment.waived)
        .join(Case, Case.id == Encounter.case_id)
        .join(Slot, Slot.encounter_id == Encounter.id)
        .join(LanguageNeed, LanguageNeed.id == Slot.need_id)
        .outerjoin(Assignment, live)
        .where(_in(range_), Encounter.status == "scheduled")
        .where(Slot.state.in_(("unfilled", "on_offer", "filled", "confirmed")))
        .order_by(Encounter.starts_at, Encounter.id)
    )
    return list(session.execute(query).all())


def _declined(session: Session, range_: Range) -> dict[str, frozenset[str]]:
    """Slot -> who was attached to it and said no."""
    query = (
        select(Assignment.slot_id, Assignment.interpreter_id)
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .where(_in(range_), Assignment.reason == "declined")
    )
    found: dict[str, set[str]] = defaultdict(set)
    for slot_id, person in session.execute(query):
        found[slot_id].add(person)
    return {slot_id: frozenset(people) for slot_id, people in found.items()}


def _known(session: Session, range_: Range) -> tuple[dict[tuple[str, str], int], set[tuple[str, str]]]:
    """For the clients of the range: (client, person) -> encounters planned or held; and who is not for them."""
    clients = select(Case.client_id).join(Encounter, Encounter.case_id == Case.id).where(_in(range_))
    together = (
        select(Case.client_id, Assignment.interpreter_id, func.count())
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .join(Case, Case.id == Encounter.case_id)
        .where(Case.client_id.in_(clients), Assignment.ended_at.is_(None))
        .where(Encounter.status.in_(("scheduled", "held")))
        .group_by(Case.client_id, Assignment.interpreter_id)
    )
    excluded = select(Exclusion.client_id, Exclusion.interpreter_id, null()).where(Exclusion.client_id.in_(clients))
    # Who may know the client is asked for them by nobody, until a lead has said that it is all right.
    acquainted = select(Acquaintance.client_id, Acquaintance.interpreter_id, null()).where(
        Acquaintance.client_id.in_(clients), Acquaintance.outcome != "fine"
    )
    every: CompoundSelect[Any] = union_all(together, excluded, acquainted)
    rows = session.execute(every).all()
    times = {(client, person): count for client, person, count in rows if count is not None}
    return times, {(client, person) for client, person, count in rows if count is None}
