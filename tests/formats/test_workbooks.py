"""Workbooks: names Excel takes, text that is never computed, the same bytes for the same tables."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from zipfile import ZipFile

from triad.formats import workbooks
from triad.formats.workbooks import Sheet

AT = datetime(2027, 3, 1, tzinfo=UTC)


def parts(*sheets: Sheet, rtl: bool = False) -> dict[str, str]:
    with ZipFile(io.BytesIO(workbooks.written(sheets, AT, rtl))) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


def sheet(name: str = "A", cell: workbooks.Cell = 1) -> Sheet:
    return Sheet(name, ("note",), ("x", "y"), (("row", cell),))


def test_texts_that_look_like_formulas_links_or_numbers_stay_text() -> None:
    for text in ("=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "http://x.example", "007", "\x01", "{=A1}"):
        found = parts(sheet(cell=text))
        page = found["xl/worksheets/sheet1.xml"]
        assert ("<f>" in page, "hyperlink" in page) == (False, False)
        assert '<c r="B3" t="s"' in page or "inlineStr" in page
    assert "'=1+1" in parts(sheet(cell="=1+1"))["xl/sharedStrings.xml"]
    assert '<c r="B3"><v>0.5</v></c>' in parts(sheet(cell=0.5))["xl/worksheets/sheet1.xml"]
    assert 'r="B3"' not in parts(sheet(cell=None))["xl/worksheets/sheet1.xml"]


def test_sheets_are_called_as_excel_takes_it() -> None:
    book = parts(sheet("a/b:c[d]"), sheet("'" * 3), sheet("x" * 40), sheet("X" * 40), sheet("History"))
    for name in ('name="a b c d"', 'name="Table"', f'name="{"x" * 31}"', f'name="{"X" * 29} 2"', 'name="History 2"'):
        assert name in book["xl/workbook.xml"], name


def test_same_tables_give_the_same_bytes_and_mirror_for_right_to_left() -> None:
    assert workbooks.written([sheet()], AT) == workbooks.written([sheet()], AT)
    assert "rightToLeft" in parts(sheet(), rtl=True)["xl/worksheets/sheet1.xml"]
    assert "rightToLeft" not in parts(sheet())["xl/worksheets/sheet1.xml"]
