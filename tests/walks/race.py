"""Many programs booking one interpreter at once by the API, and an overlap count that uses none of our code.

Run alone for the long form: `python -m tests.walks.race --rounds 200`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time as clock
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import text

from tests.walks import volley

WRITERS, PROCESSES = 50, 10
SPANS = ((10, 0), (10, 20), (10, 10), (9, 50), (10, 40))
"""Starts on one morning: with 50 minutes, briefing and debrief, each overlaps every other."""

OVERLAPS = """
SELECT count(*) FROM taken a JOIN taken b ON a.diary_id = b.diary_id AND a.id < b.id
WHERE a.starts_at < b.ends_at AND b.starts_at < a.ends_at AND a.diary_id = 4
"""


def remove_guards() -> None:
    """What a naive build would do: look whether the time is free, then write, with nothing that holds it."""
    from triad.domain import matching
    from triad.services import context
    from triad.store import db, queries
    from triad.store.diaries import Diary, Taken

    class Open:
        def __enter__(self) -> None: ...
        def __exit__(self, *_: Any) -> None: ...

    context._writing = Open()  # type: ignore[assignment]
    db._sqlite_begin = lambda connection: connection.exec_driver_sql("BEGIN")
    unlocked = queries.select

    def lock_nothing(session: Any, ids: Any) -> dict[int, Diary]:
        return {row.id: row for row in session.scalars(unlocked(Diary).where(Diary.id.in_(sorted(set(ids)))))}

    def book_blindly(self: Diary, session: Any, taken: Taken) -> None:
        taken.diary_id = self.id
        session.add(taken)

    examine = matching.examine

    def look_then_write(*given: Any) -> Any:
        """Looking and writing in two transactions: the mistake every check-then-insert makes."""
        verdict = examine(*given)
        db.db.session.commit()
        clock.sleep(1)
        return verdict

    matching.examine = look_then_write  # type: ignore[assignment]
    queries.lock_diaries = lock_nothing
    Diary.book = book_blindly  # type: ignore[method-assign]


def worker(url: str, key: str, guarded: bool, each: int, jobs: Any, results: Any, gate: Any) -> None:
    """Takes lists of encounter ids, waits at the gate with the others, books them all at once by threads."""
    if not guarded:
        remove_guards()
    from triad.app import create_app

    app = create_app("testing", database_url=url)
    ready = threading.Barrier(each + 1)

    def book(id_: str, seen: list[int]) -> None:
        client, kora = app.test_client(), {"Authorization": f"Bearer {key}"}
        ready.wait()
        answer = client.post(f"/api/encounters/{id_}/assignment", json={"interpreter": "p-ines"}, headers=kora)
        seen.append(answer.status_code)

    while (ids := jobs.get()) is not None:
        seen: list[int] = []
        threads = [threading.Thread(target=book, args=(id_, seen)) for id_ in ids]
        for thread in threads:
            thread.start()
        while ready.n_waiting < len(ids):
            clock.sleep(0.001)
        gate.wait()
        ready.wait()
        for thread in threads:
            thread.join()
        results.put(seen)


def play(url: str, rounds: int, guarded: bool = True, processes: int = PROCESSES) -> list[tuple[Counter[int], int]]:
    """Per round: how 50 simultaneous bookings were answered, and the overlaps an independent query finds."""
    from tests import cast
    from triad.app import create_app
    from triad.services import keys
    from triad.store.db import db
    from triad.store.types import Base

    app = create_app("testing", database_url=url)
    each = WRITERS // processes
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        who = cast.enter(app.extensions["triad"])
        ids = [
            cast.encounter(who, date(2027, 3, 2), time(*SPANS[number % len(SPANS)]), id_=f"enc-{number:03}")
            for number in range(each * processes)
        ]
        expires = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
        key = keys.create(who.kora, {"name": "race", "expires_on": expires}, ("write-schedule",))
        if not guarded:
            _drop_constraint(db.engine)
        db.session.remove()
        db.engine.dispose()
        shares, found = [ids[number * each : (number + 1) * each] for number in range(processes)], []
        with volley.programs(processes, worker, url, key, guarded, each) as fire:
            for _ in range(rounds):
                ended = fire(shares)
                with db.engine.begin() as connection:
                    found.append((ended, connection.execute(text(OVERLAPS)).scalar_one()))
                    _reset(connection)
        db.engine.dispose()
    return found


def _drop_constraint(engine: Any) -> None:
    lite = engine.dialect.name == "sqlite"
    statements = (
        ["DROP TRIGGER taken_overlap_insert", "DROP TRIGGER taken_overlap_update"]
        if lite
        else ["ALTER TABLE taken DROP CONSTRAINT taken_overlap"]
    )
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _reset(connection: Any) -> None:
    for statement in ("DELETE FROM taken", "DELETE FROM assignment", "UPDATE slot SET state = 'unfilled'"):
        connection.execute(text(statement))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument("--unguarded", action="store_true")
    chosen = options.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for url in volley.both(folder):
            rounds = play(url, chosen.rounds, not chosen.unguarded)
            ends = sum((ended for ended, _ in rounds), Counter())
            wrong = sum(ended != {201: 1, 409: WRITERS - 1} or overlaps > 0 for ended, overlaps in rounds)
            bad += wrong
            name = url.partition(":")[0]
            print(f"{name}: {len(rounds)} rounds, {dict(ends)}, overlaps {sum(o for _, o in rounds)}, wrong {wrong}")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
