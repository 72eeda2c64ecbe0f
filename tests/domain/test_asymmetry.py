"""The six numbers of a triad against published-table values, their inversion, errors and norms."""

from __future__ import annotations

from typing import Any

import pytest

from triad.domain import asymmetry
from triad.domain.asymmetry import Norm
from triad.domain.scales import SCALES

KEYS = ("TI", "TC", "IT", "IC", "CT", "CI")
THIRD = {"TI": "C", "TC": "I", "IC": "T"}
NONE_EACH = {"T": None, "I": None, "C": None}
A = (6, 4.5, 5.5, 5, 6.5, 6)
B = (5, 3, 6, 6, 3, 7)
FLAT = (5, 5, 5, 5, 5, 5)
CYCLE = (5, 4, 4, 5, 5, 4)


def scores(values):
    return dict(zip(KEYS, values, strict=True))


def complete(values) -> Any:
    """Any, because with six scores none of the numbers is None."""
    return asymmetry.picture(scores(values))


def rounded(values):
    return {key: round(value, 4) + 0.0 for key, value in values.items()}


@pytest.mark.parametrize(
    ("values", "level", "actor", "partner", "cycle", "d"),
    [
        (A, 5.5833, (-0.1667, -0.1667, 0.3333), (0.3333, 0.3333, -0.6667), 0.25, (0.5, -2, -1)),
        (B, 5, (-1.6667, 2, -0.3333), (-1.3333, 2, -0.6667), -0.3333, (-1, 0, -1)),
        (FLAT, 5, (0, 0, 0), (0, 0, 0), 0, (0, 0, 0)),
        (CYCLE, 4.5, (0, 0, 0), (0, 0, 0), 0.5, (1, -1, 1)),
    ],
)
def test_picture_agrees_with_the_actor_and_partner_effects_of_known_triads(values, level, actor, partner, cycle, d):
    triangle = complete(values)
    assert round(triangle.level, 4) == level
    assert round(triangle.cycle, 4) == cycle
    assert triangle.asymmetry == dict(zip(("TI", "TC", "IC"), d, strict=True))
    for party, a, p in zip("TIC", actor, partner, strict=True):
        outside, giver = triangle.outside[party], triangle.giver[party]
        assert round(giver / 3 - 2 / 3 * outside, 4) + 0.0 == a
        assert round(-giver / 3 - 2 / 3 * outside, 4) + 0.0 == p


@pytest.mark.parametrize(
    ("values", "mutual", "outside", "giver", "cycle"),
    [
        (
            (5.5, 6, 5.25, 4, 6.25, 3.5),
            {"TI": 5.375, "TC": 6.125, "IC": 3.75},
            {"T": -2.0, "I": 1.5625, "C": 0.4375},
            {"T": 0.0, "I": 0.125, "C": -0.125},
            0.1667,
        ),
        (
            (7, 1, 1, 7, 7, 1),
            {"TI": 4.0, "TC": 4.0, "IC": 4.0},
            {"T": 0.0, "I": 0.0, "C": 0.0},
            {"T": 0.0, "I": 0.0, "C": 0.0},
            3.0,
        ),
        (
            (3, 6, 5, 5, 4, 2),
            {"TI": 4.0, "TC": 5.0, "IC": 3.5},
            {"T": -1.0, "I": 1.25, "C": -0.25},
            {"T": 0.0, "I": 2.5, "C": -2.5},
            -0.1667,
        ),
    ],
)
def test_picture_gives_bonds_outsider_and_giver_of_reference_triads(values, mutual, outside, giver, cycle):
    triangle = complete(values)
    assert triangle.mutual == mutual
    assert rounded(triangle.outside) == outside
    assert rounded(triangle.giver) == giver
    assert round(triangle.cycle, 4) == cycle


@pytest.mark.parametrize("values", [A, B, FLAT, CYCLE, (12.5, 100, 0, 87.5, 62.5, 37.5)])
def test_picture_solves_back_to_the_bonds_and_asymmetries(values):
    triangle = complete(values)
    for dyad, third in THIRD.items():
        bond = triangle.level + 2 / 3 * triangle.outside[third]
        turn = -2 if dyad == "TC" else 2
        d = 2 / 3 * (triangle.giver[dyad[0]] - triangle.giver[dyad[1]]) + turn * triangle.cycle
        assert bond == pytest.approx(triangle.mutual[dyad], abs=1e-9)
        assert d == pytest.approx(triangle.asymmetry[dyad], abs=1e-9)
    assert sum(triangle.outside.values()) == pytest.approx(0, abs=1e-9)
    assert sum(triangle.giver.values()) == pytest.approx(0, abs=1e-9)


def test_picture_moves_only_the_level_when_all_six_move():
    before, after = (complete([x + k for x in B]) for k in (0, 10))
    assert after.level == before.level + 10
    assert after.asymmetry == before.asymmetry
    assert rounded(after.outside) == rounded(before.outside)
    assert rounded(after.giver) == rounded(before.giver)
    assert round(after.cycle, 4) == round(before.cycle, 4)


@pytest.mark.parametrize("gone", KEYS)
def test_picture_without_one_score_keeps_the_other_two_dyads_only(gone):
    whole = asymmetry.picture(scores(A))
    left_out = asymmetry.picture({key: x for key, x in scores(A).items() if key != gone})
    none_given = asymmetry.picture({**scores(A), gone: None})
    assert left_out == none_given
    broken = next(dyad for dyad in THIRD if set(dyad) == set(gone))
    assert left_out.mutual == {**whole.mutual, broken: None}
    assert left_out.asymmetry == {**whole.asymmetry, broken: None}
    assert (left_out.level, left_out.cycle) == (None, None)
    assert (left_out.outside, left_out.giver) == (NONE_EACH, NONE_EACH)
    assert left_out.scores == {**scores(A), gone: None}


def test_picture_takes_0_as_a_score():
    triangle = asymmetry.picture(scores((0, 0, 0, 0, 0, 0)))
    assert (triangle.level, triangle.cycle) == (0, 0)
    assert triangle.mutual == {"TI": 0, "TC": 0, "IC": 0}


def test_picture_of_a_direction_nobody_has_is_refused():
    with pytest.raises(KeyError):
        asymmetry.picture({"TT": 5})


def test_role_norm_is_the_mean_of_case_means_from_twenty_cases():
    steady: list[float | None] = [-10.0, -10.0, -10.0, -10.0]
    longer: list[float | None] = [-5.0, None, -5.0, -5.0, -5.0, -5.0]
    cases = [steady] * 10 + [longer] * 10
    assert asymmetry.role_norm(cases) == Norm(-7.5, 20)
    assert asymmetry.role_norm(cases[1:]) is None


def test_role_norm_leaves_out_cases_with_too_few_paired_encounters():
    short: list[list[float | None]] = [[90.0, 90.0, 90.0, None]] * 30
    assert asymmetry.role_norm([*[[-10.0] * 4] * 20, *short]) == Norm(-10.0, 20)
    assert asymmetry.role_norm(short) is None


def test_against_norm_is_unknown_until_both_are_known():
    norm = Norm(-8.0, 41)
    assert asymmetry.against_norm(-13.0, norm) == -5.0
    assert asymmetry.against_norm(0.0, norm) == 8.0
    assert asymmetry.against_norm(None, norm) is None
    assert asymmetry.against_norm(-13.0, None) is None


def test_measured_gives_each_number_its_range_and_cuts_bonds_at_the_ends_of_the_scale():
    six = asymmetry.picture(scores((100, 100, 90, 30, 100, 90)))
    found = asymmetry.measured(six, 10)
    assert {kind: list(keys) for kind, keys in found.items()} == {
        "level": [""],
        "mutual": ["TI", "TC", "IC"],
        "outside": ["T", "I", "C"],
        "giver": ["T", "I", "C"],
        "cycle": [""],
        "asymmetry": ["TI", "TC", "IC"],
    }
    reach = {"level": 8.0017, "outside": 16.9741, "giver": 19.6, "cycle": 8.0017, "asymmetry": 27.7186}
    assert {kind: round(max(one.high - one.value for one in found[kind].values()), 4) for kind in reach} == reach
    assert found["mutual"]["TC"] == (100, pytest.approx(86.1407, abs=1e-4), 100, False)
    assert [found["asymmetry"][dyad].beyond for dyad in ("TI", "TC", "IC")] == [False, False, True]
    assert [found["outside"][party].beyond for party in "TIC"] == [True, True, False]


def test_measured_leaves_missing_alone():
    found = asymmetry.measured(asymmetry.picture({**scores(A), "CT": None}), 10)
    nothing = (None, None, None, False)
    assert [found["level"][""], found["cycle"][""], *found["outside"].values()] == [nothing] * 5
    assert [key for key in ("TI", "TC", "IC") if found["mutual"][key] == nothing] == ["TC"]
    assert [key for key in ("TI", "TC", "IC") if found["asymmetry"][key] == nothing] == ["TC"]


@pytest.mark.parametrize(("d", "beyond"), [(0, False), (25, False), (-25, False), (37.5, True), (-37.5, True)])
def test_measured_gap_of_the_brief_form_takes_three_steps_of_twelve_and_a_half(d, beyond):
    two = asymmetry.picture({"TC": 50 + d / 2, "CT": 50 - d / 2})
    assert asymmetry.measured(two, SCALES["2x5"].sem)["asymmetry"]["TC"].beyond is beyond
