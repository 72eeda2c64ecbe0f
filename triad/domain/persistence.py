"""Does the asymmetry of one dyad last? A mean over encounters with its error, drawn towards what is usual here."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import NormalDist, fmean
from typing import NamedTuple

from triad.domain.scales import NEAR, AsymmetryRule

_NORMAL = NormalDist()


class Lasting(NamedTuple):
    """`mean` and `se` of d over `n` paired encounters; `shrunken`, its `sd` and interval; whether it is flagged.

    `against_norm` is mean - norm, None while no norm is known. Unit that of the scores.
    """

    n: int
    mean: float
    se: float
    z: float
    against_norm: float | None
    shrunken: float
    sd: float
    low: float
    high: float
    size: float
    flag: bool

    @property
    def p_beyond(self) -> float:
        """P(abs(d) > size), from the shrunken estimate and its SD."""
        over = 1 - _NORMAL.cdf((self.size - self.shrunken) / self.sd)
        return over + _NORMAL.cdf((-self.size - self.shrunken) / self.sd)


def lasting(d: Iterable[float | None], s_d: float, rule: AsymmetryRule, norm: float | None = None) -> Lasting | None:
    """None without a paired encounter. SE = s_d sqrt((1 + phi) / ((1 - phi) n)), w = tau^2 / (tau^2 + SE^2):

    shrunken = norm + w (mean - norm), the norm 0 if there is none; SD = sqrt(w) SE; 90 % interval +/- 1.645 SD
    [normal-normal posterior, Efron & Morris 1975]. Flag: n >= 4, abs(mean) >= 10 and abs(mean)/SE > 2.39; once a
    norm exists mean - norm must pass too, with the same sign, so that what is usual here is not flagged.
    """
    paired = [value for value in d if value is not None]
    return _lasting(fmean(paired), len(paired), s_d, rule, norm) if paired else None


def looks(
    d: Sequence[float | None], s_d: float, rule: AsymmetryRule, norm: float | None = None
) -> tuple[Lasting | None, ...]:
    """What `lasting` says after every encounter; None before the first paired one, repeated where d is missing."""
    found: list[Lasting | None] = []
    n, total = 0, 0.0
    for value in d:
        if value is None:
            found.append(found[-1] if found else None)
        else:
            n, total = n + 1, total + value
            found.append(_lasting(total / n, n, s_d, rule, norm))
    return tuple(found)


def _lasting(mean: float, n: int, s_d: float, rule: AsymmetryRule, norm: float | None) -> Lasting:
    se = s_d * math.sqrt((1 + rule.phi) / ((1 - rule.phi) * n))
    weight = rule.tau**2 / (rule.tau**2 + se**2)
    usual = norm or 0.0
    shrunken, sd = usual + weight * (mean - usual), math.sqrt(weight) * se
    adjusted = mean - usual
    beyond = min(abs(mean), abs(adjusted))
    return Lasting(
        n=n,
        mean=mean,
        se=se,
        z=mean / se,
        against_norm=None if norm is None else adjusted,
        shrunken=shrunken,
        sd=sd,
        low=shrunken - rule.interval * sd,
        high=shrunken + rule.interval * sd,
        size=rule.size,
        flag=n >= rule.least and beyond >= rule.size - NEAR and beyond / se > rule.limit and mean * adjusted > 0,
    )
