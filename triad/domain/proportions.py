"""Shares of what was counted, with the interval each may lie in, and ranks of what was measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

Z = 1.959964
"""The normal quantile of an interval that holds the true share in 95 of 100 samples."""


class Share(NamedTuple):
    """`part` of `whole`, both counts; there is no value where nothing was counted."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.part, self.whole) if self.whole else None


def wilson(part: int, whole: int, z: float = Z) -> tuple[float, float]:
    """The score interval of a share, both ends within 0..1. ValueError unless 0 <= part <= whole and whole > 0.

    (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n)  -- Wilson, J. Am. Stat. Assoc. 22 (1927), 209-212.
    """
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"no share: {part} of {whole}")
    p, square = part / whole, z * z / whole
    middle = p + square / 2
    reach = z * math.sqrt(p * (1 - p) / whole + square / whole / 4)
    # At none and at all the end is exact; computed it would be off by the last bit.
    low = 0.0 if part == 0 else (middle - reach) / (1 + square)
    high = 1.0 if part == whole else (middle + reach) / (1 + square)
    return low, high


def ranked(values: Sequence[float], share: float) -> float | None:
    """The nearest-rank quantile: the ceil(share·n)-th smallest value, always one that was measured; None of none.

    `share` above 0, up to 1. Infinity is a value like others: the last ones.
    """
    if not values:
        return None
    return sorted(values)[math.ceil(share * len(values)) - 1]
