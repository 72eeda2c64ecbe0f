"""What a scale is worth for reading change: measurement error, usual swing, and the thresholds of every rule.

No published norms exist for three-party sessions. The constants come from a simulation and are called assumed
wherever they are shown, until the clinic has its own (`pooling`). Unit: POMP points, 0..100.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

ITEM_ERROR = 11.67
"""Assumed SD of one item's error: 0.7 of a step of a 7-point scale."""
SURE = 1.96
TOP = 100.0
CEILING = 0.30
"""Share of scores at the top beyond which a rise or a difference up there can no longer be seen."""
NEAR = 1e-9
"""Means are not exact in floating point: what lies this near to a threshold has reached it."""


@dataclass(frozen=True)
class Scale:
    """`swing` is the assumed SD of one rating within a case, `asymmetry_swing` that of x_ij - x_ji."""

    key: str
    items: int
    points: int
    swing: float
    asymmetry_swing: float
    floor: float

    @property
    def step(self) -> float:
        return 100 / (self.points - 1)

    @property
    def sem(self) -> float:
        """Standard error of measurement: sqrt((item error^2 + step^2 / 12) / items); rounding is the second term."""
        return math.sqrt((ITEM_ERROR**2 + self.step**2 / 12) / self.items)

    @property
    def error_mark(self) -> float:
        """1.96 sqrt(2) SEM: a difference of two ratings beyond it is larger than measurement error, no more."""
        return SURE * math.sqrt(2) * self.sem


SCALES: Mapping[str, Scale] = MappingProxyType(
    {
        scale.key: scale
        for scale in (
            Scale("2x5", items=2, points=5, swing=10.5, asymmetry_swing=14.9, floor=18.75),
            Scale("4x7", items=4, points=7, swing=7.7, asymmetry_swing=10.8, floor=12.5),
            Scale("4x5", items=4, points=5, swing=8.2, asymmetry_swing=11.6, floor=12.5),
        )
    }
)
"""Items x points: the brief edition, the 7-point form, the full edition."""


@dataclass(frozen=True)
class RatingRule:
    """Alert, watch and lasting shift in one series. `floor` is the least drop of an alert, in the scale's unit."""

    floor: float
    id: str = "rating-1"
    prior: int = 3
    alert: float = 3.0
    watch: float = 2.0
    slack: float = 0.5
    limit: float = 4.0
    window: int = 3
    tolerance: float = 0.5


@dataclass(frozen=True)
class DyadRule:
    """Both directions of a dyad at once. The window and tolerance of the repair are those of `RatingRule`."""

    id: str = "dyad-1"
    alert: float = 2.8


@dataclass(frozen=True)
class AsymmetryRule:
    """A lasting asymmetry. `size` and `tau` in the scale's unit; `phi` is the serial correlation allowed for."""

    id: str = "asymmetry-1"
    least: int = 4
    size: float = 10.0
    limit: float = 2.39
    phi: float = 0.1
    tau: float = 12.0
    interval: float = 1.645


@dataclass(frozen=True)
class PatternRule:
    """Which of the three bonds stands apart. `gap` in the scale's unit."""

    id: str = "pattern-1"
    least: int = 4
    p: float = 0.01
    limit: float = 2.58
    gap: float = 5.0


@dataclass(frozen=True)
class Rules:
    """The thresholds a case is read with. Flags are looked at after every encounter: hence so strict."""

    rating: RatingRule
    dyad: DyadRule = DyadRule()
    asymmetry: AsymmetryRule = AsymmetryRule()
    pattern: PatternRule = PatternRule()


def rules(scale: Scale) -> Rules:
    """The product's default thresholds for this scale."""
    return Rules(RatingRule(scale.floor))
