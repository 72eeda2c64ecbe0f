"""Hours and time off: own rows only, whole days on the own clock, clock changes, nothing twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.cast import Cast
from triad.domain import errors
from triad.services import context, hours
from triad.store.people import Person, TimeOff

WEEK = {"weekday": "2", "start": "20:00", "end": "00:00", "zone": "Europe/Berlin"}


def spans(who: Cast) -> list[tuple[str, str, str]]:
    with context.look(who.kora) as ctx:
        rows = ctx.session.scalars(select(TimeOff).order_by(TimeOff.starts_at)).all()
        return [(one.person_id, one.starts_at.isoformat(), one.ends_at.isoformat()) for one in rows]


def test_own_hours_are_added_listed_and_removed(cast_: Cast) -> None:
    assert [one.weekday for one in hours.mine(cast_.ines).hours] == [0, 1, 2, 3, 4, 5, 6]
    id_ = hours.add(cast_.ines, WEEK)
    assert [(one.start, one.end) for one in hours.mine(cast_.ines).hours if one.weekday == 2] == [
        ("07:00", "20:00"),
        ("20:00", "00:00"),
    ]
    with pytest.raises(errors.Unfit) as refused:
        hours.add(cast_.ines, WEEK)
    assert refused.value.fields == {"start": "taken"}
    hours.remove(cast_.ines, id_)
    assert len(hours.mine(cast_.ines).hours) == 7
    assert len(hours.mine(cast_.ivo).hours) == 7


def test_rows_of_somebody_else_cannot_be_removed(cast_: Cast) -> None:
    off = hours.add_off(cast_.ivo, {"from_day": "2027-03-10", "to_day": "2027-03-10"})
    for act, row in ((hours.remove, "wh-ivo-1"), (hours.remove_off, off)):
        with pytest.raises(errors.NotFound):
            act(cast_.ines, row)
    assert (len(hours.mine(cast_.ivo).hours), len(hours.mine(cast_.ivo).away)) == (7, 1)
    hours.remove_off(cast_.ivo, off)
    assert hours.mine(cast_.ivo).away == []


@pytest.mark.parametrize("name", ["kora", "thea", "otto", "lena", "ada", "aud"])
def test_own_hours_are_for_interpreters_alone(cast_: Cast, name: str) -> None:
    actor = getattr(cast_, name)
    for act in (lambda: hours.mine(actor), lambda: hours.add(actor, WEEK), lambda: hours.remove(actor, "wh-ines-1")):
        with pytest.raises(errors.NotFound):
            act()
    assert len(hours.mine(cast_.ines).hours) == 7


@pytest.mark.parametrize("name", ["thea", "otto", "ines", "ivo", "lena", "ada", "aud"])
def test_hours_of_others_are_for_coordinators_alone(cast_: Cast, name: str) -> None:
    hours.add(cast_.kora, WEEK, "p-ines")
    with pytest.raises(errors.NotFound):
        hours.of(getattr(cast_, name), "p-ines")
    with pytest.raises(errors.NotFound):
        hours.remove(getattr(cast_, name), "wh-ines-1", "p-ines")
    assert len(hours.of(cast_.kora, "p-ines").hours) == 8
    with pytest.raises(errors.NotFound):
        hours.of(cast_.kora, "p-thea")


def test_whole_days_off_include_the_last_and_a_clock_change(cast_: Cast) -> None:
    hours.add_off(cast_.ines, {"from_day": "2027-03-27", "to_day": "2027-03-28"})
    assert spans(cast_) == [("p-ines", "2027-03-26T23:00:00+00:00", "2027-03-28T22:00:00+00:00")]


def test_day_off_without_a_midnight_starts_with_its_first_moment(cast_: Cast) -> None:
    with context.work(cast_.kora) as ctx:
        person = ctx.session.get(Person, "p-ines")
        assert person
        person.zone = "Asia/Beirut"
    hours.add_off(cast_.ines, {"from_day": "2027-03-28", "to_day": "2027-03-28"})
    assert spans(cast_) == [("p-ines", "2027-03-27T22:00:00+00:00", "2027-03-28T21:00:00+00:00")]


def test_bad_fields_are_named_and_nothing_is_written(cast_: Cast) -> None:
    with pytest.raises(errors.Unfit) as refused:
        hours.add(cast_.ines, {"weekday": "7", "start": "20:00", "end": "8:00", "zone": "Mars/Base", "valid_to": "x"})
    assert refused.value.fields == {"weekday": "unknown", "end": "time", "zone": "unknown_zone", "valid_to": "date"}
    for written, fields in (
        ({"from_day": "2027-03-28", "from_time": "02:30", "to_day": "2027-03-28"}, {"from_time": "time_gap"}),
        ({"from_day": "2027-03-20", "to_day": "2027-03-19"}, {"to_day": "order"}),
        ({"from_day": "2027-02-01", "to_day": "2027-02-02"}, {"to_day": "past"}),
    ):
        with pytest.raises(errors.Unfit) as refused:
            hours.add_off(cast_.ines, written)
        assert refused.value.fields == fields
    assert (len(hours.mine(cast_.ines).hours), spans(cast_)) == (7, [])
