"""The file of a week: what it means, and a place and a reason for every field that cannot be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from triad.domain import errors, staffing
from triad.engines import staffing_greedy
from triad.formats import weeks

FILE = Path(__file__).parents[1] / "data/staffing/week-50.json"
Table = dict[str, Any]


def table() -> Table:
    return dict(json.loads(FILE.read_text("utf-8")))


def refused(change: Callable[[Table], Any]) -> dict[str, str]:
    held = table()
    change(held)
    with pytest.raises(errors.Unfit) as error:
        weeks.read(json.dumps(held))
    return dict(error.value.fields)


def test_week_is_what_the_file_says() -> None:
    read = weeks.read(FILE.read_text("utf-8"))
    week = read.week
    assert (len(week.sessions), len(week.interpreters), week.setup, len(week.trips)) == (50, 20, 10, 8)
    assert week.sessions[0] == staffing.Session(4, 930, 90, 0, 6, 1, 1, None)
    assert week.sessions[1].site == staffing.ELSEWHERE
    assert all(staffing.is_sorted(pairs) for pairs in week.pairs)


def test_first_rule_that_fails_is_named_for_everybody_who_may_not() -> None:
    read = weeks.read(FILE.read_text("utf-8"))
    for n, pairs in enumerate(read.week.pairs):
        may = {pair.interpreter for pair in pairs}
        codes = [read.against(n, who) for who in range(20)]
        assert {who for who, code in enumerate(codes) if code is None} == may
        assert {*codes} - {None} <= {*weeks.RULES}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        (lambda held: held.update(format="other/1"), "format", "unknown"),
        (lambda held: held.pop("sessions"), "sessions", "list"),
        (lambda held: held.update(setup="10"), "setup", "whole_number"),
        (lambda held: held["travel"][2].append(1), "travel[2]", "minutes"),
        (lambda held: held["sessions"].__setitem__(3, 7), "sessions[3]", "object"),
        (lambda held: held["sessions"][3].update(mode="letter"), "sessions[3].mode", "unknown"),
        (lambda held: held["sessions"][3].update(client=35), "sessions[3].client", "out_of_range"),
        (lambda held: held["sessions"][3].update(dur=True), "sessions[3].dur", "whole_number"),
        (lambda held: held["sessions"][3].update(start=1.5), "sessions[3].start", "whole_number"),
        (lambda held: held["sessions"][0].update(site=-1), "sessions[0].site", "out_of_range"),
        (lambda held: held["sessions"][3].update(pin=20), "sessions[3].pin", "out_of_range"),
        (lambda held: held["clients"][1].update(prev="9"), "clients[1].prev", "whole_number"),
        (lambda held: held["clients"][1].update(exclude=["x"]), "clients[1].exclude", "list"),
        (lambda held: held["clients"][1].pop("gender"), "clients[1].gender", "text"),
        (lambda held: held["interpreters"][4]["langs"].append([1, 2]), "interpreters[4].langs[", "three_numbers"),
        (lambda held: held["interpreters"][4].update(modes=["video", "x"]), "interpreters[4].modes", "unknown"),
        (lambda held: held["interpreters"][4].update(dist=[1]), "interpreters[4].dist", "minutes"),
        (lambda held: held["interpreters"][4].update(rate=None), "interpreters[4].rate", "whole_number"),
    ],
)
def test_field_that_cannot_be_is_named_with_its_place(change: Callable[[Table], Any], field: str, code: str) -> None:
    [(found, why)] = refused(change).items()
    assert (found[: len(field)], why) == (field, code)


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, "1"])
def test_what_is_no_week_at_all_is_refused(text: str) -> None:
    with pytest.raises(errors.Unfit) as error:
        weeks.read(text)
    assert error.value.fields == {"file": "not_json"}


def test_plan_written_is_the_plan_read() -> None:
    week = weeks.read(FILE.read_text("utf-8")).week
    assigned = staffing_greedy.first_come(week)
    plan = staffing.Plan(assigned, staffing.measured(week, assigned), None, "greedy", 0.1)
    written = weeks.write_plan(plan)
    assert weeks.read_plan(written, week) == assigned
    assert {"assign", "objective", "bound", "gap", "seconds"} <= json.loads(written).keys()


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        ("{}", "assign", "missing"),
        ('{"assign": {"50": 1}}', "assign[50]", "unknown"),
        ('{"assign": {"²": 1}}', "assign[²]", "unknown"),
        ('{"assign": {"1": 20}}', "assign[1]", "unknown"),
        ('{"assign": {"1": "2"}}', "assign[1]", "unknown"),
    ],
)
def test_plan_for_another_week_is_refused(text: str, field: str, code: str) -> None:
    with pytest.raises(errors.Unfit) as error:
        weeks.read_plan(text, weeks.read(FILE.read_text("utf-8")).week)
    assert error.value.fields == {field: code}
