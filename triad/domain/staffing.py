"""A stretch of days to be staffed, as plain values: what may go together, what a plan is worth, what is wrong in it.

Times are whole minutes since midnight of the first day, which the day is counted from. No solver here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

Assigned = Mapping[int, int]
"""Index of a session -> index of its interpreter; a session that is not there is unfilled."""

ELSEWHERE = -1
"""The site of a session by telephone or video: nobody travels to it."""


@dataclass(frozen=True)
class Session:
    """`start` in minutes since midnight of `day`, for `minutes`. `priority` 1, 2 or 4; `exposure` 1 to 3.

    `pin`: the index of the interpreter who has to keep it, or None.
    """

    day: int
    start: int
    minutes: int
    client: int
    site: int = ELSEWHERE
    priority: int = 1
    exposure: int = 1
    pin: int | None = None

    @property
    def end(self) -> int:
        return self.start + self.minutes


@dataclass(frozen=True)
class Interpreter:
    """Minutes a day and in all they may be given, and the exposure after which a session counts as excess."""

    most_a_day: int
    most_in_all: int
    exposure_cap: int


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

    def gap(self, one: int, other: int) -> int:
        """Minutes to be kept between two sites, either of which may be `ELSEWHERE`."""
        return self.setup if ELSEWHERE in (one, other) else max(self.setup, self.trips[one][other])


class Terms(NamedTuple):
    """What a plan reaches, each term counted alone."""

    fill: int
    continuity: int
    preference: int
    dialect: int
    exposure: int
    travel: int
    cost: int


WEIGHTS = Terms(100_000, -2_000, -300, -60, -40, -1, -1)
"""One blended sum: fill before all, then continuity; exact dominance would overflow and change neither."""

MOVED = -20_000
"""For a session that was promised to somebody and goes to somebody else or to nobody: right after fill."""


def worth(terms: Terms) -> int:
    return sum(weight * term for weight, term in zip(WEIGHTS, terms, strict=True))


def pair_worth(session: Session, pair: Pair) -> int:
    """What giving the session to this one adds, as far as it does not depend on other sessions."""
    return worth(Terms(session.priority, pair.away, pair.disliked, pair.dialect, 0, pair.travel, pair.cost))


def measured(week: Week, assigned: Assigned) -> Terms:
    """The terms of a plan, counted afresh from the week. KeyError for somebody who may not interpret a session."""
    chosen = {n: _pair(week, n, who) for n, who in assigned.items()}
    people = {
        (week.sessions[n].client, who) for n, who in assigned.items() if week.sessions[n].client in week.newcomers
    }
    load: Counter[int] = Counter()
    for n, who in assigned.items():
        load[who] += week.sessions[n].exposure
    return Terms(
        fill=sum(week.sessions[n].priority for n in assigned),
        continuity=sum(pair.away for pair in chosen.values()) + len(people),
        preference=sum(pair.disliked for pair in chosen.values()),
        dialect=sum(pair.dialect for pair in chosen.values()),
        exposure=sum(max(0, load[who] - week.interpreters[who].exposure_cap) for who in load),
        travel=sum(pair.travel for pair in chosen.values()),
        cost=sum(pair.cost for pair in chosen.values()),
    )


def _pair(week: Week, session: int, who: int) -> Pair:
    for pair in week.pairs[session]:
        if pair.interpreter == who:
            return pair
    raise KeyError((session, who))


class Fault(NamedTuple):
    """Codes: `unknown`, `not_eligible`, `clash`, `day_full`, `week_full`, `pin_broken`; and its sessions."""

    code: str
    sessions: tuple[int, ...]


def faults(week: Week, assigned: Assigned) -> list[Fault]:
    """Everything a plan does that no plan may do; independent of whoever made the plan."""
    known = {
        n: who for n, who in assigned.items() if 0 <= n < len(week.sessions) and 0 <= who < len(week.interpreters)
    }
    found = [Fault("unknown", (n,)) for n in assigned if n not in known]
    for n, who in known.items():
        if all(pair.interpreter != who for pair in week.pairs[n]):
            found.append(Fault("not_eligible", (n,)))
    found += [Fault("pin_broken", (n,)) for n, one in enumerate(week.sessions) if one.pin not in (None, known.get(n))]
    diaries: dict[int, list[int]] = {}
    for n, who in known.items():
        diaries.setdefault(who, []).append(n)
    for who, held in diaries.items():
        found += [Fault("clash", pair) for pair in clashes(week, held)]
        found += _overfull(week, who, held)
    return found


def _overfull(week: Week, who: int, held: Iterable[int]) -> Iterator[Fault]:
    days: dict[int, list[int]] = {}
    for n in held:
        days.setdefault(week.sessions[n].day, []).append(n)
    limits = week.interpreters[who]
    for day in days.values():
        if _minutes(week, day) > limits.most_a_day:
            yield Fault("day_full", tuple(day))
    whole = [n for day in days.values() for n in day]
    if _minutes(week, whole) > limits.most_in_all:
        yield Fault("week_full", tuple(whole))


def _minutes(week: Week, sessions: Iterable[int]) -> int:
    return sum(week.sessions[n].minutes for n in sessions)


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


def impossible_pins(week: Week) -> list[Fault]:
    """Pins that no plan can keep: to somebody who may not, at the same time, or beyond somebody's limits."""
    return faults(week, {n: one.pin for n, one in enumerate(week.sessions) if one.pin is not None})


class Unsolved(Exception):
    """Out of time or out of numbers, without anything to go on with."""


@dataclass(frozen=True)
class Plan:
    """`bound`: no plan is worth more, None if unproved. `how`: `solver`, `by_day`, `replan` or `greedy`."""

    assigned: Assigned
    terms: Terms
    bound: int | None
    how: str
    seconds: float

    @property
    def worth(self) -> int:
        return worth(self.terms)

    @property
    def gap(self) -> float | None:
        """At most this share of the best possible is missing; None where nothing is known of it."""
        if self.bound is None:
            return None
        return max(0.0, (self.bound - self.worth) / self.bound) if self.bound > 0 else 0.0


def in_time_order(week: Week) -> Sequence[int]:
    return sorted(range(len(week.sessions)), key=lambda n: (week.sessions[n].day, week.sessions[n].start, n))


def is_sorted(pairs: Sequence[Pair]) -> bool:
    return all(one.interpreter < other.interpreter for one, other in pairwise(pairs))
