"""Each way in as somebody goes it: a sheet that is typed in, a tablet that two clients hold one after the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import segno
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.conftest import Live, overflow
from tests.browser.test_pages import faults
from tests.browser.test_walk import MARKS, fill_as_client, words
from tests.cast import PASSWORD
from triad.domain import languages
from triad.services import invitations

pytestmark = pytest.mark.browser

Visitor = Callable[..., Page]
WALKED = ("ar", "ti", "zh-Hans", "en")
"""Seen by every way in, two of them with scripts and two without; of each two one is walked to the end."""
TRACES = "localStorage.length + sessionStorage.length + document.cookie.length"


@pytest.fixture
def held(live: Live) -> Callable[[], str]:
    """A fresh session of Thea's that has begun."""
    with live.app.app_context():
        ids = iter([cast.encounter(live.cast, live.clock.now.date(), cast.time(5), interpreter="p-ines", held=True)])
    live.clock.now = max(live.clock.now, live.clock.now.replace(hour=12))
    return lambda: next(ids)


def ask(live: Live, page: Page, session: str, language: str, button: str) -> Page:
    page.goto(f"{live.address}/sessions/{session}/form")
    page.select_option("[name=language]", language)
    with page.expect_navigation():
        page.click(f"button{button}")
    return page


@pytest.mark.parametrize(
    ("language", "scripts"),
    [
        ("ar", True),
        ("ti", False),
        ("zh-Hans", True),
        ("en", False),
        *((tag, False) for tag in ("ur", "ps", "so", "de")),
    ],
)
def test_a_sheet_fits_one_a4_on_both_sides_and_is_typed_in(
    live: Live, visitor: Visitor, held: Callable[[], str], language: str, scripts: bool
) -> None:
    live.clock.forward(days=1)
    thea = live.enter(live.cast.thea, visitor(java_script_enabled=scripts))
    ask(live, thea, held(), language, "[formaction$=paper]")
    expect(thea.locator("html")).to_have_attribute("dir", languages.direction(language))
    assert overflow(thea) == 0
    number = thea.locator(".paper-number").first.inner_text()
    assert thea.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 2
    lena = live.enter(live.cast.lena, visitor(375, java_script_enabled=scripts))
    lena.goto(f"{live.address}/sheets")
    lena.fill("[name=number]", number)
    lena.click("main .btn-main")
    assert overflow(lena) == 0
    lines = lena.locator("fieldset.sheet-line")
    for number_ in range(lines.count()):
        lines.nth(number_).locator(f"[value='{1 + number_ % 5}']").check()
    lena.locator("[name=choice][value=lead_only]").check()
    lena.click("button[value=send]")
    expect(lena.locator(".flash-ok")).to_contain_text("The sheet is in.")
    lena.go_back()
    expect(lena.locator("fieldset.sheet-line input:checked")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False])
def test_two_clients_one_after_the_other_hold_one_tablet(
    live: Live, visitor: Visitor, held: Callable[[], str], scripts: bool
) -> None:
    live.clock.forward(days=1)
    with live.app.app_context():
        second = cast.encounter(live.cast, live.clock.now.date(), cast.time(7), interpreter="p-ines", held=True)
    live.clock.now = live.clock.now + timedelta(hours=2)
    tablet = live.enter(live.cast.thea, visitor(768, java_script_enabled=scripts))
    ask(live, tablet, held(), "ti", "[formaction$=tablet]")
    expect(tablet.locator("html")).to_have_attribute("lang", "ti")
    tablet.locator(".next").click()
    fill_as_client(tablet, f"{live.address}/f/", MARKS, lambda page: None)
    expect(tablet.locator("main")).to_contain_text(words("ti")["hand_back"])
    tablet.locator("main form[action$=forget] button").click()
    blank = tablet.locator("main").inner_text()
    for _ in range(4):
        tablet.go_back()
        assert tablet.locator("[name=answer]").count() == 0
        assert words("ti")["thanks_title"] not in tablet.locator("main").inner_text()
        tablet.goto(f"{live.address}/my-week")
        assert tablet.url.endswith("/f/tablet")
    if scripts:
        assert tablet.evaluate(TRACES) == 0
    found = faults(tablet, "blank tablet", "ti") if scripts else []
    tablet.locator(".exit").click()
    found += faults(tablet, "to take it back", "ti") if scripts else []
    assert found == [], "\n".join(found)
    tablet.fill("[name=password]", PASSWORD)
    tablet.click("main .btn-main")
    live.enter(live.cast.thea, tablet)
    ask(live, tablet, second, "ar", "[formaction$=tablet]")
    expect(tablet.locator("html")).to_have_attribute("lang", "ar")
    assert words("ti")["continue"] not in tablet.locator("main").inner_text()
    tablet.locator(".next").click()
    expect(tablet.locator("h1")).to_have_text(words("ar")["choose_language"])
    tablet.goto(f"{live.address}/f/tablet")
    assert tablet.locator("main").inner_text() == blank


def test_a_tablet_that_lies_asks_first_and_then_is_blank_until_a_code_is_said(
    live: Live, visitor: Visitor, held: Callable[[], str]
) -> None:
    live.clock.forward(days=1)
    session = held()
    tablet = live.enter(live.cast.thea, visitor(768))
    tablet.clock.install()
    ask(live, tablet, session, "ti", "[formaction$=tablet]")
    tablet.locator(".next").click()
    expect(tablet.locator("h1")).to_have_text(words("ti")["choose_language"])
    # Its clocks run from here on.
    tablet.wait_for_load_state()
    idle = tablet.locator(".idle")
    expect(idle).to_be_hidden()
    tablet.clock.run_for(61_000)
    expect(idle).to_be_visible()
    expect(idle).to_contain_text(words("ti")["still_there"])
    idle.locator("button").click()
    expect(idle).to_be_hidden()
    tablet.clock.run_for(91_000)
    tablet.wait_for_url("**/f/tablet")
    expect(tablet.locator("html")).to_have_attribute("lang", "en")
    desk = live.enter(live.cast.thea, visitor())
    desk.goto(f"{live.address}/sessions/{session}/form")
    desk.get_by_role("button", name="Make a code").click()
    code = desk.locator(".spoken").inner_text()
    tablet.locator("details[lang=ti] summary").click()
    tablet.fill("#code-ti", "1111 1111")
    tablet.locator("details[lang=ti] .next").click()
    expect(tablet.locator("main section").first).to_contain_text(words("ti")["code_again"])
    tablet.fill("#code-ti", code)
    tablet.locator("section[lang=ti] .next").click()
    expect(tablet.locator("html")).to_have_attribute("lang", "ti")
    expect(tablet.locator("h1")).to_have_text(words("ti")["choose_language"])


def link_of(thea: Page, way: str) -> str:
    """What the client gets hold of by this way."""
    link = thea.locator("#link").input_value()
    if way == "text message":
        [found] = re.findall(r"https?://\S+", thea.locator("#message").input_value())
        return str(found)
    if way == "QR code":
        # Drawn module for module as the code of this very link.
        [drawn] = re.findall(
            r' d="([^"]+)"', segno.make(link, error="m").svg_inline(scale=6, border=2, omitsize=True)
        )
        assert thea.locator("figure svg path").last.get_attribute("d") == drawn
    return link


@pytest.mark.parametrize(
    ("way", "with_scripts", "whole"),
    [
        ("link", ("ar", "zh-Hans"), ("ar", "en")),
        ("QR code", ("ti", "en"), ("ti", "zh-Hans")),
        ("text message", ("ar", "en"), ("en", "ti")),
    ],
)
def test_a_link_leads_into_the_form_in_four_languages(
    live: Live,
    visitor: Visitor,
    held: Callable[[], str],
    way: str,
    with_scripts: tuple[str, ...],
    whole: tuple[str, ...],
) -> None:
    live.clock.forward(days=1)
    session, thea = held(), live.enter(live.cast.thea, visitor())
    for language in WALKED:
        ask(live, thea, session, language, ".btn-main")
        client = visitor(375, java_script_enabled=language in with_scripts)
        go_on(client, link_of(thea, way), language, language in whole)
        assert overflow(client) == 0


@pytest.mark.parametrize(
    ("way", "with_scripts", "whole"),
    [("first touch", ("zh-Hans", "en"), ("zh-Hans", "ar")), ("code", ("ar", "zh-Hans"), ("ar", "en"))],
)
def test_a_tablet_leads_into_the_form_in_four_languages(
    live: Live,
    visitor: Visitor,
    held: Callable[[], str],
    way: str,
    with_scripts: tuple[str, ...],
    whole: tuple[str, ...],
) -> None:
    live.clock.forward(days=1)
    session, desk = held(), live.enter(live.cast.thea, visitor())
    tablets = {scripts: visitor(768, java_script_enabled=scripts) for scripts in (True, False)}
    for language in WALKED:
        tablet = live.enter(live.cast.thea, tablets[language in with_scripts])
        ask(live, tablet, session, language, "[formaction$=tablet]")
        if way == "code":
            say_code(live, desk, tablet, session, language)
        else:
            tablet.locator(".next").click()
        go_on(tablet, f"{live.address}/f/", language, language in whole)
        if language in whole:
            expect(tablet.locator("main")).to_contain_text(words(language)["hand_back"])
            tablet.locator("main form[action$=forget] button").click()
        tablet.goto(f"{live.address}/f/tablet/staff")
        tablet.fill("[name=password]", PASSWORD)
        tablet.click("main .btn-main")


def go_on(client: Page, address: str, language: str, whole: bool) -> None:
    """To the thanks, or to what a client is told first, in the language that was handed over."""
    if whole:
        fill_as_client(client, address, MARKS, lambda page: None)
        expect(client.locator("h1")).to_have_text(words(language)["thanks_title"])
    else:
        client.goto(address)
        if not address.endswith("/f/"):
            client.locator(".next").click()
        client.click(f"main button[name=language][value={language}]")
        expect(client.locator("h1")).to_have_text(words(language)["who_sees_title"])
    expect(client.locator("html")).to_have_attribute("lang", language)


def say_code(live: Live, desk: Page, tablet: Page, session: str, language: str) -> None:
    desk.goto(f"{live.address}/sessions/{session}/form")
    desk.get_by_role("button", name="Make a code").click()
    tablet.goto(f"{live.address}/f/tablet")
    if language != "en":
        tablet.locator(f"details[lang={language}] summary").click()
    tablet.fill(f"#code-{language}", desk.locator(".spoken").inner_text())
    tablet.locator(f"[lang={language}] form:has(#code-{language}) .next").click()


def test_the_fewest_taps_through_the_brief_form(live: Live, visitor: Visitor, held: Callable[[], str]) -> None:
    """Of the 22, 14 are the questions: one on the answer and one to go on, since no choice goes on by itself."""
    live.clock.forward(days=1)
    with live.app.app_context():
        link = f"{live.address}/f/{invitations.issue(live.cast.thea, held(), 'en')}"
    page, taps = visitor(375), dict[str, int]()
    page.goto(link)
    while page.locator("main form .next, main button[name=language]").count():
        name = screen(page)
        taps[name] = taps.get(name, 0) + 1
        if name in ("question", "who helped"):
            page.locator("main label.card").first.click()
            taps[name] += 1
        with page.expect_navigation():
            page.locator("main button[name=language][value=en], main form .next").first.click()
    expect(page.locator("h1")).to_have_text(words("en")["thanks_title"])
    asked = {"question": 14, "who helped": 2}
    others = dict.fromkeys(("landing", "language", "who sees", "practice", "review", "choice"), 1)
    assert (taps, sum(taps.values())) == ({**others, **asked}, 22)


def screen(page: Page) -> str:
    """Which one this is, by its title or what can be chosen on it."""
    if page.locator("main [name=answer]").count():
        return "question"
    ui, title = words("en"), page.locator("main h1").first.inner_text()
    titles = {
        "page_title": "landing",
        "choose_language": "language",
        "who_sees_title": "who sees",
        "practice_text": "practice",
        "who_helped_title": "who helped",
        "review_title": "review",
        "release_title": "choice",
    }
    return next(name for key, name in titles.items() if ui[key] == title)
