"""`triad alliance describe|signals|relations FILE.csv`: the pictures' numbers from a file, without a database."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from triad.cli import _alliance as words

if TYPE_CHECKING:
    from triad.formats.alliance_files import Ratings

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
BOUNDS = ("--range", "bounds")


@click.group("alliance")
def command() -> None:
    """Read ratings of three parties from a CSV file. No database is opened and nothing is kept."""


@command.command("describe")
@FILE
@click.option(*BOUNDS, nargs=2, type=float, metavar="MIN MAX", help="Refuse values outside.")
@JSON
def describe(file: Path, bounds: tuple[float, float] | None, as_json: bool) -> None:
    """The six numbers of every session, in the unit of the file."""
    from triad.domain import asymmetry

    ratings = _read(file, bounds)
    rows: list[dict[str, Any]] = []
    for session in ratings.sessions:
        seen = asymmetry.picture(session.scores)
        rows.append(
            {
                "case": session.case,
                "session": session.number,
                "level": seen.level,
                "mutual": seen.mutual,
                "asymmetry": seen.asymmetry,
                "outsider": seen.outside,
                "giver": seen.giver,
                "cycle": seen.cycle,
            }
        )
    notes = _notes(ratings, bounds)
    if as_json:
        _json({"rows": rows, "notes": notes})
        return
    parts = {"m": "mutual", "d": "asymmetry", "O": "outsider", "g": "giver"}
    names = [f"{sign} {key}" for sign, part in parts.items() for key in rows[0][part]]
    words.table(
        ("case", "session", "L", *names, "c"),
        [(row["case"], row["session"], row["level"], *_inner(row, parts.values()), row["cycle"]) for row in rows],
    )
    click.echo(
        "L level, m mutual bond, d asymmetry, O outside (above 0: the other two are closer), g giver, c cycle."
    )
    words.sentences(notes)


def _inner(row: dict[str, Any], parts: Iterable[str]) -> list[float | None]:
    return [x for part in parts for x in row[part].values()]


@command.command("signals")
@FILE
@click.option(*BOUNDS, nargs=2, type=float, metavar="MIN MAX", required=True, help="The scale's ends.")
@click.option("--scale", "key", type=click.Choice(["2x5", "4x7", "4x5"]), default="2x5", help="Items x points.")
@click.option("--literature", is_flag=True, help="Add the literature's criteria, which fire far more often.")
@JSON
def signals(file: Path, bounds: tuple[float, float], key: str, literature: bool, as_json: bool) -> None:
    """Drops, lasting shifts, lasting asymmetries and patterns in every case, and what chance alone would give."""
    from triad.cli import _alliance_signals as found

    ratings = _read(file, bounds)
    answer = found.signals(ratings, bounds, key, literature)
    answer["notes"] = [*_notes(ratings, bounds), *answer["notes"]]
    if as_json:
        _json(answer)
    else:
        found.show(answer)


@command.command("relations")
@FILE
@click.option(
    "--model", type=click.Choice(["composite", "parcels", "roles-equal"]), default="composite", show_default=True
)
@click.option("--divisor", type=click.Choice(["n", "n-1"]), help="Default: n-1 below 200 cases.")
@click.option("--missing", type=click.Choice(["fiml", "listwise"]), default="fiml", show_default=True)
@click.option(*BOUNDS, nargs=2, type=float, metavar="MIN MAX", help="Refuse values outside.")
@JSON
def relations(
    file: Path, model: str, divisor: Any, missing: Any, bounds: tuple[float, float] | None, as_json: bool
) -> None:
    """How much the roles differ in how they rate and are rated: the social relations model over all cases."""
    # The matrices are tiny: threads would only wait for each other. Read when NumPy is first imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from triad.cli import _alliance_relations as found

    ratings = _read(file, bounds)
    answer = _said(lambda: found.relations(ratings, model, divisor, missing))
    answer["warnings"] += words.ceiling(_values(ratings), bounds[1]) if bounds else []
    if as_json:
        _json(answer)
    else:
        found.show(answer)


def _read(file: Path, bounds: Sequence[float] | None) -> Ratings:
    from triad.formats import alliance_files

    if bounds and not (bounds[0] < bounds[1] and all(abs(end) <= alliance_files.LARGEST for end in bounds)):
        raise click.BadParameter("MIN must be a number below MAX.", param_hint="--range")
    ends = (bounds[0], bounds[1]) if bounds else None
    found: Ratings = _said(lambda: alliance_files.read(file.read_bytes(), ends))
    return found


def _said(verb: Callable[[], Any]) -> Any:
    """What the verb returns, its refusals as one sentence and exit code 2."""
    from triad.domain import errors

    try:
        return verb()
    except errors.Unfit as error:
        raise words.refusal(error) from error
    except errors.Conflict as error:
        raise words.Refused("No estimates could be found for these ratings: too few, or too alike.") from error
    except OSError as error:
        raise words.Refused(f"The file cannot be opened: {error.strerror}.") from error


def _values(ratings: Ratings) -> list[float]:
    return [x for session in ratings.sessions for x in session.scores.values() if x is not None]


def _notes(ratings: Ratings, bounds: Sequence[float] | None) -> list[str]:
    values = _values(ratings)
    notes = [words.completeness(len(values), 6 * len(ratings.sessions)), *words.silent(ratings.silent)]
    if len(values) > 1 and len(set(values)) == 1:
        notes.append("All ratings are the same: there is a level, and nothing to compare.")
    return notes + (words.ceiling(values, bounds[1]) if bounds else [])


def _json(answer: Any) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=1))
