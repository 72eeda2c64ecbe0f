"""Tables as CSV files: read strictly, written so that no spreadsheet takes a cell for a formula."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from triad.domain import errors

LARGEST = 5_000_000
"""Bytes of one file."""
MOST_COLUMNS = 64
MOST_ROWS = 50_000
_FORMULA = re.compile(r"'*\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""The last four are the signs of full width, which spreadsheets set up for East Asia take for the same."""
_START = r"""['" \u00a0\u3000]*[=+\-@\uff1d\uff0b\uff0d\uff20]"""
_LATER = re.compile(rf"([;\t\r\n])({_START})")
"""A spreadsheet that parts cells at semicolons or tabs, as most of Europe's do, may begin a cell anywhere in ours."""
_LATER_DISARMED = re.compile(rf"([;\t\r\n])'({_START})")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")


@dataclass(frozen=True)
class Table:
    """`rows` carry the number a spreadsheet shows: the heading is row 1, empty rows are counted and left out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read(content: bytes) -> Table:
    """A table of UTF-8 text, with a byte order mark or not, with commas or semicolons. Cells come stripped.

    Unfit `{"file": code}` for a whole file that cannot be read: `too_large`, `not_utf8`, `nul`, `empty`,
    `quotes` (a quote that never ends, or a cell past 128 KB), `too_many_columns`, `too_many_rows`,
    `column_unnamed` or `column_twice`.
    """
    if len(content) > LARGEST:
        raise _unfit("too_large")
    try:
        text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        raise _unfit("not_utf8") from None
    if "\0" in text:
        raise _unfit("nul")
    if not text.strip():
        raise _unfit("empty")
    try:
        return _table(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except csv.Error:
        raise _unfit("quotes") from None


def _table(records: Iterable[list[str]]) -> Table:
    columns: tuple[str, ...] = ()
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, record in enumerate(records, 1):
        if not columns:
            columns = _heading(record)
            continue
        cells = tuple(_armed(cell).strip() for cell in record)
        if any(cells):
            rows.append((number, cells))
        if len(rows) > MOST_ROWS:
            raise _unfit("too_many_rows")
    return Table(columns, tuple(rows))


def _heading(record: list[str]) -> tuple[str, ...]:
    columns = tuple(cell.strip().lower() for cell in record)
    if len(columns) > MOST_COLUMNS:
        raise _unfit("too_many_columns")
    if not all(columns):
        raise _unfit("column_unnamed")
    if len(set(columns)) < len(columns):
        raise _unfit("column_twice")
    return columns


def _delimiter(text: str) -> str:
    """Whichever of the two the heading has more of; a heading of one column has neither."""
    heading = text.lstrip().partition("\n")[0]
    return ";" if heading.count(";") > heading.count(",") else ","


def _unfit(code: str) -> errors.Unfit:
    return errors.Unfit({"file": code})


def written(columns: Sequence[str], rows: Iterable[Sequence[object]], mark: bool = True) -> bytes:
    """UTF-8, commas, CRLF. Cells that would be formulas are disarmed by an apostrophe.

    The byte order mark is for people's spreadsheets; programs do better without it.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([disarmed(str(column)) for column in columns])
    writer.writerows([disarmed("" if cell is None else str(cell)) for cell in row] for row in rows)
    return (codecs.BOM_UTF8 if mark else b"") + out.getvalue().encode("utf-8")


def disarmed(cell: str) -> str:
    """An apostrophe before what a spreadsheet would compute; plain numbers stay numbers.

    Where apostrophes and then a formula stand already one more is put on, so that reading takes off exactly
    what writing put on.
    """
    mark = "'" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else ""
    return mark + _LATER.sub(r"\1'\2", cell)


def _armed(cell: str) -> str:
    """What was disarmed on the way out, as it was."""
    cell = _LATER_DISARMED.sub(r"\1\2", cell)
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
