"""Paper as a browser meets it: the therapist prints a sheet once, the lead types it in, nobody reads it back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from tests import cast
from tests.services.test_sheets import CROSSES
from triad.domain import languages, typed_numbers
from triad.formats import pdf, wordings
from triad.services import invitations
from triad.store.db import db
from triad.store.ratings import Answer, Draft, Invitation, Rating

NAMES = ["p-cleo", "Thea", "Cleo", "K-cleo", "T-1001", "Triad"]
NUMBER = re.compile(r'paper-number" dir="ltr">([\d ]+)<')


@pytest.fixture
def held(cast_: cast.Cast) -> str:
    return cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)


@pytest.fixture
def sheet(cast_: cast.Cast, held: str, sign_in: Callable[..., Any]) -> Callable[..., str]:
    """The page that is printed."""

    def printed(language: str = "ti") -> str:
        page = f"/sessions/{held}/form"
        answer = cast.post(sign_in(cast_.thea), f"{page}/paper", {"language": language}, page)
        assert answer.status_code == 200
        return unescape(answer.text)

    return printed


@pytest.fixture
def lena(cast_: cast.Cast, sign_in: Callable[..., Any]) -> Any:
    return sign_in(cast_.lena)


def number(page: str) -> str:
    found = NUMBER.search(page)
    assert found
    return found[1]


def fields(choice: str = "lead_only", **more: str) -> dict[str, str]:
    return {**{line: str(mark) for line, mark in CROSSES.items()}, "choice": choice, "step": "send", **more}


@pytest.mark.parametrize("language", ["ar", "ti", "zh-Hans", "en"])
def test_the_sheet_works_with_a_pen_alone(sheet: Callable[..., str], language: str) -> None:
    page, wording = sheet(language), wordings.wording(language)
    assert f'<html lang="{language}" dir="{languages.direction(language)}">' in page
    lines = [text for (item, slot), text in wording.texts.items() if f"{item}:{slot[:2]}" in CROSSES]
    keys = ("paper_how", "who_sees_body", "decline", "release_therapist", "release_lead", "contact_me", "paper_keep")
    assert [text for text in (*lines, *(wording.ui[key] for key in keys)) if text not in page] == []
    assert len(set(NUMBER.findall(page))) == 1
    assert len(NUMBER.findall(page)) == 2
    assert page.count('<svg class="face"') == 7 * 5
    assert ("<svg" in page.partition('class="paper-strip"')[2], "<input" in page, "<script" in page) == (True,) + (
        False,
    ) * 2
    assert [name for name in NAMES if name in page.partition('<main class="paper"')[2]] == []


def test_the_strip_holds_the_link_and_no_text_does(sheet: Callable[..., str], cast_: cast.Cast) -> None:
    page = sheet()
    assert "/f/" not in page
    assert "svg" in page


def test_a_language_that_is_not_offered_prints_nothing(
    cast_: cast.Cast, held: str, sign_in: Callable[..., Any]
) -> None:
    page = f"/sessions/{held}/form"
    answer = cast.post(sign_in(cast_.thea), f"{page}/paper", {"language": "xx"}, page)
    assert (answer.status_code, NUMBER.search(answer.text)) == (422, None)


@pytest.mark.parametrize("kind", ["pdf", "svg"])
def test_without_its_extra_there_is_no_pdf_and_nothing_was_given_out(
    cast_: cast.Cast, held: str, sign_in: Callable[..., Any], kind: str
) -> None:
    page, thea = f"/sessions/{held}/form", sign_in(cast_.thea)
    assert (pdf.available(), "PDF" in thea.get(page).text) == (False, False)
    assert cast.post(thea, f"{page}/paper", {"language": "ti", "as": kind}, page).status_code == 404
    assert db.session.scalars(select(Invitation)).all() == []
    assert cast.post(thea, f"{page}/paper", {"language": "ti", "as": ""}, page).mimetype == "text/html"


def test_a_sheet_is_typed_in_and_nobody_reads_it_back(lena: Any, sheet: Callable[..., str]) -> None:
    figures = number(sheet())
    opened = cast.post(lena, "/sheets", {"number": figures})
    assert (opened.status_code, opened.location) == (303, "/sheets/open")
    sent = cast.post(lena, "/sheets/open", fields())
    assert (sent.status_code, sent.location) == (303, "/sheets")
    assert "The sheet is in." in lena.get("/sheets").text
    assert lena.get_cookie("sheet", path="/sheets") is None
    [rating] = db.session.scalars(select(Rating))
    assert (rating.mode, rating.typed_by, rating.choice) == ("paper_transcribed", "a-lena", "lead_only")
    answers = {f"{row.item}:{row.direction}": row.value or row.missing for row in db.session.scalars(select(Answer))}
    db.session.close()
    assert answers == CROSSES
    over = cast.post(lena, "/sheets", {"number": figures})
    assert (over.status_code, "There is nothing left to type in." in over.text) == (410, True)
    assert lena.get("/sheets/open").location == "/sheets"


def test_a_half_typed_sheet_shows_which_lines_are_in_and_no_cross(lena: Any, sheet: Callable[..., str]) -> None:
    figures = number(sheet())
    cast.post(lena, "/sheets", {"number": figures})
    first = dict(list(fields().items())[:3])
    other = '<input type="checkbox" id="f-another_interpreter" name="another_interpreter" value="yes">'
    assert other in lena.get("/sheets/open").text
    cast.post(lena, "/sheets/open", {**first, "another_interpreter": "yes", "step": "keep"})
    assert "opens it again where you stopped" in lena.get("/sheets").text
    cast.post(lena, "/sheets", {"number": figures})
    page = lena.get("/sheets/open").text
    assert (page.count("Typed in"), other in page) == (3, True)
    assert re.findall(r"<input[^>]*radio[^>]*\schecked", page) == []
    early = cast.post(lena, "/sheets/open", {"step": "send", "choice": ""})
    assert (early.status_code, early.text.count("Choose one of the lines.")) == (422, 4)
    sent = cast.post(lena, "/sheets/open", {k: v for k, v in fields().items() if k not in first})
    assert (sent.status_code, sent.location) == (303, "/sheets")
    db.session.close()


def test_a_half_typed_sheet_keeps_the_choice_and_does_not_show_it(lena: Any, sheet: Callable[..., str]) -> None:
    figures = number(sheet())
    cast.post(lena, "/sheets", {"number": figures})
    cast.post(lena, "/sheets/open", {"bond.1:CT": "5", "choice": "therapist", "step": "keep"})
    cast.post(lena, "/sheets", {"number": figures})
    page = lena.get("/sheets/open").text
    assert (page.count("Typed in"), re.findall(r"<input[^>]*radio[^>]*\schecked", page)) == (2, [])
    rest = {name: text for name, text in fields().items() if name != "choice"}
    sent = cast.post(lena, "/sheets/open", rest)
    assert (sent.status_code, sent.location) == (303, "/sheets")
    assert [row.choice for row in db.session.scalars(select(Rating))] == ["therapist"]
    db.session.close()


def test_sending_with_open_lines_keeps_those_that_were_marked(lena: Any, sheet: Callable[..., str]) -> None:
    cast.post(lena, "/sheets", {"number": number(sheet())})
    answer = cast.post(lena, "/sheets/open", {"bond.1:CT": "5", "step": "send"})
    assert (answer.status_code, answer.text.count("Typed in")) == (422, 1)
    kept = [(row.line, row.value) for row in db.session.scalars(select(Draft))]
    db.session.close()
    assert kept == [("bond.1:CT", 5)]


def test_a_mistyped_number_is_told_as_one_and_kept_in_the_field(lena: Any, sheet: Callable[..., str]) -> None:
    figures = typed_numbers.plain(number(sheet()))
    slip = figures[:4] + str((int(figures[4]) + 1) % 10) + figures[5:]
    answer = cast.post(lena, "/sheets", {"number": slip})
    told = ("A figure is mistyped or missing" in answer.text, f'value="{slip}"' in answer.text)
    assert (answer.status_code, told) == (422, (True, True))
    arabic = figures.translate({ord("0") + n: chr(0x660 + n) for n in range(10)})
    assert cast.post(lena, "/sheets", {"number": arabic}).status_code == 303


def test_all_that_opens_nothing_is_answered_alike(lena: Any, sheet: Callable[..., str], cast_: cast.Cast) -> None:
    gone = number(sheet())
    sheet()  # ends the first
    never = typed_numbers.grouped(typed_numbers.checked("0" * 10))
    pages = [cast.post(lena, "/sheets", {"number": one}) for one in (gone, never)]
    mask = re.compile(r'value="[^"]*"')
    assert {page.status_code for page in pages} == {410}
    assert len({mask.sub("", page.text) for page in pages}) == 1


def test_guessing_numbers_is_slowed_down(lena: Any) -> None:
    never = typed_numbers.checked("0" * 10)
    found = [cast.post(lena, "/sheets", {"number": never}).status_code for _ in range(31)]
    assert found == [410] * 30 + [429]


def test_a_forged_line_is_refused(lena: Any, sheet: Callable[..., str]) -> None:
    cast.post(lena, "/sheets", {"number": number(sheet())})
    assert cast.post(lena, "/sheets/open", {**fields(), "bond.1:TC": "5"}).status_code == 422
    db.session.close()
    assert db.session.scalars(select(Rating)).all() == []


@pytest.mark.parametrize("who", ["kora", "thea", "ines", "ada", "aud"])
def test_nobody_else_finds_the_page(cast_: cast.Cast, sign_in: Callable[..., Any], who: str) -> None:
    client = sign_in(getattr(cast_, who))
    assert [client.get(page).status_code for page in ("/sheets", "/sheets/open")] == [404, 404]


def test_a_link_that_was_spent_says_so_where_the_sheet_was_sent(
    app: Any, cast_: cast.Cast, held: str, lena: Any, monkeypatch: pytest.MonkeyPatch, sheet: Callable[..., str]
) -> None:
    """The client scans the strip after the sheet was typed in: over, and a way to take it back."""
    tokens: list[str] = []
    issue = invitations.issue

    def noted(*asked: Any) -> str:
        tokens.append(issue(*asked))
        return tokens[-1]

    monkeypatch.setattr(invitations, "issue", noted)
    cast.post(lena, "/sheets", {"number": number(sheet())})
    cast.post(lena, "/sheets/open", fields())
    page = app.test_client().get(f"/f/{tokens[0]}")
    assert (page.status_code, wordings.wording("ti").ui["change_title"] in page.text) == (410, True)
