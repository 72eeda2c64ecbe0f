"""What is said of forms by role and language: cells of enough people, and none that subtraction gives back."""

from __future__ import annotations

from itertools import count

import pytest

from triad.domain import coverage
from triad.domain.coverage import Due
from triad.domain.parties import Role
from triad.domain.suppression import Part

T, C = Role.THERAPIST, Role.CLIENT
MANY = {"ar": 4, "fa": 4, "ti": 2}


def part(number):
    return Part(f"client {number % 10}", f"interpreter {number % 3}", f"therapist {number % 2}")


def forms(language, number, party=T, scores=(75.0, 100.0), **more):
    return [Due(party, language, part(n), scores, **more) for n in range(number)]


def languages(found):
    return [name for name, _ in found["languages"]]


def test_cells_count_forms_missing_scores_and_scores_at_the_top():
    found = coverage.coverage(
        [*forms("ar", 10), *forms("ar", 5, scores=None), *forms("ar", 5, scores=(None, 50.0))], MANY
    )
    cell = {"due": 20, "given": 15, "scores": 30, "unscored": 5, "top": 10}
    assert found["roles"] == {"T": cell, "I": None, "C": None}
    assert found["languages"] == [["ar", {"T": cell, "I": None, "C": None}]]


@pytest.mark.parametrize(("clients", "shown"), [(4, False), (5, True)])
def test_cell_takes_five_clients(clients, shown):
    few = [Due(T, "ar", Part(f"c{n % clients}", f"i{n % 3}", f"t{n % 2}"), (75.0,)) for n in range(12 * clients)]
    assert (coverage.coverage(few, MANY)["roles"]["T"] is not None) is shown


def test_languages_with_few_interpreters_stand_together():
    found = coverage.coverage([*forms("ar", 30), *forms("ti", 20), *forms("so", 10)], MANY)
    assert languages(found) == ["", "ar"]
    assert dict(found["languages"])[""]["T"]["due"] == 30


def test_what_is_too_few_even_together_takes_the_smallest_language_with_it():
    found = coverage.coverage([*forms("ar", 30), *forms("fa", 20), *forms("ti", 2)], MANY)
    assert languages(found) == ["", "ar"]
    assert dict(found["languages"])[""]["T"]["due"] == 22
    # Nothing left to stand beside it: only the total is said.
    assert coverage.coverage([*forms("ar", 30), *forms("ti", 2)], MANY)["languages"] == []


@pytest.mark.parametrize("sizes", [(30, 20, 2), (30, 2, 2), (12, 12, 12), (40, 11, 1), (5, 5, 5)])
def test_no_hidden_cell_comes_back_as_total_minus_shown(sizes):
    all_forms = [form for tag, size in zip(MANY, sizes, strict=True) for form in forms(tag, size)]
    found = coverage.coverage(all_forms, MANY)
    shown = [cells["T"]["due"] for _, cells in found["languages"] if cells["T"]]
    assert sum(shown) in (0, found["roles"]["T"]["due"])


def test_column_with_a_hole_is_left_out_whole():
    staff = [*forms("ar", 30), *forms("fa", 30)]
    found = coverage.coverage([*staff, *forms("ar", 30, C), *forms("fa", 2, C)], MANY)
    assert [cells["C"] for _, cells in found["languages"]] == [None, None]
    whole = coverage.coverage([*staff, *forms("ar", 30, C), *forms("fa", 30, C)], MANY)
    assert [cells["C"]["scores"] for _, cells in whole["languages"]] == [60, 60]


def test_forms_of_clients_are_not_counted_and_sealed_ones_not_looked_into():
    found = coverage.coverage([*forms("ar", 20, C), *forms("ar", 20, C, (100.0, 100.0), sealed=True)], MANY)
    assert found["roles"]["C"] == {"due": None, "given": None, "scores": 40, "unscored": 0, "top": 20}


def recent(given, gone, sealed):
    number = count()

    def made(size, scores, **more):
        return [Due(C, "ar", part(next(number)), scores, recent=True, **more) for _ in range(size)]

    old = forms("ar", 50, C)
    return [*old, *made(given, (75.0,)), *made(gone, None), *made(sealed, (75.0,), sealed=True)]


@pytest.mark.parametrize(
    ("given", "gone", "sealed", "rate"),
    [
        (30, 12, 0, 70),
        (29, 12, 0, 70),
        (20, 12, 10, 70),
        # Nobody missing, nobody there, or a few whom nobody sees: each would tell of somebody.
        (40, 0, 0, None),
        (40, 2, 0, None),
        (2, 40, 0, None),
        (28, 12, 2, None),
        (0, 0, 0, None),
    ],
)
def test_rate_of_clients_is_one_round_figure_of_one_month_or_none(given, gone, sealed, rate):
    assert coverage.coverage(recent(given, gone, sealed), MANY)["rate"] == rate


def test_nothing_is_nothing():
    assert coverage.coverage([], {}) == {"roles": {"T": None, "I": None, "C": None}, "languages": [], "rate": None}
