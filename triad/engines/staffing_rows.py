"""The week as a linear program: a column for each pair that may be, a row for each limit that could bind.

Conflicts are rows over cliques, never over pairs: pairs grow with the square of the sessions, cliques do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from triad.domain import staffing
from triad.domain.staffing import Assigned, Week

Array = NDArray[np.int64]


@dataclass
class Program:
    """Maximise `gain` over `lower <= x <= upper` and rows `sum <= most`. `chosen[n]` is what column n stands for,
    session and interpreter; the columns after these are no choices and need not be whole.
    """

    chosen: list[tuple[int, int]] = field(default_factory=list)
    gain: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    columns: list[int] = field(default_factory=list)
    factors: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)

    def column(self, gain: float, lower: float = 0.0, upper: float = 1.0) -> int:
        self.gain.append(gain)
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.gain) - 1

    def row(self, most: float, terms: Iterable[tuple[int, float]]) -> None:
        for column, factor in terms:
            self.columns.append(column)
            self.factors.append(factor)
        self.starts.append(len(self.columns))
        self.most.append(most)


@dataclass(frozen=True)
class Part:
    """What is asked: `free` sessions are decided, `held` ones stay, and those of neither stay unfilled.

    `promised`: who was told that a session is theirs. `split`: days over which the break of a new client's second
    person is spread, for a bound day by day; then nothing that binds across days is in the program.
    """

    free: Collection[int]
    held: Assigned = field(default_factory=dict)
    promised: Assigned = field(default_factory=dict)
    split: Mapping[int, int] | None = None


def built(week: Week, part: Part) -> Program:
    """Without a limit that nobody could reach: most of them bind nowhere."""
    program = Program()
    diaries: dict[int, list[int]] = {}
    for n, who in part.held.items():
        diaries.setdefault(who, []).append(n)
    own, ground = _choices(week, part, program, diaries), Ground.of(week)
    for who, columns in own.items():
        _conflicts(week, ground, program, columns)
        _loads(week, program, who, columns, diaries.get(who, ()))
        _exposure(week, program, who, columns, diaries.get(who, ()), part.split is None)
    _newcomers(week, part, program)
    return program


Own = dict[int, list[int]]
"""Interpreter -> columns."""


def _choices(week: Week, part: Part, program: Program, diaries: Mapping[int, Sequence[int]]) -> Own:
    own: Own = {}
    # Less than a unit in all, so that it decides between equals only, and always alike.
    tie = 0.4 / max(1, len(part.free)) / max(1, len(week.interpreters))
    for n in sorted(part.free):
        session, columns = week.sessions[n], []
        for pair in week.pairs[n]:
            who = pair.interpreter
            if session.pin not in (None, who) or _collides(week, n, diaries.get(who, ())):
                continue
            # A promised session is at its loss until somebody has it again.
            kept = week.weights.moved if part.promised.get(n) == who else 0
            gain = staffing.pair_worth(session, pair, week.weights.terms) - kept - tie * who
            columns.append(program.column(gain, lower=1.0 if session.pin == who else 0.0))
            program.chosen.append((n, who))
            own.setdefault(who, []).append(columns[-1])
        if len(columns) > 1:
            program.row(1.0, ((column, 1.0) for column in columns))
    return own


def _collides(week: Week, n: int, held: Iterable[int]) -> bool:
    one = week.sessions[n]
    for m in held:
        other = week.sessions[m]
        if other.day == one.day:
            first, later = (one, other) if one.start <= other.start else (other, one)
            if later.start < first.end + week.gap(first.site, later.site):
                return True
    return False


@dataclass(frozen=True)
class Ground:
    """When and where the sessions are, and the minutes between any two sites; the last row is for `ELSEWHERE`, -1."""

    start: Array
    end: Array
    site: Array
    gaps: Array

    @classmethod
    def of(cls, week: Week) -> Ground:
        sessions = week.sessions
        trips = np.array(week.trips, dtype=np.int64).reshape(len(week.trips), len(week.trips))
        return cls(
            start=np.array([one.start for one in sessions]),
            end=np.array([one.end for one in sessions]),
            site=np.array([one.site for one in sessions], dtype=np.int64),
            gaps=np.maximum(np.pad(trips, (0, 1)), week.setup),
        )


def _conflicts(week: Week, ground: Ground, program: Program, columns: Sequence[int]) -> None:
    days: dict[int, list[int]] = {}
    for column in columns:
        days.setdefault(week.sessions[program.chosen[column][0]].day, []).append(column)
    for day in days.values():
        for clique in cliques(ground, [program.chosen[column][0] for column in day]):
            program.row(1.0, ((day[place], 1.0) for place in clique))


def cliques(ground: Ground, sessions: Sequence[int]) -> Iterator[list[int]]:
    """Places in `sessions`, all of one day: groups of which one person can hold one, that cover every conflict."""
    if len(sessions) < 2:
        return
    start, end, site = ground.start[sessions], ground.end[sessions], ground.site[sessions]
    ready = end[:, None] + ground.gaps[site[:, None], site[None, :]]
    meet = (start[None, :] < ready) & (start[:, None] < ready.T)
    np.fill_diagonal(meet, False)
    rows = np.packbits(meet, axis=1, bitorder="little")
    near = [int.from_bytes(row.tobytes(), "little") for row in rows]
    # What each still has to be covered with, as bits: a clique grows as far as it can and strikes out all its pairs.
    left = list(near)
    for place in range(len(sessions)):
        while left[place]:
            group = _grown(near, place, (left[place] & -left[place]).bit_length() - 1)
            mask = sum(1 << one for one in group)
            for one in group:
                left[one] &= ~mask
            yield group


def _grown(near: Sequence[int], one: int, other: int) -> list[int]:
    group, could = [one, other], near[one] & near[other]
    while could:
        lowest = (could & -could).bit_length() - 1
        group.append(lowest)
        could &= near[lowest]
    return group


def _loads(week: Week, program: Program, who: int, columns: Sequence[int], held: Iterable[int]) -> None:
    limits = week.interpreters[who]
    taken: dict[int, int] = {}
    booked: dict[int, int] = {}
    for session in (week.sessions[n] for n in held):
        taken[session.day] = taken.get(session.day, 0) + session.minutes
        booked[session.week] = booked.get(session.week, 0) + session.minutes
    days: dict[int, list[tuple[int, float]]] = {}
    weeks: dict[int, list[tuple[int, float]]] = {}
    for column in columns:
        session = week.sessions[program.chosen[column][0]]
        days.setdefault(session.day, []).append((column, float(session.minutes)))
        weeks.setdefault(session.week, []).append((column, float(session.minutes)))
    for day, terms in days.items():
        _limit(program, limits.most_a_day - taken.get(day, 0), terms)
    for number, terms in weeks.items():
        _limit(program, limits.most_in(number) - booked.get(number, 0), terms)


def _limit(program: Program, most: float, terms: Sequence[tuple[int, float]]) -> None:
    if sum(minutes for _, minutes in terms) > most:
        program.row(most, terms)


def _exposure(
    week: Week, program: Program, who: int, columns: Sequence[int], held: Iterable[int], counts: bool
) -> None:
    """What may be added to a week at most; and, where it `counts`, at a price what is more than it easily takes."""
    limits = week.interpreters[who]
    taken: Counter[int] = Counter()
    for session in (week.sessions[n] for n in held):
        taken[session.week] += session.exposure
    weeks: dict[int, list[tuple[int, float]]] = {}
    for column in columns:
        session = week.sessions[program.chosen[column][0]]
        weeks.setdefault(session.week, []).append((column, float(session.exposure)))
    for number, terms in weeks.items():
        if number in limits.bearable:
            _limit(program, limits.bearable[number] - taken[number], terms)
        # What the held ones are beyond it already is counted with them.
        easy = max(0, limits.easy_in(number) - taken[number])
        if counts and sum(weight for _, weight in terms) > easy:
            over = program.column(week.weights.terms.exposure, upper=float("inf"))
            program.row(easy, [*terms, (over, -1.0)])


def _newcomers(week: Week, part: Part, program: Program) -> None:
    """A break for each person a new client meets, but for those they meet anyway."""
    met = {(week.sessions[n].client, who) for n, who in part.held.items()}
    seen: dict[tuple[int, int], int] = {}
    for column, (n, who) in enumerate(program.chosen):
        client = week.sessions[n].client
        if client not in week.newcomers or (client, who) in met:
            continue
        if (client, who) not in seen:
            share = 1 if part.split is None else part.split[client]
            seen[client, who] = program.column(week.weights.terms.continuity / share)
        program.row(0.0, ((column, 1.0), (seen[client, who], -1.0)))
