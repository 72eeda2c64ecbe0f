"""Erasing a client with all that hangs on them, in this database and in every older one that is put in its place.

What stays: the trail, which knows ids only; the frozen figures of past months, which know nobody; the list of the
erased, which holds keyed hashes; and backups made before, until somebody deletes them.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from triad.domain import errors
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import erasure
from triad.store.clinic import Client
from triad.store.db import db


def extent(actor: Actor, code: str) -> Mapping[str, int]:
    """How many rows of each table would go. NotFound; Conflict `also_staff` for who works here as well."""
    with context.look(actor) as ctx:
        _, ids = erasure.belonging(ctx.session, _client(ctx, code))
        return {name: len(found) for name, found in ids.items()}


def erase(actor: Actor, code: str) -> None:
    """For good: neither the tables nor the files of the database hold them afterwards. Refuses as `extent` does."""
    with context.work(actor) as ctx:
        client = _client(ctx, code)
        gone = erasure.erase(ctx.session, client, ctx.keyed("erasure", client.id), ctx.now)
        ctx.audit("erasure.erase", "client", cases=len(gone.get("case", ())))
    db.session.remove()
    erasure.scrub(db.engine)


def _client(ctx: Context, code: str) -> Client:
    access.need(ctx, May.ERASE)
    row = ctx.session.scalars(select(Client).where(Client.code == code)).one_or_none()
    if row is None:
        raise errors.NotFound
    return row
