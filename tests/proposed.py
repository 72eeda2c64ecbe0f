"""What lies at the desk, written straight into the tables: a plan, a message nobody got, a request, a rule."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from tests.cast import BERLIN, Cast
from tests.conftest import NOW
from triad.services import context
from triad.services.context import Actor
from triad.store.cancellations import Cancellation, CancellingRule
from triad.store.ledger import OutboxMessage
from triad.store.requests import Request
from triad.store.staffing import DONE, StaffingRun


def run(id_: str, **more: Any) -> StaffingRun:
    """Of the week of NOW, done; without lines."""
    known: dict[str, Any] = {
        "asked_by": "a-kora",
        "asked_at": NOW,
        "touched_at": NOW,
        "first_day": date(2027, 3, 1),
        "last_day": date(2027, 3, 7),
        "starts_at": NOW,
        "ends_at": datetime(2027, 3, 7, 23, tzinfo=UTC),
        "state": DONE,
        "how": "solver",
    }
    return StaffingRun(id=id_, **{**known, **more})


def message(who: Cast) -> str:
    """One that could not be sent, by its id."""
    with context.work(Actor(who.clinic, source="test")) as ctx:
        row = OutboxMessage(id="m-lost", person_id="p-thea", kind="moved", subject="ahead-own", written_at=ctx.now)
        row.state, row.problem = "given_up", "no_address"
        ctx.session.add(row)
        return row.id


def request(id_: str, case_id: str, need_id: str, asked_by: str, state: str = "submitted") -> Request:
    """For one session, six weeks after NOW."""
    when = {"day": date(2027, 4, 13), "at": time(15, 0), "zone": BERLIN, "minutes": 50}
    row = Request(id=id_, case_id=case_id, need_id=need_id, state=state, made_at=NOW, amended=[], **when)
    row.asked_by = asked_by
    return row


def rule(id_: str, **more: Any) -> CancellingRule:
    """One business day, whoever cancels."""
    known: dict[str, Any] = {"unit": "business_days", "amount": 1, "words": "One business day before."}
    known |= {"valid_from": date(2027, 1, 1), "made_at": NOW, "made_by": "a-ada"}
    return CancellingRule(id=id_, **{**known, **more})


def cancellation(encounter_id: str, now: datetime, rule_id: str | None, **more: Any) -> Cancellation:
    """Late by this rule."""
    known: dict[str, Any] = {"party": "clinic", "notice_at": now, "noted_at": now, "noted_by": "a-kora"}
    known |= {"cut_off": now, "late": True, "rule_id": rule_id}
    return Cancellation(id=f"late-{encounter_id}", encounter_id=encounter_id, **{**known, **more})
