"""A plan in a browser, without a script of ours: asked for, looked at, some lines taken over, seen on the board."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.conftest import Live, overflow

pytestmark = pytest.mark.browser

Visitor = Callable[..., Page]
MONDAY = date(2027, 3, 8)


def test_plan_preview_accept_some_board(live: Live, visitor: Visitor) -> None:
    with live.app.app_context():
        for day in range(3):
            cast.encounter(live.cast, MONDAY + timedelta(days=day))
    page = live.enter(live.cast.kora, visitor())
    page.goto(f"{live.address}/unfilled")
    page.get_by_role("link", name="Plan these days").click()
    expect(page.locator("#f-first")).to_have_value(MONDAY.isoformat())
    page.get_by_role("button", name="Make a plan").click()
    expect(page.locator("h1")).to_have_text("3 more sessions can have their interpreter", timeout=60_000)
    assert overflow(page) == 0
    for box in page.locator("main input[name=line]").all()[:2]:
        box.check()
    page.get_by_role("button", name="Take over the ticked ones").click()
    expect(page.locator(".flash-ok")).to_contain_text("2 sessions taken over")
    expect(page.locator("main .chip-ok")).to_have_count(2)
    page.get_by_role("link", name="See the week").click()
    row = page.locator("tr", has=page.get_by_role("rowheader", name="Ines"))
    expect(row.locator(".slot")).to_have_count(2)
    expect(page.locator(".board-unfilled .slot")).to_have_count(1)
