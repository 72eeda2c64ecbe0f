"""The short form of every row of the exam, with its control."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.exam import __main__ as exam
from tests.exam import sheet
from tests.exam.sheet import Reached

ROWS = sheet.rows()
ROOT = Path(__file__).parents[2]


SAT = [row for row in ROWS.values() if not row.short_form]


@cache
def reached_in(module: str) -> dict[str, Reached]:
    """The rows of one module share a program: starting one takes as long as many a row."""
    return exam.sit_together([row for row in SAT if row.sit.__module__ == module], sheet.SHORT)


@pytest.mark.parametrize("id_", [row.id for row in SAT])
def test_row_holds_and_can_fail(id_: str) -> None:
    reached = reached_in(ROWS[id_].sit.__module__)[id_]
    assert (reached.holds, reached.control) in {(True, True), (True, None)}, reached.figure


@pytest.mark.parametrize("row", [row for row in ROWS.values() if row.short_form], ids=lambda row: row.id)
def test_short_form_is_where_the_row_says(row: sheet.Row) -> None:
    path, _, name = row.short_form.partition("::")
    assert f"def {name}" in (ROOT / path).read_text("utf-8")
