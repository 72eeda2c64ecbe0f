"""The desk by its keys alone: silent in fields, off for whom they are in the way; and a step for many sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.conftest import Live, overflow
from tests.services.test_moves import planned
from triad.domain.timespans import WallTime
from triad.services import encounters

pytestmark = pytest.mark.browser

Visitor = Callable[..., Page]
DAY = date(2027, 3, 2)


@pytest.fixture(scope="module", autouse=True)
def sessions(live: Live) -> dict[str, list[str]]:
    """Three on one day with Ines, three on the next with nobody."""
    with live.app.app_context():
        who = live.cast
        held = [planned(who, WallTime(DAY, time(hour), cast.BERLIN)) for hour in (9, 12, 15)]
        later = [WallTime(date(2027, 3, 3), time(hour), cast.BERLIN) for hour in (9, 12, 15)]
        return {"held": held, "open": [planned(who, wall, interpreter="") for wall in later]}


def sound(page: Page) -> None:
    """Nothing that axe finds, nothing to scroll sideways."""
    for width in (375, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) <= 0
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_keys_lead_through_the_desk(live: Live, visitor: Visitor, sessions: dict[str, list[str]]) -> None:
    page = live.enter(live.cast.kora, visitor())
    page.goto(f"{live.address}/people")
    press(page, "g", "b")
    page.wait_for_url("**/week")
    press(page, "]")
    page.wait_for_url("**/week?week=2027-03-08")
    press(page, "[")
    page.wait_for_url("**/week?week=2027-03-01")
    press(page, "t")
    page.wait_for_url("**/week")
    press(page, "g", "r")
    page.wait_for_url("**/requests")
    press(page, "g", "u")
    page.wait_for_url("**/unfilled")
    # Two keys are no two single ones.
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    press(page, "/")
    expect(page.locator("#search")).to_be_focused()


def test_rows_are_walked_opened_and_acted_on(live: Live, visitor: Visitor, sessions: dict[str, list[str]]) -> None:
    first, second, third = sessions["open"]
    page = live.enter(live.cast.kora, visitor())
    page.goto(f"{live.address}/unfilled")
    press(page, "j", "j")
    expect(page.locator(f".row-link[href*='{second}']")).to_be_focused()
    press(page, "k")
    expect(page.locator(f".row-link[href*='{first}']")).to_be_focused()
    press(page, "j")
    # What stands beside the list is about the first: the row opens before anything is done.
    press(page, "a")
    page.wait_for_url(f"**/unfilled?session={second}#who")
    press(page, "a")
    focused = page.locator("*:focus")
    expect(focused).to_contain_text("Assign")
    expect(focused).to_contain_text("Ines")
    press(page, "o")
    expect(page.locator("select.ask").first).to_be_focused()
    page.locator("h1").click()
    press(page, "n")
    page.wait_for_url(f"**/unfilled?session={third}#who")
    page.goto(f"{live.address}/sessions/{sessions['held'][0]}")
    press(page, "c")
    expect(page.locator("[name=by]").first).to_be_focused()
    page.goto(f"{live.address}/sessions/{sessions['held'][0]}")
    press(page, "r")
    page.wait_for_url("**/replace")


def test_keys_are_silent_in_fields(live: Live, visitor: Visitor) -> None:
    page = live.enter(live.cast.kora, visitor())
    page.goto(f"{live.address}/unfilled")
    page.focus("#search")
    press(page, "g", "b", "?", "x", "[")
    expect(page.locator("#search")).to_have_value("gb?x[")
    assert page.url.endswith("/unfilled")
    expect(page.locator("dialog")).to_have_count(0)
    # The same keys outside of it lead away.
    page.locator("h1").click()
    press(page, "g", "b")
    page.wait_for_url("**/week")


def test_keys_are_switched_off(live: Live, visitor: Visitor) -> None:
    page = live.enter(live.cast.kora, visitor())
    page.goto(f"{live.address}/unfilled")
    page.get_by_role("link", name="Keys").click()
    sound(page)
    page.get_by_label("Use single keys").uncheck()
    page.get_by_role("button", name="Save").click()
    page.goto(f"{live.address}/unfilled")
    press(page, "g", "b", "j", "?")
    page.wait_for_timeout(300)
    assert page.url.endswith("/unfilled")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    expect(page.locator("dialog")).to_have_count(0)
    page.goto(f"{live.address}/keyboard")
    page.get_by_label("Use single keys").check()
    page.get_by_role("button", name="Save").click()
    page.goto(f"{live.address}/unfilled")
    press(page, "g", "b")
    page.wait_for_url("**/week")


def test_help_lies_over_the_page_and_goes(live: Live, visitor: Visitor) -> None:
    page = live.enter(live.cast.kora, visitor())
    page.goto(f"{live.address}/unfilled")
    press(page, "?")
    expect(page.locator("dialog")).to_contain_text("Go to the week")
    press(page, "g", "b")
    assert page.url.endswith("/unfilled")
    sound(page)
    press(page, "Escape")
    expect(page.locator("dialog")).to_have_count(0)
    bare = live.enter(live.cast.kora, visitor(java_script_enabled=False))
    bare.goto(f"{live.address}/unfilled")
    bare.get_by_role("link", name="Keys").click()
    expect(bare.locator("main")).to_contain_text("Go to the week")


def test_a_day_is_selected_looked_at_cancelled_and_put_back(
    live: Live, visitor: Visitor, sessions: dict[str, list[str]]
) -> None:
    def states() -> list[tuple[str, str]]:
        with live.app.app_context():
            rows = [encounters.show(live.cast.kora, id_) for id_ in sessions["held"]]
            return [(row.status, row.slot.state) for row in rows]

    page = live.enter(live.cast.kora, visitor())
    page.goto(f"{live.address}/week")
    page.get_by_role("link", name="Tue 2 Mar").click()
    sound(page)
    press(page, "j", "x", "j", "j", "Shift+X")
    expect(page.locator("input[name=row]:checked")).to_have_count(3)
    press(page, "c")
    expect(page.locator("*:focus")).to_have_text("Cancel them")
    press(page, "Enter")
    expect(page.locator("h1")).to_have_text("Cancel 3 sessions")
    sound(page)
    page.select_option("[name=by]", "clinic")
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.locator("h1")).to_have_text("Cancel 3 sessions?")
    sound(page)
    assert states() == [("scheduled", "filled")] * 3
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("h1")).to_have_text("3 sessions are cancelled")
    assert states() == [("cancelled", "released")] * 3
    sound(page)
    press(page, "u")
    expect(page.locator("*:focus")).to_have_text("Undo")
    press(page, "Enter")
    expect(page.locator("h1")).to_have_text("3 sessions are as they were")
    assert states() == [("scheduled", "filled")] * 3
    sound(page)


def test_sessions_are_selected_on_the_board_by_keys(
    live: Live, visitor: Visitor, sessions: dict[str, list[str]]
) -> None:
    page = live.enter(live.cast.kora, visitor())
    page.goto(f"{live.address}/week")
    first, second, third = sessions["held"]
    # The line of those without an interpreter comes first.
    press(page, *"jjjj", "x", "j", "j", "Shift+X")
    chosen = page.locator(".board input:checked")
    assert chosen.evaluate_all("all => all.map(one => one.value)") == [first, second, third]
    press(page, "k", "x")
    assert chosen.evaluate_all("all => all.map(one => one.value)") == [first, third]
    # A click on the box is no click on the session it lies over.
    page.locator(f".board input[value='{third}']").click()
    assert page.url.endswith("/week")
    sound(page)
    press(page, "c")
    expect(page.locator("*:focus")).to_have_text("Cancel them")
    press(page, "Enter")
    expect(page.locator("h1")).to_have_text("Cancel one session")
    bare = live.enter(live.cast.kora, visitor(java_script_enabled=False))
    bare.goto(f"{live.address}/week")
    for id_ in sessions["open"]:
        bare.locator(f".board input[value='{id_}']").check()
    bare.get_by_role("button", name="Ask interpreters").click()
    expect(bare.locator("h1")).to_have_text("Ask for 3 sessions")


def test_the_same_walk_without_scripts(live: Live, visitor: Visitor, sessions: dict[str, list[str]]) -> None:
    page = live.enter(live.cast.kora, visitor(java_script_enabled=False))
    page.goto(f"{live.address}/day?day=2027-03-02")
    page.get_by_role("button", name="Confirm all 3 that are filled").click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("h1")).to_have_text("3 sessions are confirmed")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text("3 sessions are as they were")
