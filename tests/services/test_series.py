"""This date, this and later ones, or all: checked together, written together, and the past left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from tests.cast import BERLIN, Cast
from tests.conftest import Clock
from tests.services.test_moves import taken, told
from triad.domain import errors
from triad.domain.modes import ALL_IN_PERSON, Modes
from triad.domain.timespans import WallTime
from triad.services import assignments, context, encounters, hours, offers, plans, series
from triad.services.plans import Plan
from triad.services.series import Asked
from triad.store.changes import Change
from triad.store.holidays import Holiday

TUESDAY = date(2027, 3, 2)


def laid(who: Cast, count: int = 5, interpreter: str = "", skip: Any = (), first: date = TUESDAY) -> list[str]:
    """Tuesdays at 14:30, from the second of March on."""
    plan = Plan(WallTime(first, time(14, 30), BERLIN), 50, who.need_id, who.site_id, "room-1", count=count)
    ids = plans.plan(who.kora, who.case_id, plan, skip)
    for id_ in ids if interpreter else ():
        assignments.assign_interpreter(who.kora, id_, interpreter)
    return ids


def asked(who: Cast, id_: str, scope: str, **more: Any) -> Asked:
    """To 9:00 of the day after, unless something else is said."""
    row = encounters.show(who.kora, id_)
    wall = more.pop("wall", WallTime(row.day + timedelta(days=1), time(9, 0), BERLIN))
    keep, edited = more.pop("keep", frozenset()), more.pop("edited", False)
    change = replace(Change(wall, 50, who.site_id, "room-1", ALL_IN_PERSON, row.version), **more)
    return Asked(scope, change, edited, frozenset(keep))


def days(who: Cast, ids: list[str]) -> list[str]:
    rows = [encounters.show(who.kora, id_) for id_ in ids]
    return [f"{row.day:%d.%m} {row.at:%H:%M}" for row in rows]


@pytest.mark.parametrize(
    ("scope", "wanted"),
    [
        ("this", ["02.03 14:30", "09.03 14:30", "17.03 09:00", "23.03 14:30", "30.03 14:30"]),
        ("later", ["02.03 14:30", "09.03 14:30", "17.03 09:00", "24.03 09:00", "31.03 09:00"]),
        ("all", ["02.03 14:30", "10.03 09:00", "17.03 09:00", "24.03 09:00", "31.03 09:00"]),
    ],
)
def test_scopes_reach_what_they_name_and_never_the_past(
    cast_: Cast, clock: Clock, scope: str, wanted: list[str]
) -> None:
    ids = laid(cast_, interpreter="p-ines")
    clock.forward(days=2)
    before = {span for span in taken(cast_) if span[1].startswith("02")}
    series.move(cast_.kora, ids[2], asked(cast_, ids[2], scope))
    assert days(cast_, ids) == wanted
    assert {span for span in taken(cast_) if span[1].startswith("02")} == before
    assert len(taken(cast_)) == 20
    # 17 March is winter time, 31 March summer time: the time on the wall stays.
    last = encounters.show(cast_.kora, ids[4]).starts_at
    assert last.hour == (7 if wanted[4].endswith("09:00") else 12)
    assert len(told(cast_, "moved")) == 2 * sum(day.endswith("09:00") for day in wanted)


def test_this_and_later_becomes_a_series_of_its_own(cast_: Cast) -> None:
    ids = laid(cast_)
    series.move(cast_.kora, ids[2], asked(cast_, ids[2], "later"))
    found = [encounters.show(cast_.kora, id_).series_id for id_ in ids]
    assert [found.count(one) for one in found] == [2, 2, 3, 3, 3]
    assert [row.id for row in series.show(cast_.kora, ids[4]).rows] == ids[2:]


def test_one_date_in_the_way_changes_none(cast_: Cast) -> None:
    ids = laid(cast_)
    wall = WallTime(date(2027, 3, 24), time(9, 30), BERLIN)
    plans.plan(cast_.kora, cast_.case_id, Plan(wall, 50, cast_.need_id, cast_.site_id))
    before, order = taken(cast_), asked(cast_, ids[1], "all")
    found = series.check(cast_.kora, ids[1], order)
    assert [(f"{one.day:%d.%m}", one.problem) for one in found] == [
        ("03.03", ""),
        ("10.03", ""),
        ("17.03", ""),
        ("24.03", "therapist"),
        ("31.03", ""),
    ]
    with pytest.raises(errors.Clash) as refused:
        series.move(cast_.kora, ids[1], order)
    assert refused.value.details == {"who": "therapist", "day": date(2027, 3, 24)}
    assert (taken(cast_), told(cast_, "moved")) == (before, [])
    series.move(cast_.kora, ids[1], replace(order, keep=frozenset({date(2027, 3, 23)})))
    assert days(cast_, ids)[2:] == ["17.03 09:00", "23.03 14:30", "31.03 09:00"]


def test_dates_may_take_the_place_of_their_neighbours(cast_: Cast) -> None:
    """A week later: each moves to where the next one was."""
    ids = laid(cast_, interpreter="p-ines")
    series.move(
        cast_.kora, ids[0], asked(cast_, ids[0], "all", wall=WallTime(date(2027, 3, 9), time(14, 30), BERLIN))
    )
    assert days(cast_, ids) == [f"{day} 14:30" for day in ("09.03", "16.03", "23.03", "30.03", "06.04")]
    assert len(taken(cast_)) == 20


def test_what_was_changed_by_itself_stays_unless_asked(cast_: Cast) -> None:
    ids = laid(cast_)
    series.move(cast_.kora, ids[1], asked(cast_, ids[1], "this"))
    for edited, third in ((False, "10.03 09:00"), (True, "11.03 16:00")):
        row = encounters.show(cast_.kora, ids[2])
        wall = WallTime(row.day + timedelta(days=1), time(16, 0), BERLIN)
        order = asked(cast_, ids[2], "all", wall=wall, edited=edited)
        series.move(cast_.kora, ids[2], order)
        assert days(cast_, ids)[1] == third


def test_interpreter_who_cannot_is_in_the_way_or_released(cast_: Cast) -> None:
    ids = laid(cast_, interpreter="p-ines")
    assignments.accept(cast_.ines, ids[1])
    hours.add_off(cast_.ines, {"from_day": "2027-03-17", "to_day": "2027-03-17"})
    order = asked(cast_, ids[0], "all")
    assert [(one.problem, [r.code for r in one.reasons]) for one in series.check(cast_.kora, ids[0], order)][2] == (
        "interpreter",
        ["TIME_OFF"],
    )
    with pytest.raises(errors.NotEligible):
        series.move(cast_.kora, ids[0], order)
    series.move(cast_.kora, ids[0], replace(order, change=replace(order.change, release=True)))
    rows = [encounters.show(cast_.kora, id_) for id_ in ids]
    assert [row.slot.state for row in rows] == ["filled", "filled", "unfilled", "filled", "filled"]
    assert [one.confirmed_at for one in rows[1].slot.assignments] == [None]


def test_room_and_mode_change_leave_every_yes(cast_: Cast) -> None:
    ids = laid(cast_, interpreter="p-ines")
    assignments.accept(cast_.ines, ids[1])
    wall = WallTime(TUESDAY, time(14, 30), BERLIN)
    seats = Modes("video", "video", "video")
    series.move(cast_.kora, ids[0], asked(cast_, ids[0], "all", wall=wall, room_id=None, modes=seats))
    rows = [encounters.show(cast_.kora, id_) for id_ in ids]
    assert [(row.room_id, row.mode_i, row.slot.state) for row in rows][:2] == [
        (None, "video", "filled"),
        (None, "video", "confirmed"),
    ]


def test_offers_for_the_old_time_are_taken_back(cast_: Cast) -> None:
    ids = laid(cast_)
    offers.send(cast_.kora, ids[1], {"p-ines": 1})
    series.move(cast_.kora, ids[0], asked(cast_, ids[0], "all"))
    assert [one.state for one in offers.asked(cast_.kora, ids[1])] == ["withdrawn"]


def test_clock_change_and_holiday_are_said_before(cast_: Cast) -> None:
    with context.work(cast_.kora) as ctx:
        ctx.session.add(Holiday(id="h1", site_id=cast_.site_id, day=date(2027, 3, 29), name="Ostermontag"))
    ids = laid(cast_)
    order = asked(cast_, ids[0], "all", wall=WallTime(date(2027, 3, 1), time(12, 0), BERLIN))
    found = series.check(cast_.kora, ids[0], order)
    assert [one.holiday for one in found] == ["", "", "", "", "Ostermontag"]
    order = asked(cast_, ids[0], "all", wall=WallTime(date(2027, 3, 7), time(2, 30), BERLIN))
    assert [one.problem for one in series.check(cast_.kora, ids[0], order)][3] == "time_gap"
    plan = Plan(WallTime(date(2027, 3, 22), time(9), BERLIN), 50, cast_.need_id, cast_.site_id, count=3)
    assert [(one.holiday, one.shifted) for one in plans.check(cast_.kora, cast_.case_id, plan)] == [
        ("", 0),
        ("Ostermontag", 60),
        ("", 60),
    ]


def test_dates_left_out_go_along_with_the_others(cast_: Cast) -> None:
    ids = laid(cast_, 6, skip={date(2027, 3, 9), date(2027, 3, 23), date(2027, 3, 30)})
    series.move(cast_.kora, ids[1], asked(cast_, ids[1], "later"))
    assert [one.day.day for one in series.show(cast_.kora, ids[0]).skipped] == [9]
    assert [one.day.day for one in series.show(cast_.kora, ids[1]).skipped] == [24, 31]
    week = WallTime(date(2027, 3, 24), time(9), BERLIN)
    series.move(cast_.kora, ids[1], asked(cast_, ids[1], "all", wall=week))
    found = series.show(cast_.kora, ids[1]).skipped
    assert [f"{one.day:%d.%m}" for one in found] == ["31.03", "07.04"]
    fresh = series.bring_back(cast_.kora, ids[1], found[0].id)
    assert days(cast_, [fresh]) == ["31.03 09:00"]


def test_dates_left_out_are_listed_and_come_back(cast_: Cast) -> None:
    ids = laid(cast_, skip={date(2027, 3, 16)})
    found = series.show(cast_.kora, ids[0])
    ((left_out),) = found.skipped
    assert (left_out.day, left_out.cause) == (date(2027, 3, 16), "chosen")
    fresh = series.bring_back(cast_.kora, ids[0], left_out.id)
    assert days(cast_, [fresh]) == ["16.03 14:30"]
    page = series.show(cast_.kora, ids[0])
    assert (len(page.rows), page.skipped) == (5, [])
    with pytest.raises(errors.NotFound):
        series.bring_back(cast_.kora, ids[0], left_out.id)


def test_cancel_reaches_its_scope_and_nothing_past(cast_: Cast, clock: Clock) -> None:
    ids = laid(cast_, interpreter="p-ines")
    clock.forward(days=2)
    version = encounters.show(cast_.kora, ids[2]).version
    with pytest.raises(errors.Stale):
        series.cancel(cast_.kora, ids[2], "later", "clinic", "", version - 1)
    assert series.cancel(cast_.kora, ids[2], "later", "clinic", "", version) == 3
    rows = [encounters.show(cast_.kora, id_) for id_ in ids]
    assert [row.status for row in rows] == ["scheduled"] * 2 + ["cancelled"] * 3
    with pytest.raises(errors.BadTransition):
        series.cancel(cast_.kora, ids[0], "this", "clinic", "", 2)
    assert series.cancel(cast_.kora, ids[0], "all", "client", "", 2) == 1
    assert {span[1][:2] for span in taken(cast_)} == {"02"}


@pytest.mark.parametrize("verb", ["check", "move"])
def test_series_is_for_whom_it_is_for(cast_: Cast, verb: str) -> None:
    ids = laid(cast_)
    order = asked(cast_, ids[0], "all")
    for actor, refusal in (
        (cast_.thea, errors.NotAllowed),
        (cast_.otto, errors.NotFound),
        (cast_.ines, errors.NotFound),
    ):
        with pytest.raises(refusal):
            getattr(series, verb)(actor, ids[0], order)
    with pytest.raises(errors.Stale):
        getattr(series, verb)(cast_.kora, ids[0], replace(order, change=replace(order.change, version=9)))
    with pytest.raises(errors.Unfit):
        getattr(series, verb)(cast_.kora, ids[0], replace(order, scope="some"))
    assert days(cast_, ids[:1]) == ["02.03 14:30"]
