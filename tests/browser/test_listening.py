"""A form that is listened to: by one button beside each text, by the browser's player without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import cast, sounds
from tests.browser.conftest import Live, overflow
from tests.browser.test_pages import faults
from tests.browser.test_walk import words
from triad.domain.voices import file_name
from triad.services import invitations, voices

pytestmark = pytest.mark.browser

Visitor = Callable[..., Page]
SECONDS = 2


@pytest.fixture(scope="module")
def session(live: Live) -> str:
    """One of Thea's that was held, and a sound that takes a while for every text in two languages."""
    long = sounds.wav(SECONDS, rate=8000, width=1)
    with live.app.app_context():
        for tag in ("ar", "ti"):
            keys = [one.key for one in voices.show(live.cast.lena, tag)]
            voices.put(live.cast.lena, tag, [(f"{file_name(key)}.wav", long) for key in keys])
        return cast.encounter(live.cast, live.clock.now.date(), cast.time(5), interpreter="p-ines", held=True)


def begin(live: Live, page: Page, session: str, tag: str) -> Page:
    with live.app.app_context():
        token = invitations.issue(live.cast.thea, session, tag)
    page.goto(f"{live.address}/f/{token}")
    page.click(".next")
    page.click(f"[name=language][value={tag}]")
    page.wait_for_selector("[name=screen][value=who_sees]")
    return page


@pytest.mark.parametrize("tag", ["ar", "ti"])
def test_one_tap_plays_a_text_and_another_stops_it_and_none_chooses(
    live: Live, visitor: Visitor, session: str, tag: str
) -> None:
    page = begin(live, visitor(320), session, tag)
    found = faults(page, "who sees", tag)
    expect(page.locator(".listen button")).to_have_count(1)
    page.click("[name=screen][value=who_sees]")
    page.click("[name=screen][value=practice]")
    buttons = page.locator(".listen button")
    expect(buttons).to_have_count(6)
    expect(buttons.first).to_have_text(words(tag)["listen"])
    assert overflow(page) == 0
    found += faults(page, "question", tag)
    assert found == [], "\n".join(found)
    boxes = [one.bounding_box() for one in buttons.all()]
    assert [box for box in boxes if box is None or min(box["width"], box["height"]) < 44] == []
    buttons.first.click()
    expect(buttons.first).to_have_attribute("aria-pressed", "true")
    buttons.nth(3).click()
    expect(buttons.nth(3)).to_have_attribute("aria-pressed", "true")
    expect(buttons.first).to_have_attribute("aria-pressed", "false")
    buttons.nth(3).click()
    expect(buttons.nth(3)).to_have_attribute("aria-pressed", "false")
    expect(page.locator("[name=answer]:checked")).to_have_count(0)


def test_without_scripts_the_browsers_player_stands_beside_each_text(
    live: Live, visitor: Visitor, session: str
) -> None:
    page = begin(live, visitor(320, java_script_enabled=False), session, "ar")
    page.click("[name=screen][value=who_sees]")
    page.click("[name=screen][value=practice]")
    expect(page.locator("audio[controls]:visible")).to_have_count(6)
    expect(page.locator(".listen button:visible")).to_have_count(0)
    expect(page.locator("label audio")).to_have_count(0)
    assert overflow(page) == 0
