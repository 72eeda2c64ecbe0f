"""An entry error that was none: the session is what it was, with everybody's time, or nothing changes at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select

from tests import cast
from tests.cast import BERLIN, Cast
from tests.conftest import Clock
from tests.services.test_moves import BEFORE, FIRST, planned, taken, told
from triad.domain import errors
from triad.domain.timespans import WallTime
from triad.services import assignments, cases, context, encounters, moves, people, plans
from triad.services.plans import Plan
from triad.store.cases import LanguageNeed
from triad.store.encounters import Attendance
from triad.store.ledger import AuditEntry


def state(who: Cast, id_: str) -> tuple[str, str, int, str]:
    row = encounters.show(who.kora, id_)
    return row.status, row.slot.state, row.version, row.void_from


def other_case(who: Cast, wall: WallTime = FIRST, room: str | None = None, interpreter: str = "") -> str:
    """A session of Otto's and Carl's, in Ines's language."""
    with context.work(who.kora) as ctx:
        need = ctx.session.get(LanguageNeed, who.other_need_id)
        assert need
        need.language = "ti"
    plan = Plan(wall, 50, who.other_need_id, who.site_id, room)
    (id_,) = plans.plan(who.otto, who.other_case_id, plan)
    if interpreter:
        assignments.assign_interpreter(who.kora, id_, interpreter)
    return id_


def test_planned_session_is_back_with_time_and_interpreter(cast_: Cast) -> None:
    id_ = planned(cast_)
    moves.void(cast_.kora, id_, 2)
    assert (state(cast_, id_), taken(cast_)) == (("void", "released", 3, "scheduled"), set())
    assert moves.unvoid(cast_.kora, id_, 3) is True
    assert (state(cast_, id_), taken(cast_)) == (("scheduled", "filled", 4, ""), BEFORE)
    row = encounters.show(cast_.kora, id_)
    assert [(one.reason, one.ended_at is None) for one in row.slot.assignments] == [("void", False), ("", True)]
    assert (row.void_at, told(cast_, "restored")) == (None, ["p-ines", "p-thea"])
    with pytest.raises(errors.BadTransition):
        moves.unvoid(cast_.kora, id_, 4)


def test_cancelled_session_is_cancelled_again_and_can_be_restored(cast_: Cast) -> None:
    id_ = planned(cast_)
    encounters.cancel(cast_.kora, id_, "client")
    moves.void(cast_.kora, id_, 3)
    # Somebody has taken the time meanwhile: what takes none is in nobody's way.
    planned(cast_, room=None, interpreter="")
    before = taken(cast_)
    assert moves.unvoid(cast_.kora, id_, 4) is False
    assert (state(cast_, id_)[:2], taken(cast_)) == (("cancelled", "released"), before)
    row = encounters.show(cast_.kora, id_)
    assert (row.cancelled_by, row.cancelled_at is None, told(cast_, "restored")) == ("client", False, [])
    with pytest.raises(errors.Clash):
        moves.restore(cast_.kora, id_, 5)


def test_session_that_was_broken_off_is_so_again_with_who_was_absent(cast_: Cast, clock: Clock) -> None:
    id_ = planned(cast_)
    clock.forward(days=3)
    encounters.mark(cast_.kora, id_, "abandoned", ["client"])
    moves.void(cast_.kora, id_, 3)
    # She left meanwhile: what is over is no new booking, and she was there.
    people.set_active(cast_.kora, "p-ines", False, 1)
    assert moves.unvoid(cast_.kora, id_, 4) is True
    assert (state(cast_, id_)[0], taken(cast_), told(cast_, "restored")) == ("abandoned", BEFORE, [])
    with context.look(cast_.kora) as ctx:
        assert [row.party for row in ctx.session.scalars(select(Attendance))] == ["client"]
    encounters.correct(cast_.kora, id_, 5)
    assert state(cast_, id_)[0] == "held"


def test_session_of_yesterday_that_was_never_marked_can_be_marked_again(cast_: Cast, clock: Clock) -> None:
    id_ = planned(cast_)
    moves.void(cast_.kora, id_, 2)
    clock.forward(days=3)
    moves.unvoid(cast_.kora, id_, 3)
    encounters.mark(cast_.thea, id_, "held")
    assert state(cast_, id_)[:2] == ("held", "filled")


Act = Callable[[Cast], Any]


@pytest.mark.parametrize(
    ("meanwhile", "who"),
    [
        (lambda who: planned(who, room=None, interpreter=""), "therapist"),
        (lambda who: other_case(who, room="room-1"), "room"),
    ],
)
def test_time_taken_meanwhile_is_a_clash_and_nothing_changes(cast_: Cast, meanwhile: Act, who: str) -> None:
    id_ = planned(cast_)
    moves.void(cast_.kora, id_, 2)
    meanwhile(cast_)
    before = state(cast_, id_), taken(cast_)
    with pytest.raises(errors.Clash) as refused:
        moves.unvoid(cast_.kora, id_, 3)
    assert refused.value.details == {"who": who, "day": FIRST.day}
    assert ((state(cast_, id_), taken(cast_)), told(cast_, "restored")) == (before, [])


def test_client_taken_in_another_case_is_a_clash(cast_: Cast) -> None:
    id_ = planned(cast_)
    moves.void(cast_.kora, id_, 2)
    with context.work(cast_.kora) as ctx:
        from triad.store.cases import Case

        other = ctx.session.get(Case, cast_.other_case_id)
        assert other
        other.client_id = "p-cleo"
    other_case(cast_)
    with pytest.raises(errors.Clash) as refused:
        moves.unvoid(cast_.kora, id_, 3)
    assert refused.value.details["who"] == "client"


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda who: other_case(who, interpreter="p-ines"),
        lambda who: people.set_active(who.kora, "p-ines", False, 1),
    ],
)
def test_session_is_back_without_an_interpreter_who_cannot_come(cast_: Cast, meanwhile: Act) -> None:
    id_ = planned(cast_)
    moves.void(cast_.kora, id_, 2)
    meanwhile(cast_)
    assert moves.unvoid(cast_.kora, id_, 3) is False
    assert state(cast_, id_)[:2] == ("scheduled", "unfilled")
    assert id_ in [one.encounter.id for one in encounters.unfilled(cast_.kora)]
    assert told(cast_, "restored") == ["p-thea"]


def test_the_interpreter_of_an_earlier_mistake_does_not_come_back(cast_: Cast, clock: Clock) -> None:
    id_ = planned(cast_)
    moves.void(cast_.kora, id_, 2)
    moves.unvoid(cast_.kora, id_, 3)
    assignments.release(cast_.kora, id_, "ill")
    clock.forward(minutes=1)
    moves.void(cast_.kora, id_, 5)
    assert moves.unvoid(cast_.kora, id_, 6) is False
    assert state(cast_, id_)[:2] == ("scheduled", "unfilled")


def test_older_page_loses_and_only_what_is_void_comes_back(cast_: Cast) -> None:
    id_ = planned(cast_)
    with pytest.raises(errors.BadTransition):
        moves.unvoid(cast_.kora, id_, 2)
    moves.void(cast_.kora, id_, 2)
    with pytest.raises(errors.Stale):
        moves.unvoid(cast_.kora, id_, 2)
    held = cast.encounter(cast_, date(2027, 2, 1), held=True)
    with pytest.raises(errors.BadTransition):
        moves.unvoid(cast_.kora, held, 1)
    assert (state(cast_, id_)[0], taken(cast_)) == ("void", set())


def test_both_steps_leave_a_line_with_before_and_after(cast_: Cast) -> None:
    id_ = planned(cast_)
    moves.void(cast_.kora, id_, 2)
    moves.unvoid(cast_.kora, id_, 3)
    with context.look(cast_.kora) as ctx:
        query = select(AuditEntry).where(AuditEntry.verb.like("moves.%")).order_by(AuditEntry.seq)
        lines = [(row.verb, row.actor, row.subject, row.details) for row in ctx.session.scalars(query)]
    assert lines == [
        ("moves.void", "a-kora", id_, {"before": "scheduled"}),
        ("moves.unvoid", "a-kora", id_, {"to": "scheduled", "filled": True}),
    ]


def test_the_case_shows_mistakes_to_whom_may_bring_them_back(cast_: Cast) -> None:
    id_ = planned(cast_)
    assert [row.id for row in cases.show(cast_.kora, cast_.case_id).upcoming] == [id_]
    moves.void(cast_.kora, id_, 2)
    mine, hers = (cases.show(actor, cast_.case_id) for actor in (cast_.kora, cast_.thea))
    assert ([row.id for row in mine.mistakes], mine.upcoming) == ([id_], [])
    assert (list(hers.mistakes), hers.upcoming) == ([], [])


@pytest.mark.parametrize("name", ["thea", "otto", "ines", "ivo", "lena", "ada", "aud"])
def test_bringing_back_is_for_coordinators_alone(cast_: Cast, name: str) -> None:
    id_ = planned(cast_, wall=replace(FIRST, at=time(9), zone=BERLIN))
    moves.void(cast_.kora, id_, 2)
    with pytest.raises(errors.NotAllowed if name == "thea" else errors.NotFound):
        moves.unvoid(getattr(cast_, name), id_, 3)
    assert (state(cast_, id_)[0], taken(cast_)) == ("void", set())
