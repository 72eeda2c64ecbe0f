"""Plans against proven optima, an independent checker, people's own ways, and everything that can go wrong."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import weeks as invented
from triad.domain import staffing, staffing_faults
from triad.domain.staffing import ELSEWHERE, Interpreter, Pair, Session, Week
from triad.engines import staffing as engine
from triad.engines import staffing_apart, staffing_greedy, staffing_rows
from triad.formats import weeks

FOLDER = Path(__file__).parents[1] / "data/staffing"
PROVEN = {"week-50": (30, 3_671_666), "week-200": (149, 17_622_850)}


def example(name: str) -> Week:
    return weeks.read((FOLDER / f"{name}.json").read_text("utf-8")).week


def made(sessions: int, people: int, languages: int, seed: int = 1) -> Week:
    return weeks.read(json.dumps(invented.week(sessions, people, languages, seed))).week


@pytest.mark.parametrize("name", PROVEN)
def test_example_weeks_reach_their_proven_optimum(name: str) -> None:
    week = example(name)
    plan = engine.solved(week, 60)
    assert (len(plan.assigned), plan.worth) == PROVEN[name]
    assert (plan.bound, plan.gap, staffing_faults.faults(week, plan.assigned)) == (plan.worth, 0.0, [])


@pytest.mark.parametrize("name", PROVEN)
def test_people_do_worse_than_the_optimum(name: str) -> None:
    week = example(name)
    for by_hand in (staffing_greedy.first_come(week), staffing_greedy.scarce_first(week)):
        assert staffing_faults.faults(week, by_hand) == []
        assert staffing.worth(staffing.measured(week, by_hand)) < PROVEN[name][1]


def test_larger_week_is_near_its_bound_and_without_fault() -> None:
    week = made(600, 90, 25)
    plan = engine.solved(week, 60)
    assert plan.gap is not None
    assert (plan.gap <= 0.001, plan.how, staffing_faults.faults(week, plan.assigned)) == (True, "solver", [])
    assert plan.terms.fill >= staffing.measured(week, staffing_greedy.scarce_first(week)).fill


def test_day_by_day_keeps_every_rule_and_knows_how_good_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    week = made(400, 60, 20)
    best = engine.solved(week, 60, prove=True)
    monkeypatch.setattr(engine, "LARGE", 100)
    heard: list[float] = []
    plan = engine.solved(week, 60, tell=heard.append)
    assert (plan.how, staffing_faults.faults(week, plan.assigned)) == ("by_day", [])
    assert plan.bound is not None
    assert best.worth <= plan.bound
    assert plan.worth >= 0.99 * best.worth
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_same_week_twice_is_the_same_plan_and_order_changes_nothing() -> None:
    week = made(150, 40, 10)
    plan = engine.solved(week, 60)
    assert engine.solved(week, 60).assigned == plan.assigned
    order = list(range(150))
    random.Random(3).shuffle(order)
    shuffled = replace(
        week, sessions=tuple(week.sessions[n] for n in order), pairs=tuple(week.pairs[n] for n in order)
    )
    assert engine.solved(shuffled, 60).terms == plan.terms


def test_without_the_clique_rows_people_would_be_in_two_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staffing_rows, "cliques", lambda *_: iter(()))
    week = example("week-200")
    assert {fault.code for fault in staffing_faults.faults(week, engine.solved(week, 60).assigned)} == {"clash"}


def test_pins_are_kept() -> None:
    week = example("week-200")
    plan = engine.solved(week, 60)
    n = next(n for n, pairs in enumerate(week.pairs) if len(pairs) > 3 and n in plan.assigned)
    other = next(pair.interpreter for pair in week.pairs[n] if pair.interpreter != plan.assigned[n])
    sessions = tuple(replace(one, pin=other) if m == n else one for m, one in enumerate(week.sessions))
    pinned = replace(week, sessions=sessions)
    again = engine.solved(pinned, 60)
    assert (again.assigned[n], staffing_faults.faults(pinned, again.assigned)) == (other, [])


@pytest.mark.parametrize("week", [Week((), (), (), frozenset(), 10, ()), made(20, 1, 9)])
def test_empty_weeks_and_weeks_for_nobody_have_a_plan(week: Week) -> None:
    plan = engine.solved(week, 10)
    assert (plan.gap, staffing_faults.faults(week, plan.assigned)) == (0.0, [])


# Weeks nobody would think of


@st.composite
def small_weeks(draw: Any, most: int = 9) -> Week:
    people = draw(st.integers(1, 4))
    sessions = tuple(
        Session(
            day=draw(st.integers(0, 1)),
            start=15 * draw(st.integers(36, 60)),
            minutes=draw(st.sampled_from((30, 50, 90))),
            client=draw(st.integers(0, 3)),
            site=draw(st.integers(ELSEWHERE, 1)),
            priority=draw(st.sampled_from((1, 2, 4))),
            exposure=draw(st.integers(1, 3)),
            week=draw(st.integers(0, 1)),
        )
        for _ in range(draw(st.integers(0, most)))
    )
    limits = tuple(
        Interpreter(
            draw(st.integers(40, 300)),
            draw(st.integers(40, 500)),
            draw(st.integers(0, 4)),
            heard={0: draw(st.integers(0, 3))},
            bearable=draw(st.sampled_from(({}, {0: 2}, {0: 3, 1: 1}))),
        )
        for _ in range(people)
    )
    pairs = tuple(
        tuple(
            Pair(who, draw(st.integers(0, 1)), 0, draw(st.integers(0, 3)), draw(st.integers(0, 40)), 40)
            for who in sorted(draw(st.sets(st.integers(0, people - 1))))
        )
        for _ in sessions
    )
    newcomers = frozenset(draw(st.sets(st.sampled_from(sorted({one.client for one in sessions} or {0})))))
    return Week(sessions, limits, pairs, newcomers, 10, ((0, draw(st.integers(0, 90))), (20, 0)))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(small_weeks())
def test_every_plan_is_feasible_and_fills_no_less_than_people_do(week: Week) -> None:
    plan = engine.solved(week, 10, prove=True)
    assert staffing_faults.faults(week, plan.assigned) == []
    assert plan.bound == plan.worth
    for by_hand in (staffing_greedy.first_come(week), staffing_greedy.scarce_first(week)):
        assert plan.worth >= staffing.worth(staffing.measured(week, by_hand))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(small_weeks(most=4))
def test_proven_plans_are_the_best_of_all(week: Week) -> None:
    assert engine.solved(week, 10, prove=True).worth == _best(week, 0, {})


def _best(week: Week, n: int, assigned: dict[int, int]) -> int:
    """Every plan there is, one after another."""
    if n == len(week.sessions):
        return staffing.worth(staffing.measured(week, assigned))
    tried = [assigned, *(assigned | {n: pair.interpreter} for pair in week.pairs[n])]
    return max(_best(week, n + 1, one) for one in tried if not staffing_faults.faults(week, one))


# Somebody is away


def absence(week: Week, who: int, day: int) -> Week:
    def stays(n: int, pair: Pair) -> bool:
        return week.sessions[n].day != day or pair.interpreter != who

    return replace(
        week, pairs=tuple(tuple(pair for pair in row if stays(n, pair)) for n, row in enumerate(week.pairs))
    )


def busiest(week: Week, plan: staffing.Plan) -> tuple[int, int]:
    held = [(who, week.sessions[n].day) for n, who in plan.assigned.items()]
    return max(sorted(set(held)), key=held.count)


@pytest.mark.parametrize("seed", range(4))
def test_an_absence_moves_the_fewest_there_can_be(seed: int) -> None:
    week = made(200, 50, 8, seed)
    plan = engine.solved(week, 60)
    there = absence(week, *busiest(week, plan))
    again = engine.resolved(there, plan.assigned, 60)
    whole = staffing_rows.Part(range(200), {}, plan.assigned)
    watch = engine.Watch(60)
    best, _ = engine._improved(there, whole, *engine._finished(there, whole, watch), watch, 0.0)
    moved = [sum(found.get(n) != who for n, who in plan.assigned.items()) for found in (again.assigned, best)]
    assert staffing_faults.faults(there, again.assigned) == []
    assert (again.terms.fill, moved[0]) == (staffing.measured(there, best).fill, moved[1])


# In a process of its own


def test_plan_apart_is_the_plan_and_tells_how_far_it_is() -> None:
    week, heard = example("week-50"), []
    plan = staffing_apart.plan(week, 30, tell=heard.append)
    assert (plan.assigned, plan.how) == (engine.solved(week, 30).assigned, "solver")
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


@pytest.mark.parametrize("limits", [{"mebibytes": 30}, {"seconds": -staffing_apart.GRACE}])
def test_where_the_solver_fails_a_plan_comes_all_the_same(limits: dict[str, float]) -> None:
    week = example("week-50")
    plan = staffing_apart.plan(week, **limits)
    assert (plan.how, plan.bound, plan.gap, staffing_faults.faults(week, plan.assigned)) == ("greedy", None, None, [])
    assert plan.assigned == staffing_greedy.scarce_first(week)


# Promises


def one_hour(people: int, *sessions: staffing.Session, **more: Any) -> Week:
    """Everybody may take everything; nobody minds."""
    easy = staffing.Interpreter(10**6, 10**6, 10**6)
    pairs = tuple(tuple(Pair(who, 0, 0, 0, 0, 0) for who in range(people)) for _ in sessions)
    return Week(sessions, (easy,) * people, pairs, frozenset(), 0, (), **more)


def without(week: Week, n: int, who: int) -> Week:
    pairs = list(week.pairs)
    pairs[n] = tuple(pair for pair in pairs[n] if pair.interpreter != who)
    return replace(week, pairs=tuple(pairs))


def test_promise_is_kept_unless_a_session_is_filled_by_moving_it() -> None:
    ten = [staffing.Session(0, 600, 50, client) for client in range(2)]
    week = without(one_hour(2, *ten), 1, 1)
    away = replace(week, pairs=((Pair(0, 1, 1, 3, 0, 0), Pair(1, 0, 0, 0, 0, 0)), week.pairs[1]))
    later = replace(away, sessions=(ten[0], replace(ten[1], start=700)))
    assert engine.solved(later, 10, prove=True, promised={0: 0}).assigned == {0: 0, 1: 0}
    assert engine.solved(later, 10, prove=True).assigned == {0: 1, 1: 0}
    moved = engine.solved(away, 10, prove=True, promised={0: 0})
    assert (moved.assigned, moved.broken, moved.gap) == ({0: 1, 1: 0}, staffing.MOVED, 0.0)


def test_wanted_session_is_filled_and_others_are_left_alone() -> None:
    sessions = [staffing.Session(0, 600, 50, 0), staffing.Session(0, 600, 50, 1), staffing.Session(1, 2000, 50, 2)]
    week = without(one_hour(2, *sessions), 1, 1)
    assert engine.resolved(week, {0: 0}, 10).assigned == {0: 0}
    assert engine.resolved(week, {0: 0}, 10, wanted={1}).assigned == {0: 1, 1: 0}


def test_minutes_count_into_their_own_week() -> None:
    sessions = [staffing.Session(day, 1440 * day, 60, day, week=day // 7) for day in (0, 1, 7, 8)]
    week = one_hour(1, *sessions)
    limited = replace(week, interpreters=(staffing.Interpreter(10**6, 60, 10**6),))
    assert len(engine.solved(limited, 10).assigned) == 2
    taken = replace(week, interpreters=(staffing.Interpreter(10**6, 60, 10**6, {0: 30}),))
    assert set(engine.solved(taken, 10).assigned) < {2, 3}
    assert {fault.code for fault in staffing_faults.faults(limited, dict.fromkeys(range(4), 0))} == {"week_full"}
    assert len(staffing_greedy.scarce_first(limited)) == 2


def test_weights_of_a_week_decide() -> None:
    week = one_hour(2, staffing.Session(0, 600, 50, 0))
    torn = replace(week, pairs=((Pair(0, 1, 0, 0, 0, 0), Pair(1, 0, 1, 0, 0, 0)),))
    other = staffing.Weights(staffing.WEIGHTS._replace(continuity=-1), staffing.MOVED)
    assert engine.solved(torn, 10).assigned == {0: 1}
    found = engine.solved(replace(torn, weights=other), 10)
    assert (found.assigned, found.worth, found.gap) == ({0: 0}, 99_999, 0.0)


def test_solver_that_is_killed_before_it_answers_leaves_the_greedy_plan() -> None:
    week = example("week-50")
    with staffing_apart.opened() as solver:
        (process,) = multiprocessing.active_children()
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        plan = solver.plan(week, 30)
    assert (plan.how, plan.bound, staffing_faults.faults(week, plan.assigned)) == ("greedy", None, [])
    assert multiprocessing.active_children() == []
