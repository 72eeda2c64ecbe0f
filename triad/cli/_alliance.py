"""What `triad alliance` says in words: sentences for refusals and cautions, and small tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import click

from triad.domain import scales
from triad.domain.errors import Unfit

FILES: Mapping[str, str] = {
    "too_large": "The file is larger than 5 MB.",
    "not_utf8": "The file is not UTF-8 text: save it as CSV UTF-8.",
    "nul": "The file holds zero bytes, so it is no text.",
    "empty": "The file is empty.",
    "quotes": "The file cannot be read as CSV: a quotation mark never ends.",
    "too_many_columns": "The file has more than 64 columns.",
    "too_many_rows": "The file has more than 50,000 rows.",
    "column_unnamed": "A column has no name in row 1.",
    "column_twice": "Two columns have the same name in row 1.",
    "no_rows": "The file has a heading and no rows.",
    "cells": "Row {row} has {found} cells where the heading has {wanted}.",
    "case": "Row {row} names no case.",
    "session": "Row {row}, column session: {value!r} is no whole number.",
    "party": "Row {row}, column {column}: {value!r} is none of T, I, C.",
    "self": "Row {row}: rater and target are the same ({value!r}).",
    "number": "Row {row}, column {column}: {value!r} is no number.",
    "out_of_range": "Row {row}, column {column}: {value!r} lies outside {low:g} to {high:g}.",
    "too_large_number": "Row {row}, column {column}: {value!r} is too large for a rating.",
    "twice": "Row {row} repeats row {first}: the same case, session and direction.",
    "person": "Row {row}: another therapist or interpreter than in an earlier row of the same session.",
}
RATINGS: Mapping[str, str] = {
    "too_few": "Too few cases for a model of relations: {cases}. `triad alliance describe` shows each session.",
    "constant": "Every rating of {columns} is the same: nothing varies between cases, so nothing can be said about "
    "actors, partners or relations. `triad alliance describe` shows the levels.",
    "collinear": "Some ratings follow exactly from others in all {cases} cases: variances cannot be told apart.",
    "nothing_left": "Nothing but {columns} is rated: no actor, partner or relationship variance can be told apart.",
}
CAUTIONS: Mapping[str, str] = {
    "improper": "The free estimates are impossible (a variance below 0, or a reciprocity larger than its variances "
    "allow) in: {names}. Use the bounded estimates.",
    "reduced": "Not everybody rates everybody, so these cannot be told apart: {names}.",
    "pair_missing": "Nobody rated in: {names}.",
    "exploratory": "With so few cases this is exploratory: intervals, no tests.",
    "too_few_for_model": "So few cases do not carry this model; what they allow: {names}.",
    "missing_at_random": "Missing ratings are taken to be missing at random. A client who stays away because of the "
    "alliance is not.",
    "divisor_n": "With missing ratings the divisor is n, not n-1.",
    "holds_error": "One score per direction: R also holds measurement error, and the swing between sessions.",
    "few_groups": "Too few therapists or interpreters, or too uneven, for errors that allow for them.",
}


class Refused(click.ClickException):
    """A file that cannot be read as such, or of which the question cannot be answered."""

    exit_code = 2


def refusal(error: Unfit) -> Refused:
    """One sentence, with the row where there is one."""
    (place, code) = next(iter(error.fields.items()))
    details = error.details
    if code == "columns":
        names = ", ".join(details["missing"])
        return Refused(f"The heading (row 1) lacks {names}. {LAYOUTS}")
    sentences = FILES if place == "file" else RATINGS
    known = {key: ", ".join(value) if isinstance(value, tuple) else value for key, value in details.items()}
    return Refused(printable(sentences.get(code, "This cannot be read.").format(**known)))


LAYOUTS = "A file has the columns case, rater, target, p1, p2 or case, session, TI, TC, IT, IC, CT, CI."


def caution(code: str, names: Sequence[str]) -> str:
    return CAUTIONS[code].format(names=", ".join(names))


def silent(directions: Sequence[str]) -> list[str]:
    """What is said of directions without a single rating."""
    if not directions:
        return []
    return [f"There is no rating in {', '.join(directions)}: what needs all six directions is left out."]


def ceiling(values: Sequence[float], maximum: float, limit: float = scales.CEILING) -> list[str]:
    """A warning where more than 30 % of the ratings are at the top."""
    share = sum(value >= maximum for value in values) / len(values) if values else 0.0
    if share <= limit:
        return []
    return [
        f"{share:.0%} of the ratings are at the top of the scale: a rise or a difference up there cannot be seen."
    ]


def completeness(there: int, possible: int) -> str:
    return f"{there} of {possible} ratings are there; what is missing stays missing."


def table(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Columns side by side; numbers with two decimals, a dash for None."""
    lines = [list(heading), *([_cell(cell) for cell in row] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heading))]
    for line in lines:
        cells = (cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def sentences(lines: Iterable[str], say: Callable[[str], None] = click.echo) -> None:
    for line in lines:
        say(line)


def printable(text: str) -> str:
    """What stands in a file must not steer the terminal."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    # Adding 0.0 turns a negative nothing into a plain one.
    return f"{round(value, 2) + 0.0:.2f}" if isinstance(value, float) else printable(str(value))
