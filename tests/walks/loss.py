"""A server is killed with SIGKILL while ratings come in: what it has acknowledged is there afterwards, once.

A killed program loses nothing the kernel has taken, synced or not: whether each answer waited for the disk is
proved apart, by refusing the server its syncs (SQLite) or counting them (PostgreSQL, and strace in the long form).

Long form: `python -m tests.walks.loss --database sqlite --ratings 2000 --kills 20`.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import queue
import random
import re
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, text

from tests import cast
from tests.conftest import FreshClient
from tests.walks import crowd, served
from tests.walks.served import UP_WITHIN, Browser, Servers
from triad.services.context import Actor

Form = tuple[str, str]
"""Encounter id, and who of the cast fills the form in."""
PARTIES = {"thea": "therapist", "ines": "interpreter"}
COUNTS = """
SELECT rating.encounter_id, rating.party,
       (SELECT count(*) FROM answer WHERE answer.rating_id = rating.id),
       (SELECT count(*) FROM audit_entry WHERE audit_entry.subject = rating.encounter_id
        AND audit_entry.verb LIKE 'ratings.%' AND CAST(audit_entry.details AS text) LIKE '%"' || rating.party || '"%')
FROM rating
"""


@dataclass
class Outcome:
    acknowledged: list[Form] = field(default_factory=list)
    kills: int = 0
    broken: int = 0
    """Requests whose answer never came: they are sent again, and must not count twice."""
    slowest_start: float = 0.0
    missing: int = 0
    doubled: int = 0


def play(url: str, ratings: int, kills: int, servers: int = 1, writers: int = 4) -> Outcome:
    """Send ratings until all are acknowledged while servers are killed at random moments; then count."""
    forms, desks = prepare(url, ratings)
    outcome, waiting, stop = Outcome(), queue.SimpleQueue[Form](), threading.Event()
    for form in forms:
        waiting.put(form)
    with Servers(url, servers) as running:
        ports = [running.ports[number % servers] for number in range(writers)]
        threads = [threading.Thread(target=_write, args=(port, desks, waiting, outcome)) for port in ports]
        killer = threading.Thread(target=_kill, args=(running, kills, ratings, outcome, stop))
        for thread in (*threads, killer):
            thread.start()
        for thread in threads:
            thread.join()
        stop.set()
        killer.join()
    outcome.missing, outcome.doubled = count(url, outcome.acknowledged)
    return outcome


def prepare(url: str, ratings: int) -> tuple[list[Form], dict[str, Browser]]:
    """An empty database, forms to be filled in about encounters that have just begun, and who can fill them in."""
    with served.opened(url) as app:
        app.test_client_class = FreshClient
        who = crowd.people(app)
        ids = crowd.encounters(who, -(-ratings // 2), crowd.just_begun)
        desks = {name: _signed_in(app, getattr(who, name)) for name in PARTIES}
    return [(id_, name) for id_ in ids for name in PARTIES][:ratings], desks


def _signed_in(app: Flask, actor: Actor) -> Browser:
    client = cast.signed_in(app, actor)
    cookie = client.get_cookie("triad")
    assert cookie is not None
    return Browser(0, f"triad={cookie.value}", cast.token(client.get("/me").text))


def rate(desk: Browser, form: Form) -> int:
    """The same marks for the same form, so that sending it again changes nothing."""
    id_, name = form
    return desk.post(f"/sessions/{id_}/rating", dict.fromkeys(crowd.FORMS[name], "12345"[sum(id_.encode()) % 5]))


def at(port: int, desks: Mapping[str, Browser]) -> dict[str, Browser]:
    return {name: Browser(port, desk.cookie, desk.csrf) for name, desk in desks.items()}


def _write(port: int, desks: Mapping[str, Browser], waiting: queue.SimpleQueue[Form], outcome: Outcome) -> None:
    own = at(port, desks)
    while True:
        try:
            form = waiting.get_nowait()
        except queue.Empty:
            break
        while True:
            try:
                status = rate(own[form[1]], form)
            except (OSError, http.client.HTTPException):
                outcome.broken += 1
                time.sleep(0.05)
                continue
            assert status == 303, status
            outcome.acknowledged.append(form)
            break
    for desk in own.values():
        desk.close()


def _kill(running: Servers, kills: int, ratings: int, outcome: Outcome, stop: threading.Event) -> None:
    """Spread over the whole run by what has been acknowledged, at a random moment of the request under way."""
    for number in range(kills):
        while len(outcome.acknowledged) < ratings * (number + 0.5) / (kills + 1):
            if stop.wait(0.002):
                return
        time.sleep(random.uniform(0, 0.05))
        port = random.choice(running.ports)
        running.kill(port)
        outcome.kills += 1
        outcome.slowest_start = max(outcome.slowest_start, running.start(port, from_nothing=number % 10 == 0))


def count(url: str, acknowledged: Sequence[Form]) -> tuple[int, int]:
    """Acknowledged forms that are not whole in the database, and forms stored or recorded more than once."""
    wanted = {(id_, PARTIES[name]): len(crowd.FORMS[name]) for id_, name in acknowledged}
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text(COUNTS)).all()
    engine.dispose()
    stored = {(id_, party): answers for id_, party, answers, _ in rows}
    often = Counter((id_, party) for id_, party, *_ in rows)
    missing = sum(stored.get(form) != answers for form, answers in wanted.items())
    doubled = sum(lines != 1 for *_, lines in rows) + sum(count - 1 for count in often.values())
    return missing, doubled + len(acknowledged) - len(wanted)


def one_by_one(
    url: str, forms: Sequence[Form], desks: Mapping[str, Browser], *flags: str, under: Sequence[str] = ()
) -> int:
    """One server, one writer, each rating after the answer to the one before: how many are acknowledged."""
    with Servers(url, 1, *flags, under=under) as running:
        own = at(running.ports[0], desks)
        acknowledged = sum(rate(own[form[1]], form) == 303 for form in forms)
        for desk in own.values():
            desk.close()
        return acknowledged


@contextlib.contextmanager
def wal_syncs(url: str) -> Iterator[dict[str, int]]:
    """Fills in how often PostgreSQL synced its log meanwhile: by the connections themselves, and by anybody."""
    found: dict[str, int] = {}
    engine = create_engine(url, isolation_level="AUTOCOMMIT")

    def read() -> tuple[int, int]:
        with engine.connect() as connection:
            # What a connection has counted is told when it ends: wait until only this one is left.
            others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            until = time.monotonic() + UP_WITHIN
            while connection.exec_driver_sql(others).scalar_one() > 1:
                assert time.monotonic() < until, "somebody else stays connected: nothing can be counted"
                time.sleep(0.02)
            own = "sum(fsyncs) FILTER (WHERE backend_type = 'client backend')"
            query = f"SELECT {own}, sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"
            own_syncs, all_syncs = connection.exec_driver_sql(query).one()
            return int(own_syncs), int(all_syncs)

    before = read()
    yield found
    found["own"], found["all"] = (now - was for now, was in zip(read(), before, strict=True))
    engine.dispose()


@contextlib.contextmanager
def _traced(folder: Path) -> Iterator[tuple[Sequence[str], list[int]]]:
    """A command to start a server under, and how often the kernel then saw it sync a file."""
    written, found = folder / "syncs", list[int]()
    yield ("strace", "-f", "--seccomp-bpf", "-e", "trace=fsync,fdatasync", "-o", str(written)), found
    found.append(len(re.findall(r"(?:fsync|fdatasync)\(", written.read_text())))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options.add_argument("--ratings", type=int, default=2000)
    options.add_argument("--kills", type=int, default=20)
    chosen = options.parse_args()
    lite = chosen.database == "sqlite"
    with tempfile.TemporaryDirectory() as name, crowd.address(chosen.database, Path(name)) as url:
        ended = play(url, chosen.ratings, chosen.kills, servers=1 if lite else 2)
        print(
            f"{chosen.database}: {len(ended.acknowledged)} acknowledged, {ended.kills} kills, "
            f"{ended.broken} answers cut off, {ended.missing} missing, {ended.doubled} doubled, "
            f"slowest start {ended.slowest_start:.1f} s"
        )
        for flags in ((), ("no-sync",)):
            print(
                f"syncs per acknowledged rating{' without guards' if flags else ''}: {_ratio(url, Path(name), flags)}"
            )
    return int(ended.missing + ended.doubled > 0 or ended.slowest_start > UP_WITHIN)


def _ratio(url: str, folder: Path, flags: Sequence[str]) -> float | str:
    forms, desks = prepare(url, 100)
    if not url.startswith("sqlite"):
        with wal_syncs(url) as found:
            acknowledged = one_by_one(url, forms, desks, *flags)
        return found["all"] / acknowledged
    if not shutil.which("strace"):
        return "not counted, there is no strace"
    with _traced(folder) as (under, traced):
        acknowledged = one_by_one(url, forms, desks, *flags, under=under)
    return traced[0] / acknowledged


if __name__ == "__main__":
    sys.exit(main())
