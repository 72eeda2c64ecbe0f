"""What is wrong in a plan, whoever made it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from triad.domain import staffing
from triad.domain.staffing import Assigned, Week


class Fault(NamedTuple):
    """And its sessions. Codes: `unknown`, `not_eligible`, `clash`, `day_full`, `week_full`, `week_too_hard`,
    `pin_broken`."""

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
        found += [Fault("clash", pair) for pair in staffing.clashes(week, held)]
        found += _overfull(week, who, held)
    return found


def _overfull(week: Week, who: int, held: Iterable[int]) -> Iterator[Fault]:
    days: dict[int, list[int]] = {}
    weeks: dict[int, list[int]] = {}
    for n in held:
        days.setdefault(week.sessions[n].day, []).append(n)
        weeks.setdefault(week.sessions[n].week, []).append(n)
    limits = week.interpreters[who]
    for day in days.values():
        if _minutes(week, day) > limits.most_a_day:
            yield Fault("day_full", tuple(day))
    for number, whole in weeks.items():
        if _minutes(week, whole) > limits.most_in(number):
            yield Fault("week_full", tuple(whole))
        if sum(week.sessions[n].exposure for n in whole) > limits.bearable.get(number, math.inf):
            yield Fault("week_too_hard", tuple(whole))


def _minutes(week: Week, sessions: Iterable[int]) -> int:
    return sum(week.sessions[n].minutes for n in sessions)


def impossible_pins(week: Week) -> list[Fault]:
    """Pins that no plan can keep: to somebody who may not, at the same time, or beyond somebody's limits."""
    return faults(week, {n: one.pin for n, one in enumerate(week.sessions) if one.pin is not None})
