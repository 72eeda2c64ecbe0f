"""What a plan may not do and what it is worth, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from triad.domain import staffing, staffing_faults
from triad.domain.staffing import ELSEWHERE, Interpreter, Pair, Session, Terms, Week
from triad.domain.staffing_faults import Fault

EASY = Interpreter(480, 2400, 12)
TRIPS = ((0, 30), (30, 0))


def pair(who: int, away: int = 0, disliked: int = 0, dialect: int = 0, travel: int = 0, cost: int = 0) -> Pair:
    return Pair(who, away, disliked, dialect, travel, cost)


def week(*sessions: Session, people: tuple[Interpreter, ...] = (EASY, EASY), newcomers: tuple[int, ...] = ()) -> Week:
    pairs = tuple(tuple(pair(who) for who in range(len(people))) for _ in sessions)
    return Week(sessions, people, pairs, frozenset(newcomers), 10, TRIPS)


def at(start: int, site: int = ELSEWHERE, day: int = 0, minutes: int = 50, client: int = 0) -> Session:
    return Session(day, start, minutes, client, site)


@pytest.mark.parametrize(
    ("later", "clashes"), [(at(609), True), (at(610), False), (at(599, day=1), False), (at(540), True)]
)
def test_sessions_apart_need_the_setup_between_them(later: Session, clashes: bool) -> None:
    assert bool(staffing.clashes(week(at(550), later), (0, 1))) == clashes


@pytest.mark.parametrize(
    ("site", "start", "clashes"), [(1, 629, True), (1, 630, False), (0, 610, False), (ELSEWHERE, 610, False)]
)
def test_two_sites_need_the_way_between_them(site: int, start: int, clashes: bool) -> None:
    assert bool(staffing.clashes(week(at(550, 0), at(start, site)), (1, 0))) == clashes


def test_every_fault_is_named() -> None:
    people = (Interpreter(100, 140, 12), EASY)
    held = week(at(540), at(560), at(700), at(540, day=1), at(540, day=2), people=people)
    held = replace(held, pairs=(*held.pairs[:4], (pair(1),)))
    held = replace(held, sessions=(replace(held.sessions[0], pin=1), *held.sessions[1:]))
    assert staffing_faults.faults(held, dict.fromkeys(range(5), 0) | {9: 0}) == [
        Fault("unknown", (9,)),
        Fault("not_eligible", (4,)),
        Fault("pin_broken", (0,)),
        Fault("clash", (0, 1)),
        Fault("day_full", (0, 1, 2)),
        Fault("week_full", (0, 1, 2, 3, 4)),
    ]
    assert staffing_faults.faults(held, {0: 1, 2: 0, 4: 1}) == []


def test_worth_is_the_sum_of_weighted_terms() -> None:
    held = week(at(540), at(700), at(540, day=1), newcomers=(0,), people=(Interpreter(480, 2400, 1), EASY))
    held = replace(
        held,
        sessions=(replace(held.sessions[0], priority=4, exposure=3), *held.sessions[1:]),
        pairs=((pair(0, 1, 1, 3, 20, 45),), (pair(1, cost=7),), (pair(0), pair(1))),
    )
    terms = staffing.measured(held, {0: 0, 1: 1})
    assert terms == Terms(fill=5, continuity=3, preference=1, dialect=3, exposure=2, travel=20, cost=52)
    assert staffing.worth(terms) == 500_000 - 6_000 - 300 - 180 - 80 - 20 - 52


def test_new_clients_pay_once_for_each_person() -> None:
    held = week(at(540), at(700), at(540, day=1), newcomers=(0,))
    assert [staffing.measured(held, dict(enumerate(who))).continuity for who in ((0, 0, 0), (0, 1, 0))] == [1, 2]
    assert staffing.measured(replace(held, newcomers=frozenset()), {0: 0, 1: 1}).continuity == 0


def test_pins_that_cannot_be_kept_are_found() -> None:
    held = week(*(replace(one, pin=0) for one in (at(540), at(560), at(700))))
    assert staffing_faults.impossible_pins(held) == [Fault("clash", (0, 1))]
    assert staffing_faults.impossible_pins(week(replace(at(540), pin=1), at(560))) == []
