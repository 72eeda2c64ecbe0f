"""`triad staff`: a plan from a file, its check, an absence, and one line for everything that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from triad.cli import main

FOLDER = Path(__file__).parents[1] / "data/staffing"
WEEK = FOLDER / "week-50.json"


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["staff", *(str(word) for word in words)])


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    done = run("plan", WEEK, "--out", tmp_path / "plan.json")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "30 of 50 filled, worth 3,671,666.")
    assert "proved to be the best possible" in done.stdout
    return tmp_path / "plan.json"


def test_plan_stands_the_check(plan: Path) -> None:
    done = run("check", WEEK, plan)
    assert (done.exit_code, done.stdout) == (0, "Nothing is wrong. 30 of 50 filled, worth 3,671,666.\n")


def test_check_names_what_is_wrong(plan: Path) -> None:
    held = json.loads(plan.read_text("utf-8"))
    first, last = min(held["assign"], key=int), max(held["assign"], key=int)
    held["assign"] |= {first: held["assign"][last]}
    plan.write_text(json.dumps(held), "utf-8")
    done = run("check", WEEK, plan)
    assert done.exit_code == 1
    assert done.stdout.startswith(f"sessions[{first}]: the interpreter may not take it (")


def test_replan_says_who_lost_theirs_and_whom_it_moved(plan: Path, tmp_path: Path) -> None:
    held = json.loads(plan.read_text("utf-8"))["assign"]
    days = [one["day"] for one in json.loads(WEEK.read_text("utf-8"))["sessions"]]
    n, who = next(iter(held.items()))
    done = run("replan", WEEK, plan, "--absent", f"{who}:{days[int(n)]}", "--out", tmp_path / "new.json")
    lost = sum(other == who and days[int(m)] == days[int(n)] for m, other in held.items())
    assert done.exit_code == 0
    assert f"{lost} lost their interpreter, 0 others were moved." in done.stdout
    assert json.loads((tmp_path / "new.json").read_text("utf-8"))["assign"].get(n) != who


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("plan", "{", "Error: file: this is not JSON."),
        ("plan", '{"format": "triad-clinic-week/1"}', "Error: travel: a list is needed."),
        ("plan", "\udcff", "Error: file: this is not JSON."),
    ],
)
def test_bad_week_is_one_line_and_exit_code_2(tmp_path: Path, name: str, text: str, line: str) -> None:
    file = tmp_path / "week.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    done = run(name, file)
    assert (done.exit_code, done.stderr.strip(), done.stdout) == (2, line, "")


def test_impossible_pin_is_refused_with_its_place(tmp_path: Path) -> None:
    held = json.loads(WEEK.read_text("utf-8"))
    speaks = {n: {skill[0] for skill in one["langs"]} for n, one in enumerate(held["interpreters"])}
    language = held["clients"][held["sessions"][0]["client"]]["lang"]
    held["sessions"][0]["pin"] = next(n for n, tags in speaks.items() if language not in tags)
    (tmp_path / "week.json").write_text(json.dumps(held), "utf-8")
    done = run("plan", tmp_path / "week.json")
    assert (done.exit_code, done.stderr) == (2, "Error: sessions[0].pin: the interpreter may not take it.\n")


@pytest.mark.parametrize("absent", ["x", "20:1", "1", "1:", "-1:2", "١:٢"])
def test_absence_of_nobody_is_refused(plan: Path, absent: str) -> None:
    done = run("replan", WEEK, plan, "--absent", absent)
    assert (done.exit_code, done.stderr) == (
        2,
        "Error: --absent: an interpreter's index and a day are needed, as in 12:3.\n",
    )
