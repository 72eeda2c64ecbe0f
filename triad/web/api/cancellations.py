"""Cancellations: what one would be and was, the list of them, lateness set aside, and the rules that decide."""

from __future__ import annotations

from typing import Any

from triad.services import cancellations, cancelling_rules
from triad.services.cancelling_rules import Listed
from triad.services.policy import May
from triad.web import exchange, guard
from triad.web.exchange import Noun
from triad.web.schemas import cancellations as shapes
from triad.web.schemas.base import CreatedOut, PageIn

bp = Noun("cancellations")
WAS = ("party", "notice_at", "cut_off", "late", "waived_at", "waived_reason")
WHEN = ("starts_at", "ends_at", "zone", "cancelled_by", "cancelled_at", "cut_off", "late", "waived_at")
LINE = ("id", "version", "language", *WHEN)
RULE = ("id", "valid_from", "valid_to", "mode", "party", "unit", "amount", "payer", "charge", "currency", "words")


@bp.get("/cancelled")
@guard.needs(May.SEE_CANCELLED)
@bp.answers(shapes.CancelledPageOut, asks=shapes.CancelledIn, refuses=(422,))
def listed(asked: dict[str, Any]) -> Any:
    """Cancelled encounters, the latest day first."""
    number = asked.pop("page", 1)
    rows, count = cancellations.listed(guard.actor(), cancellations.read(exchange.written(asked)), number)
    return exchange.part([_line(row) for row in rows], number, count)


@bp.get("/encounters/<encounter_id>/cancellation")
@guard.needs(May.CANCEL)
@bp.answers(shapes.CancellationOut, refuses=(403,))
def show(encounter_id: str) -> Any:
    """What cancelling it would be now, for each who could; or what its cancellation was."""
    actor = guard.actor()
    foreseen = [
        {"party": one.party, "rule": one.rule and one.rule.id, "cut_off": one.cut_off, "late": one.late}
        for one in cancellations.foreseen(actor, encounter_id)
    ]
    told = cancellations.told(actor, encounter_id)
    was = told and {name: getattr(told[0], name) for name in WAS} | {"rule": told[0].rule_id}
    return {"foreseen": foreseen, "was": was}


@bp.post("/encounters/<encounter_id>/waiver")
@guard.needs(May.WAIVE_LATENESS)
@bp.answers(status=204, takes=shapes.WaiveIn, seen=True, refuses=(403, 409))
def waive(body: dict[str, Any], encounter_id: str, seen: int) -> None:
    """It was late, and counts as late no more, for a reason that is kept."""
    cancellations.waive(guard.actor(), encounter_id, body["reason"], seen)


@bp.get("/cancelling-rules")
@guard.needs(May.CHANGE_CANCELLING_RULES)
@bp.answers(shapes.RulePageOut, asks=PageIn, refuses=(422,))
def rules(asked: dict[str, Any]) -> Any:
    """Rules for late cancellations; those that are over last."""
    found = cancelling_rules.listed(guard.actor())
    return exchange.page([_rule(one) for one in found], asked.get("page", 1))


@bp.post("/cancelling-rules")
@guard.needs(May.CHANGE_CANCELLING_RULES)
@bp.answers(CreatedOut, 201, takes=shapes.RuleIn, once=True)
def add_rule(body: dict[str, Any]) -> Any:
    """It decides what is cancelled from now on, for sessions on its days."""
    return {"id": cancelling_rules.add(guard.actor(), exchange.written(body))}


@bp.post("/cancelling-rules/<rule_id>/end")
@guard.needs(May.CHANGE_CANCELLING_RULES)
@bp.answers(status=204, takes=shapes.EndIn, refuses=(409,))
def end_rule(body: dict[str, Any], rule_id: str) -> None:
    """Give it a last day, today or later."""
    cancelling_rules.end(guard.actor(), rule_id, exchange.written(body))


@bp.delete("/cancelling-rules/<rule_id>")
@guard.needs(May.CHANGE_CANCELLING_RULES)
@bp.answers(status=204, refuses=(409,))
def remove_rule(rule_id: str) -> None:
    """Only while it has decided nothing."""
    cancelling_rules.remove(guard.actor(), rule_id)


def _line(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in LINE} | {"case": row.code}


def _rule(one: Listed) -> dict[str, Any]:
    return {name: getattr(one.rule, name) for name in RULE} | {"used": one.used}
