"""All ways to take time, walked by four at once, round after round, and overlaps counted by none of our code (R-B2).

Run alone for the long form: `python -m tests.walks.crossing --rounds 50`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, text

from tests.conftest import FreshClient
from tests.walks import race, volley
from tests.walks.paths import FIRST, PATHS, Call, House

PROGRAMS, NOW = 2, datetime(2027, 3, 1, 9, tzinfo=UTC)
OVERLAPS = """
SELECT count(*) FROM taken a JOIN taken b ON a.diary_id = b.diary_id AND a.id < b.id
WHERE a.starts_at < b.ends_at AND b.starts_at < a.ends_at
"""


Held = tuple[Mapping[str, str], Mapping[str, tuple[str, str]]]
"""Keys and logins, by who writes."""


@dataclass
class Told:
    """How many rounds had a winner, how often somebody was booked twice, and every answer by its status."""

    rounds: int = 0
    won: int = 0
    overlaps: int = 0
    answers: Counter[int] = field(default_factory=Counter)

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Rounds, those with a winner, overlaps, answers that broke."""
        broke = sum(count for status, count in self.answers.items() if status >= 500)
        return self.rounds, self.won, self.overlaps, broke


def worker(url: str, house: Held, guarded: bool, jobs: Any, results: Any, gate: Any) -> None:
    """Makes its calls ready, waits at the gate with the other programs, and sends them at once by threads."""
    if not guarded:
        race.remove_guards()
    from triad.app import create_app

    app, (keys, logins) = create_app("testing", database_url=url, clock=lambda: NOW), house

    def prepared(call: Call, number: str) -> Callable[[], int]:
        client = app.test_client()
        if call.page:
            cookie, token = logins[call.who]
            client.set_cookie("triad", cookie)
            return lambda: int(client.post(call.path, data={**call.fields, "csrf_token": token}).status_code)
        headers = {"Authorization": f"Bearer {keys[call.who]}", "Idempotency-Key": number}
        headers |= {"If-Match": f'"{call.version}"'} if call.version else {}
        return lambda: int(client.post(call.path, json=dict(call.fields), headers=headers).status_code)

    while (calls := jobs.get()) is not None:
        acts, seen, ready = [prepared(*one) for one in calls], [], threading.Barrier(len(calls))

        def send(act: Callable[[], int], ready: Any = ready, seen: list[int] = seen) -> None:
            ready.wait()
            seen.append(act())

        threads = [threading.Thread(target=send, args=(act,)) for act in acts[1:]]
        for thread in threads:
            thread.start()
        gate.wait()
        send(acts[0])
        for thread in threads:
            thread.join()
        results.put(seen)


def play(url: str, rounds: int, guarded: bool = True, names: tuple[str, ...] = tuple(PATHS)) -> dict[str, Told]:
    """By path: each round is a day of its own; overlaps by a query that uses none of our code."""
    from triad.app import create_app
    from triad.store.db import db
    from triad.store.types import Base

    app, told = create_app("testing", database_url=url, clock=lambda: NOW), {name: Told() for name in names}
    engine, days = create_engine(url), (FIRST + timedelta(days=number) for number in range(10_000))
    app.test_client_class = FreshClient
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        house = House(app)
        if not guarded:
            race._drop_constraint(db.engine)
        asked = [(name, PATHS[name](house, next(days))) for name in names for _ in range(rounds)]
        db.session.remove()
        db.engine.dispose()
        before = 0
        with volley.programs(PROGRAMS, worker, url, (house.keys, house.logins), guarded) as fire:
            for number, (name, calls) in enumerate(asked):
                marked = [(call, f"{number}-{place}") for place, call in enumerate(calls)]
                answers, found = fire([marked[:2], marked[2:]]), told[name]
                found.rounds += 1
                found.answers += answers
                found.won += any(status < 400 for status in answers)
                with engine.connect() as connection:
                    now = connection.execute(text(OVERLAPS)).scalar_one()
                found.overlaps, before = found.overlaps + now - before, now
    engine.dispose()
    return told


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=50)
    options.add_argument("--unguarded", action="store_true")
    options.add_argument("names", nargs="*", default=list(PATHS))
    chosen = options.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for url in volley.both(folder):
            found = play(url, chosen.rounds, not chosen.unguarded, tuple(chosen.names))
            for name, one in found.items():
                answers = ", ".join(f"{count} x {status}" for status, count in sorted(one.answers.items()))
                kind = url.partition(":")[0]
                print(f"{kind} {name}: {one.rounds} rounds, {one.won} won, {answers}, {one.overlaps} overlaps")
                bad += one.counts[1:] != (one.rounds, 0, 0)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
