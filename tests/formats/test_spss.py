"""The SPSS file, read back by the library that reads such files."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path
from typing import Any

import pyreadstat
import pytest

from tests.taken import ENGLISH, TWO, VERSION, export
from triad.domain.exports import COLUMNS, Row
from triad.formats import ratings_table, spss, wordings
from triad.formats.ratings_table import MISSING, VALUES, VARIABLES


def opened(content: bytes, folder: Path) -> tuple[Any, Any]:
    path = folder / "ratings.sav"
    path.write_bytes(content)
    with path.open("rb") as file:
        return pyreadstat.read_sav(file, user_missing=True)


@pytest.mark.parametrize("tag", ["en", "ar", "ti"])
def test_spss_file_read_back_has_the_same_values_and_labels(tag: str, tmp_path: Path) -> None:
    wording = wordings.wording(tag)
    table, meta = opened(spss.written(VERSION, wording, TWO), tmp_path)
    assert tuple(table.columns) == COLUMNS
    assert [Row(*line) for line in table.itertuples(index=False)] == [
        row._replace(value=MISSING[row.missing] if row.value is None else row.value) for row in TWO.rows
    ]
    assert meta.missing_ranges == {"value": [{"lo": -99.0, "hi": -91.0}]}
    assert meta.column_names_to_labels == {name: VARIABLES[name] for name in COLUMNS}
    labels = meta.variable_value_labels
    assert {key: labels["value"][key] for key in range(1, 6)} == dict(enumerate(wording.anchors, 1))
    assert labels["value"][-99] == "Did not want to say"
    assert labels["question"] == {
        code: spss.cut(text, 120) for code, text in ratings_table.questions(VERSION, wording).items()
    }
    assert labels["direction"] == VALUES["direction"]


def test_spss_file_of_nothing_has_the_columns(tmp_path: Path) -> None:
    table, meta = opened(spss.written(VERSION, ENGLISH, export()), tmp_path)
    assert (tuple(table.columns), len(table)) == (COLUMNS, 0)
    assert meta.original_variable_types["day"] == "SDATE10"


def test_spss_file_is_the_same_bytes_on_the_same_day_and_tells_no_time() -> None:
    content = spss.written(VERSION, ENGLISH, TWO)
    assert content == spss.written(VERSION, ENGLISH, TWO)
    assert content[spss.STAMP] == b"01 Mar 2700:00:00"


@pytest.mark.parametrize("limit", [120, 256])
@pytest.mark.parametrize("text", ["a" * 300, "é" * 200, "ሰላም " * 90, "السَّلام عليكم " * 30, "e\u0301" * 120, "short"])
def test_labels_are_cut_between_characters(text: str, limit: int) -> None:
    found = spss.cut(text, limit)
    assert text.startswith(found)
    assert len(found.encode()) <= limit
    rest = text[len(found) :]
    assert not rest or (limit - len(found.encode()) < 8 and not unicodedata.combining(rest[0]))


def test_spss_is_not_offered_without_its_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    assert spss.available()
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    assert not spss.available()
