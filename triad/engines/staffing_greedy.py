"""Plans without a solver: as people make them, and the scarcest first, which answers where the solver could not."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from triad.domain import staffing
from triad.domain.staffing import Assigned, Pair, Week


def first_come(week: Week) -> Assigned:
    """Sessions as they stand in the file, each to the first who is free: manual practice."""
    return _filled(week, range(len(week.sessions)), lambda n, pairs: pairs)


def scarce_first(week: Week, held: Assigned | None = None, free: Iterable[int] | None = None) -> Assigned:
    """Pins first; then urgent sessions before others, few candidates before many, the best candidate who is free."""
    order = sorted(
        range(len(week.sessions)) if free is None else free,
        key=lambda n: (week.sessions[n].pin is None, -week.sessions[n].priority, len(week.pairs[n]), n),
    )
    return _filled(week, order, lambda n, pairs: sorted(pairs, key=lambda pair: _best(week, n, pair)), held or {})


def _best(week: Week, n: int, pair: Pair) -> tuple[int, int]:
    return -staffing.pair_worth(week.sessions[n], pair, week.weights.terms), pair.interpreter


def _filled(
    week: Week,
    order: Iterable[int],
    wanted: Callable[[int, Sequence[Pair]], Sequence[Pair]],
    held: Assigned | None = None,
) -> Assigned:
    assigned = dict(held or {})
    diaries: dict[int, list[int]] = {}
    for n, who in assigned.items():
        diaries.setdefault(who, []).append(n)
    for n in order:
        pin = week.sessions[n].pin
        for pair in wanted(n, week.pairs[n]):
            if pin in (None, pair.interpreter) and _fits(
                week, diaries.get(pair.interpreter, []), n, pair.interpreter
            ):
                assigned[n] = pair.interpreter
                diaries.setdefault(pair.interpreter, []).append(n)
                break
    return assigned


def _fits(week: Week, held: Sequence[int], n: int, who: int) -> bool:
    one, limits = week.sessions[n], week.interpreters[who]
    others = [week.sessions[m] for m in held]
    if one.minutes + sum(m.minutes for m in others if m.day == one.day) > limits.most_a_day:
        return False
    if one.minutes + sum(m.minutes for m in others if m.week == one.week) > limits.most_in(one.week):
        return False
    same = sum(m.exposure for m in others if m.week == one.week)
    if one.exposure + same > limits.bearable.get(one.week, math.inf):
        return False
    today = [m for m in held if week.sessions[m].day == one.day]
    return not any(n in pair for pair in staffing.clashes(week, [*today, n]))
