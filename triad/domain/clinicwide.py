"""From all bond scores that count to what may be said of the clinic: whose scores stay out, and the series left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from statistics import stdev
from typing import NamedTuple

from triad.domain import asymmetry, pooling, suppression
from triad.domain.asymmetry import Norm, Row
from triad.domain.parties import DIRECTIONS, DYADS
from triad.domain.pooling import Spreads
from triad.domain.scales import Scale


class Bond(NamedTuple):
    """One directed bond score, 0..100 or None, with the people it came from; `sealed`: no reader sees it alone."""

    case: Hashable
    encounter: Hashable
    day: date
    client: Hashable
    therapist: Hashable
    interpreter: Hashable | None
    direction: str
    score: float | None
    sealed: bool = False

    @property
    def part(self) -> suppression.Part:
        return suppression.Part(self.client, self.interpreter, self.therapist)


@dataclass(frozen=True)
class Course:
    """One case: its people, and a row per encounter in order of time, numbered from 1."""

    case: Hashable
    client: Hashable
    therapist: Hashable
    rows: tuple[Row, ...]

    @property
    def parts(self) -> set[suppression.Part]:
        return {suppression.Part(self.client, row.interpreter_id, self.therapist) for row in self.rows}


def courses(bonds: Iterable[Bond]) -> tuple[Course, ...]:
    """Cases with their encounters; `bonds` in order of case and time.

    Sealed scores are in it only if they could be shown as a cell of their own and leave room: who sees the others
    one by one would else subtract them.
    """
    bonds = list(bonds)
    if not _may_mix([bond for bond in bonds if bond.sealed]):
        bonds = [bond for bond in bonds if not bond.sealed]
    return tuple(_course(list(mine)) for _, mine in groupby(bonds, key=lambda bond: bond.case))


def _may_mix(sealed: Sequence[Bond]) -> bool:
    unseen: dict[str, dict[Hashable, list[float]]] = defaultdict(lambda: defaultdict(list))
    for bond in sealed:
        if bond.score is not None:
            unseen[bond.direction][bond.client].append(bond.score)
    # Once per client and person, or one talkative client would be most of the cell by the number of forms.
    parts = {bond.part for bond in sealed}
    return suppression.may_show(parts) and all(map(suppression.leaves_room, unseen.values()))


def _course(bonds: Sequence[Bond]) -> Course:
    rows = []
    for number, (_, mine) in enumerate(groupby(bonds, key=lambda bond: bond.encounter), 1):
        held = list(mine)
        scores = {bond.direction: bond.score for bond in held}
        rows.append(Row(number, held[0].day, held[0].interpreter, scores))
    return Course(bonds[0].case, bonds[0].client, bonds[0].therapist, tuple(rows))


def norms(cases: Sequence[Course]) -> dict[str, Norm]:
    """Dyad to its usual asymmetry, where there are cases and people enough."""
    found = {}
    for dyad in DYADS:
        gaps = [(course, _gaps(course, dyad.key)) for course in cases]
        used = [(course, each) for course, each in gaps if len(each) >= asymmetry.NORM_ENCOUNTERS]
        norm = asymmetry.role_norm(each for _, each in used)
        if norm and suppression.may_show(part for course, _ in used for part in course.parts):
            found[dyad.key] = Norm(suppression.told(norm.value), norm.cases)
    return found


def _gaps(course: Course, dyad: str) -> list[float]:
    there, back = ([row.scores.get(key) for row in course.rows] for key in (dyad, dyad[::-1]))
    return [gap for gap in pooling.apart(there, back) if gap is not None]


def spreads(cases: Sequence[Course], scale: Scale) -> Spreads:
    """The clinic's own swing within cases where there are people enough, else the assumed one."""
    if not suppression.may_show(part for course in cases for part in course.parts):
        return pooling.assumed(scale)
    return pooling.of_clinic((series for course in cases for series in _series(course)), scale)


def sample_sd(cases: Sequence[Course]) -> float | None:
    """The SD of all bond scores, between and within cases, which two rules of the literature are made for.

    None below 20 cases or too few people.
    """
    scores = [x for course in cases for row in course.rows for x in row.scores.values() if x is not None]
    if len(cases) < pooling.CASES or not suppression.may_show(part for course in cases for part in course.parts):
        return None
    return stdev(scores)


def _series(course: Course) -> Iterable[dict[str, list[float | None]]]:
    """The six series of each interpreter of a case: a new person starts new edges."""
    by_person: dict[Hashable, list[Row]] = defaultdict(list)
    for row in course.rows:
        by_person[row.interpreter_id].append(row)
    for rows in by_person.values():
        yield {dyad.key: [row.scores.get(dyad.key) for row in rows] for dyad in DIRECTIONS}
