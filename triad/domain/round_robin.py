"""Actor and partner effects of one group in which everybody rates everybody: the social relations model of n persons.

Triad's own pictures use the case n = 3 (`asymmetry`, where nothing but these effects and the cycle is left).
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, variance
from typing import NamedTuple

Matrix = Sequence[Sequence[float]]
"""Row i rates column j; the diagonal is never read."""


class Effects(NamedTuple):
    """Grand mean, actor and partner effects, each summing to 0, and the sample variance (n - 1) of these effects.

    The variances hold what relationships add by chance: they shrink as the group grows.
    """

    mean: float
    actor: tuple[float, ...]
    partner: tuple[float, ...]
    actor_variance: float
    partner_variance: float


def effects(x: Matrix) -> Effects:
    """actor_i = ((n-1)^2 given_i + (n-1) received_i) / (n (n-2)) - (n-1) M / (n-2), means; partner swaps the two.

    [Kenny 1994]. ValueError below three persons.
    """
    n = len(x)
    if n < 3:
        raise ValueError("actor and partner effects need three persons")
    given = [fmean(x[i][j] for j in range(n) if j != i) for i in range(n)]
    received = [fmean(x[j][i] for j in range(n) if j != i) for i in range(n)]
    mean = fmean(given)
    sides = list(zip(given, received, strict=True))
    actor = tuple(_effect(own, other, mean, n) for own, other in sides)
    partner = tuple(_effect(other, own, mean, n) for own, other in sides)
    return Effects(mean, actor, partner, variance(actor, 0.0), variance(partner, 0.0))


def _effect(own: float, other: float, mean: float, n: int) -> float:
    return ((n - 1) ** 2 * own + (n - 1) * other) / (n * (n - 2)) - (n - 1) * mean / (n - 2)
