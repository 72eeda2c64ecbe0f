"""Reports from what lies in the tables: published figures reproduced, whole months only, nobody recognisable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests import reported
from tests.cast import Cast
from tests.reported import Planted
from triad.domain import errors, publishing
from triad.domain.proportions import Share
from triad.domain.reporting import Waits
from triad.services import reporting

JAN, FEB = date(2027, 1, 1), date(2027, 2, 1)
ASKED, MET = 5_984, 5_454


def test_published_figure_comes_out_of_the_database_with_its_interval(cast_: Cast) -> None:
    languages = {"ti": 40, "ar": 40}
    reported.clinic(cast_, languages)
    planted = (
        Planted(number % 80, JAN + timedelta(days=number % 59), number % 3 if number < MET else None, _status(number))
        for number in range(ASKED)
    )
    reported.sessions(cast_, planted, languages)
    found = reporting.show(cast_.kora)
    assert found.told.total is not None
    share = found.told.total.shares["fill_met"]
    assert share == Share(MET, ASKED)
    low, high = share.interval or (0.0, 0.0)
    assert (round(share.value or 0.0, 6), round(low, 6), round(high, 6)) == (0.911430, 0.903965, 0.918368)
    assert found.told.total.causes["unknown"] == ASKED - MET
    assert found.told.total.waits == Waits(ASKED, ASKED - MET, 5.0, 5.0)
    assert sum(one.sessions for one in found.load or ()) == MET
    by_language = {name: each.shares["fill_met"] for name, each in found.told.groups}
    assert set(by_language) == {"ti", "ar"}
    assert tuple(map(sum, zip(*by_language.values(), strict=True))) == share


def _status(number: int) -> str:
    return "held" if number < MET else "scheduled"


def small(cast_: Cast) -> None:
    """Eight cases in Tigrinya and two in Arabic, in January and February; each of eight has a session a month."""
    languages = {"ti": 8, "ar": 2}
    reported.clinic(cast_, languages)
    months = [Planted(case, day, case % 3) for day in (JAN, FEB) for case in range(10)]
    called_off = [
        Planted(0, FEB, None, "cancelled", cancelled_by="client", notice=3),
        Planted(1, FEB, None, "cancelled", cancelled_by="client", notice=30),
        Planted(2, FEB, 2, "abandoned", absent="client"),
        Planted(3, date(2027, 3, 1), 0),
    ]
    reported.sessions(cast_, [*months, *called_off], languages)


def test_report_counts_whole_months_that_are_over_and_says_who_called_off_late(cast_: Cast) -> None:
    small(cast_)
    found = reporting.show(cast_.lena)
    assert (found.months, found.first, found.last) == ((JAN, FEB), JAN, FEB)
    assert found.told.total is not None
    shares = found.told.total.shares
    assert shares["fill_met"] == Share(20, 20)
    assert shares["success_moj"] == Share(21, 21)
    assert (shares["late.client"], shares["absent.client"]) == (Share(1, 23), Share(1, 21))
    assert found.told.total.unmarked == 1
    assert found.load is None
    january = reporting.show(cast_.kora, "2027-01", "2027-01")
    assert january.told.total is not None
    assert january.told.total.shares["fill_met"] == Share(10, 10)
    assert sum(one.minutes for one in january.load or ()) == 500
    assert [reporting.show(cast_.kora, *asked).by for asked in (("x", "y", "z"), ("", "", "month"))] == [
        "language",
        "month",
    ]


def test_language_of_two_clients_is_shown_nowhere(cast_: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    small(cast_)
    assert [reporting.show(cast_.lena, by=by).told.groups for by in ("language",)] == [()]
    assert [name for name, _ in reporting.show(cast_.lena, by="month").told.groups] == [
        "2027-01/2027-01",
        "2027-02/2027-02",
    ]
    monkeypatch.setattr(publishing, "may_tell", bool)
    shown = {name: each.shares["fill_met"] for name, each in reporting.show(cast_.lena).told.groups}
    assert shown == {"ti": Share(16, 16), "ar": Share(4, 4)}


def test_only_coordinators_and_leads_read_reports(cast_: Cast) -> None:
    for actor in (cast_.thea, cast_.ines, cast_.ada, cast_.aud):
        for verb in (reporting.show, reporting.take):
            with pytest.raises(errors.NotFound):
                verb(actor)
    assert reporting.show(cast_.kora).months == ()
    assert reporting.take(cast_.lena).told.total is None


@pytest.mark.parametrize("count", [10, 100, 1_000])
def test_report_takes_as_many_statements_whatever_there_is(
    cast_: Cast, statements: Callable[[], Any], count: int
) -> None:
    languages = {"ti": 10}
    reported.clinic(cast_, languages)
    reported.sessions(
        cast_, (Planted(one % 10, JAN + timedelta(days=one % 50), one % 3) for one in range(count)), languages
    )
    with statements() as seen:
        reporting.show(cast_.kora, by="language")
    assert len(seen) == 10
