"""Each figure of the desk from sessions that are easily counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import inf
from typing import Any

import pytest

from triad.domain import reporting
from triad.domain.proportions import Share
from triad.domain.reporting import Continuity, Sought, Waits
from triad.domain.suppression import Part

START = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)


def sought(status: str = "held", who: str | None = "ines", **more: Any) -> Sought:
    part = Part(more.pop("client", "cleo"), who, "thea")
    held = {"case": "c1", "day": date(2027, 2, 1), "language": "ti", "mode": "video", "site": "s"} | more
    return Sought(part=part, status=status, **held)


MET = {
    "held": (sought(), True),
    "held, came late": (sought(marks={"interpreter": "late"}), True),
    "held without them": (sought(marks={"interpreter": "absent"}), False),
    "nobody was found": (sought("scheduled", None), False),
    "the search was given up": (sought("scheduled", None, cause="none_free"), False),
    "no interpreter was needed": (sought("scheduled", None, cause="not_needed"), None),
    "the client called off": (sought("cancelled", None, cancelled_by="client"), None),
    "the interpreter called off": (sought("cancelled", None, cancelled_by="interpreter"), False),
    "called off after giving up": (sought("cancelled", None, cancelled_by="clinic", cause="declined"), False),
    "abandoned, nothing said of them": (sought("abandoned", marks={"client": "absent"}), None),
    "abandoned, they were there": (sought("abandoned", marks={"interpreter": "arrived"}), True),
    "nobody has marked it yet": (sought("scheduled"), None),
    "the request was refused": (sought("refused", None), False),
}


@pytest.mark.parametrize("name", MET)
def test_interpreter_was_there_or_not_or_nobody_knows(name: str) -> None:
    row, there = MET[name]
    assert reporting.was_there(row) is there


def test_rates_follow_their_definitions_over_all_these_sessions() -> None:
    rows = [row for row, _ in MET.values()]
    assert reporting.fill_met(rows) == Share(3, 9)
    # One more on both sides: the client was absent.
    assert reporting.success_moj(rows) == Share(4, 10)
    found = reporting.figures(rows)
    assert {code: count for code, count in found.causes.items() if count} == {
        "none_free": 1,
        "declined": 1,
        "absent": 1,
        "cancelled": 1,
        "refused": 1,
        "unknown": 1,
    }
    assert sum(found.causes.values()) == 9 - 3
    assert found.unmarked == 2
    assert found.shares["absent.client"] == Share(1, 5)
    assert found.shares["absent.interpreter"] == Share(1, 5)
    assert found.shares["absent.therapist"] == Share(0, 5)


def test_cancellation_is_late_from_the_hours_before_the_start_on_and_is_counted_by_who_called_off() -> None:
    notice = {25: False, 24: False, 23.99: True, 0: True, -1: True}
    assert {hours: reporting.is_late(START - timedelta(hours=hours), START) for hours in notice} == notice
    assert reporting.is_late(None, START) is False
    assert reporting.is_late(START - timedelta(hours=40), START, 48) is True
    rows = [
        sought("cancelled", None, cancelled_by="client", late=True),
        sought("cancelled", None, cancelled_by="client"),
        sought("cancelled", None, cancelled_by="clinic", late=True),
        sought("refused", None),
        sought(),
    ]
    shares = reporting.figures(rows).shares
    assert [shares[f"late.{who}"] for who in reporting.CANCELLERS] == [
        Share(1, 4),
        Share(0, 4),
        Share(0, 4),
        Share(1, 4),
    ]


def test_wait_runs_from_the_demand_and_from_each_release() -> None:
    def at(hours: float) -> datetime:
        return START + timedelta(hours=hours)

    assert reporting.waits(START, [(at(5), None)], True) == (5.0,)
    assert reporting.waits(START, [(at(5), at(20)), (at(21.5), None)], True) == (5.0, 1.5)
    assert reporting.waits(START, [(at(5), at(20))], True) == (5.0, inf)
    assert reporting.waits(START, [(at(5), at(20))], False) == (5.0,)
    assert reporting.waits(START, [], True) == (inf,)
    assert reporting.waits(START, [], False) == ()
    assert reporting.waits(START, [(at(-3), None)], True) == (0.0,)
    rows = [sought(waits=(float(hours),)) for hours in range(1, 10)] + [sought("scheduled", None, waits=(inf,))]
    assert reporting.figures(rows).waits == Waits(10, 1, 5.0, 9.0)


def test_continuity_counts_the_usual_one_the_longest_run_people_and_switches() -> None:
    assert reporting.continuity("AABACAA") == Continuity(Share(5, 7), 2, 3, 4)
    assert reporting.continuity("") == Continuity(Share(0, 0), 0, 0, 0)
    rows = [sought(who=who) for who in "AABACAA"]
    rows += [sought(who=who, case="c2") for who in "BB"] + [sought("scheduled", None, case="c3")]
    assert reporting.figures(rows).continuity == Continuity(Share(7, 9), 2, 1, 4, 2)
