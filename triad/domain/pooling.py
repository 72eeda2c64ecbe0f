"""How much ratings swing within a case: the clinic's own value once enough cases carry it, the assumed one before."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from triad.domain.parties import DIRECTIONS, DYADS
from triad.domain.scales import Scale

CASES = 20
ENCOUNTERS = 4
ENOUGH = 20
"""Degrees of freedom from which a pooled value may say that the assumed one is too low."""
MUCH_ABOVE = 1.15

Series = Sequence[float | None]


@dataclass(frozen=True)
class Spread:
    """A standard deviation within cases, where it comes from, and the cases and degrees of freedom behind it."""

    value: float
    source: Literal["assumed", "pooled"] = "assumed"
    cases: int = 0
    df: int = 0
    assumed: float | None = None

    @property
    def above_assumed(self) -> bool:
        """More than 15 % above the assumed value? Then false alarms were commoner than printed."""
        known = self.assumed is not None and self.df >= ENOUGH
        return known and self.value > MUCH_ABOVE * (self.assumed or 0.0)


@dataclass(frozen=True)
class Spreads:
    """`ratings` per direction (s_w), `asymmetries` per dyad (s_d), `together` per dyad: r of its two directions."""

    ratings: Mapping[str, Spread]
    asymmetries: Mapping[str, Spread]
    together: Mapping[str, float]

    @property
    def bond_variance(self) -> float:
        """Error variance of one mutual bond in one encounter, s_w^2 / 2, with s_w^2 the mean of all six."""
        return fmean(spread.value**2 for spread in self.ratings.values()) / 2


def assumed(scale: Scale) -> Spreads:
    """What a clinic reads with before it has its own values."""
    return Spreads(
        ratings={dyad.key: Spread(scale.swing) for dyad in DIRECTIONS},
        asymmetries={dyad.key: Spread(scale.asymmetry_swing) for dyad in DYADS},
        together={dyad.key: 0.0 for dyad in DYADS},
    )


def pooled(cases: Iterable[Series], assumed_value: float) -> Spread:
    """sqrt(sum SS / sum (n - 1)) over cases with at least 4 values; the assumed value below 20 such cases.

    One item of `cases` is the series of one case, one direction (s_w) or one dyad's d (s_d). The assumed value
    stands also where nobody's rating ever moved: a spread of 0 would make every step an alarm.
    """
    known = [values for case in cases if len(values := [x for x in case if x is not None]) >= ENCOUNTERS]
    squares = sum(_squares(values) for values in known)
    if len(known) < CASES or squares == 0:
        return Spread(assumed_value, assumed=assumed_value)
    df = sum(len(values) - 1 for values in known)
    return Spread(math.sqrt(squares / df), "pooled", len(known), df, assumed_value)


def together(cases: Iterable[tuple[Series, Series]]) -> float:
    """Pooled correlation within cases of a dyad's two directions; 0 below 20 cases with 4 paired encounters.

    Also 0 where one of the two never moved. Kept between -0.9 and 0.9, because zz divides by sqrt(1 + r).
    """
    paired = [[pair for pair in zip(*case, strict=True) if None not in pair] for case in cases]
    known = [list(zip(*pairs, strict=True)) for pairs in paired if len(pairs) >= ENCOUNTERS]
    there, back = (sum(_squares(columns[side]) for columns in known) for side in (0, 1))
    if len(known) < CASES or there * back == 0:
        return 0.0
    products = sum(_products(*columns) for columns in known)
    return max(-0.9, min(0.9, products / math.sqrt(there * back)))


def of_clinic(cases: Iterable[Mapping[str, Series]], scale: Scale) -> Spreads:
    """Each case maps the six directions to its series, encounter by encounter, with one interpreter throughout."""
    rows = list(cases)
    return Spreads(
        ratings={key: pooled((row[key] for row in rows), scale.swing) for key in (dyad.key for dyad in DIRECTIONS)},
        asymmetries={
            dyad.key: pooled((apart(row[dyad.key], row[dyad.back.key]) for row in rows), scale.asymmetry_swing)
            for dyad in DYADS
        },
        together={dyad.key: together((row[dyad.key], row[dyad.back.key]) for row in rows) for dyad in DYADS},
    )


def apart(there: Series, back: Series) -> list[float | None]:
    """d = x_ij - x_ji of one dyad, encounter by encounter; None unless both are there."""
    pairs = zip(there, back, strict=True)
    return [None if one is None or other is None else one - other for one, other in pairs]


def _squares(values: Sequence[float]) -> float:
    return _products(values, values)


def _products(one: Sequence[float], other: Sequence[float]) -> float:
    first, second = fmean(one), fmean(other)
    return math.fsum((x - first) * (y - second) for x, y in zip(one, other, strict=True))
