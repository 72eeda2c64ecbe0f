"""Who was there: every state, step and role once; said by whoever knows, and worked out from nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest
from sqlalchemy import func, select

from tests import cast
from tests.cast import Cast
from tests.conftest import Clock
from tests.services.test_moves import planned
from triad.domain import errors
from triad.domain.parties import PARTIES
from triad.services import assignments, attendance, context, encounters, moves
from triad.services.context import Actor
from triad.store.encounters import Attendance
from triad.store.ledger import AuditEntry

STATES = ("unknown", "arrived", "late", "absent", "excused")
AFTER = datetime(2027, 3, 2, 15, tzinfo=UTC)
"""Half past two in Berlin is when the session begins; this is when it is over."""
ROLES = ("kora", "thea", "ines", "otto", "ivo", "lena", "ada", "aud")


def marks(who: Actor, id_: str) -> dict[str, str | None]:
    return {one.party: one.mark for one in attendance.of(who, id_)}


def say(who: Actor, id_: str, party: str, state: str, was: str = "unknown", minutes: int | None = None) -> None:
    attendance.mark(who, id_, party, state, was, 5 if state == "late" and minutes is None else minutes)


def lines(who: Cast) -> int:
    with context.look(who.kora) as ctx:
        return ctx.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


@pytest.fixture
def met(cast_: Cast, clock: Clock) -> str:
    """A session that is over, with Ines, of which nobody has said anything."""
    id_ = cast.encounter(cast_, interpreter="p-ines")
    clock.now = AFTER
    return id_


def wanted(name: str, party: str, state: str, to: str) -> str:
    """The table once more, by hand: "" where the step is taken, else what it is refused with."""
    if name in ("otto", "ivo", "lena", "ada", "aud"):
        return "not_found"
    if name == "ines":
        if party != "interpreter":
            return "not_allowed"
        return "" if state == "unknown" and to in ("arrived", "late") else "bad_transition"
    if state == "unknown":
        return "" if to != "unknown" else "bad_transition"
    return "" if name == "kora" else "bad_transition"


def test_every_state_step_and_role(cast_: Cast, met: str) -> None:
    found, expected = {}, {}
    for name, party, state, to in product(ROLES, [one.value for one in PARTIES], STATES, STATES):
        with context.work(cast_.kora) as ctx:
            for row in ctx.session.scalars(select(Attendance)):
                ctx.session.delete(row)
            ctx.session.flush()
            if state != "unknown":
                ctx.session.add(Attendance(id="a", encounter_id=met, party=party, mark=state))
        before, place = lines(cast_), (name, party, state, to)
        try:
            say(getattr(cast_, name), met, party, to, state)
            found[place] = ""
        except errors.TriadError as error:
            found[place] = error.code
        expected[place] = wanted(name, party, state, to)
        assert marks(cast_.kora, met)[party] == (to if not found[place] else state), place
        assert lines(cast_) == before + (not found[place]), place
    assert found == expected
    assert sum(not one for one in found.values()) == 3 * 4 * 2 + 3 * 4 * 5 + 2


def test_nothing_is_said_before_the_start(cast_: Cast, clock: Clock) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    assert marks(cast_.thea, id_) == {"therapist": None, "interpreter": None, "client": None}
    with pytest.raises(errors.BadTransition):
        say(cast_.thea, id_, "client", "arrived")
    clock.now = datetime(2027, 3, 2, 13, 30, tzinfo=UTC)
    assert marks(cast_.thea, id_) == dict.fromkeys(("therapist", "interpreter", "client"), "unknown")
    say(cast_.thea, id_, "client", "arrived")


def test_held_says_nothing_of_anybody(cast_: Cast, met: str) -> None:
    encounters.mark(cast_.thea, met, "held")
    assert marks(cast_.kora, met) == dict.fromkeys(("therapist", "interpreter", "client"), "unknown")


def test_interpreter_is_told_of_their_own_part_alone(cast_: Cast, met: str) -> None:
    say(cast_.thea, met, "client", "excused")
    assert marks(cast_.ines, met) == {"interpreter": "unknown"}
    say(cast_.ines, met, "interpreter", "late", minutes=7)
    (one,) = attendance.of(cast_.ines, met)
    assert (one.mark, one.minutes_late, one.marked_at) == ("late", 7, AFTER)


def test_row_says_who_said_it_and_of_whom(cast_: Cast, met: str) -> None:
    say(cast_.ines, met, "interpreter", "arrived")
    with context.look(cast_.kora) as ctx:
        (row,) = ctx.session.scalars(select(Attendance))
        assert (row.person_id, row.marked_by, row.source, row.marked_at) == ("p-ines", "a-ines", "page", AFTER)


@pytest.mark.parametrize(
    ("said", "off"),
    [
        (("nobody", "arrived", "unknown", None), {"party": "unknown"}),
        (("clinic", "arrived", "unknown", None), {"party": "unknown"}),
        (("client", "asleep", "unknown", None), {"mark": "unknown"}),
        (("client", "late", "unknown", None), {"minutes": "required"}),
        (("client", "late", "unknown", 0), {"minutes": "range"}),
        (("client", "late", "unknown", 481), {"minutes": "range"}),
        (("client", "arrived", "unknown", 5), {"minutes": "range"}),
    ],
)
def test_word_that_does_not_fit_is_not_written(
    cast_: Cast, met: str, said: tuple[str, str, str, int | None], off: dict[str, str]
) -> None:
    before = lines(cast_)
    with pytest.raises(errors.Unfit) as refused:
        attendance.mark(cast_.kora, met, *said)
    assert (refused.value.fields, lines(cast_)) == (off, before)
    assert set(marks(cast_.kora, met).values()) == {"unknown"}


def test_correction_of_what_changed_meanwhile_is_refused(cast_: Cast, met: str) -> None:
    say(cast_.thea, met, "client", "absent")
    say(cast_.kora, met, "client", "excused", "absent")
    with pytest.raises(errors.Stale):
        say(cast_.kora, met, "client", "arrived", "absent")
    assert marks(cast_.kora, met)["client"] == "excused"


def test_replaced_interpreter_is_never_absent(cast_: Cast, met: str) -> None:
    say(cast_.thea, met, "interpreter", "absent")
    assignments.release(cast_.kora, met, "Ill.")
    assert marks(cast_.kora, met)["interpreter"] is None
    with pytest.raises(errors.BadTransition):
        say(cast_.thea, met, "interpreter", "absent")
    with pytest.raises(errors.Unfit):
        encounters.mark(cast_.thea, met, "abandoned", ["interpreter"])
    with context.work(cast_.kora) as ctx:
        from triad.store.encounters import Assignment

        ctx.session.add(
            Assignment(
                id="later",
                slot_id=f"sl-{met}",
                interpreter_id="p-ivo",
                made_by="-",
                source="x",
                waived=[],
                made_at=AFTER,
            )
        )
    assert marks(cast_.kora, met)["interpreter"] == "unknown"
    say(cast_.ivo, met, "interpreter", "arrived")
    assert marks(cast_.kora, met)["interpreter"] == "arrived"


def test_cancelled_and_void_have_no_attendance(cast_: Cast, clock: Clock) -> None:
    id_ = planned(cast_)
    clock.now = datetime(2027, 3, 2, 13, 40, tzinfo=UTC)
    say(cast_.thea, id_, "client", "absent")
    encounters.cancel(cast_.kora, id_, "client")
    assert set(marks(cast_.kora, id_).values()) == {None}
    with pytest.raises(errors.BadTransition):
        say(cast_.kora, id_, "client", "arrived", "absent")
    moves.void(cast_.kora, id_, 3)
    assert set(marks(cast_.kora, id_).values()) == {None}
    moves.unvoid(cast_.kora, id_, 4)
    moves.restore(cast_.kora, id_, 5)
    assert marks(cast_.kora, id_)["client"] == "absent"


def test_abandoned_says_who_was_absent_without_speaking_over_anybody(cast_: Cast, met: str) -> None:
    say(cast_.ines, met, "interpreter", "arrived")
    with pytest.raises(errors.BadTransition):
        encounters.mark(cast_.thea, met, "abandoned", ["interpreter", "client"])
    assert encounters.show(cast_.kora, met).status == "scheduled"
    encounters.mark(cast_.thea, met, "abandoned", ["client"])
    assert marks(cast_.kora, met) == {"therapist": "unknown", "interpreter": "arrived", "client": "absent"}
    encounters.correct(cast_.kora, met, 2)
    assert marks(cast_.kora, met) == {"therapist": "unknown", "interpreter": "arrived", "client": "unknown"}
