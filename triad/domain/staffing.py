"""A stretch of days to be staffed, as plain values: what may go together, what a plan is worth, what is wrong in it.

Times are whole minutes since midnight of the first day, which the day is counted from. No solver here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

Assigned = Mapping[int, int]
"""Index of a session -> index of its interpreter; a session that is not there is unfilled."""

ELSEWHERE = -1
"""The site of a session by telephone or video: nobody travels to it."""


@dataclass(frozen=True)
class Session:
    """`start` in minutes since midnight of `day`, for `minutes`. `priority` 1, 2 or 4; `exposure` 1 to 3.

    `pin`: the index of the interpreter who has to keep it, or None. `week`: which of several it counts into.
    """

    day: int
    start: int
    minutes: int
    client: int
    site: int = ELSEWHERE
    priority: int = 1
    exposure: int = 1
    pin: int | None = None
    week: int = 0

    @property
    def end(self) -> int:
        return self.start + self.minutes


@dataclass(frozen=True)
class Interpreter:
    """Minutes a day and in each week they may be given, and the exposure of a week after which more is excess."""

    most_a_day: int
    most_in_all: int
    exposure_cap: int
    taken: Mapping[int, int] = field(default_factory=dict)
    """Week -> minutes of it that are given already, by sessions that are not to be planned."""
    heard: Mapping[int, int] = field(default_factory=dict)
    """Week -> exposure of it that those bring."""
    bearable: Mapping[int, int] = field(default_factory=dict)
    """Week -> exposure that may be added to it, and no more; a week that is not there has no such limit."""

    def most_in(self, week: int) -> int:
        return self.most_in_all - self.taken.get(week, 0)

    def easy_in(self, week: int) -> int:
        """The exposure that can be added to the week before it is excess."""
        return max(0, self.exposure_cap - self.heard.get(week, 0))


class Pair(NamedTuple):
    """One who may interpret a session by every rule for a single session, and what that would cost.

    `away` 1 where the client's predecessor would be left; `disliked` 1 where a preference is not kept; `dialect` the
    distance 0 to 3; `travel` minutes; `cost` whole units of money.
    """

    interpreter: int
    away: int
    disliked: int
    dialect: int
    travel: int
    cost: int


class Terms(NamedTuple):
    """What a plan reaches, each term counted alone."""

    fill: int
    continuity: int
    preference: int
    dialect: int
    exposure: int
    travel: int
    cost: int


class Weights(NamedTuple):
    """What one of each term is worth, and a session that was promised and goes to somebody else or to nobody."""

    terms: Terms
    moved: int

    @classmethod
    def of(cls, own: Any) -> Weights:
        """As the clinic's settings have them, where a goal is what it gives to reach it."""
        goals = WEIGHTS._replace(
            continuity=-own.goal_continuity,
            preference=-own.goal_preference,
            dialect=-own.goal_dialect,
            travel=-own.goal_travel,
        )
        return cls(goals, -own.goal_moved)


WEIGHTS = Terms(100_000, -2_000, -300, -60, -40, -1, -1)
"""One blended sum: fill before all, then continuity; exact dominance would overflow and change neither."""

MOVED = -20_000
"""Right after fill."""


def worth(terms: Terms, weights: Terms = WEIGHTS) -> int:
    return sum(weight * term for weight, term in zip(weights, terms, strict=True))


@dataclass(frozen=True)
class Week:
    """`pairs[n]` belongs to `sessions[n]`, by index of the interpreter. `setup` minutes; `trips[site][site]` too.

    `newcomers`: clients with several sessions and no predecessor, for whom each person more is a break.
    """

    sessions: tuple[Session, ...]
    interpreters: tuple[Interpreter, ...]
    pairs: tuple[tuple[Pair, ...], ...]
    newcomers: frozenset[int]
    setup: int
    trips: tuple[tuple[int, ...], ...]
    weights: Weights = field(default_factory=lambda: Weights(WEIGHTS, MOVED))

    def gap(self, one: int, other: int) -> int:
        """Minutes to be kept between two sites, either of which may be `ELSEWHERE`."""
        return self.setup if ELSEWHERE in (one, other) else max(self.setup, self.trips[one][other])


def pair_terms(session: Session, pair: Pair) -> Terms:
    """What giving the session to this one adds, as far as it does not depend on other sessions."""
    return Terms(session.priority, pair.away, pair.disliked, pair.dialect, 0, pair.travel, pair.cost)


def pair_worth(session: Session, pair: Pair, weights: Terms = WEIGHTS) -> int:
    # Written out, since it is asked of every pair there is.
    fill, continuity, preference, dialect, _, travel, cost = weights
    _, away, disliked, steps, way, price = pair
    return (
        fill * session.priority
        + continuity * away
        + preference * disliked
        + dialect * steps
        + travel * way
        + cost * price
    )


def measured(week: Week, assigned: Assigned) -> Terms:
    """The terms of a plan, counted afresh from the week. KeyError for somebody who may not interpret a session."""
    chosen = {n: _pair(week, n, who) for n, who in assigned.items()}
    people = {
        (week.sessions[n].client, who) for n, who in assigned.items() if week.sessions[n].client in week.newcomers
    }
    load: Counter[tuple[int, int]] = Counter()
    for n, who in assigned.items():
        load[who, week.sessions[n].week] += week.sessions[n].exposure
    return Terms(
        fill=sum(week.sessions[n].priority for n in assigned),
        continuity=sum(pair.away for pair in chosen.values()) + len(people),
        preference=sum(pair.disliked for pair in chosen.values()),
        dialect=sum(pair.dialect for pair in chosen.values()),
        exposure=sum(max(0, more - week.interpreters[who].easy_in(number)) for (who, number), more in load.items()),
        travel=sum(pair.travel for pair in chosen.values()),
        cost=sum(pair.cost for pair in chosen.values()),
    )


def _pair(week: Week, session: int, who: int) -> Pair:
    for pair in week.pairs[session]:
        if pair.interpreter == who:
            return pair
    raise KeyError((session, who))


def clashes(week: Week, held: Iterable[int]) -> list[tuple[int, int]]:
    """Pairs of sessions one person cannot both hold: the later starts before the earlier's end and the gap."""
    order = sorted(held, key=lambda n: (week.sessions[n].day, week.sessions[n].start, n))
    found = []
    for place, n in enumerate(order):
        one = week.sessions[n]
        for m in order[place + 1 :]:
            other = week.sessions[m]
            if other.day != one.day:
                break
            if other.start < one.end + week.gap(one.site, other.site):
                found.append((n, m))
    return found


def still_possible(week: Week, promised: Assigned) -> dict[int, int]:
    """The promises that can be kept, one by one: who still may, and is not pinned away."""
    return {
        n: who
        for n, who in promised.items()
        if week.sessions[n].pin in (None, who) and any(pair.interpreter == who for pair in week.pairs[n])
    }


def broken(week: Week, promised: Assigned, assigned: Assigned) -> int:
    """What the promises cost that are not kept, 0 or less."""
    return week.weights.moved * sum(assigned.get(n) != who for n, who in promised.items())


class Unsolved(Exception):
    """Out of time or out of numbers, without anything to go on with."""


@dataclass(frozen=True)
class Plan:
    """`bound`: no plan is worth more, None if unproved. `how`: `solver`, `by_day`, `replan` or `greedy`.

    `broken`: what the promises cost that it does not keep, 0 or less.
    """

    assigned: Assigned
    terms: Terms
    bound: int | None
    how: str
    seconds: float
    weights: Terms = WEIGHTS
    broken: int = 0

    @property
    def worth(self) -> int:
        return worth(self.terms, self.weights) + self.broken

    @property
    def gap(self) -> float | None:
        """At most this share of the best possible is missing; None where nothing is known of it."""
        if self.bound is None:
            return None
        return max(0.0, (self.bound - self.worth) / self.bound) if self.bound > 0 else 0.0


def is_sorted(pairs: Sequence[Pair]) -> bool:
    return all(one.interpreter < other.interpreter for one, other in pairwise(pairs))
