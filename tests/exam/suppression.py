"""What may be said of the clinic does not say what one client gave (V6)."""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from tests.exam.sheet import Reached, Size, row
from triad.domain import asymmetry, clinicwide, suppression
from triad.domain.clinicwide import Bond, Course
from triad.domain.parties import DIRECTIONS

if TYPE_CHECKING:
    from scipy.optimize import LinearConstraint

STEPS, STEP = 8, 12.5
"""Two items of five choices give nine scores: what is hidden is a whole number of steps."""
FIRST_MONTH = date(2027, 2, 1)
"""Figures are frozen on this day, and once more when all has come in: one can be taken from the other."""
TRIED = 4
"""Hidden scores of a clinic that are asked for, of those that came in between the months first."""
Key = tuple[Hashable, Hashable, str]
"""Case, encounter and direction of a score."""


class Fact(NamedTuple):
    """Hidden scores, each times its weight, sum up to something from `low` to `high`."""

    weights: dict[Key, float]
    low: float
    high: float


def clinic(chance: random.Random) -> list[Bond]:
    """It may be tiny or have a hundred cases, sit at the ceiling, hide one form or half of all."""
    therapists, interpreters = chance.randint(1, 6), chance.randint(2, 8)
    ceiling, hiding = chance.choice((0.2, 0.5, 0.9, 1.0)), chance.choice((0.03, 0.2, 0.5))
    found = []
    for case in range(chance.choice((8, 20, 24, 40, 100))):
        therapist, interpreter = f"t{chance.randrange(therapists)}", f"i{chance.randrange(interpreters)}"
        hides, first = chance.random() < hiding, chance.randint(0, 4)
        for number in range(chance.randint(1, 9)):
            day = date(2027, 1, 4) + timedelta(days=7 * (first + number))
            for way in (way.key for way in DIRECTIONS):
                score = 100.0 if chance.random() < ceiling else STEP * chance.randint(0, STEPS)
                sealed = hides and way.startswith("C")
                found.append(Bond(case, number, day, f"c{case}", therapist, interpreter, way, score, sealed))
    return found


def facts(bonds: Sequence[Bond]) -> list[Fact]:
    """The published means that hold hidden scores, for a lead who sees every other score one by one."""
    cases = clinicwide.courses(bonds)
    hidden = {(bond.case, bond.encounter, bond.direction) for bond in bonds if bond.sealed}
    if len(cases) < asymmetry.NORM_CASES or not suppression.may_show(part for one in cases for part in one.parts):
        return []
    norms, found = clinicwide.norms(cases), []
    for way in ("CT", "CI"):
        found.append(_fact(cases, hidden, way))
        for dyad in {way, way[::-1]} & set(norms):
            gap = _fact(cases, hidden, way, way[::-1])
            assert abs(norms[dyad].value) == abs(suppression.told(_mean(cases, way, way[::-1]))), (
                "not what is published"
            )
            found.append(gap)
    return [fact for fact in found if fact.weights]


def _columns(cases: Sequence[Course], way: str, other: str) -> Iterator[tuple[Hashable, list[tuple[int, float]]]]:
    """Case, and by encounter what its mean is made of: the score, or how far it lies from the `other` direction."""
    for course in cases:
        used = []
        for held in course.rows:
            score, back = held.scores.get(way), held.scores.get(other) if other else 0.0
            if score is not None and back is not None:
                used.append((held.number - 1, score - back))
        if len(used) >= (asymmetry.NORM_ENCOUNTERS if other else 1):
            yield course.case, used


def _mean(cases: Sequence[Course], way: str, other: str) -> float:
    return fmean(fmean(value for _, value in used) for _, used in _columns(cases, way, other))


def _fact(cases: Sequence[Course], hidden: set[Key], way: str, other: str = "") -> Fact:
    columns = list(_columns(cases, way, other))
    weights: dict[Key, float] = {
        (case, number, way): 1 / len(used) / len(columns)
        for case, used in columns
        for number, _ in used
        if (case, number, way) in hidden
    }
    true: dict[Key, float | None] = {
        (one.case, held.number - 1, way): held.scores.get(way) for one in cases for held in one.rows
    }
    mean = _mean(cases, way, other)
    known = mean - sum(weight * (true[key] or 0.0) for key, weight in weights.items())
    half = 0.5 * 10.0**-suppression.POINTS
    return Fact(weights, suppression.told(mean) - half - known, suppression.told(mean) + half - known)


def pinned(bonds: Sequence[Bond], chance: random.Random) -> tuple[int, int]:
    """Of a few hidden scores: how many can have one value only, and how many were asked for."""
    # Here and below: whoever sits another row need not wait until the solver is loaded.
    import numpy as np
    from scipy.optimize import LinearConstraint

    before = facts([bond for bond in bonds if bond.day < FIRST_MONTH])
    known = before + facts(bonds)
    keys = sorted({key for fact in known for key in fact.weights}, key=str)
    if not keys:
        return 0, 0
    place = {key: at for at, key in enumerate(keys)}
    matrix = np.zeros((len(known), len(keys)))
    for line, fact in enumerate(known):
        for key, weight in fact.weights.items():
            matrix[line, place[key]] = weight * STEP
    # What is published holds for what was given: a hair's breadth more, for the sums of floating point.
    limits = LinearConstraint(matrix, [fact.low - 1e-7 for fact in known], [fact.high + 1e-7 for fact in known])
    old = {key for fact in before for key in fact.weights}
    asked = sorted(chance.sample(keys, len(keys)), key=lambda key: key in old)[:TRIED]
    return sum(_single(limits, place[key], len(keys)) for key in asked), len(asked)


def _single(limits: LinearConstraint, at: int, count: int) -> bool:
    """Has this one score the same value in all worlds that fit? Two worlds in which it differs are proof enough.

    A search that ends undecided counts as determined: only what is shown to be open is open.
    """
    import numpy as np
    from scipy.optimize import Bounds, milp

    ends = []
    for sign in (1.0, -1.0):
        wanted = np.zeros(count)
        wanted[at] = sign
        found = milp(wanted, constraints=limits, integrality=np.ones(count), bounds=Bounds(0, STEPS), options=LIMIT)
        ends.append(round(float(found.x[at])) if found.x is not None else -1)
    return min(ends) < 0 or ends[0] == ends[1]


LIMIT = {"time_limit": 0.5}


@contextmanager
def told_otherwise(**guards: object) -> Iterator[None]:
    """With guards of the rule replaced."""
    kept = {name: getattr(suppression, name) for name in guards}
    for name, guard in guards.items():
        setattr(suppression, name, guard)
    try:
        yield
    finally:
        for name, guard in kept.items():
            setattr(suppression, name, guard)


def attack(clinics: int, seed: int) -> tuple[int, int, int]:
    """Scores that were pinned, scores that were asked for, and clinics that say something about hidden ones."""
    chance = random.Random(seed)
    results = [pinned(clinic(chance), chance) for _ in range(clinics)]
    return sum(one for one, _ in results), sum(asked for _, asked in results), sum(asked > 0 for _, asked in results)


def anybody(*_: object) -> bool:
    return True


@row(
    "V6",
    "a solver with all permitted figures and rows finds nobody's score",
    "1,000 synthetic clinics: 0 ratings determined",
)
def nothing_can_be_solved(size: Size) -> Reached:
    clinics, tried = size.of(1000, 10), size.of(60, 8)
    found, asked, telling = attack(clinics, 1)
    open_to_all = {"may_show": anybody, "leaves_room": anybody}
    worse = {}
    for name, guards in (("rule", open_to_all), ("points", {"POINTS": 6}), ("both", {**open_to_all, "POINTS": 6})):
        with told_otherwise(**guards):
            worse[name], _, _ = attack(tried, 1)
    few, fine, both = worse.values()
    return Reached(
        f"{clinics:,} clinics, of which {telling:,} say something: {found} of {asked:,} scores determined; "
        f"of {tried} {few} without the rule of few people, {fine} with six decimals, {both} with both",
        found == 0 and asked > 0,
        both > 0,
    )
