"""A language's texts as a CSV file for a reviewer from outside, and what came back of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from triad.domain import errors, packs
from triad.domain.packs import Said
from triad.domain.reviews import Unit
from triad.formats import tables

COLUMNS = ("unit", "where", "source", "note", "draft", "verdict", "proposed", "comment", "back_translation")
NEEDED = ("unit", "source", "draft", "verdict", "proposed", "comment", "back_translation")


class Line(NamedTuple):
    """A row as it came back. `number` is the one a spreadsheet shows."""

    number: int
    unit: str
    source: str
    draft: str
    said: Said


def written(units: Iterable[Unit], notes: Mapping[str, tuple[str, str]]) -> bytes:
    """One row for each unit; `notes` say by unit where it stands and what to mind. Verdicts and words are empty."""
    rows = []
    for unit in units:
        where, note = notes.get(unit.key, ("", ""))
        rows.append((unit.key, where, unit.source, note, unit.text, "", "", "", ""))
    return tables.written(COLUMNS, rows)


def read(content: bytes) -> list[Line]:
    """Unfit `{"file": code}` for a file that is none, or lacks a column; `cell_count` where a row has other cells."""
    table = tables.read(content)
    if not set(NEEDED) <= set(table.columns):
        raise errors.Unfit({"file": "missing_column"})
    if any(len(cells) != len(table.columns) for _, cells in table.rows):
        raise errors.Unfit({"file": "cell_count"})
    return [_line(number, dict(zip(table.columns, cells, strict=True))) for number, cells in table.rows]


def is_same(cell: str, text: str) -> bool:
    """Is this the text, as far as a table keeps it?"""
    return cell == text.strip()


def _line(number: int, row: Mapping[str, str]) -> Line:
    words = (packs.tidy(row[name]) for name in ("proposed", "comment", "back_translation"))
    return Line(number, row["unit"], row["source"], row["draft"], Said(row["verdict"].casefold(), *words))
