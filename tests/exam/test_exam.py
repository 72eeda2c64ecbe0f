"""The short form of every row of the exam, with its control."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.exam import __main__ as exam
from tests.exam import sheet

ROWS = sheet.rows()
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("id_", [row.id for row in ROWS.values() if not row.short_form])
def test_row_holds_and_can_fail(id_: str) -> None:
    reached = exam.sit(ROWS[id_], sheet.SHORT)
    assert (reached.holds, reached.control) in {(True, True), (True, None)}, reached.figure


@pytest.mark.parametrize("row", [row for row in ROWS.values() if row.short_form], ids=lambda row: row.id)
def test_short_form_is_where_the_row_says(row: sheet.Row) -> None:
    path, _, name = row.short_form.partition("::")
    assert f"def {name}" in (ROOT / path).read_text("utf-8")
