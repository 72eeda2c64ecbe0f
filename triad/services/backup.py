"""A copy of everything by the engine's own means, closed: nobody reads it, and no damaged one is taken for good.

A backup is one line (what it is, of which engine, its salt) followed by the engine's own file, encrypted with the
backup key: never with a secret the database itself is used with.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from sqlalchemy import delete, inspect

from triad.domain import errors
from triad.formats import sealing
from triad.services import access, context
from triad.services.context import Actor, Clinic
from triad.services.policy import May
from triad.store import copies, erasure, migrations
from triad.store.db import db
from triad.store.people import LoginSession

MARK = b"triad-backup-2"
MAY = May.CHANGE_ROLES
"""Whoever starts a copy could take everything away: the right of those who give rights."""


def save(actor: Actor, target: Path) -> None:
    """Write a backup to `target`, which must not exist yet, readable by its owner alone.

    Raises Conflict: `exists`, `no_key`, `no_file` (a database in memory), `no_tool`, `engine_refused`;
    Unfit `damaged` when the database itself is; NotFound.
    """
    _need(actor)
    if target.exists():
        raise errors.Conflict("exists", file=target.name)
    with _open_copy() as body:
        copies.check(db.engine, body)
        _close(actor.clinic, body, target)
    with context.work(actor) as ctx:
        ctx.audit("backup.save", "database")


def restore(actor: Actor, source: Path, over: bool = False) -> Path | None:
    """Put the backup in the place of the database; the path of the copy kept of the old one, None if empty.

    Whoever was erased, here or there, is erased anew before anything else; every open login ends. A restore that
    breaks off is done again: until then nothing is served.
    Raises Unfit `damaged` or `other_engine`; Conflict `not_empty` unless `over`, and as `save` does; NotFound.
    """
    _need(actor)
    with _workshop() as folder:
        body = folder / "restored"
        _open(actor.clinic, source, body)
        copies.check(db.engine, body)
        kept = None
        db.session.remove()
        if inspect(db.engine).get_table_names():
            if not over:
                raise errors.Conflict("not_empty")
            kept = _keep(actor, source)
        copies.into(db.engine, body, erasure.listed(db.engine))
    _erase_anew(actor)
    with context.work(actor) as ctx:
        ctx.session.execute(delete(LoginSession))
        ctx.audit("backup.restore", "database")
    return kept


def check(clinic: Clinic, source: Path) -> None:
    """Unfit `damaged` or `other_engine` unless this backup could be restored here."""
    with _workshop() as folder:
        _open(clinic, source, folder / "checked")
        copies.check(db.engine, folder / "checked")


def _erase_anew(actor: Actor) -> None:
    """An old copy knows people who have gone since: nobody reads it before they are gone from it as well."""
    erased: Mapping[str, datetime] = erasure.listed(db.engine)
    if migrations.current(db.engine):
        migrations.up(db.engine)
    with context.work(actor) as ctx:
        back = erasure.replay(ctx.session, erased, partial(ctx.hashes, "erasure"), ctx.now)
        for gone in back:
            ctx.audit("backup.erase_anew", "client", cases=len(gone.get("case", ())))
    db.session.remove()
    if back:
        erasure.scrub(db.engine)
    with context.work(actor) as ctx:
        erasure.carried(ctx.session)


def _need(actor: Actor) -> None:
    with context.look(actor) as ctx:
        access.need(ctx, MAY)


def _keep(actor: Actor, source: Path) -> Path:
    """The present database as a backup beside `source`; damage in it is no reason not to keep it."""
    stamp = actor.clinic.clock().strftime("%Y%m%dT%H%M%SZ")
    kept = source.with_name(f"{source.name}.before-{stamp}")
    if kept.exists():
        raise errors.Conflict("exists", file=kept.name)
    with _open_copy() as body:
        _close(actor.clinic, body, kept)
    return kept


# Open and closed


@contextmanager
def _workshop() -> Iterator[Path]:
    with TemporaryDirectory(dir=copies.workshop(db.engine), prefix=".copy-") as folder:
        yield Path(folder)


@contextmanager
def _open_copy() -> Iterator[Path]:
    with _workshop() as folder:
        body = folder / "body"
        with _private(body):
            pass
        copies.out(db.engine, body)
        yield body


def _close(clinic: Clinic, body: Path, target: Path) -> None:
    """All of it or nothing at all lies under the name `target`."""
    if not clinic.settings.backup_key:
        raise errors.Conflict("no_key")
    salt = clinic.secret().encode()
    label = b" ".join((MARK, db.engine.dialect.name.encode(), salt)) + b"\n"
    with TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        closed = Path(folder) / "closed"
        with body.open("rb") as plain, _private(closed) as file:
            file.write(label)
            sealing.close(clinic.settings.backup_key, salt, label, plain, file)
            file.flush()
            os.fsync(file.fileno())
        os.link(closed, target)


def _open(clinic: Clinic, source: Path, body: Path) -> None:
    keys = filter(None, (clinic.settings.backup_key, *clinic.settings.backup_key_fallbacks))
    with source.open("rb") as closed, _private(body) as plain:
        label = closed.readline(200)
        words = label.split()
        if len(words) != 3 or words[0] != MARK:
            raise errors.Unfit({"file": "damaged"})
        if words[1] != db.engine.dialect.name.encode():
            raise errors.Unfit({"file": "other_engine"})
        try:
            sealing.open_into(keys, words[2], label, closed, plain)
        except sealing.Broken:
            raise errors.Unfit({"file": "damaged"}) from None


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        yield file
