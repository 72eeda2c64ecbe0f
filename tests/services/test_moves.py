"""Moving, restoring and taking back a session: all time is taken anew, or nothing changes at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select

from tests import cast
from tests.cast import BERLIN, Cast
from tests.conftest import Clock
from triad.domain import errors
from triad.domain.modes import ALL_IN_PERSON, Modes
from triad.domain.timespans import WallTime
from triad.services import assignments, context, encounters, moves, people, plans
from triad.services.moves import Change
from triad.services.plans import Plan
from triad.store.diaries import Taken
from triad.store.encounters import Assignment
from triad.store.ledger import OutboxMessage

FIRST = WallTime(date(2027, 3, 2), time(14, 30), BERLIN)
LATER = WallTime(date(2027, 3, 4), time(9, 0), BERLIN)


def planned(who: Cast, wall: WallTime = FIRST, room: str | None = "room-1", interpreter: str = "p-ines") -> str:
    """A session that takes everybody's time."""
    (id_,) = plans.plan(who.kora, who.case_id, Plan(wall, 50, who.need_id, who.site_id, room))
    if interpreter:
        assignments.assign_interpreter(who.kora, id_, interpreter)
    return id_


def change(who: Cast, id_: str, wall: WallTime = LATER, **other: Any) -> Change:
    version = encounters.show(who.kora, id_).version
    return replace(Change(wall, 50, who.site_id, "room-1", ALL_IN_PERSON, version), **other)


def taken(who: Cast) -> set[tuple[int, str, str]]:
    """Diary, start and end (UTC) of all that is taken."""
    with context.look(who.kora) as ctx:
        return {
            (row.diary_id, f"{row.starts_at:%d %H:%M}", f"{row.ends_at:%d %H:%M}")
            for row in ctx.session.scalars(select(Taken))
        }


def told(who: Cast, kind: str) -> list[str]:
    with context.look(who.kora) as ctx:
        query = select(OutboxMessage.person_id).where(OutboxMessage.kind == kind)
        return sorted(ctx.session.scalars(query))


# Room, Thea, Ines and Cleo; briefing and debrief are Thea's and Ines's alone.
BEFORE = {
    (1, "02 13:30", "02 14:20"),
    (2, "02 13:20", "02 14:35"),
    (4, "02 13:20", "02 14:35"),
    (6, "02 13:30", "02 14:20"),
}


def test_move_takes_everybodys_time_anew_and_tells_them(cast_: Cast) -> None:
    id_ = planned(cast_)
    assert taken(cast_) == BEFORE
    assignments.accept(cast_.ines, id_)
    moves.move(cast_.kora, id_, change(cast_, id_))
    row = encounters.show(cast_.kora, id_)
    assert (row.day, f"{row.at:%H:%M}", row.slot.state) == (date(2027, 3, 4), "09:00", "filled")
    assert [one.confirmed_at for one in row.slot.assignments] == [None]
    assert taken(cast_) == {
        (1, "04 08:00", "04 08:50"),
        (2, "04 07:50", "04 09:05"),
        (4, "04 07:50", "04 09:05"),
        (6, "04 08:00", "04 08:50"),
    }
    assert told(cast_, "moved") == ["p-ines", "p-thea"]


def test_move_by_a_few_minutes_is_not_in_its_own_way(cast_: Cast) -> None:
    id_ = planned(cast_)
    moves.move(cast_.kora, id_, change(cast_, id_, WallTime(FIRST.day, time(14, 45), BERLIN)))
    assert (4, "02 13:35", "02 14:50") in taken(cast_)


def test_another_room_keeps_the_interpreters_yes(cast_: Cast) -> None:
    id_ = planned(cast_)
    assignments.accept(cast_.ines, id_)
    moves.move(cast_.kora, id_, change(cast_, id_, FIRST, room_id=None, modes=Modes("video", "telephone", "video")))
    row = encounters.show(cast_.kora, id_)
    assert (row.room_id, row.mode_i, row.slot.state) == (None, "telephone", "confirmed")
    assert taken(cast_) == BEFORE - {(1, "02 13:30", "02 14:20")}


@pytest.mark.parametrize(("who", "other"), [("therapist", {}), ("room", {})])
def test_move_onto_something_taken_changes_nothing(cast_: Cast, who: str, other: dict[str, Any]) -> None:
    id_ = planned(cast_)
    if who == "therapist":
        planned(cast_, LATER, room=None, interpreter="")
    else:
        plan = Plan(LATER, 50, cast_.other_need_id, cast_.site_id, "room-1")
        plans.plan(cast_.otto, cast_.other_case_id, plan)
    before = taken(cast_)
    with pytest.raises(errors.Clash) as refused:
        moves.move(cast_.kora, id_, change(cast_, id_))
    assert refused.value.details["who"] == who
    row = encounters.show(cast_.kora, id_)
    assert (row.day, row.version, taken(cast_)) == (FIRST.day, 2, before)
    assert told(cast_, "moved") == []


def test_move_where_the_interpreter_cannot_is_refused_unless_released(cast_: Cast) -> None:
    id_ = planned(cast_)
    night = WallTime(LATER.day, time(21, 0), BERLIN)
    with pytest.raises(errors.NotEligible) as refused:
        moves.move(cast_.kora, id_, change(cast_, id_, night))
    assert [reason.code for reason in refused.value.reasons] == ["AVAILABILITY"]
    assert taken(cast_) == BEFORE
    moves.move(cast_.kora, id_, change(cast_, id_, night, release=True))
    row = encounters.show(cast_.kora, id_)
    assert (row.slot.state, [one.reason for one in row.slot.assignments]) == ("unfilled", ["moved"])
    assert 4 not in {diary for diary, _, _ in taken(cast_)}
    assert (told(cast_, "moved"), told(cast_, "released")) == (["p-thea"], ["p-ines"])


def test_move_is_refused_for_whom_works_here_no_more(cast_: Cast) -> None:
    id_ = planned(cast_)
    people.set_active(cast_.kora, "p-ines", False, 1)
    with pytest.raises(errors.NotEligible):
        moves.move(cast_.kora, id_, change(cast_, id_))
    moves.move(cast_.kora, id_, change(cast_, id_, release=True))
    with pytest.raises(errors.Unfit):
        assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    assert "p-ines" not in [one.candidate.id for one in assignments.panel(cast_.kora, id_).misfits]
    people.set_active(cast_.kora, "p-ines", True, 2)
    assignments.assign_interpreter(cast_.kora, id_, "p-ines")


@pytest.mark.parametrize(
    ("other", "fields"),
    [
        ({"minutes": 4}, {"minutes": "range"}),
        ({"wall": WallTime(date(2027, 3, 28), time(2, 30), BERLIN)}, {"start": "time_gap"}),
        ({"wall": WallTime(date(2027, 2, 1), time(9, 0), BERLIN)}, {"start": "past"}),
        ({"site_id": None}, {"room": "not_here"}),
        ({"site_id": "nowhere", "room_id": None}, {"site": "unknown"}),
        ({"modes": Modes("video", "smoke", "video")}, {"mode": "unknown"}),
        ({"site_id": None, "room_id": None}, {"site": "somebody_comes"}),
    ],
)
def test_move_with_bad_lines_says_which(cast_: Cast, other: dict[str, Any], fields: dict[str, str]) -> None:
    id_ = planned(cast_)
    with pytest.raises(errors.Unfit) as refused:
        moves.move(cast_.kora, id_, change(cast_, id_, **other))
    assert (refused.value.fields, taken(cast_)) == (fields, BEFORE)


def test_older_page_loses(cast_: Cast) -> None:
    id_ = planned(cast_)
    old = change(cast_, id_)
    assignments.accept(cast_.ines, id_)
    for act in (
        lambda: moves.move(cast_.kora, id_, old),
        lambda: moves.void(cast_.kora, id_, old.version),
    ):
        with pytest.raises(errors.Stale):
            act()
    assert taken(cast_) == BEFORE


def test_what_began_is_not_moved(cast_: Cast, clock: Clock) -> None:
    id_ = planned(cast_)
    asked = change(cast_, id_)
    clock.forward(hours=30)
    with pytest.raises(errors.BadTransition):
        moves.move(cast_.kora, id_, asked)
    assert taken(cast_) == BEFORE


def test_restored_session_gets_time_and_interpreter_back(cast_: Cast) -> None:
    id_ = planned(cast_)
    encounters.cancel(cast_.kora, id_, "client")
    assert taken(cast_) == set()
    assert moves.restore(cast_.kora, id_, 3) is True
    row = encounters.show(cast_.kora, id_)
    assert (row.status, row.slot.state, row.cancelled_by, row.cancelled_at) == ("scheduled", "filled", "", None)
    assert (taken(cast_), told(cast_, "restored")) == (BEFORE, ["p-ines", "p-thea"])
    assert [(one.reason, one.ended_at is None) for one in row.slot.assignments] == [("cancelled", False), ("", True)]


def test_restored_session_is_unfilled_when_its_interpreter_is_taken(cast_: Cast) -> None:
    id_ = planned(cast_)
    encounters.cancel(cast_.kora, id_, "client")
    with context.work(cast_.kora) as ctx:
        # Tigrinya is spoken in the other case too.
        from triad.store.cases import LanguageNeed

        need = ctx.session.get(LanguageNeed, cast_.other_need_id)
        assert need
        need.language = "ti"
    plan = Plan(FIRST, 50, cast_.other_need_id, cast_.site_id)
    (other,) = plans.plan(cast_.otto, cast_.other_case_id, plan)
    assignments.assign_interpreter(cast_.kora, other, "p-ines")
    assert moves.restore(cast_.kora, id_, 3) is False
    assert encounters.show(cast_.kora, id_).slot.state == "unfilled"
    assert [one.encounter.id for one in encounters.unfilled(cast_.kora)] == [id_]
    assert told(cast_, "restored") == ["p-thea"]


def test_restore_is_refused_when_therapist_or_client_are_taken(cast_: Cast) -> None:
    id_ = planned(cast_)
    encounters.cancel(cast_.kora, id_, "client")
    planned(cast_, room=None, interpreter="")
    before = taken(cast_)
    with pytest.raises(errors.Clash):
        moves.restore(cast_.kora, id_, 3)
    assert (encounters.show(cast_.kora, id_).status, taken(cast_)) == ("cancelled", before)


def test_restore_is_possible_until_the_planned_end(cast_: Cast, clock: Clock) -> None:
    id_ = planned(cast_, interpreter="")
    encounters.cancel(cast_.kora, id_, "client")
    clock.forward(hours=29, minutes=20)  # Tuesday 15:20 in Berlin: just over.
    with pytest.raises(errors.BadTransition):
        moves.restore(cast_.kora, id_, 2)
    clock.forward(seconds=-1)
    assert moves.restore(cast_.kora, id_, 2) is False
    assert encounters.show(cast_.kora, id_).status == "scheduled"


def test_void_frees_everybody_and_leaves_all_lists(cast_: Cast) -> None:
    id_ = planned(cast_)
    moves.void(cast_.kora, id_, 2)
    assert (encounters.show(cast_.kora, id_).status, taken(cast_)) == ("void", set())
    assert encounters.unfilled(cast_.kora) == []
    assert told(cast_, "cancelled") == ["p-ines", "p-thea"]
    with context.look(cast_.kora) as ctx:
        assert [(row.reason, row.ended_at is None) for row in ctx.session.scalars(select(Assignment))] == [
            ("void", False)
        ]
    with pytest.raises(errors.BadTransition):
        moves.restore(cast_.kora, id_, 3)


def test_void_of_what_took_place_is_refused(cast_: Cast) -> None:
    id_ = cast.encounter(cast_, held=True)
    with pytest.raises(errors.BadTransition):
        moves.void(cast_.kora, id_, 1)
    cancelled = cast.encounter(cast_, at=time(18, 0))
    encounters.cancel(cast_.kora, cancelled, "clinic")
    moves.void(cast_.kora, cancelled, 2)
    assert encounters.show(cast_.kora, cancelled).status == "void"


@pytest.mark.parametrize("name", ["thea", "otto", "ines", "ivo", "lena", "ada", "aud"])
def test_moving_is_for_coordinators_alone(cast_: Cast, name: str) -> None:
    id_ = planned(cast_)
    actor = getattr(cast_, name)
    expected = errors.NotAllowed if name in ("thea", "ines") else errors.NotFound
    for act in (
        lambda: moves.move(actor, id_, change(cast_, id_)),
        lambda: moves.restore(actor, id_, 2),
        lambda: moves.void(actor, id_, 2),
    ):
        with pytest.raises(expected) as refused:
            act()
        assert type(refused.value) is expected
    assert taken(cast_) == BEFORE
