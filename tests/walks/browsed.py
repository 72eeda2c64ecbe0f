"""Pages full of hostile words in a real Chromium, with the content policy switched off: escaping must hold alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests import cast
from tests.browser import get_browser
from tests.conftest import NOW
from tests.exam.corpora import MARK
from tests.walks import scripts
from tests.walks.clinic import House
from triad.services import context
from triad.services.context import Actor
from triad.store.cases import CulturalNote, Goal
from triad.store.clinic import Site

COUNTS = f"window.{MARK} = () => {{ window.ran = (window.ran || 0) + 1 }}"
ODD = f"""() => [window.ran || 0, [...document.querySelectorAll('*')].filter(one =>
  one.localName.includes('{MARK}') || one.attributes.length && [...one.attributes].some(held =>
    held.name.startsWith('on') || held.name.includes('{MARK}') ||
    /^\\s*javascript:/i.test(held.value) && held.name !== 'value')).length]"""
FULL_OF_THEM = (
    scripts.Sink("thea", "/cases/case-T-1001/notes"),
    scripts.Sink("thea", "/cases/case-T-1001/goals"),
    scripts.Sink("ines", "/cases/case-T-1001/briefing"),
    scripts.Sink("kora", "/people?tab=sites"),
    scripts.Sink("kora", "/people?tab=sites&page=2"),
    scripts.Sink("kora", "/people?tab=sites&page=3"),
    scripts.Sink("kora", "/cases/new"),
)


FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None: ...


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=get_browser.installed(), args=FLAGS)
        yield browser
        browser.close()


def crowd(house: House, texts: Sequence[str]) -> None:
    """A note, a goal and a site for each text."""
    own: dict[str, Any] = {"case_id": house.ids["own"]["case"], "language": "en", "written_at": NOW}
    note = {"topic": "other", "whose": "client", "source": "client", "author_id": "p-thea", "audience": "all"}
    with context.work(Actor(house.who.clinic, source="test")) as ctx:
        for number, text in enumerate(texts):
            ctx.session.add(CulturalNote(id=f"bad-{number}", text=text, **note, **own))
            ctx.session.add(Goal(id=f"bad-{number}", words=text, agreed_by=[], **own))
            ctx.session.add(Site(id=f"bad-{number}", name=f"{text}{number}", zone=cast.BERLIN))


def ran(house: House, sinks: Sequence[scripts.Sink], texts: Sequence[str] = ()) -> tuple[list[str], int]:
    """Pages on which a script ran or markup stands that nobody wrote, and how many pages were opened.

    The pages as they are, or once for each text, which is written everywhere before.
    """
    wrong, opened = [], 0
    with served(house.app) as address, chromium() as browser:
        pages = {name: _signed_in(house, browser, name, address) for name in {sink.name for sink in sinks}}
        for text in texts or [""]:
            if text:
                scripts.write(house, text)
            for sink in sinks:
                page = pages[sink.name]
                page.goto(f"{address}{sink.path}")
                found = page.evaluate(ODD)
                opened += 1
                wrong += [f"{sink.path} as {sink.name}: {found}"] if any(found) else []
    return wrong, opened


def _signed_in(house: House, browser: Browser, name: str, address: str) -> Page:
    visitor = browser.new_context(bypass_csp=True)
    visitor.add_init_script(COUNTS)
    cookie = house.browser(name).get_cookie("triad")
    assert cookie is not None
    visitor.add_cookies([{"name": "triad", "value": cookie.value, "url": address}])
    return visitor.new_page()
