"""Briefing and debrief: noted by the two who talk, seen by the coordinator as done or missed, and about nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from tests import cast
from tests.cast import Cast
from tests.conftest import Clock
from triad.domain import errors
from triad.services import briefings, context, encounters
from triad.store.ledger import AuditEntry


def lines(who: Cast) -> int:
    with context.look(who.kora) as ctx:
        return ctx.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_both_note_it_and_the_coordinator_sees_no_point(cast_: Cast, clock: Clock) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    briefings.note(cast_.ines, id_, "before", "done", ["stuck", "goal"])
    clock.forward(days=2)
    briefings.note(cast_.thea, id_, "after", "missed")
    for who, points in ((cast_.thea, {"stuck", "goal"}), (cast_.ines, {"stuck", "goal"}), (cast_.kora, set())):
        found = {one.part: one for one in briefings.of(who, id_)}
        assert [(one.state, one.who) for one in found.values()] == [("done", "Ines"), ("missed", "Thea")]
        assert (found["before"].points, found["after"].points) == (points, frozenset())
    assert [one.open for one in briefings.of(cast_.kora, id_)] == [False, False]
    briefings.note(cast_.thea, id_, "before", "missed")
    assert next((one.state, one.who, one.points) for one in briefings.of(cast_.ines, id_)) == (
        "missed",
        "Thea",
        frozenset(),
    )


@pytest.mark.parametrize(
    ("said", "off"),
    [
        (("during", "done", []), {"part"}),
        (("before", "perhaps", []), {"state"}),
        (("before", "done", ["how"]), {"points"}),
        (("before", "done", ["x"]), {"points"}),
        (("before", "missed", ["goal"]), {"points"}),
    ],
)
def test_what_is_on_no_list_is_not_written(cast_: Cast, said: tuple[str, str, list[str]], off: set[str]) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    before = lines(cast_)
    with pytest.raises(errors.Unfit) as refused:
        briefings.note(cast_.thea, id_, *said)
    assert (off <= set(refused.value.fields), lines(cast_)) == (True, before)
    assert [one.state for one in briefings.of(cast_.thea, id_)] == ["", ""]


def test_debrief_begins_with_the_session_and_nothing_after_a_cancellation(cast_: Cast, clock: Clock) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    with pytest.raises(errors.BadTransition):
        briefings.note(cast_.thea, id_, "after", "done", ["how"])
    clock.now = datetime(2027, 3, 2, 13, 30, tzinfo=UTC)
    briefings.note(cast_.thea, id_, "after", "done", ["how"])
    encounters.cancel(cast_.kora, id_, "clinic")
    with pytest.raises(errors.BadTransition):
        briefings.note(cast_.thea, id_, "before", "done")
    clock.now = datetime(2027, 2, 1, tzinfo=UTC)
    with pytest.raises(errors.BadTransition):
        briefings.note(cast_.thea, cast.encounter(cast_), "before", "done")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("kora", errors.NotAllowed), *((one, errors.NotFound) for one in ("otto", "ivo", "lena", "ada", "aud"))],
)
def test_nobody_else_notes_it(cast_: Cast, name: str, kind: type[errors.TriadError]) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    with pytest.raises(kind):
        briefings.note(getattr(cast_, name), id_, "before", "done")
    assert [one.state for one in briefings.of(cast_.thea, id_)] == ["", ""]
