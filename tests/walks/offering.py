"""One session offered to fifty interpreters who all say yes at once, and a thousand robots that open every address.

Run alone for the long form: `python -m tests.walks.offering --rounds 20`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time as clock
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert, text

from tests.walks import volley

ASKED, PROCESSES, OPENINGS = 50, 10, 1000
DAY, NOW = date(2027, 3, 2), datetime(2027, 3, 1, 9, tzinfo=UTC)
COUNTS = {
    "accepted": "SELECT count(*) FROM offer WHERE state = 'accepted'",
    "too_late": "SELECT count(*) FROM offer WHERE state = 'too_late'",
    "open": "SELECT count(*) FROM offer WHERE ended_at IS NULL",
    "assigned": "SELECT count(*) FROM assignment WHERE ended_at IS NULL",
}
ALONE = {"accepted": 1, "too_late": ASKED - 1, "open": 0, "assigned": 1}
OPENED = {"accepted": 0, "too_late": 0, "open": ASKED, "assigned": 0}


def remove_guards() -> None:
    """What a naive build would do: look whether the session is still free, then write, with nothing that holds it."""
    from tests.walks import race
    from triad.store import queries

    race.remove_guards()
    locked = queries.outline
    queries.outline = lambda session, id_, lock=False: locked(session, id_)


def furnish(url: str, guarded: bool) -> tuple[dict[str, str], str]:
    """A session offered to everybody: offer id -> the key of the one who was asked; and the session's id."""
    from tests import cast
    from triad.app import create_app
    from triad.services import keys, offers
    from triad.services.context import Actor
    from triad.store.db import db
    from triad.store.types import Base

    app = create_app("testing", database_url=url, clock=lambda: NOW)
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        who = cast.enter(app.extensions["triad"])
        people = [_interpreter(who, number) for number in range(ASKED)]
        db.session.remove()
        id_ = cast.encounter(who, DAY)
        found = offers.send(who.kora, id_, {actor.person_id: 1 for actor in people}, answer_hours=336)
        asked = {one.interpreter_id: one.id for one in offers.asked(who.kora, id_)}
        assert len(found) == ASKED
        given: dict[str, str] = {}
        for actor in people:
            assert isinstance(actor, Actor)
            value = keys.create(
                actor, {"name": "race", "expires_on": "2027-12-31"}, ("read-schedule", "write-schedule")
            )
            given[asked[actor.person_id]] = value
        if not guarded:
            with db.engine.begin() as connection:
                connection.execute(text("DROP INDEX uq_assignment_live"))
        db.session.remove()
        db.engine.dispose()
    return given, id_


def _interpreter(who: Any, number: int) -> Any:
    from tests import cast
    from triad.domain.parties import Role
    from triad.services import context
    from triad.services.context import Actor
    from triad.store.people import Account, Person, RoleGrant

    name = f"i{number:02}"
    actor = Actor(who.clinic, f"a-{name}", f"p-{name}", name, frozenset({Role.INTERPRETER}))
    with context.work(Actor(who.clinic, source="test")) as ctx:
        ctx.session.add(Person(id=f"p-{name}", name=name, zone=cast.BERLIN))
        ctx.session.flush()
        account = Account(id=f"a-{name}", person_id=f"p-{name}", email=f"{name}@example.org", fs_uniquifier=name)
        account.roles = [RoleGrant(name="interpreter")]
        ctx.session.add(account)
        cast._interpreter(ctx, name, 200 + number, "ti")
    return actor


def worker(url: str, guarded: bool, each: int, jobs: Any, results: Any, gate: Any) -> None:
    """Takes offers with their keys, waits at the gate with the others, and says yes to all of them by threads."""
    if not guarded:
        remove_guards()
    from triad.app import create_app

    app = create_app("testing", database_url=url, clock=lambda: NOW)
    ready = threading.Barrier(each + 1)

    def say_yes(offer: str, key: str, seen: list[str]) -> None:
        client, own = app.test_client(), {"Authorization": f"Bearer {key}"}
        ready.wait()
        answer = client.post(f"/api/my-offers/{offer}/accept", headers=own)
        seen.append(answer.get_json().get("state", str(answer.status_code)))

    while (given := jobs.get()) is not None:
        seen: list[str] = []
        threads = [threading.Thread(target=say_yes, args=(*one, seen)) for one in given]
        for thread in threads:
            thread.start()
        while ready.n_waiting < len(given):
            clock.sleep(0.001)
        gate.wait()
        ready.wait()
        for thread in threads:
            thread.join()
        results.put(seen)


def play(url: str, rounds: int, guarded: bool = True, processes: int = PROCESSES) -> list[tuple[Any, dict[str, int]]]:
    """Per round: what the fifty were told, and what an independent query finds."""
    from sqlalchemy import create_engine

    given, _ = furnish(url, guarded)
    engine, each, pairs = create_engine(url), ASKED // processes, list(given.items())
    before, found = _tables(engine), []
    shares = [pairs[number * each : (number + 1) * each] for number in range(processes)]
    with volley.programs(processes, worker, url, guarded, each) as fire:
        for _ in range(rounds):
            told = fire(shares)
            found.append((told, counts(engine)))
            _reset(engine, before)
    engine.dispose()
    return found


def open_all(url: str, times: int = OPENINGS) -> tuple[Counter[int], dict[str, int]]:
    """Robots that follow every address there is, by GET and HEAD: how they were answered, and what came of it."""
    from sqlalchemy import create_engine

    from triad.app import create_app
    from triad.store.db import db

    given, id_ = furnish(url, guarded=True)
    app = create_app("testing", database_url=url, clock=lambda: NOW)
    engine, seen, pairs = create_engine(url), Counter[int](), list(given.items())
    client = app.test_client()
    for number in range(times):
        offer, key = pairs[number % len(pairs)]
        own = f"/api/my-offers/{offer}/accept", f"/api/my-offers/{offer}/decline", "/api/my-offers"
        path = (*own, f"/api/encounters/{id_}/offers")[number // len(pairs) % 4]
        method = "GET" if number % 2 else "HEAD"
        seen[client.open(path, method=method, headers={"Authorization": f"Bearer {key}"}).status_code] += 1
    found = counts(engine)
    engine.dispose()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return seen, found


def counts(engine: Any) -> dict[str, int]:
    with engine.connect() as connection:
        return {name: connection.execute(text(query)).scalar_one() for name, query in COUNTS.items()}


def _tables(engine: Any) -> list[dict[str, Any]]:
    from triad.store.offers import Offer
    from triad.store.types import table

    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(table(Offer).select())]


def _reset(engine: Any, before: list[dict[str, Any]]) -> None:
    from triad.store.offers import Offer
    from triad.store.types import table

    with engine.begin() as connection:
        for statement in ("DELETE FROM taken", "DELETE FROM assignment", "DELETE FROM offer"):
            connection.execute(text(statement))
        connection.execute(text("UPDATE slot SET state = 'on_offer'"))
        connection.execute(insert(table(Offer)), before)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--unguarded", action="store_true")
    chosen = options.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for url in volley.both(folder):
            name = url.partition(":")[0]
            if not chosen.unguarded:
                seen, found = open_all(url)
                bad += found != OPENED
                print(f"{name}: {sum(seen.values())} openings, {dict(seen)}, {found}")
            rounds = play(url, chosen.rounds, not chosen.unguarded)
            told = sum((one for one, _ in rounds), Counter())
            wrong = sum(found != ALONE for _, found in rounds)
            bad += wrong
            print(f"{name}: {len(rounds)} rounds, told {dict(told)}, wrong {wrong}")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
