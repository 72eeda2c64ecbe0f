"""The page of reports and its files: one set of numbers everywhere, and nothing a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from tests import cast, reported
from tests.cast import Cast
from tests.reported import Planted

Enter = Callable[[Any], Any]
JAN = date(2027, 1, 1)
HOSTILE = '=HYPERLINK("http://x")<b>\u202e'
SPACE = {"": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture
def busy(cast_: Cast) -> Cast:
    """Two languages with 12 cases each; one session in ten had nobody, some clients stayed away."""
    languages = {"ti": 12, "ar": 12}
    reported.clinic(cast_, languages, spelled=HOSTILE)
    planted = []
    for number in range(240):
        day = JAN + timedelta(days=number % 58)
        if number % 10 == 0:
            planted.append(Planted(number % 24, day, None, "scheduled"))
        else:
            planted.append(Planted(number % 24, day, number % 3, absent="client" if number % 17 == 0 else ""))
    reported.sessions(cast_, planted, languages)
    return cast_


def taken(browser: Any, file: str, **asked: str) -> bytes:
    answer = cast.post(browser, "/reports", {"file": file, **asked})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{file}"'
    content: bytes = answer.data
    return content


def lines(content: bytes) -> dict[tuple[str, str, str], str]:
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    return {(row["figure"], row["group"], row["measure"]): row["value"] for row in rows}


def sheets(content: bytes) -> list[tuple[str, list[list[Any]]]]:
    """Name and cells of each sheet; numbers as numbers. A formula anywhere is an error."""
    with ZipFile(io.BytesIO(content)) as book:
        texts = ["".join(one.itertext()) for one in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        names = [
            one.get("name") or "" for one in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(tag("sheet"))
        ]
        found = []
        for number, name in enumerate(names, 1):
            page = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            assert not list(page.iter(tag("f")))
            rows = [[_cell(cell, texts) for cell in row.iter(tag("c"))] for row in page.iter(tag("row"))]
            found.append((name, rows))
    return found


def tag(name: str) -> str:
    return f"{{{SPACE['']}}}{name}"


def _cell(cell: Any, texts: list[str]) -> Any:
    value = cell.find("v", SPACE)
    if value is None:
        return None
    return texts[int(value.text)] if cell.get("t") == "s" else float(value.text)


def shown(page: str, section: str) -> list[list[str]]:
    """The cells of the first table of a section."""
    body = page.split(f'<h2 id="{section}">')[1].split("<tbody>")[1].split("</tbody>")[0]
    return [
        [re.sub("<.*?>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in body.split("</tr>")
        if "<t" in row
    ]


def test_page_picture_csv_and_workbook_show_the_same_numbers(busy: Cast, sign_in: Enter) -> None:
    browser = sign_in(busy.kora)
    page = browser.get("/reports").text
    assert "90 % of the sessions had their interpreter" in page
    assert "216 of 240 sessions: 90 %, likely between 85.6 % and 93.2 %." in page
    table = {row[0]: row[1:] for row in shown(page, "fill_met")}
    assert list(table) == ["All", "Arabic", "Tigrinya"]
    assert table["All"] == ["216", "240", "90 %", "85.6 %", "93.2 %"]
    found = lines(taken(browser, "reports.csv"))
    assert [found["fill_met", "all", name] for name in ("part", "whole", "share", "low", "high")] == [
        "216",
        "240",
        "0.9",
        "0.85552",
        "0.931876",
    ]
    book = dict(sheets(taken(browser, "reports.xlsx")))
    rows = {row[0]: row[1:] for row in book["Had their interpreter"] if len(row) > 1}
    assert rows["All"] == [216.0, 240.0, 0.9, 0.85552, 0.931876]
    pictures = re.findall(r'<svg[^>]*class="picture".*?</svg>', page, re.DOTALL)
    drawn = re.findall(r'data-row="([^"]*)"', pictures[0])
    for place, (key, label) in enumerate((("all", "All"), ("ar", "Arabic"), ("ti", "Tigrinya"))):
        share = float(found["fill_met", key, "share"])
        assert table[label][:2] == [found["fill_met", key, name] for name in ("part", "whole")]
        assert rows[label][2] == share
        assert abs(float(drawn[place]) - 100 * share) < 1e-4


@pytest.mark.parametrize("by", ["language", "mode", "site", "month"])
def test_every_cell_of_the_page_is_in_the_workbook(busy: Cast, sign_in: Enter, by: str) -> None:
    browser = sign_in(busy.kora)
    page = browser.get(f"/reports?by={by}").text
    tables = len(re.findall("<table", page))
    book = sheets(taken(browser, "reports.xlsx", by=by))
    assert len(book) == tables
    for _, rows in book:
        assert len({len(row) for row in rows[2:]}) == 1
    # By way everything is in person: one group, and it is all there is.
    groups = {"language": 2, "mode": 1, "site": 1, "month": 2}
    assert len(shown(page, "fill_met")) == 1 + groups[by]


def test_names_are_text_in_every_file_and_on_the_page(busy: Cast, sign_in: Enter) -> None:
    browser = sign_in(busy.kora)
    page = browser.get("/reports").text
    assert "<b>\u202eti 0" not in page
    assert "&lt;b&gt;\u202eti 0" in page
    found = lines(taken(browser, "reports.csv"))
    assert found["load", f"'{HOSTILE}ti 0", "sessions"] == "36"
    load = sheets(taken(browser, "reports.xlsx"))[-1][1]
    assert f"'{HOSTILE}ti 0" in [row[0] for row in load]


def test_lead_reads_no_single_interpreter_and_others_find_nothing(busy: Cast, sign_in: Enter) -> None:
    browser = sign_in(busy.lena)
    page = browser.get("/reports").text
    assert 'id="fill_met"' in page
    assert "Who interpreted how much" not in page
    assert "load" not in {figure for figure, _, _ in lines(taken(browser, "reports.csv"))}
    assert sign_in(busy.thea).get("/reports").status_code == 404


def test_page_without_months_or_people_says_what_to_do(cast_: Cast, sign_in: Enter) -> None:
    browser = sign_in(cast_.kora)
    assert "No month is over yet." in browser.get("/reports").text
    cast.encounter(cast_, date(2027, 2, 2), interpreter="p-ines", held=True)
    page = browser.get("/reports?first=2027-02&last=nonsense&by=%27").text
    assert "Too few people in these months." in page
    assert "Who interpreted how much" in page
    assert 'id="fill_met"' not in page
    assert lines(taken(browser, "reports.csv"))["load", "Ines", "sessions"] == "1"


def test_file_that_is_none_is_not_found(cast_: Cast, sign_in: Enter) -> None:
    assert cast.post(sign_in(cast_.kora), "/reports", {"file": "x"}).status_code == 404
