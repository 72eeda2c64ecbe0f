"""Tables as an XLSX workbook: text stays text, numbers are numbers, and nothing in it is ever computed."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triad.formats import tables

LONGEST_NAME = 31
LONGEST_TEXT = 32_767
"""Characters Excel takes in the name of a sheet, and in a cell."""
WIDTHS = (28, 16)
"""In characters: of the first column, and of the others."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
Cell = str | int | float | None


@dataclass(frozen=True)
class Sheet:
    """`notes` stand above the table, one in each row; None in a row is an empty cell."""

    name: str
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def written(sheets: Sequence[Sheet], made_at: datetime, rtl: bool = False) -> bytes:
    """The workbook. Two sheets of one name, or a name Excel would not take, are named so that it does."""
    import xlsxwriter  # type: ignore[import-untyped]  # a tenth of the time it takes to start, for a file a week

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"created": made_at.replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    used: set[str] = set()
    for sheet in sheets:
        page = book.add_worksheet(_name(sheet.name, used))
        page.set_column(0, 0, WIDTHS[0])
        page.set_column(1, max(1, len(sheet.columns) - 1), WIDTHS[1])
        if rtl:
            page.right_to_left()
        lines: list[tuple[Sequence[Cell], object]] = [((note,), None) for note in sheet.notes]
        lines += [(sheet.columns, bold), *((row, None) for row in sheet.rows)]
        for number, (cells, look) in enumerate(lines):
            for place, cell in enumerate(cells):
                _put(page, number, place, cell, look)
    book.close()
    return out.getvalue()


def _put(page: Any, row: int, column: int, cell: Cell, look: object) -> None:
    if isinstance(cell, str):
        # Saved as CSV from there, a text could become a formula after all.
        page.write_string(row, column, tables.disarmed(cell)[:LONGEST_TEXT], look)
    elif cell is not None:
        page.write_number(row, column, cell, look)


def _name(wanted: str, used: set[str]) -> str:
    """As a sheet may be called: no brackets and slashes, not too long, no apostrophe at an end, no name twice."""
    plain = _FORBIDDEN.sub(" ", wanted).strip().strip("'")[:LONGEST_NAME].strip().strip("'") or "Table"
    name, number = plain, 1
    while name.casefold() in used or name.casefold() == "history":
        number += 1
        name = f"{plain[: LONGEST_NAME - len(str(number)) - 1]} {number}"
    used.add(name.casefold())
    return name
