"""Messages and calendars in a real browser: a message seen and tried again, a calendar made, read and ended."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.conftest import Live, overflow
from triad.services import assignments, context
from triad.services.context import Actor
from triad.store.ledger import OutboxMessage

pytestmark = pytest.mark.browser

Visitor = Callable[..., Page]


def sound(page: Page) -> None:
    """Nothing that axe finds, nothing to scroll sideways."""
    for width in (375, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) <= 0
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_a_message_is_seen_and_tried_again(live: Live, visitor: Visitor) -> None:
    with live.app.app_context():
        assignments.assign_interpreter(live.cast.kora, cast.encounter(live.cast), "p-ines")
        with context.work(Actor(live.cast.clinic, source="test")) as ctx:
            row = OutboxMessage(id="m-lost", person_id="p-thea", kind="handed_over", subject="x", written_at=ctx.now)
            row.state, row.problem, row.tries = "given_up", "no_server", 8
            ctx.session.add(row)
    page = live.enter(live.cast.kora, visitor())
    page.goto(f"{live.address}/messages")
    expect(page.locator("h1")).to_have_text("1 message has not arrived")
    sound(page)
    page.get_by_role("link", name="A case has another therapist").click()
    expect(page.locator("main")).to_contain_text("The mail server does not answer.")
    sound(page)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("main")).to_contain_text("Waiting")
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_a_calendar_is_made_read_and_ended(live: Live, visitor: Visitor) -> None:
    page = live.enter(live.cast.thea, visitor())
    page.goto(f"{live.address}/me")
    page.get_by_role("link", name="My calendar").click()
    page.get_by_role("button", name="Make an address").click()
    address = page.locator("#link").input_value()
    assert re.fullmatch(rf"{re.escape(live.address)}/calendar/[\w-]{{43}}\.ics", address)
    sound(page)
    assert status(address) == 200
    page.locator("summary", has_text="End the address").click()
    page.get_by_role("button", name="End the address").click()
    expect(page.locator("main")).to_contain_text("No address yet")
    assert status(address) == 404
