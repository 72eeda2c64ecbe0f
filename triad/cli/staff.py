"""`triad staff plan|check|replan WEEK.json`: a week staffed from a file, without a database; for what-if."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from triad.cli._alliance import Refused

if TYPE_CHECKING:
    from triad.domain.staffing import Assigned, Plan, Week
    from triad.formats.weeks import Read

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
WEEK, PLAN = click.argument("week", type=FILE), click.argument("plan", type=FILE)
OUT = click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the plan here.")
SECONDS = click.option("--seconds", type=click.FloatRange(0.1, 3600), default=60, show_default=True)
ABSENT = re.compile(r"(\d{1,6}):(\d{1,2})", re.ASCII)

WRONG = {
    "not_json": "this is not JSON",
    "unknown": "there is no such thing",
    "missing": "it is missing",
    "list": "a list is needed",
    "object": "an object with fields is needed",
    "text": "a text is needed",
    "minutes": "whole minutes, one for each site, are needed",
    "three_numbers": "three whole numbers are needed",
    "whole_number": "a whole number is needed",
    "out_of_range": "the number is too small or too large",
}
FAULTS = {
    "unknown": "there is no such session or interpreter",
    "not_eligible": "the interpreter may not take it",
    "clash": "one interpreter cannot hold both",
    "day_full": "more minutes on one day than the interpreter may be given",
    "week_full": "more minutes in all than the interpreter may be given",
    "week_too_hard": "more demanding work in a week than the interpreter may be given",
    "pin_broken": "it is pinned to somebody else",
}


@click.group("staff")
def command() -> None:
    """Staff a week from a file. No database is opened and nothing is kept."""


@command.command("plan")
@WEEK
@OUT
@SECONDS
@click.option("--prove", is_flag=True, help="Go on until no better plan can be.")
def plan(week: Path, out: Path | None, seconds: float, prove: bool) -> None:
    """Give every session its best interpreter, and say how good the plan is."""
    from triad.domain import staffing_faults
    from triad.engines import staffing_apart

    read = _week(week)
    if broken := staffing_faults.impossible_pins(read.week):
        raise Refused(f"sessions[{broken[0].sessions[0]}].pin: {FAULTS[broken[0].code]}.")
    with _progress() as tell:
        found = staffing_apart.plan(read.week, seconds, prove=prove, tell=tell)
    _tell(read.week, found)
    _write(found, out)


@command.command("check")
@WEEK
@PLAN
def check(week: Path, plan: Path) -> None:
    """Count a plan afresh, and name everything in it that no plan may do; then the exit code is 1."""
    from triad.domain import staffing, staffing_faults

    read = _week(week)
    assigned = _assigned(plan, read.week)
    found = staffing_faults.faults(read.week, assigned)
    for fault in found:
        at = ", ".join(f"sessions[{n}]" for n in fault.sessions)
        click.echo(f"{at}: {FAULTS[fault.code]}{_because(read, assigned, fault.sessions[0], fault.code)}.")
    if found:
        raise SystemExit(1)
    terms = staffing.measured(read.week, assigned)
    click.echo(
        f"Nothing is wrong. {len(assigned)} of {len(read.week.sessions)} filled, worth {staffing.worth(terms):,}."
    )


@command.command("replan")
@WEEK
@PLAN
@click.option("--absent", required=True, metavar="INTERPRETER:DAY", help="Who is away, by index, and on which day.")
@OUT
@SECONDS
def replan(week: Path, plan: Path, absent: str, out: Path | None, seconds: float) -> None:
    """Fill what an absence opens, moving as few other sessions as can be."""
    from triad.engines import staffing_apart

    read = _week(week)
    promised = _assigned(plan, read.week)
    there = _without(read.week, *_absent(absent, read.week))
    found = staffing_apart.plan(there, seconds, promised=promised, wanted=())
    hit = {n for n, who in promised.items() if all(pair.interpreter != who for pair in there.pairs[n])}
    moved = [n for n, who in promised.items() if found.assigned.get(n) != who]
    _tell(there, found)
    click.echo(f"{len(hit)} lost their interpreter, {len(set(moved) - hit)} others were moved.")
    for n in moved:
        now = found.assigned.get(n)
        click.echo(f"sessions[{n}]: {promised[n]} -> {'nobody' if now is None else now}")
    _write(found, out)


def _without(week: Week, who: int, day: int) -> Week:
    """The week in which this one is away on this day; a pin to them ends."""
    gone = [session.day == day for session in week.sessions]
    pairs = tuple(
        tuple(pair for pair in row if not (away and pair.interpreter == who))
        for row, away in zip(week.pairs, gone, strict=True)
    )
    sessions = tuple(
        replace(one, pin=None) if away and one.pin == who else one
        for one, away in zip(week.sessions, gone, strict=True)
    )
    return replace(week, sessions=sessions, pairs=pairs)


def _absent(text: str, week: Week) -> tuple[int, int]:
    found = ABSENT.fullmatch(text)
    if not found or int(found[1]) >= len(week.interpreters):
        raise Refused("--absent: an interpreter's index and a day are needed, as in 12:3.")
    return int(found[1]), int(found[2])


def _because(read: Read, assigned: Assigned, session: int, code: str) -> str:
    return f" ({read.against(session, assigned[session])})" if code == "not_eligible" else ""


def _tell(week: Week, plan: Plan) -> None:
    click.echo(f"{len(plan.assigned)} of {len(week.sessions)} filled, worth {plan.worth:,}.")
    nobody = sum(not week.pairs[n] for n in range(len(week.sessions)) if n not in plan.assigned)
    if nobody:
        click.echo(f"For {nobody} of the others nobody can be asked.")
    if plan.how == "greedy":
        click.echo("The solver gave no answer: this plan took the scarcest first. How good it is, is not known.")
    elif plan.gap is not None:
        told = f"at most {100 * plan.gap:.3f} % from" if plan.gap else "proved to be"
        click.echo(f"This is {told} the best possible; found in {plan.seconds:.1f} s.")


def _write(plan: Plan, out: Path | None) -> None:
    from triad.formats import weeks

    if out:
        _said(lambda: out.write_text(weeks.write_plan(plan), "utf-8"))


def _week(file: Path) -> Read:
    from triad.formats import weeks

    found: Read = _said(lambda: weeks.read(file.read_text("utf-8")))
    return found


def _assigned(file: Path, week: Week) -> Assigned:
    from triad.formats import weeks

    found: Assigned = _said(lambda: weeks.read_plan(file.read_text("utf-8"), week))
    return found


def _said(verb: Callable[[], Any]) -> Any:
    from triad.domain import errors

    try:
        return verb()
    except errors.Unfit as error:
        [(field, code)] = error.fields.items()
        raise Refused(f"{field}: {WRONG[code]}.") from error
    except UnicodeDecodeError as error:
        raise Refused(f"file: {WRONG['not_json']}.") from error
    except OSError as error:
        raise Refused(f"The file cannot be opened: {error.strerror}.") from error


@contextmanager
def _progress() -> Iterator[Callable[[float], None]]:
    """A bar, where somebody looks on."""
    with click.progressbar(length=100, label="Planning", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield lambda share: bar.update(round(100 * share) - bar.pos)
