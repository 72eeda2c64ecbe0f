"""Who works here while somebody guesses as fast as the line carries it: does each step succeed, and how soon."""

from __future__ import annotations

import contextlib
import http.client
import logging
import secrets
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import waitress
from flask import Flask

from tests import cast
from tests.programs import ALL
from tests.walks import crowd, entering, served
from triad.domain import errors, throttling
from triad.domain.throttling import Origin
from triad.services import context, guesses, keys
from triad.store import tries
from triad.web import guard


@dataclass
class Weather:
    """Statuses of those who work here and of those who guess; seconds of each step of the first."""

    worked: Counter[int] = field(default_factory=Counter)
    guessed: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    @property
    def late(self) -> float:
        """Within which time 95 of 100 steps were answered."""
        return sorted(self.seconds)[int(0.95 * len(self.seconds))] if self.seconds else 0.0


@dataclass
class Line:
    """One connection, kept open as a browser would; a new one when it breaks."""

    port: int
    headers: Mapping[str, str] = field(default_factory=dict)
    held: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, fields: Mapping[str, str] | None = None, **headers: str) -> int:
        self.held = self.held or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        form = {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
        try:
            body = urlencode(fields) if fields else None
            self.held.request(method, path, body, {**self.headers, **headers, **form})
            answer = self.held.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self.held.close()
            self.held = None
            return 0
        return answer.status


def play(url: str, steps: int, guessers: int, *flags: str) -> Weather:
    """So many steps of three people and a program, from the very address from which so many guess all the while."""
    weather, over = Weather(), threading.Event()
    with served.opened(url) as app:
        workers = _workers(app)
    servers = served.Servers(url, 1, *flags, program=serve)
    with servers:
        [port] = servers.ports
        rain = [threading.Thread(target=_guess, args=(port, number, over, weather)) for number in range(guessers)]
        for thread in rain:
            thread.start()
        try:
            _work(port, workers, steps, guessers * ("waiting" not in flags), weather)
        finally:
            over.set()
        for thread in rain:
            thread.join()
    return weather


def _work(
    port: int, workers: Sequence[tuple[dict[str, str], str]], steps: int, guessers: int, weather: Weather
) -> None:
    """The guessers are past their limits before anybody works."""
    deadline = time.monotonic() + 60
    while weather.guessed[429] < 2 * guessers and time.monotonic() < deadline:
        time.sleep(0.02)
    for number in range(steps):
        headers, path = workers[number % len(workers)]
        began = time.perf_counter()
        status = Line(port, headers).ask("GET", path)
        weather.seconds.append(time.perf_counter() - began)
        weather.worked[status] += 1


def _workers(app: Flask) -> list[tuple[dict[str, str], str]]:
    """What each shows, and what each asks for."""
    who = crowd.people(app)
    crowd.encounters(who, 20, crowd.just_begun)
    ends = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    key = keys.create(who.kora, {"name": "rain", "expires_on": ends}, ALL)
    found = [({"Authorization": f"Bearer {key}"}, "/api/cases")]
    for name, path in (("kora", "/unfilled"), ("thea", "/my-week"), ("ines", "/my-week")):
        with app.app_context():
            client = cast.signed_in(app, getattr(who, name))
        found.append(({"Cookie": f"triad={entering.held(client)}"}, path))
    return found


def _guess(port: int, number: int, over: threading.Event, weather: Weather) -> None:
    line = Line(port)
    while not over.is_set():
        value, kind = secrets.token_urlsafe(32), number % 3
        if kind == 0:
            status = line.ask("GET", "/api/cases", Authorization=f"Bearer {value}")
        elif kind == 1:
            status = line.ask("GET", f"/f/{value}")
        else:
            status = line.ask("GET", f"/welcome/{value}")
        weather.guessed[status] += 1


def shut_out_all(app: Flask) -> None:
    """A limit that holds for an address, and so for everybody behind it."""

    def refuse() -> None:
        with context.look(guard.actor()) as ctx:
            for purpose in ("key", "link"):
                about = throttling.keys(ctx.keyed, purpose, Origin("127.0.0.1"))
                if seconds := tries.wait(ctx.session, about, ctx.now):
                    raise errors.TooOften(seconds)

    app.before_request(refuse)


def let_them_wait() -> None:
    """Guessers are slowed by being kept waiting, each with a hand of the house."""
    missed = guesses.missed

    def slow(*given: object) -> None:
        time.sleep(1)
        missed(*given)  # type: ignore[arg-type]

    guesses.missed = slow  # type: ignore[assignment]


def serve(url: str, port: str, *flags: str) -> None:
    logging.disable()
    if "waiting" in flags:
        let_them_wait()
    with served.opened(url) as app:
        pass
    if "for-all" in flags:
        shut_out_all(app)
    with contextlib.suppress(KeyboardInterrupt):
        waitress.serve(app, host="127.0.0.1", port=int(port), threads=8, ident="")
