"""The client's form in all 24 languages: nothing axe finds, nothing to scroll sideways, nothing too small to tap, no
letter of a font that is not ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from tests.browser import tongues
from tests.browser.conftest import Live, overflow
from tests.browser.test_pages import AXE, widest
from triad.domain.languages import CLIENT_LANGUAGES

pytestmark = pytest.mark.browser

Visitor = Callable[..., Page]
WIDTHS = (320, 768, 1280)
LEAST = 44
"""CSS pixels of the smaller side of whatever is tapped."""


def unsound(page: Page, name: str, everywhere: bool = True) -> list[str]:
    """What is wrong here, one line each, drawn at each width: by axe at the first, or `everywhere`, but for colours,
    which do not change with it."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if wide := overflow(page):
            found.append(f"{name} {width}: {wide} px too wide: {widest(page)}")
        found += [f"{name} {width}: too small: {one}" for one in page.evaluate(tongues.SMALL, LEAST)]
        for broken in page.evaluate(AXE, width == WIDTHS[0]) if width == WIDTHS[0] or everywhere else ():
            found += [f"{name} {width}: {broken['id']}: {node['html'][:160]}" for node in broken["nodes"]]
    return found


def arrived(visitor: Visitor) -> Page:
    page = visitor(320, bypass_csp=True)
    page.context.add_init_script(Axe().axe_script)
    return page


def test_every_language_is_sound_at_three_widths(
    live: Live, visitor: Visitor, request: pytest.FixtureRequest
) -> None:
    page, about, found = arrived(visitor), tongues.encounter(live), list[str]()
    everywhere = request.config.getoption("all_widths")
    seen: list[tuple[str, str]] = []
    for tag in CLIENT_LANGUAGES:
        for screen in tongues.screens(live, page, about, tag):
            seen.append((tag, screen))
            assert page.locator("html").get_attribute("lang") == tag
            found += unsound(page, f"{tag} {screen}", everywhere or screen == "question")
            found += [f"{tag} {screen}: drawn with {name}" for name in tongues.borrowed(page)]
    assert len(seen) == 24 * len(tongues.SCREENS)
    assert found == [], "\n".join(found)


def test_what_is_wrong_on_a_screen_is_found(live: Live, visitor: Visitor) -> None:
    page = arrived(visitor)
    assert next(tongues.screens(live, page, tongues.encounter(live), "ti")) == "language"
    assert unsound(page, "ti") == []
    spoiled = '<button style="width:30px;color:#eee;background:#fff">small</button><p style="width:2000px">wide</p>'
    page.evaluate("spoiled => document.querySelector('main').innerHTML += spoiled", spoiled)
    kinds = {line.split(": ")[1].split(" px ")[-1] for line in unsound(page, "ti")}
    assert kinds == {"too wide", "too small", "color-contrast"}


def test_letters_of_another_font_are_found(live: Live, visitor: Visitor) -> None:
    page = visitor(320)
    page.route("**/*.woff2", lambda route: route.abort())
    for _ in tongues.screens(live, page, tongues.encounter(live), "am"):
        assert tongues.borrowed(page)
