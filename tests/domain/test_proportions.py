"""Shares, their intervals and ranks: the published figures to six decimals."""

from __future__ import annotations

from math import inf

import pytest

from triad.domain import proportions
from triad.domain.proportions import Share

VECTORS = {
    Share(5_454, 5_984): (0.911430, 0.903965, 0.918368),
    Share(14_756, 16_003): (0.922077, 0.917822, 0.926130),
    Share(0, 10): (0.0, 0.0, 0.277533),
    Share(10, 10): (1.0, 0.722467, 1.0),
}


@pytest.mark.parametrize("share", VECTORS, ids=str)
def test_interval_of_a_published_share_is_exact_to_six_decimals(share: Share) -> None:
    low, high = share.interval or (inf, inf)
    assert (round(share.value or 0.0, 6), round(low, 6), round(high, 6)) == VECTORS[share]


def test_share_of_nothing_has_no_value_and_no_interval() -> None:
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, None)
    for part, whole in ((0, 0), (2, 1), (-1, 3)):
        with pytest.raises(ValueError, match="no share"):
            proportions.wilson(part, whole)


def test_rank_is_always_a_value_that_was_measured_and_never_counts_last() -> None:
    assert proportions.ranked([], 0.5) is None
    assert proportions.ranked([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0
    assert proportions.ranked([5.0, 1.0, 3.0], 0.5) == 3.0
    assert proportions.ranked([*map(float, range(1, 10)), inf], 0.9) == 9.0
    assert proportions.ranked([1.0, inf, inf], 0.5) == inf
