"""A script in R that reads the CSV files with their labels: base R, plain ASCII, the same for everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from triad.domain import exports, instruments
from triad.domain.instruments import InstrumentVersion, Wording
from triad.formats import ratings_table
from triad.formats.ratings_table import VALUES, VARIABLES

WHOLE = ("session", "value", "revision")
FACTORS = ("rater", "target", "direction", "facet", "missing", "mode", "provenance")

HEAD = """\
# Reads ratings.csv and triads_wide.csv of Triad. Put this script beside them and run it there.
# value: the mark as it was given; NA where there is none, and `missing` says why.
# therapist, interpreter, encounter: codes of one reader's files; their order means nothing.

# A cell that a spreadsheet would take for a formula carries an apostrophe: here it is taken off again.
rearmed <- function(x) sub("^'(?='*\\\\s*[=+@\\t\\r\\uff1d\\uff0b\\uff0d\\uff20-])", "", x, perl = TRUE)

read_table <- function(file, classes) {
  found <- read.csv(file, colClasses = classes, na.strings = "", check.names = FALSE,
                    encoding = "UTF-8", stringsAsFactors = FALSE)
  text <- names(classes)[classes == "character"]
  found[text] <- lapply(found[text], rearmed)
  found
}

labelled <- function(table, labels) {
  for (name in names(labels)) attr(table[[name]], "label") <- labels[[name]]
  table
}
"""


def written(version: InstrumentVersion, wording: Wording) -> bytes:
    """`ratings.R`: named columns with their types, codes as factors, labels in the wording's language."""
    return "".join(_parts(version, wording)).encode("ascii")


def _parts(version: InstrumentVersion, wording: Wording) -> Iterable[str]:
    yield HEAD
    yield from _table("ratings", "ratings.csv", exports.COLUMNS)
    for name in FACTORS:
        yield _factor(name, VALUES[name])
    # Two raters may be asked in the same words, and R would take equal labels for one level.
    yield f"ratings$question <- factor(ratings$question, levels = {_list(_codes(version))})\n"
    yield f"questions <- {_vector(ratings_table.questions(version, wording))}\n"
    yield _named("ratings", exports.COLUMNS)
    marks = {label: str(code) for code, label in ratings_table.scale(version, wording).items()}
    yield f'attr(ratings$value, "labels") <- {_vector(marks, quote=False)}\n'
    yield from _table("triads", "triads_wide.csv", exports.WIDE)
    yield _named("triads", exports.WIDE)


def _codes(version: InstrumentVersion) -> list[str]:
    raters = instruments.RATED_BY
    return [exports.question(line) for rater in raters for line in instruments.lines(version, "full", rater)]


def _table(name: str, file: str, columns: Iterable[str]) -> Iterable[str]:
    classes = {column: _class(column) for column in columns}
    yield f"\n{name} <- read_table({_quoted(file)}, {_vector(classes)})\n"


def _class(column: str) -> str:
    if column == "day":
        return "Date"
    if column in WHOLE:
        return "integer"
    return "character" if column in exports.COLUMNS else "numeric"


def _factor(name: str, codes: Mapping[str, str]) -> str:
    levels, labels = _list(codes), _list(codes.values())
    return f"ratings${name} <- factor(ratings${name}, levels = {levels}, labels = {labels})\n"


def _named(table: str, columns: Iterable[str]) -> str:
    return f"{table} <- labelled({table}, {_vector({name: VARIABLES[name] for name in columns})})\n"


def _vector(named: Mapping[str, str], quote: bool = True) -> str:
    inner = (f"{_quoted(key)} = {_quoted(value) if quote else value}" for key, value in named.items())
    return f"c({_broken(inner)})"


def _list(values: Iterable[str]) -> str:
    return f"c({_broken(map(_quoted, values))})"


def _broken(parts: Iterable[str]) -> str:
    return ",\n  ".join(parts)


def _quoted(text: str) -> str:
    """A string of R in ASCII: whatever its encoding, R on any system reads the same letters."""
    return '"' + "".join(_escaped(sign) for sign in text) + '"'


def _escaped(sign: str) -> str:
    if sign in ('"', "\\"):
        return "\\" + sign
    return sign if " " <= sign <= "~" else f"\\U{ord(sign):08x}"
