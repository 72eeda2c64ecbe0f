"""From answers to facet scores: exact values, the 80 % rule, missing answers, refusals."""

from __future__ import annotations

import pytest

from triad.domain import asymmetry, errors, instruments, scoring
from triad.domain.instruments import Edition, InstrumentVersion, Item
from triad.domain.parties import Role
from triad.domain.scoring import Score

ITEMS = (
    *(Item(f"bond.{n}", "bond", ("CT", "CI"), reverse=n == 4) for n in (1, 2, 3, 4)),
    Item("goal.1", "goal", ("CT",)),
    Item("triad.1", "triad", ("triad",)),
)
VERSION = InstrumentVersion(
    "form", "1", "Form", "original", 1, 5, ITEMS, (Edition("full", tuple(item.id for item in ITEMS)),)
)
LINES = instruments.lines(VERSION, "full", Role.CLIENT)
ANSWERS = {
    **{("bond.1", "CT"): 5, ("bond.2", "CT"): 4, ("bond.3", "CT"): 5, ("bond.4", "CT"): 1},
    **{("bond.1", "CI"): 3, ("bond.2", "CI"): 3, ("bond.3", "CI"): 3, ("bond.4", "CI"): 3},
    **{("goal.1", "CT"): 2, ("triad.1", "triad"): 1},
}


def long_form(count: int) -> InstrumentVersion:
    items = tuple(Item(f"bond.{n}", "bond", ("CT",)) for n in range(count))
    return InstrumentVersion(
        "long", "1", "Long", "original", 0, 10, items, (Edition("full", tuple(item.id for item in items)),)
    )


@pytest.mark.parametrize(("value", "minimum", "maximum"), [(4.2, 1, 5), (5.8, 1, 7), (8, 0, 10)])
def test_pomp_puts_different_scales_on_one_axis(value, minimum, maximum):
    assert scoring.pomp(value, minimum, maximum) == 80


def test_pomp_of_the_ends_is_0_and_100():
    assert (scoring.pomp(1, 1, 5), scoring.pomp(5, 1, 5)) == (0, 100)


def test_pomp_of_a_scale_without_length_is_refused():
    with pytest.raises(ValueError, match="maximum above its minimum"):
        scoring.pomp(1, 1, 1)


@pytest.mark.parametrize(("asked", "fewest"), [(1, 1), (2, 2), (3, 3), (4, 4), (5, 4), (6, 5), (10, 8), (12, 10)])
def test_enough_is_eighty_percent_in_whole_items(asked, fewest):
    assert [scoring.enough(answered, asked) for answered in range(asked + 1)] == [
        answered >= fewest for answered in range(asked + 1)
    ]


def test_enough_of_nothing_is_not_enough():
    assert scoring.enough(0, 0) is False


def test_facet_scores_of_a_complete_form_turn_reversed_items():
    assert scoring.facet_scores(VERSION, LINES, ANSWERS) == {
        ("CT", "bond"): Score(93.75, 4, 4),
        ("CT", "goal"): Score(25.0, 1, 1),
        ("CI", "bond"): Score(50.0, 4, 4),
        ("triad", "triad"): Score(0.0, 1, 1),
    }


@pytest.mark.parametrize("code", scoring.MISSING)
def test_facet_scores_with_three_of_four_have_no_value_and_leave_the_others(code):
    scores = scoring.facet_scores(VERSION, LINES, {**ANSWERS, ("bond.2", "CT"): code})
    assert scores[("CT", "bond")] == Score(None, 3, 4)
    assert scores[("CI", "bond")] == Score(50.0, 4, 4)


def test_facet_scores_of_an_untouched_form_are_none_and_never_0():
    assert scoring.facet_scores(VERSION, LINES, {}) == {
        ("CT", "bond"): Score(None, 0, 4),
        ("CT", "goal"): Score(None, 0, 1),
        ("CI", "bond"): Score(None, 0, 4),
        ("triad", "triad"): Score(None, 0, 1),
    }


@pytest.mark.parametrize(("answered", "expected"), [(9, Score(None, 9, 12)), (10, Score(80.0, 10, 12))])
def test_facet_scores_of_twelve_items_need_ten(answered, expected):
    version = long_form(12)
    lines = instruments.lines(version, "full", Role.CLIENT)
    answers = {(f"bond.{n}", "CT"): 8 for n in range(answered)}
    assert scoring.facet_scores(version, lines, answers) == {("CT", "bond"): expected}


@pytest.mark.parametrize(
    ("key", "answer", "code"),
    [
        (("bond.1", "CT"), 0, "out_of_range"),
        (("bond.1", "CT"), 6, "out_of_range"),
        (("bond.1", "CT"), "later", "unknown"),
        (("goal.1", "CI"), 3, "unknown"),
        (("bond.9", "CT"), 3, "unknown"),
    ],
)
def test_facet_scores_refuse_what_was_not_asked_or_is_off_the_scale(key, answer, code):
    with pytest.raises(errors.Unfit) as refused:
        scoring.facet_scores(VERSION, LINES, {**ANSWERS, key: answer})
    assert refused.value.fields == {":".join(key): code}


def test_raw_means_of_the_forms_table_give_its_asymmetries():
    triangle = asymmetry.picture({"TI": 6, "TC": 4.5, "IT": 5.5, "IC": 5, "CT": 6.5, "CI": 6})
    assert triangle.asymmetry == {"TI": 0.5, "TC": -2, "IC": -1}
