"""Why a plan gives a session to somebody: what the next best would lose, who is in the way, who could have it.

A difference is that of the goal terms of `staffing`, with everything else in the plan as it is.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from triad.domain import staffing
from triad.domain.staffing import Assigned, Pair, Terms, Week


class Next(NamedTuple):
    """Somebody who is free for a session in a plan; `terms` is what the plan's choice gains over them."""

    who: int
    terms: Terms


class Way(NamedTuple):
    """Somebody who may take a session and holds these instead."""

    who: int
    sessions: tuple[int, ...]


class Diaries:
    """A plan by person: what each holds, and whom each new client meets."""

    def __init__(self, week: Week, assigned: Assigned) -> None:
        self.week, self.assigned = week, assigned
        self._held: dict[int, list[int]] = defaultdict(list)
        self._met: Counter[tuple[int, int]] = Counter()
        for n, who in assigned.items():
            self._held[who].append(n)
            self._met[week.sessions[n].client, who] += 1

    def runner_up(self, n: int) -> Next | None:
        """The best of the others who could take the session as well; None where there is nobody."""
        chosen = self.assigned[n]
        others = [pair for pair in self.week.pairs[n] if pair.interpreter != chosen and not self.ways(n, pair)]
        if not others:
            return None
        weights = self.week.weights.terms
        best = max(others, key=lambda pair: (staffing.worth(self._terms(n, pair), weights), -pair.interpreter))
        (own,) = (pair for pair in self.week.pairs[n] if pair.interpreter == chosen)
        differ = zip(self._terms(n, own), self._terms(n, best), strict=True)
        return Next(best.interpreter, Terms(*(one - other for one, other in differ)))

    def ways(self, n: int, pair: Pair) -> tuple[int, ...]:
        """The sessions in this person's diary that would have to go, all of the week where it would be too full."""
        one, others = self.week.sessions[n], [m for m in self._held[pair.interpreter] if m != n]
        limits, same = self.week.interpreters[pair.interpreter], self._same_week(n, pair.interpreter)
        minutes = one.minutes + sum(self.week.sessions[m].minutes for m in same)
        exposure = one.exposure + sum(self.week.sessions[m].exposure for m in same)
        if minutes > limits.most_in(one.week) or exposure > limits.bearable.get(one.week, math.inf):
            return tuple(same)
        today = [m for m in others if self.week.sessions[m].day == one.day]
        return tuple(m for both in staffing.clashes(self.week, [n, *today]) if n in both for m in both if m != n)

    def in_the_way(self, n: int) -> list[Way]:
        """Everybody who may take the session, with what they hold instead: the fewest first."""
        found = [Way(pair.interpreter, self.ways(n, pair)) for pair in self.week.pairs[n]]
        return sorted(found, key=lambda way: (len(way.sessions), way.who))

    def _terms(self, n: int, pair: Pair) -> Terms:
        session = self.week.sessions[n]
        terms = staffing.pair_terms(session, pair)._replace(exposure=self._excess(n, pair.interpreter))
        if session.client not in self.week.newcomers:
            return terms
        elsewhere = self._met[session.client, pair.interpreter] - (self.assigned.get(n) == pair.interpreter)
        return terms._replace(continuity=terms.continuity + (elsewhere == 0))

    def _excess(self, n: int, who: int) -> int:
        """The exposure beyond this person's week that just this session brings."""
        one, easy = self.week.sessions[n], self.week.interpreters[who].easy_in(self.week.sessions[n].week)
        others = sum(self.week.sessions[m].exposure for m in self._same_week(n, who))
        return max(0, others + one.exposure - easy) - max(0, others - easy)

    def _same_week(self, n: int, who: int) -> list[int]:
        number = self.week.sessions[n].week
        return [m for m in self._held[who] if m != n and self.week.sessions[m].week == number]


class Hours(NamedTuple):
    """A stretch of `weekday` (0 Monday), from `start` to `end` in hours of the clinic's clock."""

    weekday: int
    start: int
    end: int


class Hint(NamedTuple):
    """Somebody more with this language at these hours would take `fills` of `unmet` sessions."""

    language: str
    hours: Hours
    fills: int
    unmet: int


STRETCHES = tuple((start, start + 4) for start in range(7, 18))
"""Half a working day, from each full hour."""


class Unmet(NamedTuple):
    """A session nobody takes: minutes since midnight on the clinic's clock, with briefing and debrief."""

    language: str
    day: int
    weekday: int
    start: int
    end: int


def hints(unmet: Iterable[Unmet], setup: int) -> list[Hint]:
    """For each language the half day a week in which one person more would take the most; the most helpful first."""
    by_language: dict[str, list[Unmet]] = defaultdict(list)
    for one in unmet:
        by_language[one.language].append(one)
    found = [_hint(language, rows, setup) for language, rows in by_language.items()]
    return sorted((one for one in found if one.fills), key=lambda one: (-one.fills, -one.unmet, one.language))


def _hint(language: str, rows: Sequence[Unmet], setup: int) -> Hint:
    tried = ((Hours(day, start, end), rows) for day in range(7) for start, end in STRETCHES)
    counted = [(len(list(_taken(hours, rows, setup))), hours) for hours, rows in tried]
    fills, hours = max(counted, key=lambda one: (one[0], -one[1].weekday, -one[1].start))
    return Hint(language, hours, fills, len(rows))


def _taken(hours: Hours, rows: Iterable[Unmet], setup: int) -> Iterator[Unmet]:
    """As many as one person can hold: always the one that ends first."""
    free: dict[int, int] = defaultdict(int)
    for one in sorted(rows, key=lambda row: (row.day, row.end, row.start)):
        inside = one.weekday == hours.weekday and hours.start * 60 <= one.start and one.end <= hours.end * 60
        if inside and one.start >= free[one.day]:
            free[one.day] = one.end + setup
            yield one
