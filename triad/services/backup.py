"""A copy of everything by the engine's own means, sealed so that a damaged one is never taken for good.

A backup is one line (what it is, and the keyed hash of the rest) followed by the engine's own file.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from sqlalchemy import URL, delete, inspect

from triad.domain import errors
from triad.services import access, context
from triad.services.context import Actor, Clinic
from triad.services.policy import May
from triad.store import erasure, migrations
from triad.store.db import db
from triad.store.people import LoginSession

MARK = b"triad-backup-1"
CHUNK = 1 << 20
MAY = May.CHANGE_ROLES
"""Whoever starts a copy could take everything away: the right of those who give rights."""


def save(actor: Actor, target: Path) -> None:
    """Write a backup to `target`, which must not exist yet, readable by its owner alone.

    Raises Conflict: `exists`, `no_file` (a database in memory), `no_tool`, `engine_refused`; Unfit `damaged`
    when the database itself is; NotFound.
    """
    _need(actor)
    if target.exists():
        raise errors.Conflict("exists", file=target.name)
    with TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        body = Path(folder) / "body"
        _copy_out(body)
        _check_body(body)
        _seal(actor.clinic, body, Path(folder) / "sealed")
        os.link(Path(folder) / "sealed", target)
    with context.work(actor) as ctx:
        ctx.audit("backup.save", "database")


def restore(actor: Actor, source: Path, over: bool = False) -> Path | None:
    """Put the backup in the place of the database; the path of the copy kept of the old one, None if empty.

    Whoever was erased, here or there, is erased anew before anything else; every open login ends.
    Raises Unfit `damaged` or `other_engine`; Conflict `not_empty` unless `over`; NotFound.
    """
    _need(actor)
    with TemporaryDirectory(dir=source.parent, prefix=".restore-") as folder:
        body = Path(folder) / "body"
        _unseal(actor.clinic, source, body)
        _check_body(body)
        kept = None
        db.session.remove()
        erased = erasure.listed(db.engine)
        if inspect(db.engine).get_table_names():
            if not over:
                raise errors.Conflict("not_empty")
            kept = _keep(actor, source)
        _copy_in(body)
    _erase_anew(actor, erased)
    with context.work(actor) as ctx:
        ctx.session.execute(delete(LoginSession))
        ctx.audit("backup.restore", "database")
    return kept


def _erase_anew(actor: Actor, erased: Mapping[str, datetime]) -> None:
    """An old copy knows people who have gone since: nobody reads it before they are gone from it as well."""
    if migrations.current(db.engine):
        migrations.up(db.engine)
    with context.work(actor) as ctx:
        back = erasure.replay(ctx.session, erased, partial(ctx.keyed, "erasure"), ctx.now)
        for gone in back:
            ctx.audit("backup.erase_anew", "client", cases=len(gone.get("case", ())))
    db.session.remove()
    if back:
        erasure.scrub(db.engine)


def _need(actor: Actor) -> None:
    with context.look(actor) as ctx:
        access.need(ctx, MAY)


def check(clinic: Clinic, source: Path) -> None:
    """Unfit `damaged` or `other_engine` unless this backup could be restored here."""
    with TemporaryDirectory(dir=source.parent, prefix=".check-") as folder:
        _unseal(clinic, source, Path(folder) / "body")
        _check_body(Path(folder) / "body")


def _keep(actor: Actor, source: Path) -> Path:
    """The present database as a sealed backup beside `source`; damage in it is no reason not to keep it."""
    stamp = actor.clinic.clock().strftime("%Y%m%dT%H%M%SZ")
    kept = source.with_name(f"{source.name}.before-{stamp}")
    if kept.exists():
        raise errors.Conflict("exists", file=kept.name)
    with TemporaryDirectory(dir=source.parent, prefix=".keep-") as folder:
        body = Path(folder) / "body"
        _copy_out(body)
        _seal(actor.clinic, body, Path(folder) / "sealed")
        os.link(Path(folder) / "sealed", kept)
    return kept


# The seal


def _seal(clinic: Clinic, body: Path, target: Path) -> None:
    with body.open("rb") as plain:
        proof = _proof(clinic, plain)
        plain.seek(0)
        with _private(target) as sealed:
            sealed.write(b" ".join((MARK, db.engine.dialect.name.encode(), proof.encode())) + b"\n")
            shutil.copyfileobj(plain, sealed, CHUNK)
            sealed.flush()
            os.fsync(sealed.fileno())


def _unseal(clinic: Clinic, source: Path, body: Path) -> None:
    with source.open("rb") as sealed:
        words = sealed.readline(200).split()
        if len(words) != 3 or words[0] != MARK:
            raise errors.Unfit({"file": "damaged"})
        if words[1] != db.engine.dialect.name.encode():
            raise errors.Unfit({"file": "other_engine"})
        start = sealed.tell()
        if not hmac.compare_digest(_proof(clinic, sealed).encode(), words[2]):
            raise errors.Unfit({"file": "damaged"})
        sealed.seek(start)
        with _private(body) as plain:
            shutil.copyfileobj(sealed, plain, CHUNK)


def _proof(clinic: Clinic, file: BinaryIO) -> str:
    seen = hashlib.sha256()
    while chunk := file.read(CHUNK):
        seen.update(chunk)
    return clinic.keyed("backup", seen.hexdigest())


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        yield file


# The engines


def _copy_out(body: Path) -> None:
    with _private(body):
        pass
    if db.engine.dialect.name == "sqlite":
        with closing(_lite(_lite_path())) as source, closing(_lite(body)) as target:
            source.backup(target)
    else:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={body}")


def _check_body(body: Path) -> None:
    if db.engine.dialect.name != "sqlite":
        _run("pg_restore", "--list", str(body))
        return
    try:
        with closing(_lite(body)) as copy:
            whole = copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            orphans = copy.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError:
        whole, orphans = False, None
    if not whole or orphans:
        raise errors.Unfit({"file": "damaged"})


def _copy_in(body: Path) -> None:
    db.engine.dispose()
    if db.engine.dialect.name == "sqlite":
        # Through the engine, not by renaming: a journal or a reader of the old file cannot spoil the new one.
        with closing(_lite(body)) as source, closing(_lite(_lite_path())) as target:
            source.backup(target)
    else:
        name = db.engine.url.database or ""
        wipe = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
        _run("pg_restore", *wipe, f"--dbname={name}", str(body))


def _lite(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=10)


def _lite_path() -> Path:
    path = db.engine.url.database
    if not path or path == ":memory:":
        raise errors.Conflict("no_file")
    return Path(path)


def _run(tool: str, *words: str) -> None:
    found = shutil.which(tool)
    if found is None:
        raise errors.Conflict("no_tool", tool=tool)
    # What the tool says may quote rows; it goes to the operator's own screen and nowhere else.
    done = subprocess.run([found, *words], env=os.environ | _libpq(db.engine.url), check=False)  # noqa: S603
    if done.returncode:
        raise errors.Conflict("engine_refused", tool=tool)


def _libpq(url: URL) -> dict[str, str]:
    """The address as environment variables: a password among the words would be seen in the list of programs."""
    host = url.host or url.query.get("host") or ""
    parts = {
        "PGHOST": str(host),
        "PGPORT": str(url.port or url.query.get("port") or ""),
        "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": url.database or "",
    }
    return {name: value for name, value in parts.items() if value}
