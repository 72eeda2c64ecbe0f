"""Ratings of three parties from a CSV file, long (a line per directed rating) or wide (a line per session).

Values stay in the unit of the file; a blank is missing. Every refusal names the row a spreadsheet shows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, NoReturn

from triad.domain import errors
from triad.domain.parties import BY_LETTER, DIRECTIONS
from triad.formats import tables
from triad.formats.tables import Table

KEYS = tuple(dyad.key for dyad in DIRECTIONS)
LONG = ("case", "rater", "target", "p1", "p2")
WIDE = ("case", "session", *(key.lower() for key in KEYS))
PERSONS = ("therapist", "interpreter")
"""Columns a file may have besides: who it was, as any code, to tell series and groups apart."""
LARGEST = 1e6

Bounds = tuple[float, float]


class Session(NamedTuple):
    """One session's six scores, None where missing; `parcels` twelve, first items first, or None in a wide file.

    A long file without a session column has one session a case, number 1. A score is the mean of both parcels and
    missing unless both are there.
    """

    case: str
    number: int
    scores: Mapping[str, float | None]
    parcels: tuple[float | None, ...] | None
    therapist: str
    interpreter: str


@dataclass(frozen=True)
class Ratings:
    """Sessions in the order of the file. `persons` are the columns of `PERSONS` the file has."""

    layout: Literal["long", "wide"]
    sessions: tuple[Session, ...]
    persons: tuple[str, ...]

    @property
    def cases(self) -> Mapping[str, tuple[Session, ...]]:
        """Each case's sessions by number, cases in the order of the file."""
        found: dict[str, list[Session]] = {}
        for session in self.sessions:
            found.setdefault(session.case, []).append(session)
        return {case: tuple(sorted(group, key=lambda one: one.number)) for case, group in found.items()}

    @property
    def silent(self) -> tuple[str, ...]:
        """The directions nobody ever rated in."""
        return tuple(key for key in KEYS if all(session.scores[key] is None for session in self.sessions))


class _Line(NamedTuple):
    row: int
    cells: Mapping[str, str]


def read(content: bytes, bounds: Bounds | None = None) -> Ratings:
    """Unfit `{"file": code}` with `row`, `column`, `value` where known. Codes besides those of `tables.read`:

    `columns` (`missing`, names), `no_rows`, `cells` (too few or too many), `case`, `session` (no whole number),
    `party` (not T, I, C), `self` (rater is target), `number`, `out_of_range` (with `bounds`), `too_large_number`,
    `twice` (`first`, the earlier row), `person` (two names for one session).
    """
    table = tables.read(content)
    layout: Literal["long", "wide"] = "long" if {"rater", "target"} & set(table.columns) else "wide"
    wanted = LONG if layout == "long" else WIDE
    if missing := [column for column in wanted if column not in table.columns]:
        raise errors.Unfit({"file": "columns"}, missing=tuple(map(_shown, missing)), layout=layout)
    if not table.rows:
        raise errors.Unfit({"file": "no_rows"})
    sessions = _long(table, bounds) if layout == "long" else _wide(table, bounds)
    return Ratings(layout, tuple(sessions), tuple(name for name in PERSONS if name in table.columns))


def _lines(table: Table) -> Iterator[_Line]:
    for row, cells in table.rows:
        extra = any(cells[len(table.columns) :])
        if extra or len(cells) < len(table.columns):
            raise errors.Unfit({"file": "cells"}, row=row, found=len(cells), wanted=len(table.columns))
        yield _Line(row, dict(zip(table.columns, cells, strict=False)))


def _wide(table: Table, bounds: Bounds | None) -> Iterator[Session]:
    first: dict[tuple[str, int], int] = {}
    for line in _lines(table):
        case, number = _case(line), _session(line)
        if (case, number) in first:
            _refuse("twice", line, "session", first=first[case, number])
        first[case, number] = line.row
        scores = {key: _number(line, key.lower(), bounds) for key in KEYS}
        yield Session(case, number, scores, None, *(line.cells.get(name, "") for name in PERSONS))


def _long(table: Table, bounds: Bounds | None) -> Iterator[Session]:
    first: dict[tuple[str, int, str], int] = {}
    parcels: dict[tuple[str, int], dict[str, tuple[float | None, float | None]]] = {}
    persons: dict[tuple[str, int], list[str]] = {}
    for line in _lines(table):
        key = _direction(line)
        place = _case(line), _session(line) if "session" in line.cells else 1
        if (*place, key) in first:
            _refuse("twice", line, "target", first=first[*place, key])
        first[*place, key] = line.row
        parcels.setdefault(place, {})[key] = (_number(line, "p1", bounds), _number(line, "p2", bounds))
        who = [line.cells.get(name, "") for name in PERSONS]
        if persons.setdefault(place, who) != who:
            _refuse("person", line, next(name for name in PERSONS if name in line.cells))
    for place, found in parcels.items():
        both = [found.get(key, (None, None)) for key in KEYS]
        scores = {key: _mean(*pair) for key, pair in zip(KEYS, both, strict=True)}
        yield Session(*place, scores, tuple(pair[side] for side in (0, 1) for pair in both), *persons[place])


def _mean(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else (one + other) / 2


def _case(line: _Line) -> str:
    if not line.cells["case"]:
        _refuse("case", line, "case")
    return line.cells["case"]


def _session(line: _Line) -> int:
    cell = line.cells["session"]
    if not (cell.isascii() and cell.isdigit() and len(cell) <= 9):
        _refuse("session", line, "session")
    return int(cell)


def _direction(line: _Line) -> str:
    for column in ("rater", "target"):
        if line.cells[column].upper() not in BY_LETTER:
            _refuse("party", line, column)
    if line.cells["rater"].upper() == line.cells["target"].upper():
        _refuse("self", line, "target")
    return (line.cells["rater"] + line.cells["target"]).upper()


def _number(line: _Line, column: str, bounds: Bounds | None) -> float | None:
    cell = line.cells[column]
    if not cell:
        return None
    try:
        value = float(cell)
    except ValueError:
        _refuse("number", line, column)
    # Python reads "nan", "1_000" and digits of other scripts as numbers; in a file of ratings they are mistakes.
    if not math.isfinite(value) or "_" in cell or not cell.isascii():
        _refuse("number", line, column)
    if bounds and not bounds[0] <= value <= bounds[1]:
        _refuse("out_of_range", line, column, low=bounds[0], high=bounds[1])
    if abs(value) > LARGEST:
        _refuse("too_large_number", line, column)
    return value


def _refuse(code: str, line: _Line, column: str, **details: float) -> NoReturn:
    raise errors.Unfit({"file": code}, row=line.row, column=_shown(column), value=line.cells[column], **details)


def _shown(column: str) -> str:
    return column.upper() if column.upper() in KEYS else column


def six(session: Session) -> Sequence[float | None]:
    """The scores in the order TI, TC, IT, IC, CT, CI."""
    return [session.scores[key] for key in KEYS]
