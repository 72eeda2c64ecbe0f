"""Which of the three bonds of one triad of persons stands apart, over its complete encounters."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from triad.domain.parties import DYADS, LETTERS, PARTIES
from triad.domain.scales import NEAR, PatternRule

Name = Literal["balanced", "outsider", "weak_link", "ordered", "uneven"]
_OTHERS = {LETTERS[party]: next(dyad.key for dyad in DYADS if party not in dyad) for party in PARTIES}
_SIDES = tuple((dyad.key, dyad.back.key) for dyad in DYADS)
_THIRD = {dyad: party for party, dyad in _OTHERS.items()}


class Pattern(NamedTuple):
    """`who` is a party for `outsider`, a dyad for `weak_link`, else None; `bridge` the weak link's third party.

    `outside` maps a party to O_k. "uneven" is no clear pattern and no claim; neither is "balanced".
    """

    name: Name
    who: str | None
    bridge: str | None
    q: float
    p: float
    gap_high: float
    gap_low: float
    z_high: float
    z_low: float
    imbalance: float
    imbalance_corrected: float
    outside: Mapping[str, float]

    @property
    def claim(self) -> bool:
        return self.name in ("outsider", "weak_link", "ordered")


def pattern(means: Mapping[str, float], v: float, rule: PatternRule) -> Pattern:
    """`means` are the mean mutual bonds TI, TC, IC, `v` their error variance, s_w^2 / (2n) for n encounters.

    Q = sum (m - mbar)^2 / v, chi-square with 2 df; not significant: balanced. Else a gap between neighbours in
    order counts if gap / sqrt(2v) > 2.58 and gap >= 5. Top only: the third party of the strongest bond is outside;
    bottom only: the weakest bond is the weak link; both: ordered; none: uneven. The largest O_k is not enough: a
    weak TI bond raises O_T and O_I with nobody outside. Imbalance = sqrt(max(0, var - v)), divisor 2.
    """
    low, middle, high = sorted(means, key=lambda key: means[key])
    gap_high, gap_low = means[high] - means[middle], means[middle] - means[low]
    mean = (means[low] + means[middle] + means[high]) / 3
    squares = sum((bond - mean) ** 2 for bond in means.values())
    q, spread = squares / v, squares / 2
    p = math.exp(-q / 2)
    z_high, z_low = gap_high / math.sqrt(2 * v), gap_low / math.sqrt(2 * v)
    top = z_high > rule.limit and gap_high >= rule.gap - NEAR
    bottom = z_low > rule.limit and gap_low >= rule.gap - NEAR
    name = _name(top, bottom) if p < rule.p else "balanced"
    who = {"outsider": _THIRD[high], "weak_link": low}.get(name)
    return Pattern(
        name=name,
        who=who,
        bridge=_THIRD[low] if name == "weak_link" else None,
        q=q,
        p=p,
        gap_high=gap_high,
        gap_low=gap_low,
        z_high=z_high,
        z_low=z_low,
        imbalance=math.sqrt(spread),
        imbalance_corrected=math.sqrt(max(0.0, spread - v)),
        outside={third: 3 / 2 * (means[dyad] - mean) for third, dyad in _OTHERS.items()},
    )


def _name(top: bool, bottom: bool) -> Name:
    if top and bottom:
        return "ordered"
    return "outsider" if top else "weak_link" if bottom else "uneven"


def bonds(scores: Mapping[str, float | None]) -> dict[str, float] | None:
    """The mutual bonds TI, TC, IC of one encounter; None unless all six scores are there."""
    known = {key: x for key, x in scores.items() if x is not None}
    if len(known) < 2 * len(_SIDES):
        return None
    return {there: (known[there] + known[back]) / 2 for there, back in _SIDES}


def looks(
    encounters: Sequence[Mapping[str, float] | None], variance_of_one: float, rule: PatternRule
) -> tuple[Pattern | None, ...]:
    """What `pattern` says after every encounter of one triad of persons; None for an encounter that is not complete.

    None also before the fourth complete one. `variance_of_one` is the error variance of one bond, s_w^2 / 2.
    """
    found: list[Pattern | None] = []
    totals = dict.fromkeys(_THIRD, 0.0)
    n = 0
    for one in encounters:
        if one is not None:
            n += 1
            totals = {dyad: total + one[dyad] for dyad, total in totals.items()}
        ready = one is not None and n >= rule.least
        means = {dyad: total / n for dyad, total in totals.items()} if ready else {}
        found.append(pattern(means, variance_of_one / n, rule) if ready else None)
    return tuple(found)
