"""Revisions killed at every step, up and down: nothing of it is there then, and the next try ends well.

Long form: `python -m tests.walks.migrating --database postgresql`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, event, inspect

from tests import cast
from tests.walks import crowd, served
from triad.store import db as database
from triad.store import migrations

LONGEST = "0007"
ENCOUNTERS = 6
SHAPE = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'",
    "postgresql": """
        SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
        WHERE table_schema = 'public' UNION ALL
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '' FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace UNION ALL
        SELECT tablename, indexname, indexdef, '' FROM pg_indexes WHERE schemaname = 'public' UNION ALL
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '' FROM pg_trigger WHERE NOT tgisinternal
    """,
}
State = dict[str, list[str]]


@dataclass
class Outcome:
    revisions: int = 0
    kills: int = 0
    unfinished: list[str] = field(default_factory=list)
    """Where something was left half-way, or the next try did not lead to where the first would have."""


def play(url: str, each: int, only: str = "", whole: bool = True, oldest: str = "") -> Outcome:
    """From the newest revision backwards kill each `each` times, on its way down and up in turn.

    `whole` False: each statement is committed by itself. `oldest`: none before this one.
    """
    outcome = Outcome()
    engine = _lain(url)
    numbers = sorted(path.name[:4] for path in (migrations.HERE / "versions").glob("[0-9]*.py"))
    for number, before in zip(numbers[::-1], [*numbers[-2::-1], "base"], strict=True):
        if number == (only or number):
            outcome.revisions += 1
            _one(engine, number, {"down": before, "up": number}, each, whole, outcome)
            if number in (only, oldest):
                break
        migrations.down(engine, before)
    engine.dispose()
    return outcome


def _one(engine: Engine, number: str, ways: dict[str, str], each: int, whole: bool, outcome: Outcome) -> None:
    first, steps, ends = state(engine), {}, {}
    for way, to in ways.items():
        steps[way] = _counted(engine, way, to)
        ends[way] = state(engine)
    if any(len(ends["up"][name]) != len(first[name]) for name in set(ends["down"]) & set(first)):
        outcome.unfinished.append(f"{number}: loses rows on its way")
    for kill in range(each):
        way = ("down", "up")[kill % 2]
        step = 1 + (kill // 2) * (steps[way] - 1) // max(1, (each - 1) // 2)
        _kill(engine, way, ways[way], step if each > 2 else 1 + steps[way] // 2, whole)
        outcome.kills += 1
        if not _finished(engine, way, ways[way], ends):
            outcome.unfinished.append(f"{number}: {way}, step {step} of {steps[way]}")
            if not whole:
                return
    migrations.up(engine, number)


def _lain(url: str) -> Engine:
    """A database at the newest revision, with a few people, cases and encounters."""
    engine = create_engine(url)
    database.prepare(engine)
    with engine.begin() as connection:
        found = MetaData()
        found.reflect(connection)
        found.drop_all(connection)
    migrations.up(engine)
    with served.opened(url) as app:
        who = cast.enter(app.extensions["triad"])
        crowd.encounters(who, ENCOUNTERS, crowd.just_begun)
    return engine


def state(engine: Engine) -> State:
    """Every row of every table, the revision among them, and what the tables look like."""
    with engine.connect() as connection:
        names = sorted(inspect(connection).get_table_names())
        rows = {name: connection.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name in names}
        return {name: sorted(map(repr, found)) for name, found in rows.items()} | {
            "shape": sorted(map(_unordered, connection.exec_driver_sql(SHAPE[engine.name])))
        }


def _unordered(row: Any) -> str:
    """SQLite builds tables anew with their constraints in whatever order."""
    return repr([sorted(line.strip(" ,") for line in str(part).split("\n")) for part in row])


def _finished(engine: Engine, way: str, to: str, ends: dict[str, State]) -> bool:
    """Is all as before the kill, and does the next try lead to where the first would have?"""
    try:
        untouched = state(engine) == ends["down" if way == "up" else "up"]
        _run(engine, way, to)
        return untouched and state(engine) == ends[way]
    except Exception:
        return False


def _run(engine: Engine, way: str, to: str) -> None:
    (migrations.up if way == "up" else migrations.down)(engine, to)


def _counted(engine: Engine, way: str, to: str) -> int:
    """How many statements it takes."""
    seen = []

    def count(*_: Any) -> None:
        seen.append(1)

    event.listen(engine, "before_cursor_execute", count)
    try:
        _run(engine, way, to)
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(seen)


def _kill(engine: Engine, way: str, to: str, step: int, whole: bool) -> None:
    """Another program does it, and is killed before its statement number `step`."""
    engine.dispose()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            _be_killed(engine.url, way, to, step, whole)
        os._exit(1)
    _, ended = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(ended) == -signal.SIGKILL, "ended by itself"


def _be_killed(url: Any, way: str, to: str, step: int, whole: bool) -> None:
    own = create_engine(url)
    database.prepare(own)
    left = [step]

    def strike(connection: Any, cursor: Any, *_: Any) -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        if not whole:
            _commit(connection)

    event.listen(own, "before_cursor_execute", strike)
    _run(own, way, to)


def _commit(connection: Any) -> None:
    raw = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite":
        raw.commit()
    elif raw.in_transaction:
        raw.execute("COMMIT")
        raw.execute("BEGIN IMMEDIATE")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--kills", type=int, default=20)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name, crowd.address(chosen.database, Path(name)) as url:
        found = play(url, chosen.kills)
        print(found, play(url, 4, only=LONGEST, whole=False))
    return int(bool(found.unfinished))


if __name__ == "__main__":
    sys.exit(main())
