"""Two coordinators take the same step on the same ten sessions at once, each button pressed twice by two programs."""

from __future__ import annotations

import threading
import time as clock
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import create_engine, text

from tests.walks import born

SESSIONS, PROCESSES, PRESSED = 10, 2, 2
FIRST, NOW = date(2027, 3, 2), datetime(2027, 3, 1, 9, tzinfo=UTC)
OVERLAPS = """
SELECT count(*) FROM taken a JOIN taken b ON a.diary_id = b.diary_id AND a.id < b.id
WHERE a.starts_at < b.ends_at AND b.starts_at < a.ends_at
"""
COUNTS = {
    "done": "SELECT count(*) FROM bulk_line WHERE outcome = 'done'",
    "refused": "SELECT count(*) FROM bulk_line WHERE outcome = 'refused'",
    "open": "SELECT count(*) FROM bulk_line WHERE outcome = ''",
    "undone": "SELECT count(*) FROM bulk_line WHERE undo = 'done'",
    "cancelled": "SELECT count(*) FROM encounter WHERE status = 'cancelled'",
    "filled": "SELECT count(*) FROM slot WHERE state = 'filled'",
    "taken": "SELECT count(*) FROM taken",
    "told_cancelled": "SELECT count(*) FROM outbox_message WHERE kind = 'cancelled'",
    "told_restored": "SELECT count(*) FROM outbox_message WHERE kind = 'restored'",
    "overlaps": OVERLAPS,
}


class Round(NamedTuple):
    after_commit: dict[str, int]
    after_undo: dict[str, int]


def furnish(url: str) -> list[str]:
    """Ten sessions with their interpreter, and two steps that would cancel them all; the ids of the steps."""
    from tests import cast
    from triad.app import create_app
    from triad.domain.bulk import Terms
    from triad.domain.timespans import WallTime
    from triad.services import assignments, bulk, plans
    from triad.store.db import db
    from triad.store.types import Base
    from triad.web.bulk import verbs

    app = create_app("testing", database_url=url, clock=lambda: NOW)
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        who = cast.enter(app.extensions["triad"])
        ids = []
        for number in range(SESSIONS):
            wall = WallTime(FIRST + timedelta(days=number), time(14, 30), cast.BERLIN)
            ids += plans.plan(who.kora, who.case_id, plans.Plan(wall, 50, who.need_id, who.site_id))
            assignments.assign_interpreter(who.kora, ids[-1], "p-ines")
        steps = [bulk.begin(who.kora, "cancel", ids, Terms(by="clinic"), verbs(who.kora)) for _ in range(2)]
        db.session.remove()
        db.engine.dispose()
    return steps


def remove_guards() -> None:
    """What a naive build would do: look how it stands, then write, with no lock and no version."""
    from triad.domain import lifecycle
    from triad.services import access
    from triad.store import bulk, queries

    locked, door, ensure = queries.outline, access.encounter, lifecycle.ensure

    def slow(*given: Any, **named: Any) -> str:
        found = ensure(*given, **named)
        clock.sleep(0.2)
        return found

    def unlocked(session: Any, bulk_id: str, encounter_id: str) -> Any:
        return session.get(bulk.BulkLine, (bulk_id, encounter_id))

    queries.outline = lambda session, id_, lock=False: locked(session, id_)
    access.encounter = lambda ctx, id_, to, seen=None: door(ctx, id_, to)
    lifecycle.ensure = slow
    bulk.line = unlocked


def worker(url: str, steps: list[str], guarded: bool, gates: Any, problems: Any) -> None:
    """Presses the buttons of all steps, each by threads of its own: first to carry out, then to undo."""
    if not guarded:
        remove_guards()
    from tests import cast
    from triad.app import create_app
    from triad.domain.parties import Role
    from triad.services import bulk
    from triad.services.context import Actor
    from triad.web.bulk import verbs

    app = create_app("testing", database_url=url, clock=lambda: NOW)
    assert cast.BERLIN
    for verb, gate in zip((bulk.commit, bulk.undo), gates, strict=True):

        def press(step: str, verb: Any = verb) -> None:
            with app.app_context():
                kora = Actor(app.extensions["triad"], "a-kora", "p-kora", "Kora", frozenset({Role.COORDINATOR}))
                try:
                    verb(kora, step, verbs(kora))
                except Exception as error:
                    problems.put(repr(error))

        threads = [threading.Thread(target=press, args=(step,)) for step in steps * PRESSED]
        gate.wait()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        gate.wait()


def play(url: str, guarded: bool = True) -> tuple[Round, list[str]]:
    """What an independent look finds after carrying out and after undoing; and what a button answered that broke."""
    steps = furnish(url)
    engine, seen = create_engine(url), []
    if not guarded:
        with engine.begin() as connection:
            connection.execute(text("DROP INDEX uq_cancellation_standing"))
    gates = [born.fresh.Barrier(PROCESSES + 1) for _ in range(2)]
    problems = born.fresh.SimpleQueue()
    people = [born.program(worker, url, steps, guarded, gates, problems) for _ in range(PROCESSES)]
    for gate in gates:
        gate.wait()
        gate.wait()
        with engine.connect() as connection:
            seen.append({name: connection.execute(text(query)).scalar_one() for name, query in COUNTS.items()})
    for person in people:
        person.join(20)
    engine.dispose()
    found = []
    while not problems.empty():
        found.append(problems.get())
    return Round(*seen), found
