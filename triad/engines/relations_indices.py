"""How well a covariance model fits, and what its estimates may be used for: plain formulas over fitted numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from triad.domain.parties import DYADS, LETTERS

ROLES = tuple(LETTERS.values())


@dataclass(frozen=True)
class Indices:
    """`swain` is the corrected chi-square of parcels below 200 cases, None elsewhere; CFI, TLI, RMSEA as usual."""

    chisq: float
    df: int
    p: float
    baseline_chisq: float
    baseline_df: int
    cfi: float
    tli: float | None
    rmsea: float | None
    swain: float | None = None


def indices(chisq: float, df: int, baseline: tuple[float, int], n: float) -> Indices:
    """CFI = 1 - max(chi2 - df, 0)/max(chi2_b - df_b, chi2 - df, 0) [Bentler 1990]; RMSEA [Steiger & Lind 1980].

    TLI = (chi2_b/df_b - chi2/df)/(chi2_b/df_b - 1). n is N or N - 1, as in the chi-square. No df: no TLI, no RMSEA.
    """
    over, over_b = chisq - df, baseline[0] - baseline[1]
    worst = max(over_b, over, 0.0)
    ratio_b = baseline[0] / baseline[1] if baseline[1] else 1.0
    return Indices(
        chisq=chisq,
        df=df,
        p=beyond(chisq, df),
        baseline_chisq=baseline[0],
        baseline_df=baseline[1],
        cfi=1.0 if worst == 0 else 1 - max(over, 0.0) / worst,
        tli=(ratio_b - chisq / df) / (ratio_b - 1) if df and ratio_b != 1 else None,
        rmsea=math.sqrt(max(over, 0.0) / (n * df)) if df else None,
    )


def beyond(chisq: float, df: int) -> float:
    """P(chi-square with df > chisq), by the finite sum for whole df [Abramowitz & Stegun 26.4.4]; 1 without df."""
    if df == 0 or chisq <= 0:
        return 1.0
    half = chisq / 2
    odd = df % 2
    total = math.erfc(math.sqrt(half)) if odd else 0.0
    # In logarithms, because a hopeless fit would overflow the powers.
    for power in range(df // 2):
        at = power + odd / 2
        total += math.exp(at * math.log(half) - half - math.lgamma(at + 1))
    return min(1.0, total)


def swain(chisq: float, df: int, columns: int, cases: int) -> float:
    """chi2 (1 - (p(2p^2+3p-1) - q(2q^2+3q-1)) / (12 df (N-1))), q = (sqrt(1 + 4p(p+1) - 8 df) - 1)/2 [Swain 1975]."""
    q = (math.sqrt(1 + 4 * columns * (columns + 1) - 8 * df) - 1) / 2
    first, second = (size * (2 * size**2 + 3 * size - 1) for size in (columns, q))
    return chisq * (1 - (first - second) / (12 * df * (cases - 1)))


class GroupVariance(NamedTuple):
    """The admissible values of F, which no number of parcels or encounters identifies."""

    lower: float
    upper: float

    @property
    def admissible(self) -> bool:
        return self.lower <= self.upper


def group_variance(estimates: Mapping[str, float]) -> GroupVariance:
    """VF + f, VA - f, VP - f, GR - f, VR + f, DR + f give the same Sigma for any f; here is how far f may go.

    upper = min over roles of VA, VP, (VA VP - GR^2)/(VA + VP - 2 GR); lower = max over dyads of 0, -min(VR, VR back),
    -(VR VR - DR^2)/(VR + VR - 2 DR); ratios only where the denominator is above 0. KeyError unless all 18 are there.
    """
    upper = []
    for role in ROLES:
        a, p, gr = (estimates[f"{term}.{role}"] for term in ("A", "P", "GR"))
        upper += [a, p, *_ratio(a * p - gr * gr, a + p - 2 * gr)]
    lower = [0.0]
    for dyad in DYADS:
        one, two = LETTERS[dyad.rater], LETTERS[dyad.about]
        r, back, dr = estimates[f"R.{one}.{two}"], estimates[f"R.{two}.{one}"], estimates[f"DR.{one}.{two}"]
        lower += [-min(r, back), *(-ratio for ratio in _ratio(r * back - dr * dr, r + back - 2 * dr))]
    return GroupVariance(max(lower), min(upper))


def _ratio(above: float, below: float) -> list[float]:
    return [above / below] if below > 0 else []


Use = Literal["describe", "roles-equal", "composite", "parcels"]


class Gate(NamedTuple):
    """What so many independent cases allow. `improper` is the simulated share of improper full fits, if known."""

    least: int
    models: tuple[Use, ...]
    exploratory: bool
    correlations: bool
    chi_square: bool
    improper: float | None


_GATES = (
    Gate(200, ("roles-equal", "composite", "parcels"), False, True, True, 0.14),
    Gate(100, ("roles-equal", "composite", "parcels"), False, True, False, 0.33),
    Gate(50, ("roles-equal", "composite", "parcels"), False, False, False, 0.62),
    Gate(30, ("roles-equal", "composite"), True, False, False, 0.83),
    Gate(10, ("roles-equal",), True, False, False, 0.25),
    Gate(0, ("describe",), True, False, False, None),
)


def gate(cases: int) -> Gate:
    """Below 10 describe only; from 10 roles equal; 30 all, exploratory; 50 parcels; 100 correlations; 200 chi2."""
    return next(one for one in _GATES if cases >= one.least)


def one_sided(estimate: float, se: float) -> float:
    """p of a variance against 0: the mixture of chi-square with 0 and 1 df [Self & Liang 1987], by its z."""
    return 0.5 * math.erfc(estimate / se / math.sqrt(2)) if se > 0 else 1.0


def correlation(estimates: Mapping[str, float], se: Mapping[str, float], name: str) -> float | None:
    """A reciprocity, `GR.T` or `DR.T.C`, as a correlation; with roles equal `GR` or `DR`.

    None, "not estimable", unless both variances exceed 2 SE.
    """
    term, *who = name.split(".")
    both = [".".join(["A", *who]), ".".join(["P", *who])] if term == "GR" else [f"R{name[2:]}", _back(f"R{name[2:]}")]
    if not {name, *both} <= estimates.keys() or any(estimates[one] <= 2 * se[one] for one in both):
        return None
    return estimates[name] / math.sqrt(estimates[both[0]] * estimates[both[1]])


def _back(name: str) -> str:
    return ".".join([name.split(".")[0], *reversed(name.split(".")[1:])])


def closed_form(s: Mapping[tuple[str, str], float]) -> dict[str, float]:
    """The 18 estimates from a covariance matrix of the six ratings, keyed by pairs of TI, TC, IT, IC, CT, CI.

    VA = same rater, VP = same target, GR_j = mean of both chains, DR = same dyad - GR_i - GR_j, VR = Var - VA - VP
    [method of moments; Kenny, Kashy & Cook 2006].
    """
    found: dict[str, float] = {}
    for role in ROLES:
        one, two = (other for other in ROLES if other != role)
        found[f"A.{role}"] = s[role + one, role + two]
        found[f"P.{role}"] = s[one + role, two + role]
        found[f"GR.{role}"] = (s[one + role, role + two] + s[two + role, role + one]) / 2
    for dyad in DYADS:
        there, back = dyad.key, dyad.back.key
        one, two = LETTERS[dyad.rater], LETTERS[dyad.about]
        found[f"DR.{one}.{two}"] = s[there, back] - found[f"GR.{one}"] - found[f"GR.{two}"]
        for key in (there, back):
            found[f"R.{key[0]}.{key[1]}"] = s[key, key] - found[f"A.{key[0]}"] - found[f"P.{key[1]}"]
    return found
