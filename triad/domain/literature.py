"""Rules for ruptures as the literature has them, to be shown beside Triad's own and labelled as what they are.

They fire falsely in up to 98 % of short series (`FALSE_PER_TWELVE`); wordings of Strauss 2006 and Stiles 2004
are not re-checked. Places count from 0; a missing rating is skipped, as if the encounter had not been.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import fmean, stdev
from types import MappingProxyType
from typing import NamedTuple

from triad.domain.agreement import reliable_change
from triad.domain.scales import SURE

Series = Sequence[float | None]
RANGE_CONSTANT = 1.128
"""d2 of two observations: the mean of abs(x_t - x_(t-1)) is 1.128 SD for independent normal values."""
LEAST_BELOW_MEAN = 6
"""No value of five can lie two of their own SD below their mean."""

FALSE_PER_TWELVE: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "drop-previous": {"2x5": 0.70, "4x7": 0.89},
        "drop-peak": {"2x5": 0.89, "4x7": 0.98},
        "below-mean": {"2x5": 0.22, "4x7": 0.20},
        "reliable-change": {"2x5": 0.14, "4x7": 0.34},
        "individuals": {"2x5": 0.06, "4x7": 0.03},
    }
)
"""Share of 12-encounter series without any event in which a rule fires, by simulation under the assumed model.

The drop rules with the SD of the whole sample; with the SD of each series itself they fire in nearly all.
"""


class Found(NamedTuple):
    """`at` are the places the literature criterion marks; `threshold` the drop or the value it compares with."""

    criterion: str
    at: tuple[int, ...]
    threshold: float | None


def drop_from_previous(series: Series, sample_sd: float | None = None) -> Found:
    """At least one sample SD below the rating before (Strauss-type); without a sample, the series' own SD.

    Gumz 2012 reports both, and goes by the stricter of the SD within and between persons.
    """
    known, spread = _known(series), sample_sd or _own_sd(series)
    at = [here for (_, before), (here, x) in pairwise(known) if spread and before - x >= spread]
    return Found("drop-previous", tuple(at), spread)


def drop_from_peak(series: Series, sample_sd: float | None = None) -> Found:
    """At least one sample SD below the highest rating so far; without a sample, the series' own SD."""
    known, spread = _known(series), sample_sd or _own_sd(series)
    at = [
        here
        for number, (here, x) in enumerate(known)
        if spread and number and max(value for _, value in known[:number]) - x >= spread
    ]
    return Found("drop-peak", tuple(at), spread)


def below_own_mean(series: Series) -> Found:
    """More than two sample SD below the series' own mean (Stiles-type); cannot fire below 6 ratings."""
    known, spread = _known(series), _own_sd(series)
    if spread is None or len(known) < LEAST_BELOW_MEAN:
        return Found("below-mean", (), None)
    limit = fmean(x for _, x in known) - 2 * spread
    return Found("below-mean", tuple(here for here, x in known if x < limit), limit)


def reliably_lower(series: Series, sem: float) -> Found:
    """A fall from the rating before beyond 1.96 sqrt(2) SEM [Jacobson & Truax 1991]."""
    pairs = pairwise(_known(series))
    at = tuple(here for (_, before), (here, x) in pairs if reliable_change(before, x, sem) < -SURE)
    return Found("reliable-change", at, SURE * 2**0.5 * sem)


class Limits(NamedTuple):
    """Individuals chart; `ranges` is the limit of the moving range."""

    mean: float
    mean_range: float
    lower: float
    upper: float
    ranges: float


def chart(series: Series) -> Limits | None:
    """mean +/- 3 MRbar / 1.128, MRbar the mean moving range, its limit 3.267 MRbar; None below two ratings."""
    values = [x for _, x in _known(series)]
    if len(values) < 2:
        return None
    mean, mean_range = fmean(values), fmean(abs(x - before) for before, x in pairwise(values))
    width = 3 * mean_range / RANGE_CONSTANT
    return Limits(mean, mean_range, mean - width, mean + width, 3.267 * mean_range)


def below_chart(series: Series) -> Found:
    """Below the lower limit of the individuals chart of the series itself."""
    limits = chart(series)
    if limits is None:
        return Found("individuals", (), None)
    at = tuple(here for here, x in _known(series) if x < limits.lower)
    return Found("individuals", at, limits.lower)


def every(series: Series, sem: float, sample_sd: float | None = None) -> tuple[Found, ...]:
    """All five criteria over one series; `sample_sd` is the SD of all ratings of the clinic, between and within."""
    return (
        drop_from_previous(series, sample_sd),
        drop_from_peak(series, sample_sd),
        below_own_mean(series),
        reliably_lower(series, sem),
        below_chart(series),
    )


def _known(series: Series) -> list[tuple[int, float]]:
    return [(at, x) for at, x in enumerate(series) if x is not None]


def _own_sd(series: Series) -> float | None:
    values = [x for _, x in _known(series)]
    return stdev(values) if len(values) > 1 else None
