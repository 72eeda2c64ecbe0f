"""What is taken out: the same numbers as on the page at the same moment, and no cell a spreadsheet would compute."""

from __future__ import annotations

import contextlib
import csv
import html
import io
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib import import_module
from itertools import product
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

import pytest

from tests import answered, cast
from tests.conftest import NOW
from tests.walks import entering
from triad.domain.exports import Export
from triad.formats import tables, workbooks
from triad.formats.workbooks import Sheet
from triad.services import alliance, context, exports
from triad.services.context import Actor
from triad.store.cases import Case
from triad.store.clinic import Client

DAY = date(2027, 2, 26)
LOCKED = datetime(2027, 2, 26, 15, 0, tzinfo=NOW.tzinfo)
WINDOW = timedelta(days=7)
CHOICES = ("therapist", "lead_only", "statistics_only")
GIVEN = (("therapist", "interpreter", "client"), ("interpreter", "client"), ("therapist", "client"), ("client",))
Numbers = dict[tuple[str, int], dict[str, float | None]]
TEXT = re.compile(r"<t[^>]*>(.*?)</t>", re.DOTALL)
COMPUTED = "=+-@\t\r"
"""What a cell begins with that a spreadsheet computes, or that a line begins with after it was cut there."""


def bonds(export: Export) -> Numbers:
    """Case and session to bond scores, made again from the marks: a second way to the numbers on the page."""
    marks: dict[tuple[str, int], dict[str, list[int | None]]] = defaultdict(lambda: defaultdict(list))
    for row in export.rows:
        if row.facet == "bond":
            marks[row.case, row.session][row.direction].append(row.value)
    return {
        meeting: {key: _pomp(values) for key, values in each.items() if _pomp(values) is not None}
        for meeting, each in marks.items()
    }


def _pomp(values: list[int | None]) -> float | None:
    given = [value for value in values if value is not None]
    return 25 * (fmean(given) - 1) if len(given) == len(values) else None


def wide(export: Export) -> Numbers:
    return {
        (one.meeting.case, one.meeting.session): {k: v for k, v in one.triangle.scores.items() if v is not None}
        for one in export.triads
    }


def screen(actor: Actor, *case_ids: str) -> Numbers:
    """What the pictures of these cases show, sessions without any number left out."""
    pictures = [alliance.for_case(actor, case_id) for case_id in case_ids]
    shown = {
        (picture.code, one.number): {key: score for key, score in one.scores.items() if score is not None}
        for picture in pictures
        for one in picture.meetings
    }
    return {meeting: scores for meeting, scores in shown.items() if scores}


def sides(who: cast.Cast) -> Iterator[tuple[Numbers, Numbers, Numbers]]:
    """For the therapist, then for the lead: the numbers of both their tables, and those of their pages."""
    of_case, of_lead = exports.for_case(who.thea, who.case_id), exports.for_lead(who.lena)
    yield bonds(of_case), wide(of_case), screen(who.thea, who.case_id)
    yield bonds(of_lead), wide(of_lead), screen(who.lena, who.case_id, who.other_case_id)


def differing(url: str, every: int = 1) -> tuple[list[str], int, int]:
    """States in which a file holds other numbers than the page; how many there were, and how many numbers."""
    wrong, states, numbers = [], 0, 0
    states_ = list(product(CHOICES, GIVEN, (timedelta(0), WINDOW)))
    with entering.opened(url) as (_, who):
        clock: Any = who.clinic.clock
        for number, (choice, parties, later) in enumerate(states_[::every]):
            clock.now = NOW
            id_ = cast.encounter(who, DAY - timedelta(days=number), interpreter="p-ines", held=True, id_=f"s{number}")
            for party in parties:
                answered.rating(who, id_, party, LOCKED, choice=choice if party == "client" else "therapist")
            clock.now = NOW + later
            for name, found in zip(("therapist", "lead"), sides(who), strict=True):
                wrong += [] if found[0] == found[1] == found[2] else [f"{name}: {choice} {parties} {later}"]
                numbers += sum(map(len, found[2].values()))
            states += 1
    return wrong, states, numbers


@contextlib.contextmanager
def open_handed() -> Iterator[None]:
    """Files as if every window were over."""
    opened = exports._opened
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exports, "_opened", lambda ctx, *more: opened(replace(ctx, now=ctx.now + 2 * WINDOW), *more))
        yield


def computes(cell: str) -> bool:
    """Would a spreadsheet take this cell for a formula? Signs of full width count as the ones they look like."""
    shown = unicodedata.normalize("NFKC", cell).lstrip(" \n") or " "
    return shown[0] in COMPUTED and not is_number(cell)


def is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell.replace(",", ".")))
    except ValueError:
        return False


def formulas(who: cast.Cast, cells: Sequence[str]) -> tuple[list[str], int]:
    """What came out as a formula, or not as it went in, in any file of words that people chose; cells read."""
    wrong, read = [], 0
    id_ = cast.encounter(who, DAY, interpreter="p-ines", held=True)
    answered.all_three(who, id_, LOCKED)
    for number, text in enumerate(cells):
        with context.work(Actor(who.clinic, source="test")) as ctx:
            ctx.session.get_one(Case, who.case_id).code = text
            ctx.session.get_one(Client, who.cleo_id).code = text
        found = exports.for_case(who.thea, who.case_id)
        for name in ("ratings.csv", "triads_wide.csv"):
            content = exports.content(found, name)
            cells_read = _read(content)
            wrong += [f"{name}: {cell!r}" for cell in cells_read if computes(cell)]
            _, (first, *_) = tables.read(content).rows[0]
            wrong += [] if first == text.strip() else [f"{name}: {text!r} as {first!r}"]
            read += len(cells_read)
        # SPSS computes nothing: there every sign must be as it was, and a number a number.
        if exports.SPSS in exports.names() and number % 6 == 0:
            wrong += _labelled(exports.content(found, exports.SPSS), text)
            read += 1
    refused = tables.written(("a", *cells[:9]), [[cell, "x"] for cell in cells])
    wrong += [f"refused rows: {cell!r}" for cell in _read(refused) if computes(cell)]
    return wrong + _in_workbook(cells), read + len(cells)


def _in_workbook(cells: Sequence[str]) -> list[str]:
    """Cells of a workbook that are formulas, or become one where it is saved as CSV."""
    page = Sheet("Cells", (), ("cell",), tuple((cell,) for cell in cells))
    with ZipFile(io.BytesIO(workbooks.written([page], NOW))) as book:
        drawn, held = (book.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "sharedStrings"))
    texts = [html.unescape(text) for text in TEXT.findall(held)]
    found = [f"xlsx: {text!r}" for text in texts if text and computes(text)]
    return found + ["xlsx: a formula"] * drawn.count("<f>")


def _rows(content: bytes, sign: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=sign))


def _read(content: bytes) -> list[str]:
    """The cells as spreadsheets of several countries part them."""
    return [cell for sign in ",;\t" for row in _rows(content, sign) for cell in row]


def _labelled(content: bytes, text: str) -> list[str]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ratings.sav"
        path.write_bytes(content)
        table, _ = import_module("pyreadstat").read_sav(str(path))
    kinds = {name: str(table[name].dtype) for name in ("session", "value", "revision")}
    wrong = [] if set(kinds.values()) == {"float64"} else [f"SPSS: {kinds}"]
    return wrong + ([] if set(table["case"]) == {text.rstrip(" ")} else [f"SPSS: {text!r} as {set(table['case'])}"])


def numbers(cells: Sequence[str]) -> list[str]:
    """Numbers that did not stay what they are."""
    rows = _rows(tables.written(["n"], [[cell] for cell in cells]))
    return [cell for cell, (shown, *_) in zip(cells, rows[1:], strict=True) if shown != cell]
