"""Plans for a stretch of days, each with how good it is: relax, keep what that decided, finish the rest; small again.

`plan` and `replan` run in a process of their own (`staffing_apart`), which can be ended when it takes too long.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType

from triad.domain import staffing
from triad.domain.staffing import Assigned, Plan, Terms, Unsolved, Week
from triad.engines import staffing_rows, staffing_solver
from triad.engines.staffing_days import Days
from triad.engines.staffing_rows import Part
from triad.engines.staffing_solver import Solved

LARGE, SMALL = 2_500, 400
"""Sessions: above the first a week is planned day by day; up to the second its best plan is proved."""
CLOSE_ENOUGH = 0.001
DECIDED = 0.999
SWEEPS = 2

Tell = Callable[[float], None]
"""How much is done, 0 to 1."""


@dataclass
class Watch:
    """What is left of the seconds that were given."""

    seconds: float

    def __post_init__(self) -> None:
        self.began = time.monotonic()

    @property
    def spent(self) -> float:
        return time.monotonic() - self.began

    @property
    def left(self) -> float:
        return max(0.0, self.seconds - self.spent)


NOTHING: Assigned = MappingProxyType({})


def solved(
    week: Week,
    seconds: float,
    prove: bool = False,
    tell: Tell = lambda share: None,
    promised: Assigned = NOTHING,
) -> Plan:
    """The best plan found, here and now. `prove`: go on until no better one can be. Unsolved without any plan.

    `promised` sessions may move where that is worth more than a broken promise costs.
    """
    watch = Watch(seconds)
    everything = Part(range(len(week.sessions)), {}, promised)
    if len(week.sessions) > LARGE:
        assigned, bound = _by_day(week, promised, watch, tell)
        return _plan(week, everything, assigned, bound, "by_day", watch)
    assigned, best = _finished(week, everything, watch)
    tell(0.5)
    if prove or len(week.sessions) <= SMALL or _gap(week, everything, assigned, best) > CLOSE_ENOUGH:
        assigned, best = _improved(week, everything, assigned, best, watch, 0.0 if prove else 1e-6)
    tell(1.0)
    return _plan(week, everything, assigned, best, "solver", watch)


def resolved(
    week: Week,
    promised: Assigned,
    seconds: float,
    tell: Tell = lambda share: None,
    wanted: Collection[int] = (),
) -> Plan:
    """A plan that moves as few of `promised` as it can; what cannot stay is who may no longer, or clashes.

    The ring first: sessions without their interpreter, those `wanted` filled too, and those that stand in the way of
    the ones who could take them. Where that leaves one unfilled which the relaxed day could fill, the whole day; and
    the whole week where that does not fill it either.
    """
    watch = Watch(seconds)
    kept = staffing.still_possible(week, promised)
    ring = _ring(week, kept, (set(promised) | set(wanted)) - set(kept))
    rest = {n: who for n, who in kept.items() if n not in ring}
    near = Part(ring, rest, promised)
    assigned, _ = _improved(week, near, *_finished(week, near, watch), watch, 0.0)
    tell(0.5)
    whole = Part(range(len(week.sessions)), {}, promised)
    asked = (*promised, *wanted)
    for day in sorted({week.sessions[n].day for n in asked if n not in assigned and week.pairs[n]}):
        assigned = _wider(week, whole, assigned, day, watch)
    tell(1.0)
    return _plan(week, whole, assigned, None, "replan", watch)


def _wider(week: Week, whole: Part, assigned: Assigned, day: int, watch: Watch) -> Assigned:
    """The best of this day, or of the week; `assigned` where neither can be worth a session or a promise more."""
    others = {n: who for n, who in assigned.items() if week.sessions[n].day != day}
    part = Part([n for n in whole.free if week.sessions[n].day == day], others, whole.promised)
    # As if all other days could make room for it.
    most = _most(week, replace(part, alone=True), watch)
    if not _holds_more(week, whole, assigned, most):
        return assigned
    found, bound = _finished(week, part, watch)
    if bound - _score(week, whole, found) >= -week.weights.moved / 2:
        found, _ = _improved(week, part, found, bound, watch, 0.0)
    assigned = max(assigned, found, key=lambda one: _score(week, whole, one))
    if not _holds_more(week, whole, assigned, most) or not _holds_more(
        week, whole, assigned, _most(week, whole, watch)
    ):
        return assigned
    return _whole_again(week, whole, assigned, watch)


def _most(week: Week, part: Part, watch: Watch) -> float:
    """No plan of this part fills and keeps more than that is worth."""
    two = _of_two(week)
    return staffing_solver.relaxed(staffing_rows.built(two, part), watch.left).bound + _base(two, part)


def _holds_more(week: Week, whole: Part, assigned: Assigned, most: float) -> bool:
    """Could a session or a promise more be had than this plan has?"""
    # A tie decided by names may cost less than a unit.
    return most - _score(_of_two(week), whole, assigned) > -week.weights.moved - 1


def _of_two(week: Week) -> Week:
    """As if nothing counted but what is filled and what was promised: all the rest together is worth less."""
    terms = Terms(*[0] * len(Terms._fields))._replace(fill=week.weights.terms.fill)
    return replace(week, weights=week.weights._replace(terms=terms))


def _whole_again(week: Week, whole: Part, assigned: Assigned, watch: Watch) -> Assigned:
    """The best of the whole week, or `assigned` where nothing is left in it that is worth a session or a move."""
    found, bound = _finished(week, whole, watch)
    best = max(assigned, found, key=lambda one: _score(week, whole, one))
    if bound - _score(week, whole, best) >= -week.weights.moved:
        best, _ = _improved(week, whole, best, bound, watch, 1e-6)
    return best


def _plan(week: Week, part: Part, assigned: Assigned, bound: float | None, how: str, watch: Watch) -> Plan:
    terms, broken = staffing.measured(week, assigned), staffing.broken(week, part.promised, assigned)
    reached = staffing.worth(terms, week.weights.terms) + broken
    # Worths are whole, and a tie decided by names may have cost less than half a unit.
    proven = None if bound is None else max(reached, math.floor(bound + 0.401))
    found = dict(sorted(assigned.items()))
    return Plan(found, terms, proven, how, watch.spent, week.weights.terms, broken)


def _gap(week: Week, part: Part, assigned: Assigned, bound: float) -> float:
    return (bound - _score(week, part, assigned)) / bound if bound > 0 else 0.0


def _score(week: Week, part: Part, assigned: Assigned) -> int:
    terms = staffing.measured(week, assigned)
    return staffing.worth(terms, week.weights.terms) + staffing.broken(week, part.promised, assigned)


# The three steps


def _finished(week: Week, part: Part, watch: Watch) -> tuple[Assigned, float]:
    """Relaxed, then whole where the relaxed one was undecided; with a bound on the worth of any plan of this part."""
    loose = staffing_solver.relaxed(staffing_rows.built(week, part), watch.left)
    return _made_whole(week, part, loose, watch), loose.bound + _base(week, part)


def _made_whole(week: Week, part: Part, loose: Solved, watch: Watch) -> Assigned:
    settled = {**part.held, **_decided(loose)}
    # What the relaxed plan left empty may fit once the rest is whole.
    open_ = [n for n in part.free if n not in settled and week.pairs[n]]
    rest = staffing_solver.whole(
        staffing_rows.built(week, Part(open_, settled, part.promised)), max(1.0, watch.left / 2), 1e-6
    )
    return {**settled, **_decided(rest)}


def _improved(
    week: Week, part: Part, assigned: Assigned, bound: float, watch: Watch, tolerance: float
) -> tuple[Assigned, float]:
    """The whole part at once, begun from what is there; kept as it is when time is over first."""
    start = {(n, who) for n, who in assigned.items() if n not in part.held}
    try:
        found = staffing_solver.whole(staffing_rows.built(week, part), watch.left, tolerance, start)
    except Unsolved:
        return assigned, bound
    better = {**part.held, **_decided(found)}
    bound = min(bound, found.bound + _base(week, part))
    return (better, bound) if _score(week, part, better) >= _score(week, part, assigned) else (assigned, bound)


def _decided(found: Solved) -> dict[int, int]:
    return {n: who for (n, who), share in found.values.items() if share > DECIDED}


def _base(week: Week, part: Part) -> float:
    """What the held sessions are worth already, which the program does not count; the others at their loss."""
    return _score(week, part, part.held)


def _ring(week: Week, kept: Assigned, hit: Iterable[int]) -> set[int]:
    """The hit sessions, and those kept ones that collide with them in the diary of somebody who could take them."""
    diaries: dict[tuple[int, int], list[int]] = {}
    for n, who in kept.items():
        diaries.setdefault((who, week.sessions[n].day), []).append(n)
    ring = set(hit)
    for n in hit:
        for pair in week.pairs[n]:
            today = diaries.get((pair.interpreter, week.sessions[n].day), [])
            ring |= {m for pair_ in staffing.clashes(week, [n, *today]) if n in pair_ for m in pair_}
    return ring


# Day by day


def _by_day(week: Week, promised: Assigned, watch: Watch, tell: Tell) -> tuple[Assigned, float]:
    """Each day alone, which is the bound; then each in turn among the others, at first with an eye on their needs."""
    days, whole = Days(week, promised), Part((), {}, promised)
    steps = len(days.order) * (SWEEPS + 1)
    for done, day in enumerate(days.order):
        days.alone(day, watch.left)
        tell((done + 1) / steps)
    # A pin keeps its room in the week before its day has its turn.
    assigned: Assigned = {n: one.pin for n, one in enumerate(week.sessions) if one.pin is not None}
    for done, (sweep, day) in enumerate((sweep, day) for sweep in range(SWEEPS) for day in days.order):
        others = {n: who for n, who in assigned.items() if week.sessions[n].day != day}
        loose = days.among(day, others, sweep == 0, watch.left)
        found = _made_whole(week, Part(days.sessions[day], others, promised), loose, watch)
        if sweep == 0 or _score(week, whole, found) >= _score(week, whole, assigned):
            assigned = found
        tell((len(days.order) + done + 1) / steps)
    return assigned, days.bound
