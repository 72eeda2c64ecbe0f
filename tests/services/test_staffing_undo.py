"""A plan taken back: what it assigned and nothing else, once however often it is asked, and by name what stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time, timedelta

import pytest
from sqlalchemy import delete, func, select

from tests import cast
from tests.cast import Cast
from tests.services.test_staffing import MONDAY, accept, holder, interpreter, line, plan, two_that_hang_together
from triad.domain import errors, taking_over
from triad.domain.taking_over import Line
from triad.services import answers, assignments, audit, context, encounters, hours, staffing, staffing_undo
from triad.services.context import Actor
from triad.services.staffing_undo import TakenBack
from triad.store.clinic import Interpreter
from triad.store.db import db
from triad.store.diaries import Taken
from triad.store.ledger import OutboxMessage
from triad.store.people import TimeOff
from triad.web import staffing as words

FIVE = tuple(MONDAY + timedelta(days=n) for n in range(5))


def undone(who: Cast, run_id: str) -> TakenBack:
    return words.take_back(who.kora, run_id)


def count(model: type, **where: str) -> int:
    found = db.session.scalar(select(func.count()).select_from(model).filter_by(**where)) or 0
    db.session.close()
    return found


def test_undo_takes_back_what_was_taken_over_and_nothing_else(cast_: Cast) -> None:
    ids = [cast.encounter(cast_, day) for day in FIVE[:3]]
    by_hand = cast.encounter(cast_, FIVE[3])
    found = plan(cast_)
    assignments.assign_interpreter(cast_.kora, by_hand, "p-ines")
    accept(cast_, found.run.id, ids[:2])
    taken = count(Taken)
    assert undone(cast_, found.run.id) == TakenBack(tuple(ids[:2]), {})
    assert [holder(id_) for id_ in (*ids, by_hand)] == [None, None, None, "p-ines"]
    assert (taken - count(Taken), count(OutboxMessage, kind="released")) == (2, 4)
    assert undone(cast_, found.run.id) == TakenBack((), {})
    lines = audit.entries(cast_.aud, verb="staffing.undo").lines
    assert [one.details for one in lines] == [{"done": 2, "refused": 0}]
    assert accept(cast_, found.run.id, ids).done == tuple(ids)


def test_lines_that_hang_together_go_back_together(cast_: Cast) -> None:
    held, wanted = two_that_hang_together(cast_)
    found = plan(cast_)
    assert set(accept(cast_, found.run.id).done) == {held, wanted}
    assert (holder(held), holder(wanted)) == ("p-inga", "p-ines")
    assert set(undone(cast_, found.run.id).done) == {held, wanted}
    assert (holder(held), holder(wanted)) == ("p-ines", None)


def test_what_somebody_changed_since_is_named_and_left_alone(cast_: Cast) -> None:
    ids = [cast.encounter(cast_, day) for day in FIVE]
    found = plan(cast_)
    accept(cast_, found.run.id)
    assignments.accept(cast_.ines, ids[0])
    assignments.release(cast_.kora, ids[1], "ill")
    assignments.release(cast_.kora, ids[2], "by mistake")
    assignments.assign_interpreter(cast_.kora, ids[2], "p-ines")
    cast_.clinic.clock.now = encounters.show(cast_.kora, ids[3]).starts_at  # type: ignore[attr-defined]
    stale, begun = ("stale",), ("bad_transition",)
    told = undone(cast_, found.run.id)
    assert (told.done, dict(told.refused)) == (
        (ids[4],),
        {ids[0]: stale, ids[1]: stale, ids[2]: stale, ids[3]: begun},
    )
    assert [holder(id_) for id_ in ids] == ["p-ines", None, "p-ines", "p-ines", None]
    shown = staffing.show(cast_.kora, found.run.id)
    assert [(one.outcome, tuple(one.why)) for one in shown.lines] == [
        *[("done", stale)] * 3,
        ("done", begun),
        ("", ()),
    ]


def test_one_that_changed_keeps_the_others_of_its_group(cast_: Cast) -> None:
    held, wanted = two_that_hang_together(cast_)
    found = plan(cast_)
    accept(cast_, found.run.id)
    assignments.accept(cast_.ines, wanted)
    assert dict(undone(cast_, found.run.id).refused) == {wanted: ("stale",), held: (staffing_undo.TOGETHER,)}
    assert (holder(held), holder(wanted)) == ("p-inga", "p-ines")


def test_whoever_cannot_come_back_stays_replaced(cast_: Cast) -> None:
    interpreter(cast_, "inga", "ti")
    id_ = cast.encounter(cast_, MONDAY, interpreter="p-ines")
    hours.add_off(cast_.ines, {"from_day": MONDAY.isoformat(), "to_day": MONDAY.isoformat()})
    found = plan(cast_)
    assert (line(found, id_).after_id, accept(cast_, found.run.id).done) == ("p-inga", (id_,))
    assert undone(cast_, found.run.id) == TakenBack((), {id_: ("TIME_OFF",)})
    assert holder(id_) == "p-inga"


def test_offers_are_taken_back_until_somebody_said_yes(cast_: Cast) -> None:
    ids = [cast.encounter(cast_, day) for day in FIVE[:2]]
    found = plan(cast_)
    words.accept(cast_.kora, found.run.id, None, ask=True)
    (offer,) = [one for one in answers.mine(cast_.ines) if one.day == FIVE[0]]
    assert answers.accept(cast_.ines, offer.id) == "accepted"
    assert undone(cast_, found.run.id) == TakenBack((ids[1],), {ids[0]: ("stale",)})
    assert (holder(ids[0]), encounters.show(cast_.kora, ids[1]).slot.state) == ("p-ines", "unfilled")


def test_only_coordinators_take_back_and_only_what_is_done(cast_: Cast) -> None:
    run_id = plan(cast_).run.id
    for actor in (cast_.thea, cast_.ines, cast_.lena, cast_.ada):
        with pytest.raises(errors.NotFound):
            words.take_back(actor, run_id)
    with pytest.raises(errors.NotFound):
        undone(cast_, "none-such")
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.get_one(staffing.StaffingRun, run_id).state = "failed"
    with pytest.raises(errors.Conflict):
        undone(cast_, run_id)


# Across days


def swap(cast_: Cast) -> list[Line]:
    """Two who each hold one session on one day, and are to hold the other's on another."""
    start = cast_.clinic.clock()
    there = Line("a", "p-ines", "p-inga", start, MONDAY)
    return [there, Line("b", "p-inga", "p-ines", start + timedelta(days=3), MONDAY + timedelta(days=3))]


def test_what_only_a_full_week_refuses_is_tried_again_as_one(cast_: Cast) -> None:
    tried: list[list[str]] = []

    def act(group: Sequence[Line]) -> Mapping[str, tuple[str, ...]]:
        tried.append([one.id for one in group])
        return {group[0].id: ("LOAD_MAX",)} if len(group) == 1 else {}

    assert taking_over.carry_out(swap(cast_), act) == (["a", "b"], [], {})
    assert tried == [["a"], ["b"], ["a", "b"]]


@pytest.mark.parametrize("code", ["LOAD_MAX", "TIME_OFF"])
def test_what_stays_refused_is_told_with_its_own_reason(cast_: Cast, code: str) -> None:
    def act(group: Sequence[Line]) -> Mapping[str, tuple[str, ...]]:
        return {group[0].id: (code,)}

    assert taking_over.carry_out(swap(cast_), act) == ([], [], {"a": (code,), "b": (code,)})
    assert taking_over.carry_out(swap(cast_)[:1], act) == ([], [], {"a": (code,)})


def test_weeks_that_are_full_can_be_exchanged_and_back(cast_: Cast) -> None:
    """Each of two may have one session a week; the plan exchanges them, since one is away on each day."""
    interpreter(cast_, "inga", "ti")
    first, last = (cast.encounter(cast_, day, time(10)) for day in (FIVE[0], FIVE[3]))
    assignments.assign_interpreter(cast_.kora, first, "p-ines")
    assignments.assign_interpreter(cast_.kora, last, "p-inga")
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        for id_ in ("p-ines", "p-inga"):
            ctx.session.get_one(Interpreter, id_).exposure_max = 1
    for who, day in (("p-ines", FIVE[0]), ("p-inga", FIVE[3])):
        hours.add_off(cast_.kora, {"from_day": day.isoformat(), "to_day": day.isoformat()}, who)
    found = plan(cast_)
    assert set(accept(cast_, found.run.id).done) == {first, last}
    assert (holder(first), holder(last)) == ("p-inga", "p-ines")
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.execute(delete(TimeOff))
    assert set(undone(cast_, found.run.id).done) == {first, last}
    assert (holder(first), holder(last)) == ("p-ines", "p-inga")
