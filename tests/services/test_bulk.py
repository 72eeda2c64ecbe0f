"""Many sessions in one step: looked at first, each whole or not at all, put back exactly where nobody was since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests import cast
from tests.cast import BERLIN, Cast
from tests.conftest import Clock
from tests.services.test_moves import planned, taken, told
from triad.domain import errors
from triad.domain.bulk import Terms
from triad.domain.timespans import WallTime
from triad.services import assignments, bulk, context, encounters, hours, moves, offers, plans
from triad.services.bulk import Shown
from triad.services.context import Actor
from triad.services.plans import Plan
from triad.store.clinic import LanguageSkill
from triad.store.ledger import AuditEntry
from triad.store.people import Person
from triad.web.bulk import verbs

FIRST = date(2027, 3, 2)
CANCEL = Terms(by="clinic", reason="No heating.")


@pytest.fixture
def ivo_speaks(cast_: Cast) -> None:
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.add(LanguageSkill(id="sk-ivo2", interpreter_id="p-ivo", language="ti", into="en", level=4))


def ten(who: Cast, interpreter: str = "p-ines") -> list[str]:
    """Ten days, one session each."""
    walls = [WallTime(FIRST + timedelta(days=number), time(14, 30), BERLIN) for number in range(10)]
    return [planned(who, wall, interpreter=interpreter) for wall in walls]


def run(who: Cast, kind: str, ids: Sequence[str], terms: Terms = CANCEL, commit: bool = True) -> Shown:
    id_ = bulk.begin(who.kora, kind, ids, terms, verbs(who.kora))
    if commit:
        bulk.commit(who.kora, id_, verbs(who.kora))
    return bulk.show(who.kora, id_)


def taken_back(who: Cast, shown: Shown) -> Shown:
    bulk.undo(who.kora, shown.bulk.id, verbs(who.kora))
    return bulk.show(who.kora, shown.bulk.id)


def outcomes(shown: Shown) -> list[tuple[str, list[str]]]:
    return [(line.outcome, line.why) for line in shown.lines]


def undone(shown: Shown) -> list[tuple[str, list[str]]]:
    return [(line.undo, line.undo_why) for line in shown.lines]


def state(who: Cast, id_: str) -> tuple[Any, ...]:
    """All that a step may change, but for the version and rows that are over."""
    row = encounters.show(who.kora, id_)
    live = [(one.interpreter_id, one.confirmed_at) for one in row.slot.assignments if one.ended_at is None]
    return row.status, row.cancelled_by, row.cancelled_at, row.reason, row.slot.state, live


def test_a_look_changes_nothing(cast_: Cast) -> None:
    ids = ten(cast_)
    before = [state(cast_, id_) for id_ in ids], taken(cast_)
    shown = run(cast_, "cancel", ids, commit=False)
    assert (outcomes(shown), shown.bulk.settled_at) == ([("", [])] * 10, None)
    assert ([state(cast_, id_) for id_ in ids], taken(cast_), told(cast_, "cancelled")) == (*before, [])


def test_a_day_is_cancelled_and_put_back_exactly(cast_: Cast) -> None:
    ids = ten(cast_)
    before = [state(cast_, id_) for id_ in ids], taken(cast_)
    shown = run(cast_, "cancel", ids)
    assert (outcomes(shown), taken(cast_)) == ([("done", [])] * 10, set())
    assert {state(cast_, id_)[:2] for id_ in ids} == {("cancelled", "clinic")}
    assert encounters.show(cast_.kora, ids[0]).reason == "No heating."
    assert told(cast_, "cancelled") == ["p-ines"] * 10 + ["p-thea"] * 10
    back = taken_back(cast_, shown)
    assert undone(back) == [("done", [])] * 10
    assert ([state(cast_, id_) for id_ in ids], taken(cast_)) == before


def test_what_somebody_touched_since_is_refused_by_itself(cast_: Cast) -> None:
    ids = ten(cast_)
    before = [state(cast_, id_) for id_ in ids]
    shown = run(cast_, "confirm", ids)
    assert {state(cast_, id_)[4] for id_ in ids} == {"confirmed"}
    assignments.release(cast_.kora, ids[3], "x")
    back = taken_back(cast_, shown)
    assert undone(back) == [("refused", ["stale"]) if id_ == ids[3] else ("done", []) for id_ in ids]
    assert [state(cast_, id_) for id_ in ids if id_ != ids[3]] == [one for one in before if one is not before[3]]
    assert state(cast_, ids[3])[4] == "unfilled"


def test_an_undo_that_looks_at_no_version_would_be_seen(cast_: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = ten(cast_)
    shown = run(cast_, "confirm", ids)
    assignments.unconfirm(cast_.kora, ids[3])
    assignments.accept(cast_.ines, ids[3])
    blind = verbs(cast_.kora)
    object.__setattr__(blind, "unconfirm", lambda id_, seen: assignments.unconfirm(cast_.kora, id_))
    bulk.undo(cast_.kora, shown.bulk.id, blind)
    assert undone(bulk.show(cast_.kora, shown.bulk.id)) == [("done", [])] * 10


def test_one_of_ten_that_clashes_is_refused_and_none_is_half_done(cast_: Cast, ivo_speaks: None) -> None:
    ids = ten(cast_)
    # Ivo is taken on the fifth day, by somebody else's client.
    wall = WallTime(FIRST + timedelta(days=4), time(14, 30), BERLIN)
    (his,) = plans.plan(cast_.kora, cast_.other_case_id, Plan(wall, 50, cast_.other_need_id, cast_.site_id))
    assignments.assign_interpreter(cast_.kora, his, "p-ivo")
    before = [state(cast_, id_) for id_ in ids], taken(cast_)
    terms = Terms(why="ill", of="p-ines", to="p-ivo")
    looked = run(cast_, "reassign", ids, terms, commit=False)
    assert [line.outcome for line in looked.lines] == ["", "", "", "", "refused", "", "", "", "", ""]
    assert looked.lines[4].why == ["OVERLAP"]
    bulk.commit(cast_.kora, looked.bulk.id, verbs(cast_.kora))
    shown = bulk.show(cast_.kora, looked.bulk.id)
    assert [line.outcome for line in shown.lines] == ["done"] * 4 + ["refused"] + ["done"] * 5
    assert [state(cast_, id_)[5][0][0] for id_ in ids] == ["p-ivo"] * 4 + ["p-ines"] + ["p-ivo"] * 5
    assert {state(cast_, id_)[4] for id_ in ids} == {"filled"}
    assert len([one for one in taken(cast_) if one[0] == 4]) == 1
    back = taken_back(cast_, shown)
    assert undone(back) == [("", []) if line.outcome == "refused" else ("done", []) for line in shown.lines]
    assert ([state(cast_, id_) for id_ in ids], taken(cast_)) == before


def test_a_clash_that_came_after_the_look_is_refused_then(cast_: Cast, ivo_speaks: None) -> None:
    ids = ten(cast_)
    looked = run(cast_, "reassign", ids, Terms(why="ill", to="p-ivo"), commit=False)
    assert outcomes(looked) == [("", [])] * 10
    wall = WallTime(FIRST + timedelta(days=4), time(15), BERLIN)
    (his,) = plans.plan(cast_.kora, cast_.other_case_id, Plan(wall, 50, cast_.other_need_id, cast_.site_id))
    assignments.assign_interpreter(cast_.kora, his, "p-ivo")
    moves.void(cast_.kora, ids[7], encounters.show(cast_.kora, ids[7]).version)
    bulk.commit(cast_.kora, looked.bulk.id, verbs(cast_.kora))
    found = outcomes(bulk.show(cast_.kora, looked.bulk.id))
    assert found[4] == ("refused", ["OVERLAP"])
    assert found[7] == ("refused", ["stale"])
    assert {one for one, _ in found[:4] + found[5:7] + found[8:]} == {"done"}


def test_two_that_stand_in_each_others_way_are_seen_in_the_look(cast_: Cast) -> None:
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.add(Person(id="p-noor", name="Noor", zone=BERLIN))
        ctx.session.flush()
        cast._interpreter(ctx, "noor", 50, "ti")
        ctx.session.flush()
        ctx.session.add(LanguageSkill(id="sk-noor2", interpreter_id="p-noor", language="ar", into="en", level=4))
    mine, wall = planned(cast_), WallTime(FIRST, time(15), BERLIN)
    (his,) = plans.plan(cast_.kora, cast_.other_case_id, Plan(wall, 50, cast_.other_need_id, cast_.site_id))
    assignments.assign_interpreter(cast_.kora, his, "p-ivo")
    looked = run(cast_, "reassign", [mine, his], Terms(why="ill", to="p-noor"), commit=False)
    assert outcomes(looked) == [("", []), ("refused", ["OVERLAP"])]


def test_an_interpreter_taken_meanwhile_leaves_the_cancelled_one_as_it_is(cast_: Cast) -> None:
    ids = ten(cast_)
    shown = run(cast_, "cancel", ids[:2])
    again = planned(cast_, WallTime(FIRST, time(15), BERLIN), room=None)
    back = taken_back(cast_, shown)
    # Thea and her client have another session by then.
    assert undone(back) == [("refused", ["clash"]), ("done", [])]
    assert (state(cast_, ids[0])[0], state(cast_, again)[0]) == ("cancelled", "scheduled")


def test_back_without_its_interpreter_is_not_back(cast_: Cast) -> None:
    ids = ten(cast_)[:2]
    shown = run(cast_, "cancel", ids)
    before = taken(cast_)
    hours.add_off(cast_.ines, {"from_day": "2027-03-02", "to_day": "2027-03-02"})
    back = taken_back(cast_, shown)
    assert undone(back) == [("refused", ["cannot_come_back"]), ("done", [])]
    assert state(cast_, ids[0])[0] == "cancelled"
    assert {one for one in taken(cast_) if one[1].startswith("02")} == {
        one for one in before if one[1].startswith("02")
    }


def test_offers_go_to_the_best_and_are_taken_back(cast_: Cast, ivo_speaks: None) -> None:
    ids = ten(cast_, interpreter="")[:3]
    before = [state(cast_, id_) for id_ in ids]
    shown = run(cast_, "offer", ids, Terms(count=1))
    assert [(line.outcome, line.people) for line in shown.lines] == [("done", ["p-ines"])] * 3
    assert [one.name for one in offers.asked(cast_.kora, ids[0])] == ["Ines"]
    assert {state(cast_, id_)[4] for id_ in ids} == {"on_offer"}
    back = taken_back(cast_, shown)
    assert (undone(back), [state(cast_, id_) for id_ in ids]) == ([("done", [])] * 3, before)
    only = run(cast_, "offer", ids, Terms(people=("p-ivo",)))
    assert {tuple(line.people) for line in only.lines} == {("p-ivo",)}
    nobody = run(cast_, "offer", ids, Terms(people=("p-thea",)))
    assert outcomes(nobody) == [("skipped", ["asked_already"])] * 3


def test_nobody_who_fits_is_a_refusal(cast_: Cast) -> None:
    ids = ten(cast_, interpreter="")[:1]
    shown = run(cast_, "offer", ids, Terms(people=("p-ivo",)))
    assert outcomes(shown) == [("refused", ["nobody_fits"])]


def test_sent_twice_each_line_is_done_once(cast_: Cast) -> None:
    ids = ten(cast_)
    shown = run(cast_, "cancel", ids)
    bulk.commit(cast_.kora, shown.bulk.id, verbs(cast_.kora))
    assert told(cast_, "cancelled") == ["p-ines"] * 10 + ["p-thea"] * 10
    again = run(cast_, "cancel", ids)
    assert outcomes(again) == [("skipped", ["cancelled_already"])] * 10
    for _ in range(2):
        bulk.undo(cast_.kora, shown.bulk.id, verbs(cast_.kora))
    assert told(cast_, "restored") == ["p-ines"] * 10 + ["p-thea"] * 10


def test_broken_off_it_goes_on_where_it_stopped(cast_: Cast) -> None:
    ids = ten(cast_)
    looked = run(cast_, "cancel", ids, commit=False)
    sound, count = verbs(cast_.kora), 0

    def breaks(*given: Any) -> None:
        nonlocal count
        count += 1
        if count == 4:
            raise KeyError("the power went")
        sound.cancel(*given)

    broken = verbs(cast_.kora)
    object.__setattr__(broken, "cancel", breaks)
    with pytest.raises(KeyError):
        bulk.commit(cast_.kora, looked.bulk.id, broken)
    assert [line.outcome for line in bulk.show(cast_.kora, looked.bulk.id).lines] == ["done"] * 3 + [""] * 7
    bulk.commit(cast_.kora, looked.bulk.id, sound)
    assert [line.outcome for line in bulk.show(cast_.kora, looked.bulk.id).lines] == ["done"] * 10


@pytest.mark.parametrize(
    ("kind", "terms", "fields"),
    [
        ("cancel", Terms(), {"by"}),
        ("cancel", Terms(by="weather"), {"by"}),
        ("reassign", Terms(), {"why", "to"}),
        ("offer", Terms(count=0), {"count"}),
        ("offer", Terms(count=21), {"count"}),
        ("offer", Terms(answer_hours=0), {"answer_hours"}),
        ("erase", CANCEL, {"kind"}),
    ],
)
def test_what_does_not_fit_is_refused(cast_: Cast, kind: str, terms: Terms, fields: set[str]) -> None:
    id_ = planned(cast_)
    with pytest.raises(errors.Unfit) as refused:
        bulk.begin(cast_.kora, kind, [id_], terms, verbs(cast_.kora))
    assert set(refused.value.fields) == fields
    for ids in ([], ["nothing"], [f"x{number}" for number in range(201)]):
        with pytest.raises(errors.Unfit) as refused:
            bulk.begin(cast_.kora, "cancel", ids, CANCEL, verbs(cast_.kora))
        assert set(refused.value.fields) == {"row"}


def test_what_has_begun_is_left_alone(cast_: Cast, clock: Clock) -> None:
    id_ = planned(cast_)
    clock.forward(hours=29)
    for kind in ("cancel", "confirm"):
        assert outcomes(run(cast_, kind, [id_])) == [("skipped", ["begun"])]


def test_it_is_for_coordinators_and_leaves_its_mark(cast_: Cast) -> None:
    ids = ten(cast_)[:2]
    for actor in (cast_.thea, cast_.ines, cast_.lena, cast_.ada):
        with pytest.raises(errors.NotFound):
            bulk.begin(actor, "confirm", ids, Terms(), verbs(actor))
    shown = run(cast_, "cancel", ids)
    taken_back(cast_, shown)
    with context.look(cast_.kora) as ctx:
        rows = ctx.session.scalars(select(AuditEntry).where(AuditEntry.verb.startswith("bulk."))).all()
        assert [(row.verb, row.details) for row in rows] == [
            ("bulk.cancel", {"done": 2, "skipped": 0, "refused": 0}),
            ("bulk.undo", {"done": 2, "skipped": 0, "refused": 0}),
        ]
    assert bulk.show(cast_.kora, shown.bulk.id).bulk.terms["reason"] == ""
    assert [one.id for one in bulk.latest(cast_.kora)] == [shown.bulk.id]
