"""What a fit of the social relations model says, as frozen values without a matrix in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from triad.engines.relations_indices import GroupVariance, Indices

Divisor = Literal["n", "n-1"]


class Caution(NamedTuple):
    """A code with the names it is about. Codes: `improper`, `reduced`, `exploratory`, `too_few_for_model`,

    `missing_at_random`, `divisor_n`, `holds_error`, `few_groups`, `pair_missing`.
    """

    code: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bounded:
    """The best fit without impossible variances or pairs; no standard errors exist at the edge."""

    estimates: Mapping[str, float]
    logl: float
    chisq: float | None


@dataclass(frozen=True)
class Robust:
    """Standard errors that allow for therapists and interpreters; means by t with `df` = fewest groups - 1."""

    se: Mapping[str, float]
    mean_se: Mapping[str, float]
    role_mean_se: Mapping[str, float]
    df: int
    therapists: int | None
    interpreters: int | None


@dataclass(frozen=True)
class Fit:
    """`n` cases; `divisor` of the covariances. Variances in squared units of the ratings, covariances too.

    `estimates` are unrestricted and may be impossible; then `bounded` has the fit to show. `role_means` (grand,
    A.*, P.*, rho) are empty unless all six directions are there. `seen` counts ratings per column. `group` is the
    admissible interval of the group variance, which itself is never estimated; None unless all 18 terms are there.
    """

    model: str
    n: int
    divisor: Divisor
    estimates: Mapping[str, float]
    se: Mapping[str, float]
    means: Mapping[str, float]
    mean_se: Mapping[str, float]
    role_means: Mapping[str, float]
    role_mean_se: Mapping[str, float]
    indices: Indices
    logl: float
    seen: Mapping[str, int]
    rounds: int
    bounded: Bounded | None
    group: GroupVariance | None
    robust: Robust | None
    cautions: tuple[Caution, ...]
