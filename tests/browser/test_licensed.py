"""A licensed form in real pages: no axe violation and nothing to scroll sideways, narrow and from right to left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page

from tests import cast, made_up
from tests.browser.conftest import Live
from tests.browser.test_pages import faults
from tests.services.test_choosing import LAMP, THERAPIST, use
from triad.services import choosing, invitations, ratings

pytestmark = pytest.mark.browser


def test_it_is_chosen_filled_in_and_read(live: Live, visitor: Callable[..., Page]) -> None:
    who, found = live.cast, []
    with live.app.app_context():
        held = cast.encounter(who, date(2027, 2, 26), interpreter="p-ines", held=True)
        due = cast.encounter(who, date(2027, 2, 28), interpreter="p-ines", held=True)
        use(who, made_up.for_all())
        choosing.choose(who.lena, who.case_id, LAMP)
        ratings.submit(who.thea, held, THERAPIST)
        link = f"{live.address}/f/{invitations.issue(who.thea, due, 'ar')}"
    client = visitor(locale="ar", bypass_csp=True)
    client.goto(link)
    for button in (".next", "button[name=language][value=ar]", ".next"):
        client.locator(f"main {button}").first.click()
    client.wait_for_selector("main [name=answer]")
    assert client.locator("main [name=answer]").count() == 11
    found += faults(client, "room", "ar", [320])
    thea = live.enter(who.thea, visitor(locale="ar", bypass_csp=True))
    case = f"/cases/{who.case_id}"
    for address in (f"/sessions/{due}/rating", f"{case}/rated-with", f"{case}/picture"):
        thea.goto(live.address + address)
        found += faults(thea, address, "ar", [375])
    assert thea.locator("section[aria-labelledby=licensed] tbody tr").count() == 1
    assert found == []
