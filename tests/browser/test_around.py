"""Around a session: what other systems ask for, what is gone through before and after, and what has changed since."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.conftest import Live
from tests.browser.test_pages import faults
from tests.formats.test_fhir_intake import PATIENT, appointment, bundle
from triad.services import briefings, requests

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("clock_put_back")]

Visitor = Callable[..., Page]


def sent(page: Page, folder: Path, content: str) -> None:
    file = folder / "bundle.json"
    file.write_text(content, "utf-8")
    page.get_by_label("The file").set_input_files(file)
    page.get_by_role("button", name="Show what would happen").click()


def test_a_bundle_is_mended_looked_at_and_taken_in(live: Live, visitor: Visitor, tmp_path: Path) -> None:
    who = live.cast
    page = live.enter(who.kora, visitor())
    page.goto(f"{live.address}/import")
    page.get_by_role("link", name="Exchange with other systems").click()
    sent(page, tmp_path, "no bundle")
    expect(page.locator("#file-error")).to_be_visible()
    sent(page, tmp_path, json.dumps(bundle(appointment(status="waiting for it"), PATIENT)))
    expect(page.locator("h1")).to_have_text("1 thing to mend")
    expect(page.locator("main table").first).to_contain_text("waiting for it")
    expect(page.get_by_role("button", name="Take it in")).to_have_count(0)
    sent(page, tmp_path, json.dumps(bundle(appointment(), PATIENT)))
    expect(page.locator("h1")).to_have_text("1 line can be taken in")
    found = faults(page, "a bundle", "en")
    assert found == [], "\n".join(found)
    with live.app.app_context():
        before = len(requests.listed(who.kora))
    page.get_by_role("button", name="Take it in").click()
    page.wait_for_url("**/requests")
    expect(page.locator("main")).to_contain_text("Tue 9 Mar")
    with live.app.app_context():
        assert len(requests.listed(who.kora)) == before + 1
    page.goto(f"{live.address}/exchange")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Take out", exact=True).click()
    assert json.loads(Path(taken.value.path()).read_text("utf-8"))["resourceType"] == "Bundle"


def test_what_is_gone_through_is_ticked_and_what_changed_is_told(live: Live, visitor: Visitor) -> None:
    who = live.cast
    with live.app.app_context():
        id_ = cast.encounter(who, date(2027, 3, 5), interpreter="p-ines")
    ines = live.enter(who.ines, visitor(375))
    ines.goto(f"{live.address}/sessions/{id_}")
    before = ines.locator("form[action$='/talk']").first
    before.get_by_label("Words to expect").check()
    before.get_by_role("button", name="We talked").click()
    ines.wait_for_load_state()
    expect(ines.get_by_label("Words to expect")).to_be_checked()
    expect(ines.get_by_label("Anything misunderstood")).to_have_count(0)
    with live.app.app_context():
        assert briefings.of(who.thea, id_)[0].points == {"words"}
    kora = live.enter(who.kora, visitor())
    kora.goto(f"{live.address}/sessions/{id_}/change")
    kora.get_by_label("Day and time, typed").fill("5.3. 16:00")
    kora.locator("main form button.btn-main").last.click()
    kora.goto(f"{live.address}/sessions/{id_}/changes")
    told = kora.locator("main table")
    expect(told).to_contain_text("16:00")
    expect(told).to_contain_text("Kora")
    expect(kora.locator("main")).not_to_contain_text("Words to expect")
    kora.goto(f"{live.address}/week/2027-03-05/changes")
    expect(kora.locator(f"main a[href='/sessions/{id_}']").first).to_be_visible()
    found = faults(kora, "what changed", "en")
    assert found == [], "\n".join(found)
