"""The ratings as an SPSS file. Its two libraries are an extra of their own and are loaded when one is written."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from triad.domain import exports
from triad.domain.exports import Export
from triad.domain.instruments import InstrumentVersion, Wording
from triad.formats import ratings_table
from triad.formats.ratings_table import MISSING, VALUES, VARIABLES

LIBRARIES = ("pyreadstat", "pandas")
LONGEST_LABEL, LONGEST_VALUE = 256, 120
"""Bytes: of a variable's label, and of a value's."""
MISSING_RANGE = {"lo": -99, "hi": -91}
NUMBERS = ("session", "value", "revision")
STAMP = slice(92, 109)
"""Where the file holds when it was made: nine characters of day, eight of clock time."""
MARKS = ("Mn", "Mc", "Me", "Cf")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def available() -> bool:
    return all(find_spec(name) for name in LIBRARIES)


def written(version: InstrumentVersion, wording: Wording, export: Export) -> bytes:
    """`ratings.sav`: the rows of `ratings.csv`, labelled; a missing answer is a number from -99 to -91.

    ImportError where the extra `spss` is not installed.
    """
    pyreadstat, pandas = map(import_module, LIBRARIES)
    table = pandas.DataFrame(
        {name: _column(pandas, name, place, export) for place, name in enumerate(exports.COLUMNS)}
    )
    with TemporaryDirectory(prefix="triad-") as folder:
        path = Path(folder) / "ratings.sav"
        pyreadstat.write_sav(
            table,
            str(path),
            file_label="Triad ratings",
            column_labels={name: cut(VARIABLES[name], LONGEST_LABEL) for name in exports.COLUMNS},
            variable_value_labels=_labels(version, wording),
            missing_ranges={"value": [MISSING_RANGE]},
            variable_format={"day": "SDATE10"},
            variable_measure=dict.fromkeys(exports.COLUMNS, "nominal") | {"value": "ordinal", "session": "scale"},
        )
        return _stamped(path.read_bytes(), export.taken_at)


def _column(pandas: Any, name: str, place: int, export: Export) -> Any:
    if name == "value":
        marks = [row.value if row.value is not None else MISSING[row.missing] for row in export.rows]
        return pandas.Series(marks, dtype="float64")
    cells = [row[place] for row in export.rows]
    if name in NUMBERS:
        return pandas.Series(cells, dtype="float64")
    if name == "day":
        return pandas.Series(cells, dtype="datetime64[ns]")  # in whole seconds the library would write 1970
    return pandas.Series([str(cell) for cell in cells], dtype="object")


def _labels(version: InstrumentVersion, wording: Wording) -> dict[str, dict[Any, str]]:
    reasons = VALUES["missing"]
    labels: dict[str, dict[Any, str]] = {
        **{name: dict(codes) for name, codes in VALUES.items() if name != "flags"},
        "question": dict(ratings_table.questions(version, wording)),
        "value": {
            **ratings_table.scale(version, wording),
            **{number: reasons[code] for code, number in MISSING.items()},
        },
    }
    return {name: {key: cut(text, LONGEST_VALUE) for key, text in codes.items()} for name, codes in labels.items()}


def cut(text: str, limit: int) -> str:
    """As much of a text as fits into `limit` bytes of UTF-8, cut between characters: no letter loses its marks."""
    end = len(text.encode()[:limit].decode(errors="ignore"))
    while 0 < end < len(text) and unicodedata.category(text[end]) in MARKS:
        end -= 1
    return text[:end]


def _stamped(content: bytes, moment: datetime) -> bytes:
    """The library writes the machine's own clock: the day of the export stands there instead, and no time."""
    stamp = f"{moment.day:02} {MONTHS[moment.month - 1]} {moment.year % 100:02}00:00:00"
    return content[: STAMP.start] + stamp.encode("ascii") + content[STAMP.stop :]
