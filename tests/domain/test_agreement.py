"""Published numeric cases: round robins, intraclass correlation, change, agreement, charts and rates."""

from __future__ import annotations

from itertools import combinations
from statistics import fmean

import pytest

from triad.domain import agreement, literature, round_robin, scoring
from triad.domain.agreement import Continuity

SIX = (
    (0, 4, 5, 6, 7, 5),
    (2, 0, 1, 3, 2, 4),
    (5, 4, 0, 3, 2, 6),
    (4, 5, 4, 0, 2, 5),
    (1, 4, 4, 3, 0, 3),
    (5, 7, 5, 3, 9, 0),
)
JUDGES = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))
FLOW = (494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427)
MINI = (512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451)
FLOWRATE = (49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1)
BONDS = (4.2, 4.4, 4.5, 3.4, 4.3, 4.6, 4.5, 4.0, 3.3, 3.5)
TRIADS = {
    (6, 4.5, 5.5, 5, 6.5, 6): (5.5833, (-0.1667, -0.1667, 0.3333), (0.3333, 0.3333, -0.6667)),
    (5, 3, 6, 6, 3, 7): (5, (-1.6667, 2, -0.3333), (-1.3333, 2, -0.6667)),
    (5, 4, 4, 5, 5, 4): (4.5, (0, 0, 0), (0, 0, 0)),
}


def test_six_person_round_robin():
    found = round_robin.effects(SIX)
    assert found.mean == pytest.approx(4.1)
    assert [round(x, 3) for x in found.actor] == [1.208, -1.625, -0.167, -0.208, -1.083, 1.875]
    assert [round(x, 3) for x in found.partner] == [-0.458, 0.375, -0.333, -0.542, 0.083, 0.875]
    assert sum(found.actor) == pytest.approx(0)


@pytest.mark.parametrize(("size", "variance"), [(6, 1.7722), (5, 1.8937), (4, 2.1111), (3, 2.6611)])
def test_actor_variance_over_subsets_of_the_six(size, variance):
    subsets = [[[SIX[i][j] for j in chosen] for i in chosen] for chosen in combinations(range(6), size)]
    assert fmean(round_robin.effects(x).actor_variance for x in subsets) == pytest.approx(variance, abs=1e-4)


@pytest.mark.parametrize("x", TRIADS)
def test_round_robin_of_three_is_the_triad(x):
    level, actor, partner = TRIADS[x]
    ti, tc, it, ic, ct, ci = x
    found = round_robin.effects(((0, ti, tc), (it, 0, ic), (ct, ci, 0)))
    assert found.mean == pytest.approx(level, abs=1e-4)
    assert found.actor == pytest.approx(actor, abs=1e-4)
    assert found.partner == pytest.approx(partner, abs=1e-4)


def test_round_robin_of_two_is_refused():
    with pytest.raises(ValueError, match="three persons"):
        round_robin.effects(((0, 1), (2, 0)))


def test_icc_of_six_targets_and_four_judges():
    found = agreement.icc(JUDGES)
    assert found is not None
    squares = (found.between, found.within, found.raters, found.error)
    assert squares == pytest.approx((11.2417, 6.2639, 32.4861, 1.0194), abs=1e-4)
    assert list(found.single.values()) == pytest.approx([0.165742, 0.289764, 0.714841], abs=1e-6)
    assert list(found.average.values()) == pytest.approx([0.442797, 0.620051, 0.909316], abs=1e-6)


@pytest.mark.parametrize("table", [[], [[1, 2]], [[1], [2]], [[5, 5], [5, 5]]])
def test_icc_of_too_little_or_of_constants_is_none(table):
    assert agreement.icc(table) is None


def test_reliable_change_of_the_published_case():
    error = agreement.sem(7.5, 0.80)
    assert round(error, 4) == 3.3541
    assert round(2**0.5 * error, 4) == 4.7434
    assert round(agreement.reliable_change(47.5, 32.5, error), 3) == -3.162
    assert round(1.96 * 2**0.5 * error, 3) == 9.297
    assert agreement.between_norms(40, 7.5, 60, 7.5) == 50


@pytest.mark.parametrize(
    ("sd", "reliability", "error", "difference", "threshold"),
    [(7.6, 0.95, 1.6994, 2.4033, 4.7105), (0.60, 0.90, 0.18974, 0.26833, 0.5259)],
)
def test_measurement_error_of_further_cases(sd, reliability, error, difference, threshold):
    found = agreement.sem(sd, reliability)
    assert found == pytest.approx(error, abs=5e-5)
    assert 2**0.5 * found == pytest.approx(difference, abs=5e-5)
    assert 1.96 * 2**0.5 * found == pytest.approx(threshold, abs=5e-5)


def test_limits_of_agreement_of_two_meters():
    two, usual = agreement.limits(FLOW, MINI, 2), agreement.limits(FLOW, MINI)
    assert two is not None
    assert usual is not None
    assert two == pytest.approx((-2.1176, 38.7651, -79.648, 75.413), abs=5e-4)
    assert usual[2:] == pytest.approx((-78.097, 73.862), abs=1e-3)
    assert agreement.limits([1], [2]) is None


def test_individuals_chart_of_the_flow_rates():
    found = literature.chart(FLOWRATE)
    assert found is not None
    assert found == pytest.approx((50.81, 1.87778, 45.8159, 55.8041, 6.1347), abs=1e-4)


def test_literature_rules_on_one_series():
    previous, peak, mean, reliable, chart = literature.every(BONDS, agreement.sem(0.60, 0.90))
    assert [at + 1 for at in previous.at] == [4, 8, 9]
    assert previous.threshold == pytest.approx(0.494526, abs=1e-6)
    assert [at + 1 for at in peak.at] == [4, 8, 9, 10]
    assert (mean.at, round(mean.threshold or 0, 4)) == ((), 3.0809)
    assert ([at + 1 for at in reliable.at], round(reliable.threshold or 0, 4)) == ([4, 9], 0.5259)
    assert (chart.at, round(chart.threshold or 0, 4)) == ((), 2.8584)


def test_literature_rules_skip_what_is_missing():
    series = [*BONDS[:3], None, *BONDS[3:]]
    found = literature.every(series, agreement.sem(0.60, 0.90))
    assert [at + 1 for at in found[0].at] == [5, 9, 10]
    assert {one.criterion for one in found} == set(literature.FALSE_PER_TWELVE)


def test_literature_rules_take_the_spread_of_the_sample_where_there_is_one():
    assert literature.drop_from_previous(BONDS, 0.6).at == (3, 8)
    assert literature.drop_from_peak(BONDS, 1.15).at == (8,)
    assert literature.drop_from_previous(BONDS).at == (3, 7, 8)


def test_literature_rules_say_nothing_of_constants_or_too_little_and_something_of_a_fall():
    for series in ([], [5], [5] * 8):
        assert {one.at for one in literature.every(series, 1)} == {()}
    assert {one.at for one in literature.every([5] * 11 + [0], 1)} == {(11,)}


@pytest.mark.parametrize(
    ("count", "of", "share"),
    [(5454, 5984, 0.911430), (14756, 16003, 0.922077), (37, 41, 0.902439), (88, 5984, 0.014706)],
)
def test_rate_of_counts(count, of, share):
    found = agreement.rate(count, of)
    assert found is not None
    assert found.value == pytest.approx(share, abs=1e-6)
    assert found.low < share < found.high


def test_rate_has_wilsons_interval():
    found = agreement.rate(5454, 5984)
    assert found is not None
    assert (round(found.low, 5), round(found.high, 5)) == (0.90397, 0.91837)
    none, every = agreement.rate(0, 8), agreement.rate(8, 8)
    assert none is not None
    assert every is not None
    assert (none.low, every.high) == (0, 1)
    assert none.high > 0.3
    assert agreement.rate(0, 0) is None
    with pytest.raises(ValueError, match="count"):
        agreement.rate(9, 8)


def test_pomp_of_three_scales():
    assert [scoring.pomp(4.2, 1, 5), scoring.pomp(5.8, 1, 7), scoring.pomp(8, 0, 10)] == pytest.approx([80] * 3)


def test_continuity_counts_the_commonest_interpreter_and_the_longest_run():
    held = ["ines", "ines", None, "ines", "ivo", "ines"]
    assert agreement.continuity(held) == Continuity(0.8, 3, 2)
    assert agreement.continuity([None, None]) is None
