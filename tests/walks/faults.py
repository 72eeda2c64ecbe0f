"""A database that cannot go on: full, read-only, damaged, locked, gone, its disk failing; what is answered then.

Long form: `python -m tests.walks.faults --database sqlite`.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import create_engine, func, select, text

from tests import cast
from tests.conftest import FreshClient
from tests.walks import breaking, crowd, loss, served
from triad.services import keys
from triad.store import faults
from triad.store.db import db
from triad.store.types import Base

SENT = 40
"""At most so many requests until a database that fills up is full."""
HARSH = ("refuse-sync", "refuse-write")
"""Flags of a server to which the kernel refuses that."""


@dataclass
class Desks:
    """Those who ask: a therapist in a browser, a program, and the forms that are to be filled in."""

    app: Flask
    who: cast.Cast
    forms: list[loss.Form]
    key: str
    browser: Any = None
    csrf: str = ""
    count: int = 0

    def rate(self) -> Any:
        id_, name = self.forms.pop()
        marks = dict.fromkeys(crowd.FORMS[name], "4")
        headers = {"Accept-Language": "ar"}
        return self.browser.post(f"/sessions/{id_}/rating", data={**marks, "csrf_token": self.csrf}, headers=headers)

    def add(self) -> Any:
        self.count += 1
        site = {"name": f"Site {self.count:03} {'x' * 60}", "zone": cast.BERLIN}
        return self.app.test_client().post("/api/sites", json=site, headers=self.shown)

    def read(self) -> Any:
        return self.browser.get("/my-week")

    def listed(self) -> Any:
        return self.app.test_client().get("/api/sites", headers=self.shown)

    @property
    def shown(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


@dataclass
class Outcome:
    """`told`: fault -> statuses in order. `wrong`: what was answered or kept otherwise than it must be."""

    told: dict[str, list[int]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return sum(status == 503 for statuses in self.told.values() for status in statuses)


@contextlib.contextmanager
def furnished(url: str, forms: int = 100) -> Iterator[Desks]:
    with served.opened(url) as app:
        app.test_client_class = FreshClient
        who = crowd.people(app)
        ids = crowd.encounters(who, forms, crowd.just_begun)
        ends = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
        key = keys.create(who.kora, {"name": "walk", "expires_on": ends}, tuple(keys.SCOPES))
        desks = Desks(app, who, [(id_, "thea") for id_ in ids], key)
        desks.browser = cast.signed_in(app, who.thea)
        desks.csrf = cast.token(desks.browser.get("/me").text)
        yield desks


def play(url: str, *only: str) -> Outcome:
    """Under each fault each request, and once more when it is over: refused and nothing kept, then kept once."""
    outcome = Outcome()
    with furnished(url) as desks:
        for name, (breaks, read) in breaking.FAULTS[db.engine.dialect.name].items():
            if name in (only or (name,)):
                _under(desks, name, breaks, read, outcome)
    return outcome


@contextlib.contextmanager
def unnamed() -> Iterator[None]:
    """What would be answered if nobody knew what the database says."""
    known = faults.why
    faults.why = lambda error: ""
    try:
        yield
    finally:
        faults.why = known


def _under(desks: Desks, name: str, breaks: Callable[[], Any], read: int, outcome: Outcome) -> None:
    told = outcome.told[name] = []
    before = kept()
    with breaks():
        acknowledged = 0
        for ask in (desks.rate, desks.add):
            # A database fills up; any other fault is there at once.
            for _ in range(SENT if name == "full" else 1):
                answer = ask()
                if answer.status_code not in (201, 303):
                    break
                acknowledged += 1
            told.append(answer.status_code)
            outcome.wrong += [f"{name}: {fault}" for fault in _faults(answer)]
        if read:
            answers = [desks.read(), desks.listed()]
            told += [answer.status_code for answer in answers]
            outcome.wrong += [f"{name}: read {one.status_code}" for one in answers if one.status_code != read]
            outcome.wrong += [f"{name}: {fault}" for one in answers if read == 503 for fault in _faults(one)]
    now = kept()
    changed = sum(now[one] - before[one] for one in ("rating", "site"))
    if changed != acknowledged or (not acknowledged and now != before):
        outcome.wrong.append(f"{name}: {changed} kept, {acknowledged} acknowledged")
    if (desks.rate().status_code, desks.add().status_code) != (303, 201):
        outcome.wrong.append(f"{name}: does not go on afterwards")


def _faults(answer: Any) -> Iterator[str]:
    """What an answer to a request that cannot be kept must be, and is not."""
    if answer.status_code != 503 or not answer.headers.get("Retry-After", "").isdecimal():
        yield f"{answer.status_code} {answer.headers.get('Retry-After')}"
    if answer.is_json:
        if set(answer.get_json()) != {"error", "message", "fields"}:
            yield "another body"
    elif 'lang="ar" dir="rtl"' not in answer.text and "/my-week" not in answer.request.path:
        yield "another language"


def kept() -> dict[str, int]:
    """How many rows each table has, by a connection that knows no fault."""
    db.session.remove()
    engine = create_engine(db.engine.url)
    try:
        with engine.connect() as connection:
            tables = Base.metadata.sorted_tables
            return {one.name: connection.scalar(select(func.count()).select_from(one)) or 0 for one in tables}
    finally:
        engine.dispose()


def failing_disk(url: str, flag: str, *more: str) -> tuple[list[int], int]:
    """A server to which the kernel refuses to write or to sync: how 4 ratings are answered, how many are kept."""
    forms, desks = loss.prepare(url, 4)
    statuses = []
    with served.Servers(url, 1, flag, *more) as running:
        own = loss.at(running.ports[0], desks)
        for form in forms:
            # A server that ends instead of answering has acknowledged nothing either, and is no answer.
            with contextlib.suppress(OSError, http.client.HTTPException):
                statuses.append(loss.rate(own[form[1]], form))
        for desk in own.values():
            desk.close()
    engine = create_engine(url)
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT count(*) FROM rating")).scalar_one()
    engine.dispose()
    return statuses, stored


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=list(breaking.FAULTS), default="sqlite")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name, crowd.address(chosen.database, Path(name)) as url:
        outcome = play(url)
        print(json.dumps(outcome.told, indent=1), *outcome.wrong, sep="\n")
        for flag in HARSH if chosen.database == "sqlite" else ():
            print(flag, *failing_disk(url, flag))
    return int(bool(outcome.wrong))


if __name__ == "__main__":
    sys.exit(main())
