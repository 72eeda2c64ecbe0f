"""A tablet whose network goes: the whole form is answered without it, sent once when it is back; nothing stays."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Request, expect
from sqlalchemy import func, select

from tests import cast, sounds
from tests.browser.conftest import Live
from tests.browser.test_pages import faults
from tests.browser.test_walk import words
from tests.browser.test_ways_in import ask
from triad.domain.voices import file_name
from triad.services import contacts, invitations, settings, voices
from triad.store.db import db
from triad.store.ratings import Answer, Draft, Rating

pytestmark = pytest.mark.browser

Visitor = Callable[..., Page]
LANGUAGE = "ti"
UI = words(LANGUAGE)
KINDS = ("answer", "practice", "helped", "choice")
TRACES = """async () => localStorage.length + sessionStorage.length + document.cookie.length
    + (await indexedDB.databases()).length + (await caches.keys()).length
    + (await navigator.serviceWorker.getRegistrations()).length"""


@pytest.fixture(scope="module", autouse=True)
def _switched_on(live: Live) -> None:
    with live.app.app_context():
        settings.change(live.cast.ada, {"offline_tablets": "yes"}, [], 0)


@pytest.fixture
def session(live: Live) -> str:
    """A fresh one of Thea's that has begun."""
    live.clock.forward(days=1)
    with live.app.app_context():
        found = cast.encounter(live.cast, live.clock.now.date(), cast.time(5), interpreter="p-ines", held=True)
    live.clock.now = max(live.clock.now, live.clock.now.replace(hour=12))
    return found


@pytest.fixture
def tablet(live: Live, visitor: Visitor, session: str) -> Page:
    """At the first screen behind the choice of a language, the others already there; then the network goes."""
    page = live.enter(live.cast.thea, visitor(768, bypass_csp=True))
    ask(live, page, session, LANGUAGE, "[formaction$=tablet]")
    page.locator(".next").click()
    with page.expect_response(lambda answer: answer.url.endswith("/f/ahead") and answer.ok) as waiting:
        page.click(f"main button[name=language][value={LANGUAGE}]")
    assert len(waiting.value.json()["screens"]) == 12
    expect(page.locator("h1")).to_have_text(UI["who_sees_title"])
    page.context.set_offline(True)
    return page


def mark(page: Page, value: str = "4") -> str:
    """Chooses something, if there is something to choose, and goes on; the screen that was left."""
    left = page.locator("[data-ahead]").get_attribute("data-screen") or ""
    chosen = {"helped": "nobody", "choice": "lead_only", "answer": value, "practice": "3"}
    for name in KINDS:
        if page.locator(f"main [name={name}]").count():
            page.locator(f"main [name={name}][value='{chosen[name]}']").check()
    page.locator("main form .next").click()
    expect(page.locator(f"[data-screen='{left}']")).to_have_count(0)
    return left


def asking(live: Live) -> list[str]:
    """The sessions after which another interpreter was asked for."""
    with live.app.app_context():
        return [one.session_id for one in contacts.another(live.cast.kora)]


def stored(live: Live) -> tuple[int, int]:
    with live.app.app_context():
        found = tuple(db.session.scalar(select(func.count()).select_from(kind)) or 0 for kind in (Draft, Rating))
        db.session.remove()
    return found[0], found[1]


def finish(page: Page, each: Callable[[Page], None] = lambda page: None) -> list[str]:
    left: list[str] = []
    while page.locator("main form .next").count():
        each(page)
        left.append(mark(page, str(1 + len(left) % 5)))
    return left


def test_a_whole_form_without_network_is_sent_once_and_leaves_nothing(live: Live, tablet: Page) -> None:
    sent: list[Request] = []
    tablet.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    before, found = stored(live), list[str]()
    note = tablet.locator(".kept")
    expect(note).to_be_visible()
    expect(note).to_have_text(UI["offline_kept"])

    def look(page: Page) -> None:
        if page.locator("[data-screen^='bond.1'], [data-screen='review']").count():
            found.extend(faults(page, "without network", LANGUAGE, (320, 768)))

    left = finish(tablet, look)
    assert (len(left), left[0], left[-1]) == (12, "who_sees", "choice")
    expect(tablet.locator("h1")).to_have_text(UI["thanks_title"])
    expect(tablet.locator("main")).to_contain_text(UI["offline_kept"])
    expect(tablet.locator("main")).to_contain_text(UI["hand_back"])
    assert stored(live) == before
    found += faults(tablet, "all is kept", LANGUAGE, (320, 768))
    with tablet.expect_response(lambda answer: answer.url.endswith("/f/ahead") and answer.ok):
        tablet.context.set_offline(False)
    expect(tablet.locator("main")).not_to_contain_text(UI["offline_kept"])
    expect(tablet.locator("summary")).to_have_text(UI["change_title"])
    assert stored(live) == (before[0], before[1] + 1)
    with live.app.app_context():
        newest = db.session.scalars(select(Rating).order_by(Rating.submitted_at.desc())).first()
        assert newest is not None
        values = [row.value or 0 for row in db.session.scalars(select(Answer).where(Answer.rating_id == newest.id))]
        db.session.remove()
    assert (newest.choice, newest.mode, newest.language) == ("lead_only", "clinic_tablet", LANGUAGE)
    assert sorted(values) == sorted(1 + place % 5 for place in range(2, 9))
    kept = [request for request in sent if request.url.endswith("/f/ahead")]
    assert len({parse_qs(request.post_data or "")["key"][0] for request in kept}) == 1
    assert found == [], "\n".join(found)
    assert tablet.evaluate(TRACES) == 0
    tablet.locator("main form[action$=forget] button").click()
    tablet.wait_for_url("**/f/tablet")
    assert UI["thanks_title"] not in tablet.locator("main").inner_text()
    assert tablet.evaluate(TRACES) == 0
    tablet.evaluate("localStorage.setItem('left', 'behind')")
    assert tablet.evaluate(TRACES) == 1


def test_what_is_read_aloud_has_its_button_on_screens_that_come_by_themselves(
    live: Live, visitor: Visitor, session: str
) -> None:
    with live.app.app_context():
        keys = [one.key for one in voices.show(live.cast.lena, "ar")]
        voices.put(
            live.cast.lena, "ar", [(f"{file_name(key)}.wav", sounds.wav(2, rate=8000, width=1)) for key in keys]
        )
    page = live.enter(live.cast.thea, visitor(768))
    ask(live, page, session, "ar", "[formaction$=tablet]")
    page.locator(".next").click()
    with page.expect_response(lambda answer: answer.url.endswith("/f/ahead") and answer.ok):
        page.click("main button[name=language][value=ar]")
    mark(page)
    mark(page)
    expect(page.locator(".listen button:visible")).to_have_count(6)
    page.locator(".listen button").first.click()
    expect(page.locator(".listen button").first).to_have_attribute("aria-pressed", "true")
    expect(page.locator("audio[controls]:visible")).to_have_count(0)


def test_the_network_comes_back_in_the_middle_and_goes_again(live: Live, tablet: Page, session: str) -> None:
    before = stored(live)
    for _ in range(4):
        mark(tablet)
    tablet.get_by_text(UI["another_interpreter"], exact=True).click()
    tablet.locator("main button[name=another_interpreter]").click()
    expect(tablet.locator("main [role=status]")).to_have_text(f"{UI['thanks_title']} ✓")
    assert asking(live) == []
    tablet.locator("main form .next").click()
    expect(tablet.locator("main .field-error")).to_have_text(UI["choose_one"])
    tablet.locator(".quiet a").first.click()
    expect(tablet.locator("[data-screen='bond.2:CT']")).to_have_count(1)
    mark(tablet, "2")
    expect(tablet.locator("[data-screen='goal.1:CT']")).to_have_count(1)
    tablet.context.set_offline(False)
    expect(tablet.locator(".kept")).to_be_hidden()
    assert stored(live) == (before[0] + 2, before[1])
    assert asking(live) == [session]
    mark(tablet)
    assert stored(live) == (before[0] + 3, before[1])
    tablet.context.set_offline(True)
    finish(tablet)
    tablet.context.set_offline(False)
    expect(tablet.locator("summary")).to_have_text(UI["change_title"])
    assert stored(live) == (before[0], before[1] + 1)


def test_a_link_that_ended_meanwhile_is_told_in_the_clients_language(live: Live, tablet: Page, session: str) -> None:
    before = stored(live)
    finish(tablet)
    with live.app.app_context():
        invitations.issue(live.cast.thea, session, "ar")
    tablet.context.set_offline(False)
    expect(tablet.locator("h1")).to_have_text(UI["gone_title"])
    expect(tablet.locator("main")).to_contain_text(UI["gone_body"])
    expect(tablet.locator("html")).to_have_attribute("lang", LANGUAGE)
    assert stored(live) == before
    assert tablet.evaluate(TRACES) == 0


def test_leaving_without_network_shows_nothing_and_sends_what_was_kept(live: Live, tablet: Page) -> None:
    before = stored(live)
    for _ in range(4):
        mark(tablet)
    tablet.locator(".exit").click()
    expect(tablet.locator("main")).to_have_count(0)
    tablet.context.set_offline(False)
    tablet.wait_for_url("**/f/tablet")
    assert stored(live) == (before[0] + 2, before[1])
    assert tablet.evaluate(TRACES) == 0
