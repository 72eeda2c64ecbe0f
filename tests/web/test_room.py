"""The client's form as a browser meets it: without scripts, from the link to the thanks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import escape, unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests import cast
from triad.app import create_app
from triad.domain import forms, languages
from triad.formats import wordings
from triad.services import invitations
from triad.services.context import Actor
from triad.store.db import db
from triad.store.people import LoginSession
from triad.store.ratings import Answer, Draft, Invitation, Rating, Score
from triad.web import guard

LINES = ("bond.1:CT", "bond.2:CT", "goal.1:CT", "task.1:CT", "bond.1:CI", "bond.2:CI", "triad.1:triad")
MARKS = ("5", "4", "2", "declined", "1", "3", "not_understood")
NAMES = ["Encounter", "p-cleo", "Thea", "Ines", "Cleo", "K-cleo", "T-1001", "Test clinic", "Triad"]


@pytest.fixture
def held(cast_: cast.Cast) -> str:
    return cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)


@pytest.fixture
def issue(cast_: cast.Cast, held: str) -> Callable[..., str]:
    def fresh(language: str = "ar") -> str:
        return invitations.issue(cast_.thea, held, language)

    return fresh


def count(kind: Any) -> int:
    """Rows of a table; closed at once, since a reader left open would keep the next request from writing."""
    found = db.session.scalar(select(func.count()).select_from(kind)) or 0
    db.session.close()
    return found


class Visitor:
    """A browser without scripts: it follows redirects, submits the forms it is shown, and remembers all it saw."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.seen: list[str] = []
        self.page = ""
        self.status = 0

    def _take(self, answer: Any) -> str:
        self.seen += [answer.text, str(answer.headers)]
        self.status = answer.status_code
        if answer.status_code == 303:
            return self.get(answer.location)
        self.page = unescape(answer.text)
        return self.page

    def get(self, url: str) -> str:
        return self._take(self.client.get(url))

    def post(self, url: str, **fields: str) -> str:
        return self._take(self.client.post(url, data={"csrf_token": cast.token(self.page), **fields}))

    def open(self, token: str) -> str:
        self.get(f"/f/{token}")
        self.post(f"/f/{token}")
        self.seen.clear()
        return self.get("/f/")

    def begin(self, token: str, language: str = "ar") -> str:
        """As far as the first question."""
        self.open(token)
        self.post("/f/language", language=language, at="")
        self.post("/f/step", screen="who_sees")
        return self.post("/f/step", screen="practice", practice="3")

    def mark(self, mark: str) -> str:
        line = re.search(r'name="line" value="([^"]+)"', self.page)
        assert line, "this is no question"
        return self.post("/f/answer", line=line[1], **{"answer" if mark.isdecimal() else "missing": mark})

    def finish(self, choice: str = "", helped: str = "nobody") -> str:
        self.post("/f/step", screen="who_helped", helped=helped)
        self.post("/f/step", screen="review")
        return self.post("/f/send", **({"choice": choice} if choice else {}))


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


def test_a_thousand_gets_leave_the_link_usable_and_write_nothing(visitor: Visitor, issue: Callable[..., str]) -> None:
    token = issue()
    for _ in range(1000):
        answer = visitor.client.get(f"/f/{token}")
        assert answer.status_code == 200
    assert visitor.client.head(f"/f/{token}").status_code == 200
    assert answer.headers.getlist("Set-Cookie") == []
    assert count(LoginSession) == 0
    assert wordings.wording("ar").ui["choose_language"] in visitor.open(token)


def test_the_link_greets_in_its_language_and_repeats_no_token(visitor: Visitor, issue: Callable[..., str]) -> None:
    token = issue("ti")
    page = visitor.get(f"/f/{token}")
    ui = wordings.wording("ti").ui
    assert '<html lang="ti" dir="ltr">' in page
    assert [ui["page_title"] in page, ui["continue"] in page, ui["draft_notice"] in page] == [True] * 3
    assert token not in page


def test_opening_trades_the_token_for_a_cookie_scripts_cannot_read(
    visitor: Visitor, issue: Callable[..., str]
) -> None:
    token = issue()
    page = visitor.get(f"/f/{token}")
    answer = visitor.client.post(f"/f/{token}", data={"csrf_token": cast.token(page)})
    assert (answer.status_code, answer.location) == (303, "/f/")
    [cookie] = answer.headers.getlist("Set-Cookie")
    name, _, rest = cookie.partition("=")
    assert (name, rest.split("; ")[1:]) == ("form", ["HttpOnly", "Path=/f", "SameSite=Lax"])
    assert [token in text for text in (answer.text, str(answer.headers))] == [False, False]
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")


def test_over_tls_the_cookie_is_bound_to_the_host(cast_: cast.Cast, held: str) -> None:
    url = str(db.engine.url.render_as_string(hide_password=False))
    app = create_app("testing", clock=cast_.clinic.clock, database_url=url, https=True)
    token = invitations.issue(cast_.thea, held, "ar")
    with app.app_context():
        client = app.test_client()
        page = client.get(f"/f/{token}", base_url="https://localhost").text
        answer = client.post(f"/f/{token}", data={"csrf_token": cast.token(page)}, base_url="https://localhost")
        [cookie] = answer.headers.getlist("Set-Cookie")
        db.session.remove()
        db.engine.dispose()
    name, _, rest = cookie.partition("=")
    assert (answer.status_code, name) == (303, "__Host-form")
    assert rest.split("; ")[1:] == ["Secure", "HttpOnly", "Path=/", "SameSite=Lax"]


@pytest.mark.parametrize(("https", "scheme"), [(True, "https"), (False, "http")])
def test_a_link_is_given_out_with_tls_though_a_proxy_ends_it(https: bool, scheme: str) -> None:
    app = create_app("testing", database_url="sqlite://", https=https)
    with app.test_request_context(base_url="http://localhost"):
        given = [guard.outside("room.landing", token="x"), guard.outside("accounts.welcome", token="x")]
    assert given == [f"{scheme}://localhost/f/x", f"{scheme}://localhost/welcome/x"]


@pytest.mark.parametrize("language", ["ar", "ti", "en", "fa", "uk", "es"])
def test_the_whole_form_without_scripts(visitor: Visitor, issue: Callable[..., str], language: str) -> None:
    token = issue(language)
    wording = wordings.wording(language)
    visitor.begin(token, language)
    html = f'<html lang="{language}" dir="{languages.direction(language)}">'
    for number, (line, mark) in enumerate(zip(LINES, MARKS, strict=True), 1):
        asked = next(one for one in forms.asked(wordings.version(), "brief", True) if one.key == line)
        assert [html in visitor.page, wording.text(asked) in visitor.page] == [True, True]
        assert wording.ui["progress"].format(n=number, total=7) in visitor.page
        visitor.mark(mark)
    visitor.finish("therapist")
    assert [visitor.status, wording.ui["thanks_body"] in visitor.page] == [200, True]
    db.session.close()
    [rating] = db.session.scalars(select(Rating))
    assert (rating.language, rating.choice, rating.mode) == (language, "therapist", "own_device")
    answers = db.session.scalars(select(Answer))
    assert {f"{row.item}:{row.direction}": str(row.value or row.missing) for row in answers} == dict(
        zip(LINES, MARKS, strict=True)
    )
    assert {(row.direction, row.facet): row.pomp for row in db.session.scalars(select(Score))} == {
        ("CT", "bond"): 87.5,
        ("CT", "goal"): 25.0,
        ("CT", "task"): None,
        ("CI", "bond"): 25.0,
        ("triad", "triad"): None,
    }
    everything = "\n".join(visitor.seen)
    cookie = visitor.client.get_cookie("form", path="/f")
    assert cookie is not None
    assert [secret in everything for secret in (token, cookie.value)] == [False, False]
    assert [word for word in NAMES if word in everything] == []
    assert re.findall(r"<(?:input|option)[^>]*\s(?:checked|selected)", everything) == []
    assert escape(wording.ui["page_title"]) in everything


def test_each_screen_is_reopened_by_the_link_and_shows_no_old_value(app: Flask, issue: Callable[..., str]) -> None:
    token = issue()
    Visitor(app).begin(token)
    ui = wordings.wording("ar").ui
    for number, (line, mark) in enumerate(zip(LINES, MARKS, strict=True), 1):
        visitor = Visitor(app)
        page = visitor.open(token)
        assert f'name="line" value="{line}"' in page
        assert "checked" not in page
        visitor.mark(mark)
        assert ui["review_answered"] in visitor.get(f"/f/at/{number + 3}")
    assert (count(Draft), count(Rating)) == (7, 0)


@pytest.mark.parametrize("number", [5, 12])
def test_going_back_shows_the_same_bytes_whatever_was_answered(
    visitor: Visitor, issue: Callable[..., str], number: int
) -> None:
    visitor.begin(issue())
    for mark in MARKS:
        visitor.mark(mark)
    visitor.post("/f/step", screen="who_helped", helped="nobody")
    url, pages = f"/f/at/{number}", set()
    for mark in ("1", "5", "declined", "not_understood"):
        visitor.get("/f/at/5")
        visitor.mark(mark)
        pages.add(visitor.get(url))
    assert len(pages) == 1
    assert visitor.get("/f/at/4") not in pages


def test_an_empty_submit_is_told_at_the_field_and_leaves_no_row(visitor: Visitor, issue: Callable[..., str]) -> None:
    visitor.begin(issue())
    sentence = wordings.wording("ar").ui["choose_one"]
    assert sentence not in visitor.page
    assert "autofocus" not in visitor.page
    page = visitor.post("/f/answer", line=LINES[0])
    assert visitor.status == 422
    [field] = re.findall(r"<fieldset.*?</fieldset>", page, re.S)
    assert sentence in field
    assert re.findall(r"<input[^>]*autofocus>", field) == re.findall(r'<input[^>]*value="1"[^>]*>', field)
    assert 'aria-describedby="wrong"' in field
    assert (count(Draft), count(Rating)) == (0, 0)
    visitor.mark("3")
    assert (visitor.status, count(Draft)) == (200, 1)


def test_an_empty_answer_to_who_helped_is_told_at_the_field(visitor: Visitor, issue: Callable[..., str]) -> None:
    visitor.begin(issue())
    for mark in MARKS:
        visitor.mark(mark)
    page = visitor.post("/f/step", screen="who_helped")
    assert (visitor.status, wordings.wording("ar").ui["choose_one"] in page) == (422, True)
    visitor.finish()
    db.session.close()
    assert db.session.scalars(select(Rating.choice)).all() == ["statistics_only"]


@pytest.mark.parametrize(
    "fields",
    [
        {"line": LINES[0], "answer": "6"},
        {"line": LINES[0], "answer": "٣"},
        {"line": LINES[0], "missing": "untouched"},
        {"line": LINES[0], "answer": "3", "rater_id": "p-otto"},
        {"line": "bond.1:TC", "answer": "3"},
    ],
)
def test_a_forged_answer_is_refused(visitor: Visitor, issue: Callable[..., str], fields: dict[str, str]) -> None:
    visitor.begin(issue())
    visitor.post("/f/answer", **fields)
    assert (visitor.status, count(Draft)) == (422, 0)


def test_two_hundred_sends_are_one_rating_and_the_same_thanks(visitor: Visitor, issue: Callable[..., str]) -> None:
    visitor.begin(issue())
    for mark in MARKS:
        visitor.mark(mark)
    visitor.post("/f/step", screen="who_helped", helped="nobody")
    visitor.post("/f/step", screen="review")
    fields = {"csrf_token": cast.token(visitor.page), "choice": "therapist"}
    pages = set()
    for _ in range(200):
        answer = visitor.client.post("/f/send", data=fields)
        assert (answer.status_code, answer.location) == (303, "/f/")
        pages.add(visitor.client.get("/f/").text)
    assert (count(Rating), count(Answer), len(pages)) == (1, 7, 1)


def test_a_link_that_is_over_looks_the_same_whatever_ended_it(
    app: Flask, cast_: cast.Cast, held: str, clock: Any
) -> None:
    spent = invitations.issue(cast_.thea, held, "ar")
    visitor = Visitor(app)
    visitor.begin(spent)
    for mark in MARKS:
        visitor.mark(mark)
    visitor.finish()
    revoked = invitations.issue(cast_.thea, held, "ti")
    invitations.issue(cast_.thea, held, "ti")
    other = cast.encounter(cast_, date(2027, 2, 27), interpreter="p-ines", held=True)
    expired = invitations.issue(cast_.thea, other, "uk")
    clock.forward(days=7)
    fresh = invitations.issue(cast_.thea, held, "es")
    answers = [app.test_client().get(f"/f/{token}") for token in (spent, revoked, expired, "unknown", fresh)]
    assert [answer.status_code for answer in answers] == [410, 410, 410, 410, 200]
    # Each page carries the stamp of its own address, as long as all others.
    bare = [cast.unstamped(answer.text) for answer in answers[:4]]
    assert len({(text, str(answer.headers)) for text, answer in zip(bare, answers[:4], strict=True)}) == 1
    for language in wordings.languages():
        assert wordings.wording(language).ui["gone_body"] in unescape(answers[0].text)


def test_an_expired_link_is_refused_a_second_later_with_its_page(
    visitor: Visitor, issue: Callable[..., str], clock: Any
) -> None:
    token = issue()
    clock.forward(days=7, seconds=-1)
    visitor.begin(token)
    clock.forward(seconds=2)
    visitor.post("/f/answer", line=LINES[0], answer="3")
    assert (visitor.status, count(Draft)) == (410, 0)
    visitor.get(f"/f/{token}")
    assert visitor.status == 410


def test_an_interpreter_who_is_signed_in_opens_no_form(
    cast_: cast.Cast, sign_in: Callable[[Actor], FlaskClient], issue: Callable[..., str], visitor: Visitor
) -> None:
    token = issue()
    page = visitor.get(f"/f/{token}")
    fields = {"csrf_token": cast.token(page)}
    ines, thea = sign_in(cast_.ines), sign_in(cast_.thea)
    refused = [ines.get(f"/f/{token}"), ines.post(f"/f/{token}", data=fields), ines.get("/f/")]
    assert [answer.status_code for answer in refused] == [404, 404, 404]
    assert [answer.status_code for answer in (thea.get(f"/f/{token}"), visitor.client.get(f"/f/{token}"))] == [
        200,
        200,
    ]
    db.session.close()
    assert db.session.scalars(select(Invitation.page_hash)).all() == [None]


@pytest.mark.parametrize("stamp", ["", "0" * 64, "ü"])
def test_a_step_from_elsewhere_changes_nothing(visitor: Visitor, issue: Callable[..., str], stamp: str) -> None:
    token = issue()
    visitor.get(f"/f/{token}")
    visitor.post(f"/f/{token}", csrf_token=stamp)
    assert visitor.status == 400
    visitor.begin(token)
    page = visitor.page
    again = visitor.post("/f/answer", csrf_token=stamp, line=LINES[0], answer="5")
    assert (visitor.status, again, count(Draft)) == (400, page, 0)
    headers = {"Sec-Fetch-Site": "cross-site"}
    fields = {"csrf_token": cast.token(page), "line": LINES[0], "answer": "5"}
    assert visitor.client.post("/f/answer", data=fields, headers=headers).status_code == 400
    assert (visitor.client.post("/f/answer", data=fields).status_code, count(Draft)) == (303, 1)


def test_language_can_be_changed_on_any_screen(visitor: Visitor, issue: Callable[..., str]) -> None:
    visitor.begin(issue(), "ar")
    for tag in ("ti", "uk", "ar"):
        page = visitor.post("/f/language", language=tag, at="4")
        assert f'<html lang="{tag}" dir="{languages.direction(tag)}">' in page
        assert all(languages.endonym(other) in page for other in wordings.languages())
        assert f'name="line" value="{LINES[0]}"' in page
    visitor.post("/f/language", language="xx", at="4")
    assert visitor.status == 422


@pytest.mark.parametrize("url", ["/f/at/0", "/f/at/5", "/f/at/99", "/f/at/4"])
def test_a_screen_ahead_sends_back_to_the_present_one(visitor: Visitor, issue: Callable[..., str], url: str) -> None:
    visitor.begin(issue())
    assert f'name="line" value="{LINES[0]}"' in visitor.get(url)
    assert visitor.status == 200


def test_quick_exit_forgets_the_visit_and_shows_a_calendar(visitor: Visitor, issue: Callable[..., str]) -> None:
    page = visitor.begin(issue())
    assert 'class="exit" href="/f/away"' in page
    away = visitor.get("/f/away")
    assert (visitor.status, "<title>2027-03</title>" in away) == (200, True)
    assert [text in away for text in (wordings.wording("ar").ui["page_title"], "/f/", "form")] == [False] * 3
    assert visitor.client.get_cookie("form", path="/f") is None
    visitor.get("/f/")
    assert visitor.status == 410


def test_only_a_checked_wording_goes_without_the_draft_mark(visitor: Visitor, issue: Callable[..., str]) -> None:
    visitor.begin(issue())
    marks = {}
    for tag in wordings.languages():
        page = visitor.post("/f/language", language=tag, at="4")
        marks[tag] = wordings.wording(tag).ui["draft_notice"] in page
    assert marks == {tag: not forms.reviewed(wordings.wording(tag)) for tag in wordings.languages()}
    assert (marks["en"], marks["ar"]) == (False, True)


def test_a_clinic_that_offers_no_drafts_shows_english_alone(
    app: Flask, cast_: cast.Cast, held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = replace(cast_.clinic, settings=replace(cast_.clinic.settings, offer_drafts_to_clients=False))
    monkeypatch.setitem(app.extensions, "triad", strict)
    visitor = Visitor(app)
    page = visitor.open(invitations.issue(replace(cast_.thea, clinic=strict), held, "en"))
    assert re.findall(r'name="language" value="(\w+)"', page) == ["en"]
    gone = app.test_client().get("/f/unknown").text
    assert re.findall(r'<section lang="(\w+)"', gone) == ["en"]


def test_contact_me_is_said_once_and_confirmed(visitor: Visitor, issue: Callable[..., str]) -> None:
    visitor.begin(issue())
    ui = wordings.wording("ar").ui
    assert ui["contact_me_hint"] in visitor.page
    page = visitor.post("/f/contact")
    assert [ui["contact_me_hint"] in page, f"{ui['contact_me']}: {ui['thanks_title']}" in page] == [False, True]


def buttons(page: str) -> set[str]:
    return set(re.findall(r'name="to" value="(\w+)"', page))


def test_taking_back_is_two_steps_from_the_thanks(visitor: Visitor, issue: Callable[..., str]) -> None:
    visitor.begin(issue())
    for mark in MARKS:
        visitor.mark(mark)
    thanks = visitor.finish("therapist")
    assert buttons(thanks) == {"lead_only", "statistics_only", "erase"}
    assert thanks.index("<details>") < thanks.index("<summary") < thanks.index('name="to"')
    said = visitor.post("/f/narrow", to="erase")
    assert [visitor.status, wordings.wording("ar").ui["change_done"] in said, count(Answer)] == [200, True, 0]
    again = visitor.get("/f/")
    assert again == thanks
    assert visitor.post("/f/narrow", to="lead_only") == said
    visitor.get("/f/")
    visitor.post("/f/narrow", to="therapist")
    assert visitor.status == 422


def test_the_used_link_takes_back_and_answers_alike_whatever_is_stored(
    app: Flask, cast_: cast.Cast, visitor: Visitor, held: str, clock: Any
) -> None:
    token = invitations.issue(cast_.thea, held, "ar")
    visitor.begin(token)
    for mark in MARKS:
        visitor.mark(mark)
    visitor.finish("therapist")
    clock.forward(days=8)
    said = set()
    for secret in ("unknown", token, token):
        browser = Visitor(app)
        before = browser.get(f"/f/{secret}")
        assert (browser.status, buttons(before)) == (410, {"lead_only", "statistics_only", "erase"})
        assert secret not in before
        said.add(browser.post(f"/f/{secret}", to="erase") + "".join(browser.seen[2:4]))
        browser.get(f"/f/{secret}")
        assert browser.page == before
    assert (len(said), count(Answer)) == (1, 0)
    assert all(wordings.wording(tag).ui["change_done"] in next(iter(said)) for tag in wordings.languages())


def test_taking_back_from_elsewhere_changes_nothing(visitor: Visitor, issue: Callable[..., str]) -> None:
    token = issue()
    visitor.begin(token)
    for mark in MARKS:
        visitor.mark(mark)
    visitor.finish("therapist")
    for url, stamp in ((f"/f/{token}", ""), (f"/f/{token}", "0" * 64), ("/f/narrow", "0" * 64)):
        answer = visitor.client.post(url, data={"csrf_token": stamp, "to": "erase"})
        assert (answer.status_code, count(Answer)) == (400, 7)
    visitor.get(f"/f/{token}")
    visitor.post(f"/f/{token}", to="erase")
    assert count(Answer) == 0


def test_link_is_given_as_a_message_in_the_words_of_its_language(cast_: cast.Cast, held: str, sign_in: Any) -> None:
    page = cast.post(sign_in(cast_.thea), f"/sessions/{held}/form", {"language": "ar"}).text
    [link] = re.findall(r'id="link" value="([^"]+)"', page)
    [said] = re.findall(r'<textarea[^>]*lang="ar" dir="rtl">([^<]*)</textarea>', page)
    assert said == f"{wordings.wording('ar').ui['page_title']}: {link}"
