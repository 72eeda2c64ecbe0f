"""Which months and groups may be told of: nothing shown, and no difference between shown things, is of too few."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from triad.domain import publishing, reporting, suppression
from triad.domain.publishing import Period
from triad.domain.reporting import Sought
from triad.domain.suppression import Part

JAN, FEB, MAR, APR = (date(2027, month, 1) for month in (1, 2, 3, 4))
SPEAKERS = {"ti": 3, "ar": 3, "so": 3, "am": 1}


def many(day: date, language: str = "ti", clients: int = 5, interpreters: int = 3) -> list[Sought]:
    """A session for each client; interpreters and two therapists take turns."""
    found = []
    for number in range(clients):
        part = Part(f"{language}{number}", f"{language}-i{number % interpreters}", f"t{number % 2}")
        found.append(Sought(f"{language}{number}", day, part, language, "video", "nord", "held"))
    return found


def told(rows: Sequence[Sought], first: date = JAN, last: date = MAR, by: str = "language") -> Any:
    return publishing.told(rows, first, last, APR, by, SPEAKERS)


def test_months_stand_together_until_there_are_people_enough() -> None:
    assert publishing.following(date(2026, 12, 1)) == JAN
    rows = [*many(JAN, clients=3), *many(FEB, clients=5), *many(MAR)]
    assert publishing.periods(rows, APR) == (Period(JAN, FEB), Period(MAR, MAR))
    assert publishing.periods([*many(JAN), *many(MAR, clients=2)], APR) == (Period(JAN, JAN),)
    assert publishing.periods(rows, MAR) == (Period(JAN, FEB),)
    assert publishing.periods([], APR) == ()


def test_range_is_made_of_whole_periods_and_says_which() -> None:
    rows = [*many(JAN, clients=3), *many(FEB), *many(MAR)]
    found = told(rows)
    assert (found.periods, found.total.shares["fill_met"]) == ((Period(JAN, FEB), Period(MAR, MAR)), (13, 13))
    # January alone would be what February leaves of both.
    assert told(rows, FEB, MAR).periods == (Period(MAR, MAR),)
    assert told(rows, JAN, JAN).total is None
    assert [name for name, _ in told(rows, by="month").groups] == ["2027-01/2027-02", "2027-03/2027-03"]


def test_small_language_takes_others_with_it_until_their_rest_is_enough() -> None:
    rows = [*many(JAN, "ti", 8), *many(JAN, "ar", 6), *many(JAN, "so", 2)]
    shares = {name: found.shares["fill_met"] for name, found in told(rows).groups}
    assert shares == {"ti": (8, 8), "": (8, 8)}
    assert told([*many(JAN, "ti", 8), *many(JAN, "so", 2)]).groups == ()


def test_language_of_one_interpreter_never_stands_alone() -> None:
    rows = [*many(JAN, "ti", 8), *many(JAN, "am", 8)]
    assert [name for name, _ in told(rows).groups] == ["ti", ""]
    assert [name for name, _ in publishing.told(rows, JAN, MAR, APR, "language", {"ti": 3, "am": 3}).groups] == [
        "am",
        "ti",
    ]


def test_language_that_is_too_small_in_one_month_stands_alone_in_none() -> None:
    rows = [*many(JAN, "ti", 8), *many(JAN, "ar", 8), *many(FEB, "ti", 8), *many(FEB, "ar", 1)]
    assert told(rows).groups == ()
    assert told(rows, JAN, JAN).groups == ()
    assert [name for name, _ in told([*rows, *many(FEB, "ar", 8)], JAN, JAN).groups] == ["ar", "ti"]


RANGES = [(first, last) for first in (JAN, FEB, MAR) for last in (JAN, FEB, MAR) if first <= last]


def cells(rows: Sequence[Sought], by: str) -> list[list[Sought]]:
    """The sessions behind everything that can be had: each thing shown, and each less another one within it."""
    shown = []
    for first, last in RANGES:
        found = told(rows, first, last, by)
        if found.total:
            held = publishing.groups(rows, publishing.periods(rows, APR), by, SPEAKERS) if by != "month" else {}
            inside = [one for one in rows if any(cut.first <= one.day <= cut.last for cut in found.periods)]
            shown.append(inside)
            shown += [[one for one in inside if publishing.CUTS[by](one) in names] for names in held.values()]
    less = [[one for one in whole if one not in part] for whole in shown for part in shown]
    return [one for one in [*shown, *less] if one]


CLINICS = {
    "small months": [*many(JAN, clients=3), *many(FEB, clients=5), *many(MAR, clients=4)],
    "small language": [row for day in (JAN, FEB, MAR) for row in (*many(day, "ti", 9), *many(day, "ar", 2))],
    "comes and goes": [*many(JAN, "ti", 9), *many(JAN, "ar", 9), *many(FEB, "ti", 9), *many(MAR, "ar", 2)],
}


@pytest.mark.parametrize("name", CLINICS)
def test_nothing_that_can_be_subtracted_is_of_too_few(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = CLINICS[name]
    small = [one for one in cells(rows, "language") if not publishing.may_tell(one)]
    assert small == []
    rule = publishing.may_tell
    monkeypatch.setattr(publishing, "may_tell", bool)
    monkeypatch.setattr(publishing, "SPEAKERS", 0)
    assert [one for one in cells(rows, "language") if not rule(one)]


def test_sessions_nobody_was_asked_for_do_not_make_a_cell_large_enough() -> None:
    rows = many(JAN)
    called_off = [
        one._replace(status="cancelled", cancelled_by="client", part=one.part._replace(interpreter=None))
        for one in rows[2:]
    ]
    assert suppression.may_show(one.part for one in rows)
    assert publishing.may_tell(rows) is True
    assert publishing.may_tell([*rows[:2], *called_off]) is False
    assert [reporting.was_there(one) for one in called_off] == [None] * 3
