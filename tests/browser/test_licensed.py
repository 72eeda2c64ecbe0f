"""A licensed form in real pages: no axe violation and nothing to scroll sideways, narrow and from right to left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page

from tests import cast, made_up
from tests.browser.conftest import Live
from tests.browser.test_pages import faults
from tests.browser.test_walk import fill_as_client
from tests.services.test_choosing import LAMP, THERAPIST, use
from triad.services import choosing, invitations, ratings
from triad.store.db import db
from triad.store.ratings import LicensedScore

pytestmark = pytest.mark.browser


def test_it_is_chosen_filled_in_and_read(live: Live, visitor: Callable[..., Page]) -> None:
    who, found, looked = live.cast, [], set()
    with live.app.app_context():
        held = cast.encounter(who, date(2027, 2, 26), interpreter="p-ines", held=True)
        due = cast.encounter(who, date(2027, 2, 28), interpreter="p-ines", held=True)
        use(who, made_up.for_all())
        choosing.choose(who.lena, who.case_id, LAMP)
        ratings.submit(who.thea, held, THERAPIST)
        link = f"{live.address}/f/{invitations.issue(who.thea, due, 'ar')}"

    def look(screen: Page) -> None:
        name = screen.locator("main").evaluate("m => [...m.querySelectorAll('input')].map(e => e.name).join()")
        if name.count("answer") == 11 and "asked" not in looked:
            looked.add("asked")
            found.extend(faults(screen, "room", "ar", [320]))

    fill_as_client(visitor(locale="ar", bypass_csp=True), link, {}, look)
    thea = live.enter(who.thea, visitor(locale="ar", bypass_csp=True))
    case = f"/cases/{who.case_id}"
    for address in (f"/sessions/{due}/rating", f"{case}/rated-with", f"{case}/picture"):
        thea.goto(live.address + address)
        found += faults(thea, address, "ar", [375])
    assert thea.locator("section[aria-labelledby=licensed] tbody tr").count() == 1
    assert (found, looked) == ([], {"asked"})
    with live.app.app_context():
        assert db.session.query(LicensedScore).count() == 6
