"""Small statistics of agreement and change: reliable change, intraclass correlation, limits of agreement, rates."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import groupby
from statistics import fmean, stdev
from typing import NamedTuple

from triad.domain.scales import SURE


def sem(sd: float, reliability: float) -> float:
    """Standard error of measurement, SD sqrt(1 - reliability); ValueError unless 0 <= reliability <= 1."""
    if not 0 <= reliability <= 1:
        raise ValueError("a reliability lies between 0 and 1")
    return sd * math.sqrt(1 - reliability)


def reliable_change(before: float, after: float, error: float) -> float:
    """(after - before) / (sqrt(2) SEM); beyond 1.96 in size larger than measurement error [Jacobson & Truax 1991]."""
    return (after - before) / (math.sqrt(2) * error)


def between_norms(low_mean: float, low_sd: float, high_mean: float, high_sd: float) -> float:
    """Cut-off c of Jacobson & Truax 1991, as far in SD from the one group's mean as from the other's.

    For numeric comparison only: no norms exist for three-party sessions.
    """
    return (low_sd * high_mean + high_sd * low_mean) / (low_sd + high_sd)


class Agreement(NamedTuple):
    """Mean squares of a targets x raters table, and ICC by the names of Shrout & Fleiss 1979.

    `single` and `average` map "1" (one-way), "2" (two-way random, absolute) and "3" (consistency) to the ICC.
    """

    between: float
    within: float
    raters: float
    error: float
    single: dict[str, float]
    average: dict[str, float]


def icc(table: Sequence[Sequence[float]]) -> Agreement | None:
    """A row per target with a value of each rater. None below 2 targets or 2 raters, or where nothing varies."""
    n, k = len(table), len(table[0]) if table else 0
    if n < 2 or k < 2:
        return None
    grand = fmean(fmean(row) for row in table)
    rows = k * math.fsum((fmean(row) - grand) ** 2 for row in table)
    columns = n * math.fsum((fmean(column) - grand) ** 2 for column in zip(*table, strict=True))
    total = math.fsum((x - grand) ** 2 for row in table for x in row)
    b, w = rows / (n - 1), (total - rows) / (n * (k - 1))
    j, e = columns / (k - 1), max(0.0, total - rows - columns) / ((n - 1) * (k - 1))
    if b <= 0:
        return None
    single = {
        "1": (b - w) / (b + (k - 1) * w),
        "2": (b - e) / (b + (k - 1) * e + k * (j - e) / n),
        "3": (b - e) / (b + (k - 1) * e),
    }
    return Agreement(b, w, j, e, single, {"1": (b - w) / b, "2": (b - e) / (b + (j - e) / n), "3": (b - e) / b})


class Limits(NamedTuple):
    """Mean difference one - other, its SD, and the limits of agreement."""

    bias: float
    sd: float
    low: float
    high: float


def limits(one: Sequence[float], other: Sequence[float], width: float = SURE) -> Limits | None:
    """Bias +/- 1.96 SD of the differences [Bland & Altman 1986]; None below two pairs."""
    d = [x - y for x, y in zip(one, other, strict=True)]
    if len(d) < 2:
        return None
    bias, sd = fmean(d), stdev(d)
    return Limits(bias, sd, bias - width * sd, bias + width * sd)


class Rate(NamedTuple):
    value: float
    low: float
    high: float


def rate(count: int, of: int, z: float = 1.959963984540054) -> Rate | None:
    """A share with its 95 % interval [Wilson 1927]; None of nothing, ValueError for a count that is none of it."""
    if not 0 <= count <= of:
        raise ValueError("a count lies between 0 and its total")
    if of == 0:
        return None
    share, square = count / of, z * z
    centre = (share + square / (2 * of)) / (1 + square / of)
    half = z / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return Rate(share, max(0.0, centre - half), min(1.0, centre + half))


class Continuity(NamedTuple):
    """`share`: encounters with the commonest interpreter / interpreted encounters held; `longest` unbroken run."""

    share: float
    longest: int
    interpreters: int


def continuity(interpreters: Sequence[Hashable | None]) -> Continuity | None:
    """Who interpreted, in order; None entries, encounters without interpreter, are passed over. None of none."""
    held = [person for person in interpreters if person is not None]
    if not held:
        return None
    counts = Counter(held)
    runs = (sum(1 for _ in run) for _, run in groupby(held))
    return Continuity(max(counts.values()) / len(held), max(runs), len(counts))
