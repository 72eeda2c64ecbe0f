"""What changed: every step once with who did it, no more than the reader may know, in as many statements."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import event

from tests import cast
from tests.cast import BERLIN, Cast
from tests.conftest import Clock
from tests.services.test_cancellations import rule
from tests.services.test_moves import FIRST, change, planned
from tests.services.test_series import asked, laid
from triad.domain import errors
from triad.domain.timespans import WallTime
from triad.services import (
    assignments,
    attendance,
    cancellations,
    closures,
    encounters,
    history,
    moves,
    people,
    ratings,
    series,
    skills,
)
from triad.services.context import Actor
from triad.store.db import db

TUESDAY_AT_THREE = WallTime(date(2027, 3, 2), time(15), BERLIN)


def told(who: Actor, id_: str) -> list[tuple[str, str, str]]:
    """Kind, who did it and why, of each change."""
    return [(one.kind, one.who, one.why) for one in history.of_encounter(who, id_)[1]]


def busy(who: Cast, clock: Clock) -> str:
    """Planned, filled, accepted, moved, released, closed, opened, filled, cancelled late, restored."""
    id_ = planned(who)
    steps = [
        lambda: rule(who, amount="2"),
        lambda: assignments.accept(who.ines, id_),
        lambda: moves.move(who.kora, id_, change(who, id_, TUESDAY_AT_THREE)),
        lambda: assignments.release(who.kora, id_, "Her mother's funeral."),
        lambda: closures.close(who.kora, id_, "none_free", 5),
        lambda: closures.reopen(who.kora, id_, 6),
        lambda: assignments.assign_interpreter(who.kora, id_, "p-ines"),
        lambda: encounters.cancel(who.thea, id_, "client", "Trauma again"),
        lambda: cancellations.waive(who.kora, id_, "Snow.", 9),
        lambda: moves.restore(who.kora, id_, 10),
    ]
    for step in steps:
        clock.forward(minutes=1)
        step()
    return id_


FULL = [
    ("planned", "Kora", ""),
    ("assigned", "Kora", ""),
    ("confirmed", "Ines", ""),
    ("moved", "Kora", ""),
    ("unassigned", "Kora", "Her mother's funeral."),
    ("closed", "Kora", "none_free"),
    ("reopened", "Kora", ""),
    ("assigned", "Kora", ""),
    ("cancelled", "Thea", ""),
    ("unassigned", "Thea", "cancelled"),
    ("waived", "Kora", "Snow."),
    ("restored", "Kora", ""),
    ("assigned", "Kora", ""),
]


def test_coordinator_reads_everything_with_who_and_why(cast_: Cast, clock: Clock) -> None:
    id_ = busy(cast_, clock)
    found = told(cast_.kora, id_)
    assert sorted(found) == sorted(FULL)
    assert [kind for kind, _, _ in found][:4] == ["planned", "assigned", "confirmed", "moved"]
    (moved,) = [one for one in history.of_encounter(cast_.kora, id_)[1] if one.kind == "moved"]
    assert (moved.details["was"], moved.details["to"]) == ("2027-03-02 14:30", "2027-03-02 15:00")


def test_therapist_reads_no_typed_word_and_nothing_of_the_search(cast_: Cast, clock: Clock) -> None:
    found = told(cast_.thea, busy(cast_, clock))
    assert {why for _, _, why in found} == {""}
    assert {"closed", "reopened", "offered"} & {kind for kind, _, _ in found} == set()
    assert ("cancelled", "Thea", "") in found


def test_interpreter_reads_of_themselves_and_not_who_cancelled(cast_: Cast, clock: Clock) -> None:
    found = told(cast_.ines, busy(cast_, clock))
    kinds = [kind for kind, _, _ in found]
    assert (kinds.count("assigned"), kinds.count("unassigned")) == (3, 2)
    assert {"confirmed", "moved", "restored"} <= set(kinds)
    assert {"cancelled", "waived", "closed"} & set(kinds) == set()
    assert {why for _, _, why in found} == {""}


def test_who_came_later_reads_nothing_of_before(cast_: Cast, clock: Clock) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    clock.forward(minutes=1)
    moves.move(cast_.kora, id_, change(cast_, id_, TUESDAY_AT_THREE))
    clock.forward(minutes=1)
    assignments.release(cast_.kora, id_, "ill")
    clock.forward(minutes=1)
    with_ivo(cast_, id_)
    found = told(cast_.ivo, id_)
    assert [kind for kind, _, _ in found] == ["assigned"]
    assert "Ines" not in repr(history.of_encounter(cast_.ivo, id_)[1])
    assert "Ines" in repr(history.of_encounter(cast_.kora, id_)[1])


def with_ivo(who: Cast, id_: str) -> None:
    from triad.services import context
    from triad.store.encounters import Assignment

    with context.work(who.kora) as ctx:
        made: dict[str, Any] = {"made_by": "a-kora", "source": "test", "waived": [], "made_at": ctx.now}
        ctx.session.add(Assignment(id="ivos", slot_id=f"sl-{id_}", interpreter_id="p-ivo", **made))


def test_attendance_and_outcome_are_told_and_ratings_are_not(cast_: Cast, clock: Clock) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    clock.forward(days=2)
    attendance.mark(cast_.thea, id_, "client", "late", "unknown", 5)
    clock.forward(minutes=1)
    encounters.mark(cast_.thea, id_, "held")
    before = told(cast_.kora, id_)
    assert before[-2:] == [("attendance", "Thea", ""), ("marked", "Thea", "")]
    answers = dict.fromkeys(("bond.1:TC", "bond.2:TC", "goal.1:TC", "task.1:TC", "bond.1:TI", "bond.2:TI"), "3")
    ratings.submit(cast_.thea, id_, answers | {"triad.1:triad": "3"})
    assert told(cast_.kora, id_) == before
    assert [kind for kind, _, _ in told(cast_.ines, id_)] == ["planned", "assigned", "marked"]


def test_series_moves_are_told_of_each_date(cast_: Cast) -> None:
    ids = laid(cast_, 3)
    series.move(cast_.kora, ids[0], asked(cast_, ids[0], "all"))
    assert [[kind for kind, _, _ in told(cast_.kora, id_)] for id_ in ids] == [["planned", "moved"]] * 3


def test_interpreters_log_has_what_was_changed_and_given(cast_: Cast) -> None:
    skills.add(cast_.kora, "p-ines", {"language": "fr", "into": "en", "level": "4"})
    people.set_active(cast_.kora, "p-ines", False, 1)
    planned(cast_, interpreter="")
    cast.encounter(cast_, date(2027, 3, 5), interpreter="p-ines")
    cast.encounter(cast_, date(2027, 3, 6), interpreter="p-ivo")
    who, events = history.of_person(cast_.kora, "p-ines")
    assert (who.id, sorted(one.kind for one in events)) == ("p-ines", ["active", "assigned", "skill_added"])
    for name in ("thea", "ines", "lena", "ada", "aud"):
        with pytest.raises(errors.NotFound):
            history.of_person(getattr(cast_, name), "p-ines")


def test_day_has_its_sessions_with_their_changes(cast_: Cast, clock: Clock) -> None:
    first = busy(cast_, clock)
    second = planned(cast_, WallTime(FIRST.day, time(9), BERLIN), room=None, interpreter="")
    planned(cast_, WallTime(date(2027, 3, 3), time(9), BERLIN), room=None, interpreter="")
    found = history.of_day(cast_.kora, FIRST.day).sessions
    assert [(id_, len(events)) for id_, _, _, _, events in found] == [(second, 1), (first, len(FULL))]
    with pytest.raises(errors.NotFound):
        history.of_day(cast_.thea, FIRST.day)


def test_three_sessions_take_as_many_statements_as_one(cast_: Cast, clock: Clock) -> None:
    def statements() -> int:
        db.session.close()
        seen: list[str] = []

        def note(*args: Any) -> None:
            seen.append(args[2])

        event.listen(db.engine, "before_cursor_execute", note)
        history.of_day(cast_.kora, FIRST.day)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    busy(cast_, clock)
    one = statements()
    for hour in (8, 10):
        planned(cast_, WallTime(FIRST.day, time(hour), BERLIN), room=None)
    assert (statements(), len(history.of_day(cast_.kora, FIRST.day).sessions)) == (one, 3)


@pytest.mark.parametrize("name", ["otto", "ivo", "lena", "ada", "aud"])
def test_changes_are_for_whose_session_it_is(cast_: Cast, name: str) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    with pytest.raises(errors.NotFound):
        history.of_encounter(getattr(cast_, name), id_)
