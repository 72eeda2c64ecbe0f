"""Words that would be a statement, a template or an address, in every field: none is taken for what it looks like."""

from __future__ import annotations

import contextlib
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any, NamedTuple

import pytest
from flask import Flask, render_template_string, request
from sqlalchemy import event, text

from tests.walks import routes, writes
from tests.walks.clinic import STAFF, House
from tests.walks.works import WORKS
from triad.store.db import db

MARK = "zqx"
"""Stands in every injection, and nowhere else."""
PRODUCT, WORKED = "1337*7919", "10587703"
LEAVING = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request", "subprocess.Popen", "os.system")
FILES = ("passwd", "win.ini", "environ")
ASKED = ("q", "order", "by", "tab", "verb", "week", "page", "before", "next", "first", "last")
_seen: list[str] = []
_hooked: list[bool] = []


class Slot(NamedTuple):
    """A place somebody can write to: a field of a form or a body, or a word after the `?`."""

    name: str
    method: str
    path: str
    fields: dict[str, Any]
    field: str


def slots(house: House) -> list[Slot]:
    found = []
    for method, rule in writes.unsafe(house.app):
        work = WORKS.get(rule.endpoint)
        if work is None:
            continue
        path = writes.address(rule, writes.values(rule, house.ids["own"], work.state))
        fields = writes.body(house, rule, "own")
        places = [name for name, held in fields.items() if isinstance(held, str)]
        found += [Slot(work.by, method, path, fields, name) for name in places]
    asked = {"/search": "kora", "/audit": "aud", "/people": "kora", "/pictures": "lena", "/week": "kora"}
    asked |= {"/my-week": "ines", "/cases": "kora", "/sign-in": "nobody", "/settings": "ada", "/api/cases": "kora"}
    return found + [Slot(name, "GET", path, {}, field) for path, name in asked.items() for field in ASKED]


class Injected(NamedTuple):
    """What was taken for something else, or led out; how many requests to how many places."""

    wrong: list[str]
    requests: int
    places: int


def play(house: House, injections: Sequence[str], each: int, only: str = "") -> Injected:
    """So many of the injections into every place, in turn."""
    wrong, sent = [], 0
    places = [slot for slot in slots(house) if only in slot.path]
    with _statements() as statements, _leaving() as led:
        for number, slot in enumerate(places):
            for turn in range(each):
                word = injections[(number * each + turn) % len(injections)]
                statements.clear()
                led.clear()
                answer = _send(house, slot, word)
                shown = answer.get_data(as_text=True)
                answer.close()
                sent += 1
                where = f"{slot.method} {slot.path} {slot.field}={word!r}"
                wrong += [f"{where}: {answer.status_code}"] if answer.status_code >= 500 else []
                wrong += [f"{where}: in a statement"] if any(MARK in one for one in statements) else []
                wrong += [f"{where}: worked out"] if WORKED in shown else []
                wrong += [f"{where}: {one}" for one in led]
                if slot.method != "GET" and answer.status_code < 400:
                    house.restore()
    house.restore()
    return Injected(wrong, sent, len(places))


def _send(house: House, slot: Slot, word: str) -> Any:
    if slot.method == "GET":
        return writes.send(house, slot.name, "GET", slot.path, {}, query_string={slot.field: word})
    return writes.send(house, slot.name, slot.method, slot.path, {**slot.fields, slot.field: word})


@contextlib.contextmanager
def _statements() -> Iterator[list[str]]:
    """The text of what the database is sent, without the values that go beside it."""
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@contextlib.contextmanager
def _leaving() -> Iterator[list[str]]:
    """What leads out of the house: connections, names looked up, programs, files of the machine."""
    if not _hooked:
        # For good: an audit hook cannot be taken off again. It notes nothing unless somebody listens.
        sys.addaudithook(_note)
        _hooked.append(False)
    _seen.clear()
    _hooked[0] = True
    try:
        yield _seen
    finally:
        _hooked[0] = False


def _note(name: str, given: tuple[Any, ...]) -> None:
    if not (_hooked and _hooked[0]):
        return
    if name in LEAVING or (name == "open" and any(one in str(given[0]) for one in FILES)):
        _seen.append(f"{name} {str(given)[:80]}")


@contextlib.contextmanager
def planted(app: Flask, endpoint: str, act: Callable[[str], Any], quiet: bool = True) -> Iterator[None]:
    """A page that does this with what it is asked, behind its own door; `quiet` tells nobody when that fails."""
    view = app.view_functions[endpoint]

    @wraps(view)
    def careless(**_: Any) -> str:
        with contextlib.suppress(*[Exception] * quiet):
            return str(act(request.args.get("q", "")))
        return ""

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(app.view_functions, endpoint, careless)
        yield


CARELESS: dict[str, Callable[[str], Any]] = {
    "builds a statement": lambda word: db.session.execute(text(f"SELECT '{word}'")).scalar(),
    "builds a template": render_template_string,
    "fetches an address": lambda word: urllib.request.urlopen(word, timeout=1).status,
}
"""Pages as they must not be."""


def files_by_link(house: House) -> tuple[list[str], int]:
    """Addresses that give a file to whoever only looks; files are given by a POST, once asked for."""
    found, asked = [], 0
    for address in routes.addresses(house.app):
        if address.startswith(("/static", "/fs-static")):
            continue
        for name in STAFF:
            answer = writes.send(house, name, "GET", address, {})
            asked += 1
            if "Content-Disposition" in answer.headers:
                found.append(f"{address} as {name}")
            answer.close()
    return found, asked
