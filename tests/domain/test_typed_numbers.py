"""Numbers that people type: whatever slip of one figure or two neighbours there is, it is found."""

from __future__ import annotations

import pytest

from triad.domain import typed_numbers

SHEETS = [typed_numbers.checked(typed_numbers.drawn(f"secret {n}", typed_numbers.SHEET - 1)) for n in range(40)]


def test_the_check_figure_is_the_published_one() -> None:
    assert typed_numbers.checked("572") == "5724"


def test_numbers_have_their_figures_and_differ() -> None:
    assert {len(one) for one in SHEETS} == {typed_numbers.SHEET}
    assert len(set(SHEETS)) == len(SHEETS)
    assert all(map(typed_numbers.is_checked, SHEETS))


def test_every_single_slip_is_found() -> None:
    slips = [
        one[:place] + figure + one[place + 1 :]
        for one in SHEETS
        for place in range(len(one))
        for figure in "0123456789"
        if figure != one[place]
    ]
    assert (len(slips), [slip for slip in slips if typed_numbers.is_checked(slip)]) == (40 * 11 * 9, [])


def test_neighbours_that_changed_places_are_found() -> None:
    slips = [
        one[:place] + one[place + 1] + one[place] + one[place + 2 :]
        for one in SHEETS
        for place in range(len(one) - 1)
        if one[place] != one[place + 1]
    ]
    assert [slip for slip in slips if typed_numbers.is_checked(slip)] == []


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("1234 5678 901", "12345678901"),
        (" 1234-5678-901\n", "12345678901"),
        ("۱۲۳۴", "1234"),
        ("١٢٣٤", "1234"),
        ("12a4", ""),
        ("12²4", ""),
        ("", ""),
        ("  ", ""),
    ],
)
def test_figures_of_any_script_are_read_and_nothing_else(typed: str, plain: str) -> None:
    assert typed_numbers.plain(typed) == plain


def test_numbers_are_read_in_fours() -> None:
    assert [typed_numbers.grouped(one) for one in ("12345678", "12345678901", "")] == [
        "1234 5678",
        "1234 5678 901",
        "",
    ]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("50", 50),
        (" ۵۰ ", 50),
        ("٥٠", 50),
        ("৫০", 50),
        ("²", None),
        ("①", None),
        ("5 0", None),
        ("-1", None),
        ("1_0", None),
        ("", None),
        ("9" * 9, 999_999_999),
        ("9" * 10, None),
    ],
)
def test_a_whole_number_is_read_in_any_script(typed: str, number: int | None) -> None:
    assert typed_numbers.whole(typed) == number
