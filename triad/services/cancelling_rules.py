"""Rules for late cancellations: seen, added, ended. Nobody changes one, so that what it decided stays as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from triad.domain import cancelling, errors
from triad.domain.modes import MODES
from triad.domain.notes import Fields
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store.cancellations import Cancellation, CancellingRule

Written = Mapping[str, str]
CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Listed:
    """A rule with how many cancellations it decided; `over` once its last day lies behind."""

    rule: CancellingRule
    used: int
    over: bool


def listed(actor: Actor) -> Sequence[Listed]:
    """Those that hold or will first, then those that are over, each by their first day."""
    with context.look(actor) as ctx:
        access.need(ctx, May.CHANGE_CANCELLING_RULES)
        uses = select(Cancellation.rule_id, func.count().label("used")).group_by(Cancellation.rule_id).subquery()
        query = select(CancellingRule, uses.c.used).outerjoin(uses, uses.c.rule_id == CancellingRule.id)
        rows = ctx.session.execute(query.order_by(CancellingRule.valid_from, CancellingRule.id)).all()
        today = _today(ctx)
        found = [Listed(row, used or 0, row.valid_to is not None and row.valid_to < today) for row, used in rows]
        return sorted(found, key=lambda one: one.over)


def add(actor: Actor, written: Written) -> str:
    """Fields: valid_from, valid_to, mode, party, unit, amount, payer, charge, currency, words. It holds for sessions
    on its days; what was cancelled before stays as it was decided.
    """
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_CANCELLING_RULES)
        fields = Fields(written)
        first, last = fields.day("valid_from"), fields.day("valid_to", optional=True)
        if first and last and last < first:
            fields.fail("valid_to", "order")
        row = CancellingRule(id=ctx.fresh_id(), valid_from=first, valid_to=last, made_at=ctx.now)
        row.mode, row.party = (
            fields.choice("mode", ("", *MODES)),
            fields.choice("party", ("", *cancelling.CANCELLERS)),
        )
        row.unit = fields.choice("unit", cancelling.UNITS)
        amount = fields.whole("amount", 1, cancelling.LONGEST.get(row.unit, 1))
        row.words, row.made_by = fields.text("words", 300), actor.account_id
        _read_charge(row, fields)
        fields.settle()
        assert amount is not None
        row.amount = amount
        ctx.session.add(row)
        ctx.audit("cancelling_rules.add", row.id)
        return row.id


def end(actor: Actor, rule_id: str, written: Written) -> None:
    """Fields: valid_to, its last day. NotFound, BadTransition for one that is over, Unfit for a day that is past."""
    with context.work(actor) as ctx:
        row = _locked(ctx, rule_id)
        today = _today(ctx)
        if row.valid_to and row.valid_to < today:
            raise errors.BadTransition(noun="cancelling_rule", state="over", event="end")
        fields = Fields(written)
        last = fields.day("valid_to")
        if last and last < row.valid_from:
            fields.fail("valid_to", "order")
        elif last and last < today:
            fields.fail("valid_to", "past")
        fields.settle()
        row.valid_to = last
        ctx.audit("cancelling_rules.end", row.id)


def remove(actor: Actor, rule_id: str) -> None:
    """Only while it has decided nothing, else BadTransition: then it can be ended."""
    with context.work(actor) as ctx:
        row = _locked(ctx, rule_id)
        if ctx.session.scalar(select(Cancellation.id).where(Cancellation.rule_id == row.id).limit(1)):
            raise errors.BadTransition(noun="cancelling_rule", state="used", event="remove")
        ctx.session.delete(row)
        ctx.audit("cancelling_rules.remove", rule_id)


def _locked(ctx: Context, rule_id: str) -> CancellingRule:
    access.need(ctx, May.CHANGE_CANCELLING_RULES)
    row = ctx.session.scalars(
        select(CancellingRule).where(CancellingRule.id == rule_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise errors.NotFound
    return row


def _today(ctx: Context) -> date:
    return ctx.now.astimezone(ZoneInfo(ctx.settings.zone)).date()


def _read_charge(row: CancellingRule, fields: Fields) -> None:
    """An amount needs its currency and whoever pays it, and the other way round."""
    row.payer, row.charge = fields.choice("payer", cancelling.PAYERS), fields.exact("charge")
    row.currency = fields.text("currency", 3, optional=True)
    if row.currency and not CURRENCY.fullmatch(row.currency):
        fields.fail("currency", "currency")
    if row.charge is not None:
        for name, held in (("payer", row.payer), ("currency", row.currency)):
            if not held:
                fields.fail(name, "required")
    elif row.currency:
        fields.fail("charge", "required")
