"""Series, lasting asymmetries and patterns against the reference vectors: raw points, thresholds as arguments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from triad.domain import asymmetry, patterns, persistence, ruptures
from triad.domain.scales import AsymmetryRule, PatternRule, RatingRule

VECTORS = json.loads((Path(__file__).parents[1] / "data/alliance/within_case.json").read_text("utf-8"))
CLOSE = 1e-6


def parameters(block: str) -> dict[str, Any]:
    found: dict[str, Any] = VECTORS["parameters"][block]
    return found


def rating_rule() -> RatingRule:
    p = parameters("rupture")
    return RatingRule(
        floor=p["min_drop"],
        prior=p["min_prior"],
        alert=p["z_alert"],
        watch=p["z_watch"],
        slack=p["cusum_k"],
        limit=p["cusum_h"],
        window=p["repair_window"],
        tolerance=p["repair_tol_sw"],
    )


def asymmetry_rule() -> AsymmetryRule:
    p = parameters("asymmetry")
    return AsymmetryRule(
        least=p["min_encounters"],
        size=p["min_size"],
        limit=p["z_crit"],
        phi=p["phi"],
        tau=p["tau"],
        interval=p["ci_z"],
    )


def close(found, expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert (one is None) == (other is None)
        assert one is None or one == pytest.approx(other, abs=CLOSE)


@pytest.mark.parametrize("triad", VECTORS["single_triad"], ids=lambda triad: str(triad["expected"]["level"]))
def test_picture_of_the_reference_triads(triad):
    picture, expected = asymmetry.picture(triad["ratings"]), triad["expected"]
    assert picture.asymmetry == expected["asym"]
    assert picture.mutual == expected["mutual"]
    assert picture.level == pytest.approx(expected["level"], abs=CLOSE)
    assert picture.cycle == pytest.approx(expected["cycle"], abs=CLOSE)
    close(picture.outside.values(), expected["outsider"].values())
    close(picture.giver.values(), expected["giver"].values())


@pytest.mark.parametrize("name", VECTORS["rupture"])
def test_steps_and_events_of_the_reference_series(name):
    block, rule = VECTORS["rupture"][name], rating_rule()
    expected = block["expected"]
    steps = ruptures.steps(block["series"], block["sw"], rule)
    close([step.z for step in steps], expected["z"])
    close([step.baseline for step in steps], expected["baseline"])
    close([step.cusum for step in steps], expected["cusum"])
    assert [step.level for step in steps] == expected["level"]
    assert [
        (event.at + 1, event.state, None if event.repaired_at is None else event.repaired_at + 1)
        for event in ruptures.events(steps, block["sw"], rule)
    ] == [(event["session"], event["status"], event["repaired_at"]) for event in expected["events"]]


@pytest.mark.parametrize("name", VECTORS["asymmetry"])
def test_lasting_asymmetry_of_the_reference_series(name):
    block, expected = VECTORS["asymmetry"][name], VECTORS["asymmetry"][name]["expected"]
    found = persistence.lasting(block["d"], block["sd"], asymmetry_rule())
    assert found is not None
    assert (found.n, found.flag) == (expected["n"], expected["flag"])
    close(
        [found.mean, found.se, found.z, found.shrunken, found.sd, found.low, found.high, found.p_beyond],
        [
            *(expected[key] for key in ("mean", "se", "z", "post_mean", "post_sd")),
            *expected["ci90"],
            expected["p_abs_gt_half"],
        ],
    )
    assert persistence.looks(block["d"], block["sd"], asymmetry_rule())[-1] == found


@pytest.mark.parametrize("name", VECTORS["triad_pattern"])
def test_pattern_of_the_reference_bonds(name):
    block, p = VECTORS["triad_pattern"][name], parameters("triad_pattern")
    expected = block["expected"]
    rule = PatternRule(p=p["alpha"], limit=p["z_gap"], gap=p["min_gap"])
    bonds = dict(zip(("TI", "TC", "IC"), block["mutual_TI_TC_IC"], strict=True))
    found = patterns.pattern(bonds, block["v"], rule)
    assert (found.name, found.who) == (expected["pattern"], expected["who"])
    close(found.outside.values(), expected["index"].values())
    close(
        [found.q, found.p, found.gap_high, found.gap_low, found.imbalance, found.imbalance_corrected],
        [expected[key] for key in ("Q", "p", "gap_high", "gap_low", "imbalance_sd", "imbalance_corrected")],
    )


def test_pattern_of_a_triad_with_both_gaps_is_ordered_and_of_three_equal_bonds_balanced():
    rule = PatternRule()
    ordered = patterns.pattern({"TI": 40, "TC": 60, "IC": 80}, 10, rule)
    assert (ordered.name, ordered.who, ordered.bridge, ordered.claim) == ("ordered", None, None, True)
    balanced = patterns.pattern({"TI": 60, "TC": 60, "IC": 60}, 10, rule)
    assert (balanced.name, balanced.claim, balanced.imbalance_corrected) == ("balanced", False, 0)


def test_pattern_with_one_weak_bond_names_the_bridge_and_nobody_outside():
    weak = patterns.pattern({"TI": 40, "TC": 80, "IC": 80}, 10, PatternRule())
    assert (weak.name, weak.who, weak.bridge) == ("weak_link", "TI", "C")
    assert weak.outside["T"] == weak.outside["I"] > 0


def test_steps_need_a_spread_above_0():
    with pytest.raises(ValueError, match="above 0"):
        ruptures.steps([50, 50, 50, 50], 0, RatingRule(18.75))


def test_steps_of_constant_ratings_say_nothing_and_of_a_fall_something():
    rule = RatingRule(18.75)
    assert {step.level for step in ruptures.steps([100] * 8, 10.5, rule)} == {""}
    assert ruptures.steps([100] * 7 + [45], 10.5, rule)[-1].level == "alert+shift"


def test_alert_needs_the_drop_as_well_as_the_z():
    rule = RatingRule(18.75)
    assert [step.level for step in ruptures.steps([80, 80, 80, 62.5], 4, rule)] == ["", "", "", "watch"]
    assert [step.level for step in ruptures.steps([80, 80, 80, 61.25], 4, rule)] == ["", "", "", "alert"]


@pytest.mark.parametrize(
    ("later", "state", "at"),
    [
        ([], "open", None),
        ([40, 40], "open", None),
        ([None, None], "open", None),
        ([40, 40, 40], "unrepaired", None),
        ([40, 40, 40, 80], "unrepaired", None),
        ([40, None, 74.75], "repaired", 6),
        ([74.74, 74.75], "repaired", 5),
        ([74.74, 74.74, 74.74], "unrepaired", None),
    ],
)
def test_event_is_repaired_only_by_a_return_within_three_encounters(later, state, at):
    rule = RatingRule(18.75)
    steps = ruptures.steps([80, 80, 80, 40, *later], 10.5, rule)
    first = ruptures.events(steps, 10.5, rule)[0]
    assert (first.at, first.state, first.repaired_at) == (3, state, at)


def test_lasting_asymmetry_that_is_usual_here_is_not_flagged():
    d, rule = [-14.0] * 8, AsymmetryRule()
    alone, usual, more = (persistence.lasting(d, 14.9, rule, norm) for norm in (None, -10, 4))
    assert alone is not None
    assert usual is not None
    assert more is not None
    assert (alone.flag, usual.flag, more.flag) == (True, False, True)
    assert (usual.mean, usual.against_norm) == (-14, -4)
    assert alone.shrunken > usual.shrunken > usual.mean


def test_lasting_asymmetry_on_the_other_side_of_the_norm_is_not_flagged():
    found = persistence.lasting([-14.0] * 12, 14.9, AsymmetryRule(), -28)
    assert found is not None
    assert (found.against_norm, found.flag) == (14, False)


def test_lasting_asymmetry_needs_four_paired_encounters():
    rule = AsymmetryRule()
    assert [look and look.flag for look in persistence.looks([40.0, None, 40.0, 40.0, 40.0], 14.9, rule)] == [
        False,
        False,
        False,
        False,
        True,
    ]
    assert persistence.lasting([None, None], 14.9, rule) is None
