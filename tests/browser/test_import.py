"""A clinic brings its files: what is wrong is shown, mended and brought again, then a session is staffed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live, overflow
from tests.services import folders

pytestmark = pytest.mark.browser

WRONG = {
    "encounters": folders.GOOD["encounters"].replace("Green", "Grene"),
    "availability": folders.GOOD["availability"]
    .replace("A2,I2,2", "A2,I2,monday")
    .replace("A1,I1,monday", "A1,I1,mondy"),
}


def bring(page: Page, paths: list[Path]) -> None:
    page.set_input_files("#files", paths)
    page.get_by_role("button", name="Look at the rows").click()


def write(page: Page) -> None:
    page.get_by_role("button", name="Write these rows").click()
    expect(page.get_by_role("heading", name="Earlier imports")).to_be_visible()


def refused(page: Page, file: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=f"Refused rows as a file {file}").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_folder_with_planted_errors_is_mended_and_its_session_staffed(
    live: Live, visitor: Callable[..., Page], tmp_path: Path
) -> None:
    for name, content in folders.files({**folders.GOOD, **WRONG}).items():
        (tmp_path / name).write_bytes(content)
    page = live.enter(live.cast.kora, visitor())
    page.goto(f"{live.address}/import")
    bring(page, sorted(tmp_path.glob("*.csv")))
    expect(page.locator("h1")).to_have_text("14 rows can be written")
    findings = page.locator("table", has_text="What stands against rows").locator("tbody tr")
    expect(findings).to_have_count(2)
    expect(findings.nth(0)).to_contain_text("mondy")
    expect(findings.nth(1)).to_contain_text("Grene")
    assert overflow(page) == 0

    again = [refused(page, file, tmp_path) for file in ("availability", "encounters")]
    write(page)
    for path, old, new in zip(again, ("mondy", "Grene"), ("monday", "Green"), strict=True):
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    bring(page, again)
    expect(page.locator("h1")).to_have_text("2 rows can be written")
    write(page)

    page.goto(f"{live.address}/unfilled")
    page.get_by_role("table").get_by_role("link", name="Mon 8 Mar 14:00").click()
    page.locator("section.panel .entry", has_text="O'Neil").get_by_role("button", name="Assign").click()
    # The list goes on to the next open session, and says who has this one.
    expect(page.locator(".flashes")).to_contain_text("O'Neil")
