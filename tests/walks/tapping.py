"""Programs that send the same again: at once by several threads to two servers, later, with another body, as another.

Long form: `python -m tests.walks.tapping --database postgresql`.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import create_engine, text

from tests.walks import crowd, served
from triad.services import keys

TAPS, AGAIN = 4, 2
"""How often a request is sent at the same time, to both servers in turn; and how often later."""
GOALS = "/api/cases/case-T-1001/goals"
OFF = "/api/my-time-off"


class Told(NamedTuple):
    status: int
    replayed: bool
    body: bytes


@dataclass
class Outcome:
    requests: int = 0
    effects: int = 0
    """Rows that are there in the end, for `wanted` different requests."""
    wanted: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def play(url: str, repeats: int, *flags: str) -> Outcome:
    outcome = Outcome(wanted=repeats)
    holders = _furnish(url)
    with served.Servers(url, 2, *flags) as running, ThreadPoolExecutor(TAPS) as pool:
        for number in range(repeats):
            _one(running.ports, pool, holders["thea"], number, outcome)
        _running(url, running.ports, pool, holders["thea"], outcome)
        _others(running.ports, holders, outcome)
    with _outside(url) as connection:
        outcome.effects = connection.execute(text("SELECT count(*) FROM goal WHERE words LIKE 'to %'")).scalar_one()
        slow = connection.execute(text("SELECT count(*) FROM goal WHERE words = 'slow'")).scalar_one()
        away = connection.execute(text("SELECT count(*) FROM time_off")).scalar_one()
    if (slow, away) != (1, 2):
        outcome.wrong.append(f"{slow} effects of a request under way, {away} of two people's")
    return outcome


def _one(ports: Sequence[int], pool: ThreadPoolExecutor, key: str, number: int, outcome: Outcome) -> None:
    """At once, and later; then the same word for something else."""
    goal = {"words": f"to {number}", "language": "en"}

    def send(port: int) -> Told:
        return _send(port, key, GOALS, goal, f"word-{number}")

    at_once = list(pool.map(send, [ports[tap % 2] for tap in range(TAPS)]))
    later = [send(ports[tap % 2]) for tap in range(AGAIN)]
    other = _send(ports[0], key, GOALS, {**goal, "words": "another"}, f"word-{number}")
    outcome.requests += len(at_once) + len(later) + 1
    told = [("first" if not one.replayed else "again") if one.status == 201 else str(one.status) for one in at_once]
    outcome.statuses.update(told)
    first = [one.body for one in at_once if one.status == 201 and not one.replayed]
    if told.count("first") != 1 or not set(told) <= {"first", "again", "409"}:
        outcome.wrong.append(f"{number}: at once {told}")
    if any((one.status, one.replayed) != (201, True) or one.body not in first for one in later):
        outcome.wrong.append(f"{number}: later {[one.status for one in later]}")
    if other.status != 422:
        outcome.wrong.append(f"{number}: another body {other.status}")


def _running(url: str, ports: Sequence[int], pool: ThreadPoolExecutor, key: str, outcome: Outcome) -> None:
    """Two servers hold the same request while it cannot be ended: one effect, and the other is told so."""
    goal = {"words": "slow", "language": "en"}
    with _held(url):
        under_way = [pool.submit(_send, port, key, GOALS, goal, "slow") for port in ports]
        time.sleep(0.5)
    told = sorted((one.result().status, one.result().replayed) for one in under_way)
    wanted = [(201, False), (201, True)] if url.startswith("sqlite") else [(201, False), (409, False)]
    outcome.requests += 2
    outcome.statuses.update(str(status) for status, _ in told)
    if told != wanted:
        outcome.wrong.append(f"under way {told}")


def _others(ports: Sequence[int], holders: dict[str, str], outcome: Outcome) -> None:
    """The same word of somebody else is another request."""
    off = {"from_day": "2027-07-01", "to_day": "2027-07-02"}
    for name in ("ines", "ivo"):
        told = [_send(port, holders[name], OFF, off, "same") for port in ports]
        outcome.requests += 2
        if [(one.status, one.replayed) for one in told] != [(201, False), (201, True)]:
            outcome.wrong.append(f"{name} {[one.status for one in told]}")


def _send(port: int, key: str, path: str, body: Any, word: str) -> Told:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Idempotency-Key": word}
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        line.request("POST", path, json.dumps(body), headers)
        answer = line.getresponse()
        return Told(answer.status, answer.headers.get("Idempotent-Replay") == "true", answer.read())
    finally:
        line.close()


def _furnish(url: str) -> dict[str, str]:
    """Keys of those who send."""
    with served.opened(url) as app:
        who = crowd.people(app)
        ends = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
        return {
            name: keys.create(getattr(who, name), {"name": "walk", "expires_on": ends}, tuple(keys.SCOPES))
            for name in ("thea", "ines", "ivo")
        }


@contextlib.contextmanager
def _held(url: str) -> Iterator[None]:
    """No goal can be written meanwhile."""
    with _outside(url) as connection:
        lite = url.startswith("sqlite")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if lite else "LOCK TABLE goal IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


@contextlib.contextmanager
def _outside(url: str) -> Iterator[Any]:
    engine = create_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--repeats", type=int, default=100)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name, crowd.address(chosen.database, Path(name)) as url:
        found = play(url, chosen.repeats)
        print(found, play(url, 3, "forget-repeats"))
    return int(bool(found.wrong))


if __name__ == "__main__":
    sys.exit(main())
