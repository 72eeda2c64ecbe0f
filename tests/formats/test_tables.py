from __future__ import annotations

import csv
import io
import re

import pytest

from triad.domain import errors
from triad.formats import tables
from triad.formats.tables import Table

ROWS = Table(("a", "b"), ((2, ("1", "ሰላም")), (3, ("", "x;y,z"))))


def code(content: bytes) -> str:
    with pytest.raises(errors.Unfit) as refused:
        tables.read(content)
    return refused.value.fields["file"]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_read_takes_commas_and_semicolons_with_any_line_end_and_mark(mark: bytes, end: str) -> None:
    commas = end.join(("a,b", "1, ሰላም ", ',"x;y,z"', ""))
    semicolons = end.join((" A ;b", "1;ሰላም", ';"x;y,z"'))
    assert tables.read(mark + commas.encode()) == ROWS
    assert tables.read(mark + semicolons.encode()) == ROWS


def test_read_counts_rows_as_a_spreadsheet_does() -> None:
    found = tables.read(b'a,b\n\n1,"two\nlines"\n,\n3,4\n')
    assert found.rows == ((3, ("1", "two\nlines")), (5, ("3", "4")))


def test_read_leaves_rows_of_another_length_to_the_reader_of_rows() -> None:
    assert tables.read(b"a,b\n1\n1,2,3\n").rows == ((2, ("1",)), (3, ("1", "2", "3")))


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n \n", "empty"),
        ("a,b\nKöln,1".encode("latin-1"), "not_utf8"),
        ("a,b\n1,2".encode("utf-16"), "not_utf8"),
        (b"a,b\n1,\x002", "nul"),
        (b'a,b\n1,"2', "quotes"),
        (b'a,b\n1,"2"3', "quotes"),
        (b"a,b\n" + b"x" * 200_000, "quotes"),
        (b"a,,c\n1,2,3", "column_unnamed"),
        (b"a,b,A\n1,2,3", "column_twice"),
        (b",".join(b"%d" % n for n in range(10_000)), "too_many_columns"),
        (b"a\n" + b"1\n" * 50_001, "too_many_rows"),
        (b"a\n" + b"1" * 6_000_000, "too_large"),
        (b"PK\x03\x04\x14\x00\x08\x08", "nul"),
    ],
)
def test_read_refuses_what_is_no_table(content: bytes, refusal: str) -> None:
    assert code(content) == refusal


def test_read_takes_as_many_rows_as_are_allowed() -> None:
    assert len(tables.read(b"a\n" + b"1\n" * 50_000).rows) == 50_000


FORMULAS = [
    prefix + rest
    for prefix in ("=", "+", "-", "@", "\t", "\r", " =", "'=", "''@", "\n+", "\uff1d", "\uff0d")
    for rest in ("1+1", "cmd|'/c calc'!A1", "SUM(A1)", 'HYPERLINK("x")', "x", "-1+2")
]
NUMBERS = ["5", "-5", "+5", "-3.25", "3,5", "-1e-05", "+2.5E+20"]
PLAIN = [*NUMBERS, "a=b", "O'Neil", "'quoted'", "", "2027-03-28", "١٢", "<script>"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_written_disarms_a_formula_and_read_gives_it_back(cell: str) -> None:
    out = tables.disarmed(cell)
    assert re.sub(r"([\n\t\r])'", r"\1", out) == f"'{cell}"
    assert tables.read(tables.written(["a", "b"], [[cell, "x"]])).rows == ((2, (cell.strip(), "x")),)


def computed(content: bytes) -> list[str]:
    """The cells one who parts at semicolons or tabs would compute."""
    return [
        cell
        for delimiter in ";\t"
        for row in csv.reader(io.StringIO(content.decode(), newline=""), delimiter=delimiter)
        for cell in row
        if re.match(r"\s*[=+\-@\uff1d]", cell)
    ]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", " =", '"=', '" ="'])
@pytest.mark.parametrize("between", [";", "\t", "\n", "\r\n", ";;", ";\n", "\n;"])
def test_no_formula_begins_where_another_spreadsheet_parts_cells(
    between: str, sign: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = [["x", f"note{between}{mark}{sign}1+1"] for mark in ("", "'", "''")]
    out = tables.written(["a", "b"], cells, mark=False)
    assert [row for _, row in tables.read(out).rows] == [tuple(one) for one in cells]
    assert computed(out) == []
    monkeypatch.setattr(tables, "disarmed", str)
    assert computed(tables.written(["a", "b"], cells, mark=False)) != []


@pytest.mark.parametrize("cell", PLAIN)
def test_written_leaves_numbers_and_words_alone(cell: str) -> None:
    assert tables.disarmed(cell) == cell
    assert tables.read(tables.written(["a", "b"], [[cell, "x"]])).rows == ((2, (cell, "x")),)


def test_written_has_a_mark_commas_and_disarmed_headings() -> None:
    assert tables.written(["a", "=b"], [[1, None], ["x,y", 'q"']]) == b'\xef\xbb\xbfa,\'=b\r\n1,\r\n"x,y","q"""\r\n'
