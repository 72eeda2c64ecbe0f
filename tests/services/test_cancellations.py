"""Cancellations: late or not by the rule of the session's day, kept as decided, set aside with a reason, listed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from tests import cast
from tests.cast import BERLIN, Cast
from tests.conftest import Clock
from tests.services.test_moves import planned
from triad.domain import errors
from triad.domain.timespans import WallTime
from triad.services import cancellations, cancelling_rules, context, encounters, holidays, moves, requests, series
from triad.services.cancellations import Asked
from triad.store.cancellations import Cancellation, CancellingRule
from triad.store.db import db
from triad.store.ledger import AuditEntry, OutboxMessage

RULE = {"valid_from": "2027-01-01", "unit": "business_days", "amount": "1", "words": "One business day before."}
MONDAY = WallTime(date(2027, 3, 8), time(10), BERLIN)
FRIDAY = datetime(2027, 3, 5, 9, tzinfo=UTC)
"""Ten o'clock in Berlin, the last moment for Monday."""
MONDAY_MORNING = datetime(2027, 3, 8, 8, tzinfo=UTC)


def rule(who: Cast, **more: str) -> str:
    return cancelling_rules.add(who.ada, RULE | more)


def kept(who: Cast) -> list[tuple[Any, ...]]:
    """Party, late, rule, cut-off and whether it was restored, of every cancellation."""
    with context.look(who.kora) as ctx:
        rows = ctx.session.scalars(select(Cancellation).order_by(Cancellation.noted_at, Cancellation.id))
        return [(row.party, row.late, row.rule_id, row.cut_off, row.restored_at is not None) for row in rows]


def counts(who: Cast) -> list[int]:
    """Rows that a refused step must not have added."""
    with context.look(who.kora) as ctx:
        tables = (Cancellation, CancellingRule, OutboxMessage, AuditEntry)
        return [ctx.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


@pytest.mark.parametrize(("late_by", "late"), [(0, False), (1, True)])
def test_notice_at_the_cut_off_is_in_time(cast_: Cast, clock: Clock, late_by: int, late: bool) -> None:
    id_, rule_id = planned(cast_, MONDAY), rule(cast_)
    clock.now = FRIDAY + timedelta(seconds=late_by)
    encounters.cancel(cast_.kora, id_, "client")
    assert kept(cast_) == [("client", late, rule_id, FRIDAY, False)]


def test_holiday_of_the_site_moves_the_cut_off(cast_: Cast, clock: Clock) -> None:
    id_, rule_id = planned(cast_, MONDAY), rule(cast_)
    holidays.add(cast_.kora, cast_.site_id, {"day": "2027-03-05", "name": "Closed"})
    clock.now = FRIDAY - timedelta(hours=1)
    encounters.cancel(cast_.thea, id_, "therapist")
    assert kept(cast_) == [("therapist", True, rule_id, FRIDAY - timedelta(days=1), False)]


def test_stricter_of_two_rules_is_the_one_that_is_kept(cast_: Cast, clock: Clock) -> None:
    id_, _, days = planned(cast_, MONDAY), rule(cast_, unit="hours", amount="24"), rule(cast_)
    clock.now = datetime(2027, 3, 6, 11, tzinfo=UTC)
    encounters.cancel(cast_.kora, id_, "client")
    assert kept(cast_) == [("client", True, days, FRIDAY, False)]


def test_rule_of_the_sessions_day_decides_and_not_of_today(cast_: Cast, clock: Clock) -> None:
    rule(cast_, valid_to="2027-03-07", amount="5")
    then = rule(cast_, valid_from="2027-03-08", unit="hours", amount="1")
    id_ = planned(cast_, MONDAY)
    clock.now = FRIDAY
    encounters.cancel(cast_.kora, id_, "client")
    assert kept(cast_) == [("client", False, then, datetime(2027, 3, 8, 8, tzinfo=UTC), False)]


@pytest.mark.parametrize("more", [{"party": "interpreter"}, {"mode": "video"}, {"valid_from": "2027-03-09"}])
def test_without_a_rule_that_holds_nothing_is_late(cast_: Cast, clock: Clock, more: dict[str, str]) -> None:
    id_ = planned(cast_, MONDAY)
    rule(cast_, **more)
    clock.now = MONDAY_MORNING
    encounters.cancel(cast_.kora, id_, "client")
    assert kept(cast_) == [("client", None, None, None, False)]


def test_coordinator_says_when_the_notice_came(cast_: Cast, clock: Clock) -> None:
    id_, rule_id = planned(cast_, MONDAY), rule(cast_)
    clock.now = MONDAY_MORNING
    encounters.cancel(cast_.kora, id_, "client", notice_at=FRIDAY)
    assert kept(cast_) == [("client", False, rule_id, FRIDAY, False)]


def test_nobody_else_says_when_it_came_and_nobody_says_the_future(cast_: Cast, clock: Clock) -> None:
    id_ = planned(cast_, MONDAY)
    rule(cast_)
    clock.now = MONDAY_MORNING
    before = counts(cast_)
    with pytest.raises(errors.NotAllowed):
        encounters.cancel(cast_.thea, id_, "therapist", notice_at=FRIDAY)
    with pytest.raises(errors.Unfit) as refused:
        encounters.cancel(cast_.kora, id_, "client", notice_at=clock.now + timedelta(seconds=1))
    assert (refused.value.fields, counts(cast_)) == ({"notice_at": "future"}, before)
    assert encounters.show(cast_.kora, id_).status == "scheduled"


def test_what_it_would_be_is_what_it_becomes(cast_: Cast, clock: Clock) -> None:
    id_, clients = planned(cast_, MONDAY), rule(cast_, party="client")
    rule(cast_, party="therapist", unit="hours", amount="1")
    clock.now = datetime(2027, 3, 6, 11, tzinfo=UTC)
    found = {one.party: one for one in cancellations.foreseen(cast_.thea, id_)}
    assert {party: one.late for party, one in found.items()} == {
        "client": True,
        "therapist": False,
        "interpreter": False,
        "clinic": False,
    }
    assert (found["client"].rule.id if found["client"].rule else "", found["clinic"].rule) == (clients, None)
    encounters.cancel(cast_.kora, id_, "client")
    assert kept(cast_) == [("client", True, clients, found["client"].cut_off, False)]
    assert cancellations.foreseen(cast_.thea, id_) == []


def test_restored_and_cancelled_again_keeps_both(cast_: Cast, clock: Clock) -> None:
    id_, rule_id = planned(cast_, MONDAY), rule(cast_)
    encounters.cancel(cast_.kora, id_, "client")
    assert moves.restore(cast_.kora, id_, 3) is True
    assert cancellations.told(cast_.kora, id_) is None
    clock.now = MONDAY_MORNING
    encounters.cancel(cast_.kora, id_, "therapist")
    assert kept(cast_) == [("client", False, rule_id, FRIDAY, True), ("therapist", True, rule_id, FRIDAY, False)]
    told = cancellations.told(cast_.kora, id_)
    assert told
    assert (told[0].party, told[0].rule and told[0].rule.words) == ("therapist", RULE["words"])


def test_series_and_withdrawn_requests_are_judged_alike(cast_: Cast, clock: Clock) -> None:
    rule_id = rule(cast_)
    first = planned(cast_, MONDAY)
    clock.now = MONDAY_MORNING
    assert series.cancel(cast_.kora, first, "this", "clinic", "", 2) == 1
    when = {"day": "2027-03-09", "start": "10:00", "zone": BERLIN, "minutes": "50", "count": "1", "every": "1"}
    asked = when | {"need": cast_.need_id, "mode": "", "urgency": "soon", "send": "yes"}
    request = requests.create(cast_.thea, cast_.case_id, asked)
    requests.accept(cast_.kora, request, 2)
    clock.now += timedelta(hours=3)
    assert requests.withdraw(cast_.thea, request, 3) == 1
    assert [row[:3] for row in kept(cast_)] == [("clinic", True, rule_id), ("therapist", True, rule_id)]


def late_one(who: Cast, clock: Clock) -> str:
    id_ = planned(who, MONDAY)
    rule(who)
    clock.now = MONDAY_MORNING
    encounters.cancel(who.kora, id_, "client")
    return id_


def test_waiver_is_kept_with_reason_and_name_and_audited_without_it(cast_: Cast, clock: Clock) -> None:
    id_ = late_one(cast_, clock)
    cancellations.waive(cast_.kora, id_, " In hospital. ", 3)
    told = cancellations.told(cast_.thea, id_)
    assert told
    assert (told[0].late, told[0].waived_reason, told[0].waived_at, told[1]) == (
        True,
        "In hospital.",
        MONDAY_MORNING,
        "Kora",
    )
    with context.look(cast_.kora) as ctx:
        (line,) = ctx.session.scalars(select(AuditEntry).where(AuditEntry.verb == "cancellations.waive"))
        assert (line.subject, "hospital" in repr(line.details)) == (id_, False)


def test_waiver_that_does_not_fit_changes_nothing(cast_: Cast, clock: Clock) -> None:
    id_ = late_one(cast_, clock)
    before = counts(cast_)
    for reason, code in (("", "required"), ("x" * 301, "too_long")):
        with pytest.raises(errors.Unfit) as refused:
            cancellations.waive(cast_.kora, id_, reason, 3)
        assert refused.value.fields == {"reason": code}
    with pytest.raises(errors.Stale):
        cancellations.waive(cast_.kora, id_, "Ill.", 2)
    with pytest.raises(errors.NotAllowed):
        cancellations.waive(cast_.thea, id_, "Ill.", 3)
    assert counts(cast_) == before
    cancellations.waive(cast_.kora, id_, "Ill.", 3)
    with pytest.raises(errors.BadTransition):
        cancellations.waive(cast_.kora, id_, "Ill.", 4)


def test_only_what_is_late_can_be_set_aside(cast_: Cast) -> None:
    id_ = planned(cast_, MONDAY)
    rule(cast_)
    for version in (2, 3):
        with pytest.raises(errors.BadTransition):
            cancellations.waive(cast_.kora, id_, "Ill.", version)
        if version == 2:
            encounters.cancel(cast_.kora, id_, "client")


def test_list_is_narrowed_by_party_lateness_and_days(cast_: Cast, clock: Clock) -> None:
    late = late_one(cast_, clock)
    early = planned(cast_, WallTime(date(2027, 3, 17), time(10), BERLIN))
    encounters.cancel(cast_.kora, early, "therapist")
    elsewhere = cast.encounter(cast_, date(2027, 3, 20))
    with context.work(cast_.kora) as ctx:
        from triad.store.encounters import Encounter

        row = ctx.session.get_one(Encounter, elsewhere)
        row.status, row.cancelled_by, row.cancelled_at = "cancelled", "clinic", ctx.now
    cast.encounter(cast_, date(2027, 3, 21))

    def ids(**asked: Any) -> list[str]:
        return [row.id for row in cancellations.listed(cast_.kora, Asked(**asked))[0]]

    assert ids() == [elsewhere, early, late]
    assert (ids(party="therapist"), ids(lateness="late")) == ([early], [late])
    assert (ids(lateness="in_time"), ids(lateness="no_rule"), ids(lateness="waived")) == ([early], [elsewhere], [])
    assert ids(first=date(2027, 3, 8), last=date(2027, 3, 17)) == [early, late]
    assert ids(first=date(2027, 3, 9), last=date(2027, 3, 16)) == []
    cancellations.waive(cast_.kora, late, "Ill.", 3)
    assert (ids(lateness="late"), ids(lateness="waived")) == ([], [late])


def test_list_takes_as_many_statements_for_three_as_for_one(cast_: Cast, clock: Clock) -> None:
    def statements() -> int:
        db.session.close()
        seen: list[str] = []

        def note(*args: Any) -> None:
            seen.append(args[2])

        event.listen(db.engine, "before_cursor_execute", note)
        cancellations.listed(cast_.kora, Asked())
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    late_one(cast_, clock)
    one = statements()
    for day in (17, 18):
        encounters.cancel(cast_.kora, planned(cast_, WallTime(date(2027, 3, day), time(10), BERLIN)), "client")
    assert (statements(), len(cancellations.listed(cast_.kora, Asked())[0])) == (one, 3)


@pytest.mark.parametrize(
    ("fields", "off"),
    [
        ({"by": "nobody"}, {"by": "unknown"}),
        ({"late": "perhaps"}, {"late": "unknown"}),
        ({"first": "tomorrow"}, {"first": "date"}),
        ({"first": "2027-03-02", "last": "2027-03-01"}, {"last": "order"}),
        ({"order": "day"}, {"order": "unknown_field"}),
    ],
)
def test_filter_that_does_not_fit_is_refused(fields: dict[str, str], off: dict[str, str]) -> None:
    with pytest.raises(errors.Unfit) as refused:
        cancellations.read(fields)
    assert refused.value.fields == off
