"""The client's form in all 24 languages: nothing axe finds, nothing to scroll sideways, nothing too small to tap, and
every letter drawn by a font of ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser import tongues
from tests.browser.conftest import Live
from tests.browser.test_pages import faults
from triad.domain.languages import CLIENT_LANGUAGES

pytestmark = pytest.mark.browser

Visitor = Callable[..., Page]
WIDTHS = (320, 768, 1280)
LEAST = 44
"""CSS pixels of the smaller side of whatever is tapped."""
READ = """() => {
    document.getElementById('read')?.remove();
    const all = document.createElement('p');
    all.id = 'read';
    all.textContent = document.body.innerText;
    document.body.append(all);
}"""


def small(page: Page, name: str) -> list[str]:
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{name} {width}: too small: {one}" for one in page.evaluate(tongues.SMALL, LEAST)]
    return found


def borrowed(page: Page) -> dict[str, int]:
    """Font of the machine -> how many letters of this page it draws because none of ours does."""
    page.evaluate("document.fonts.ready.then(() => true)")
    page.evaluate(READ)
    page.evaluate("document.fonts.ready.then(() => true)")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "#read"})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    session.detach()
    return {one["familyName"]: int(one["glyphCount"]) for one in fonts if not one["isCustomFont"]}


def test_every_language_is_sound_at_three_widths(live: Live, visitor: Visitor) -> None:
    page, about, found = visitor(320, bypass_csp=True), tongues.encounter(live), []
    seen: list[tuple[str, str]] = []
    for tag in CLIENT_LANGUAGES:
        for screen in tongues.screens(live, page, about, tag):
            seen.append((tag, screen))
            assert page.locator("html").get_attribute("lang") == tag
            found += faults(page, screen, tag, WIDTHS)
            found += small(page, f"{tag} {screen}")
            found += [f"{tag} {screen}: {count} letters drawn by {font}" for font, count in borrowed(page).items()]
    assert len(seen) == 24 * len(tongues.SCREENS)
    assert found == [], "\n".join(found)


def test_what_is_too_small_or_not_in_a_font_of_ours_is_found(live: Live, visitor: Visitor) -> None:
    page = visitor(320, bypass_csp=True)
    shown = tongues.screens(live, page, tongues.encounter(live), "ti")
    assert next(shown) == "language"
    assert (small(page, "ti"), borrowed(page)) == ([], {})
    page.evaluate("document.querySelector('main').innerHTML += '<button style=\"width:30px;height:50px\">ᚠ</button>'")
    assert len(small(page, "ti")) == len(WIDTHS)
    assert sum(borrowed(page).values()) >= 1
