"""A real server on an empty SQLite and a real Chromium: one browser for the run, one house for each module."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests import cast
from tests.browser import get_browser
from tests.cast import Cast
from tests.conftest import NOW, Clock
from triad.app import create_app
from triad.services.context import Actor
from triad.store.db import db
from triad.store.types import Base

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Quiet(WSGIRequestHandler):
    """A line per request would bury what a failing test prints."""

    def log(self, type: str, message: str, *args: Any) -> None: ...


def whole(app: Flask) -> Callable[[Any, Any], list[bytes]]:
    """Every answer in one piece: a browser that goes on before a file has come would leave that file open."""

    def answered(environ: Any, start: Any) -> list[bytes]:
        with contextlib.closing(app(environ, start)) as parts:  # type: ignore[type-var]
            return [b"".join(parts)]

    return answered


@dataclass
class Live:
    """A clinic that answers at `address`; its clock stands still until a test moves it."""

    app: Flask
    clock: Clock
    cast: Cast
    address: str

    def enter(self, actor: Actor, page: Page) -> Page:
        """Signs in through the real page."""
        page.goto(f"{self.address}/sign-in")
        page.fill("[name=email]", f"{actor.person_id[2:]}@example.org")
        page.fill("[name=password]", cast.PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = get_browser.installed()
    if not path:
        pytest.fail(get_browser.ADVICE, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with running(tmp_path_factory.mktemp("live")) as found:
        yield found


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Live]:
    """The named cast in an empty clinic, and a server for it."""
    clock = Clock()
    # With a notice, as the demo has one: it stands on every page and can be wrong on every page.
    url, notice = f"sqlite:///{folder / 'triad.db'}", "Nobody here is real."
    app = create_app("testing", clock=clock, database_url=url, notice=notice)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        people = cast.enter(app.extensions["triad"])
    server = make_server("127.0.0.1", 0, whole(app), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Live(app, clock, people, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """`visitor(width, locale, ...)`: a page of a browser of its own, without cookies; the rest goes to Playwright."""
    opened: list[BrowserContext] = []

    def arrive(width: int = 1280, locale: str = "en", **more: Any) -> Page:
        size = ViewportSize(width=width, height=812 if width < 700 else 900)
        context = chromium.new_context(viewport=size, locale=locale, **more)
        # Under load a page may be slow; a test that fails for that says nothing about the page.
        context.set_default_timeout(20_000)
        opened.append(context)
        return context.new_page()

    yield arrive
    for context in opened:
        context.close()


def overflow(page: Page) -> int:
    """CSS pixels by which the page is wider than the window; 0 when nobody has to scroll sideways."""
    page.wait_for_load_state()  # a page just clicked to is wider before its styles have come
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.fixture
def clock_put_back(live: Live) -> Iterator[None]:
    """For those that move it: the house is shared by a module."""
    yield
    live.clock.now = NOW
