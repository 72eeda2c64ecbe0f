"""One series of ratings, rater and target the same two persons: does it drop, does it come back, does it stay low?

A flag is an occasion for a conversation. "Repaired" is no evidence of repair work: most chance alerts look repaired.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from triad.domain.scales import NEAR, DyadRule, RatingRule

Series = Sequence[float | None]
"""One entry per encounter of these two persons, in order; None where no rating is there or may be seen."""

State = Literal["open", "repaired", "unrepaired"]


class Step(NamedTuple):
    """One encounter of a series. `z` and `baseline` are None without a rating or before enough earlier ones.

    `level` is "", "watch", "alert", "shift", "watch+shift" or "alert+shift".
    """

    x: float | None
    z: float | None
    baseline: float | None
    cusum: float
    level: str

    @property
    def drop(self) -> float | None:
        return None if self.x is None or self.baseline is None else self.baseline - self.x

    @property
    def alert(self) -> bool:
        return self.level.startswith("alert")

    @property
    def watch(self) -> bool:
        return self.level.startswith("watch")

    @property
    def shift(self) -> bool:
        return self.level.endswith("shift")


@dataclass(frozen=True)
class Event:
    """An alert and what became of it. Places count from 0 within the series."""

    at: int
    z: float
    state: State
    repaired_at: int | None


def steps(series: Series, s_w: float, rule: RatingRule) -> tuple[Step, ...]:
    """z_t = (x_t - b_t) / (s_w sqrt(1 + 1/n_t)), b_t the mean of the n_t >= 3 earlier ratings.

    Alert: z <= -3.0 and a drop of at least the floor; watch: z <= -2.0. Lasting shift [CUSUM, Page 1954]:
    c_t = max(0, c_(t-1) - z_t - 0.5), beyond 4 it is called and starts again from 0; without z, c stays.
    `s_w` is the SD within a case in the unit of the series; ValueError unless it is above 0.
    """
    if s_w <= 0:
        raise ValueError("the standard deviation within a case must be above 0")
    found: list[Step] = []
    n, earlier, total = 0, 0.0, 0.0
    for x in series:
        if x is None or n < rule.prior:
            found.append(Step(x, None, None, total, ""))
        else:
            baseline = earlier / n
            z = (x - baseline) / (s_w * math.sqrt(1 + 1 / n))
            reached = max(0.0, total - z - rule.slack)
            found.append(Step(x, z, baseline, reached, _level(z, baseline - x, reached, rule)))
            total = 0.0 if reached > rule.limit else reached
        if x is not None:
            n, earlier = n + 1, earlier + x
    return tuple(found)


def expected(series: Series, s_w: float, rule: RatingRule) -> tuple[tuple[float, float] | None, ...]:
    """Where each rating is expected after those before it, b_t +/- 2 s_w sqrt(1 + 1/n_t): below it a dip is watched.

    None before enough earlier ones. It goes on where a rating is missing, since those before it are known.
    """
    found: list[tuple[float, float] | None] = []
    n, earlier = 0, 0.0
    for x in series:
        if n < rule.prior:
            found.append(None)
        else:
            reach = rule.watch * s_w * math.sqrt(1 + 1 / n)
            found.append((earlier / n - reach, earlier / n + reach))
        if x is not None:
            n, earlier = n + 1, earlier + x
    return tuple(found)


def _level(z: float, drop: float, reached: float, rule: RatingRule) -> str:
    if z > -rule.watch and reached <= rule.limit:
        return ""
    alert = z <= -rule.alert and drop >= rule.floor - NEAR
    marks = ["alert"] if alert else ["watch"] if z <= -rule.watch else []
    return "+".join([*marks, "shift"] if reached > rule.limit else marks)


def events(read: Sequence[Step], s_w: float, rule: RatingRule) -> tuple[Event, ...]:
    """One per alert: repaired if some x >= b - 0.5 s_w within the next 3 encounters, those without a rating counted.

    Open while fewer than 3 later encounters were held, else unrepaired. A shift or a watch opens no event.
    """
    found = []
    for at, step in enumerate(read):
        if step.alert and step.baseline is not None and step.z is not None:
            back = [_back(later, step.baseline, s_w, rule) for later in read[at + 1 : at + 1 + rule.window]]
            found.append(_event(at, step.z, back, rule))
    return tuple(found)


def _back(later: Step, baseline: float, s_w: float, rule: RatingRule) -> bool:
    return later.x is not None and later.x >= baseline - rule.tolerance * s_w - NEAR


def _event(at: int, z: float, back: Sequence[bool], rule: RatingRule) -> Event:
    if True in back:
        return Event(at, z, "repaired", at + 1 + back.index(True))
    return Event(at, z, "open" if len(back) < rule.window else "unrepaired", None)


def dyad_z(there: Sequence[Step], back: Sequence[Step], r: float = 0.0) -> tuple[float | None, ...]:
    """zz = (z_ij + z_ji) / sqrt(2 (1 + r)), None unless both are there.

    `r` is the pooled correlation within cases of the two directions, 0 if unknown.
    """
    scale = math.sqrt(2 * (1 + r))
    pairs = zip(there, back, strict=True)
    return tuple(None if one.z is None or two.z is None else (one.z + two.z) / scale for one, two in pairs)


def dyad_events(
    there: Sequence[Step],
    back: Sequence[Step],
    s_w: tuple[float, float],
    rules: tuple[RatingRule, DyadRule],
    r: float = 0.0,
) -> tuple[Event, ...]:
    """One per zz <= -2.8; repaired when both ratings are back in one of the next 3 encounters."""
    rule, dyad = rules
    pairs = list(zip(there, back, strict=True))
    found = []
    for at, zz in enumerate(dyad_z(there, back, r)):
        if zz is None or zz > -dyad.alert:
            continue
        before = [step.baseline for step in pairs[at] if step.baseline is not None]
        both = [
            all(_back(later, b, spread, rule) for later, b, spread in zip(pair, before, s_w, strict=True))
            for pair in pairs[at + 1 : at + 1 + rule.window]
        ]
        found.append(_event(at, zz, both, rule))
    return tuple(found)
