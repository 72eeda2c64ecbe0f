"""Draws the pictures of the README anew: `python -m tests.browser.tour http://127.0.0.1:5000` while a demo runs."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import get_browser
from tests.browser.conftest import ARGUMENTS
from triad.services.demo import PASSWORD

HERE = Path(__file__).parents[2] / "docs"
DESK, PHONE = (1280, 820), (375, 812)


def main(base: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=get_browser.installed(), args=ARGUMENTS)
        kora = entered(browser, base, "kora")
        taken(kora, "unfilled")
        kora.goto(f"{base}/week")
        taken(kora, "week")
        thea = entered(browser, base, "thea")
        thea.goto(f"{base}/cases")
        thea.locator("main .row-link").first.click()
        thea.locator("main a[href$='/picture']").first.click()
        taken(thea, "picture")
        thea.goto(f"{base}/my-week")
        thea.get_by_role("link", name="Week before").click()
        thea.locator("main tr:has-text('Took place') .row-link").first.click()
        thea.goto(f"{thea.url}/form")
        thea.select_option("[name=language]", "ar")
        thea.get_by_role("button", name="Make the link").click()
        client(browser, thea.locator("#link").input_value())
        browser.close()


def entered(browser: Browser, base: str, name: str) -> Page:
    page = browser.new_page(viewport={"width": DESK[0], "height": DESK[1]}, locale="en")
    page.goto(f"{base}/sign-in")
    page.fill("#email", f"{name}@demo.example")
    page.fill("#password", PASSWORD)
    page.click("main button")
    return page


def client(browser: Browser, link: str) -> None:
    """From the link to the first question about somebody."""
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="ar")
    page.goto(link)
    while not page.locator("main form [name=answer]").count():
        button = page.locator("main form .next, main button[name=language][value=ar]").first
        if page.locator("[name=practice]").count():
            page.check("[name=practice][value='4']")
        for name in ("helped",):
            if page.locator(f"[name={name}]").count():
                page.check(f"[name={name}][value=nobody]")
        button.click()
    taken(page, "client-ar")


def taken(page: Page, name: str) -> None:
    page.screenshot(path=HERE / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
