"""Each way in as somebody goes it: a sheet that is typed in, a tablet that two clients hold one after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.conftest import Live, overflow
from tests.browser.test_pages import faults
from tests.browser.test_walk import MARKS, fill_as_client, words
from tests.cast import PASSWORD
from triad.domain import languages

pytestmark = pytest.mark.browser

Visitor = Callable[..., Page]
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


@pytest.mark.parametrize("language", ["ar", "ti", "zh-Hans", "en", "ur", "ps", "so", "de"])
def test_a_sheet_fits_one_a4_on_both_sides_and_is_typed_in(
    live: Live, visitor: Visitor, held: Callable[[], str], language: str
) -> None:
    live.clock.forward(days=1)
    thea = live.enter(live.cast.thea, visitor(java_script_enabled=False))
    ask(live, thea, held(), language, "[formaction$=paper]")
    expect(thea.locator("html")).to_have_attribute("dir", languages.direction(language))
    assert overflow(thea) == 0
    number = thea.locator(".paper-number").first.inner_text()
    assert thea.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 2
    lena = live.enter(live.cast.lena, visitor(375, java_script_enabled=False))
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
