"""The week as a linear program: a column for each pair that may be, a row for each limit that could bind.

Conflicts are rows over cliques, never over pairs: pairs grow with the square of the sessions, cliques do not.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from triad.domain import staffing
from triad.domain.staffing import Assigned, Week
from triad.engines.staffing_program import (
    Program,
    Room,
    Shared,
    Taken,
    bearable_left,
    easy_left,
    minutes_left,
)

Array = NDArray[np.int64]
LARGEST = 7 * 24 * 60
"""A week has no more minutes: no limit above it binds, whatever is held."""


@dataclass(frozen=True)
class Part:
    """What is asked: `free` sessions are decided, `held` ones stay, and those of neither stay unfilled.

    `promised`: who was told that a session is theirs. `split`: days over which the break of a new client's second
    person is spread, for a bound day by day; then every row is there that could bind once other days are held.
    `alone`: what is held takes nothing from anybody's week, as a bound on what could be had if it made room.
    """

    free: Collection[int]
    held: Assigned = field(default_factory=dict)
    promised: Assigned = field(default_factory=dict)
    split: Mapping[int, int] | None = None
    alone: bool = False


def built(week: Week, part: Part) -> Program:
    """Without a limit that nobody could reach: most of them bind nowhere."""
    program = Program()
    diaries: dict[int, list[int]] = {}
    for n, who in part.held.items():
        diaries.setdefault(who, []).append(n)
    own, ground = _choices(week, part, program, diaries), Ground.of(week)
    taken = Taken.of(week, {} if part.alone else part.held)
    for who, columns in own.items():
        _conflicts(week, ground, program, columns)
        _days(week, program, who, columns, diaries.get(who, ()))
        _weeks(week, program, who, columns, taken, part.split is not None)
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
            program.row(1.0, columns)
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
            program.row(1.0, [day[place] for place in clique])


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


def _days(week: Week, program: Program, who: int, columns: Sequence[int], held: Iterable[int]) -> None:
    most = week.interpreters[who].most_a_day
    taken: Counter[int] = Counter()
    for session in (week.sessions[n] for n in held):
        taken[session.day] += session.minutes
    days: dict[int, list[int]] = {}
    for column in columns:
        days.setdefault(week.sessions[program.chosen[column][0]].day, []).append(column)
    for day, own in days.items():
        minutes = [float(week.sessions[program.chosen[column][0]].minutes) for column in own]
        if sum(minutes) > most - taken[day]:
            program.row(most - taken[day], own, minutes)


def _weeks(week: Week, program: Program, who: int, columns: Sequence[int], taken: Taken, always: bool) -> None:
    """Limits of a week, and at a price the exposure beyond what is easy; `always`, though nothing reaches them."""
    limits = week.interpreters[who]
    weeks: dict[int, list[int]] = {}
    for column in columns:
        weeks.setdefault(week.sessions[program.chosen[column][0]].week, []).append(column)
    for number, own in weeks.items():
        sessions = [week.sessions[program.chosen[column][0]] for column in own]
        minutes = [float(one.minutes) for one in sessions]
        exposure = [float(one.exposure) for one in sessions]
        rooms: list[tuple[Room, list[float]]] = [(minutes_left, minutes)]
        if week.weights.terms.exposure:
            rooms.append((easy_left, exposure))
        if number in limits.bearable:
            rooms.append((bearable_left, exposure))
        for room, factors in rooms:
            left = room(limits, number, taken, who)
            if sum(factors) <= left and not (always and left < LARGEST):
                continue
            if room is easy_left:
                over = program.column(week.weights.terms.exposure, upper=math.inf)
                row = program.row(left, [*own, over], [*factors, -1.0])
            else:
                row = program.row(left, own, factors)
            program.shared.append(Shared(row, room, who, number))


def _newcomers(week: Week, part: Part, program: Program) -> None:
    """A break for each person a new client meets, but for those they meet anyway."""
    met, seen = {(week.sessions[n].client, who) for n, who in part.held.items()}, program.firsts
    price = week.weights.terms.continuity
    for column, (n, who) in enumerate(program.chosen):
        client = week.sessions[n].client
        if not price or client not in week.newcomers or (client, who) in met:
            continue
        if (client, who) not in seen:
            share = 1 if part.split is None else part.split[client]
            seen[client, who] = program.column(price / share)
        program.row(0.0, [column, seen[client, who]], [1.0, -1.0])
