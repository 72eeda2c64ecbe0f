"""The trail of what was done: read it, read one's own part of it, prove that no line of it was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from triad.formats import keyed
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store.ledger import AuditEntry

PAGE = 50


@dataclass(frozen=True)
class Line:
    seq: int
    at: datetime
    actor: str
    """Account id, or "-" for the house itself and for a client."""
    verb: str
    subject: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """At most 50 lines, newest first; `older` is the `before` of the next page, None on the last."""

    lines: tuple[Line, ...]
    older: int | None


def entries(actor: Actor, before: int | None = None, verb: str = "", subject: str = "") -> Page:
    """Lines older than number `before`, of one verb or about one subject if named. Raises NotFound."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_AUDIT)
        where = [AuditEntry.verb == verb] if verb else []
        where += [AuditEntry.subject == subject] if subject else []
        return _page(ctx, before, *where)


def own_acts(actor: Actor, before: int | None = None) -> Page:
    """What the actor did, for the actor alone; `seq` counts the actor's own acts. Raises NotFound.

    The numbers of the whole trail would tell how much others did in between, the client's sending among it.
    """
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_OWN_ACCOUNT)
        own = AuditEntry.actor == actor.account_id
        count = ctx.session.scalar(select(func.count()).select_from(AuditEntry).where(own)) or 0
        newest = count if before is None else max(0, min(count, before - 1))
        query = select(AuditEntry).where(own).order_by(AuditEntry.seq).offset(max(0, newest - PAGE))
        rows = ctx.session.scalars(query.limit(min(PAGE, newest))).all()
        lines = tuple(_line(row, newest - number) for number, row in enumerate(reversed(rows)))
        return Page(lines, lines[-1].seq if newest > PAGE else None)


def first_broken(actor: Actor) -> int | None:
    """Number of the first line that was changed, left out or put in by hand; None if the chain holds.

    Lines cut off at the end leave a whole chain behind: only a number kept elsewhere would show that.
    Raises NotFound.
    """
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_AUDIT)
        previous, expected = "", 1
        # What lies in the database counts, not what this session remembers of it.
        query = select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=500, populate_existing=True)
        with ctx.session.scalars(query) as lines:
            for line in lines:
                if line.seq != expected or line.hash not in keyed.chained(ctx.settings, previous, line):
                    return expected
                previous, expected = line.hash, expected + 1
        return None


def _page(ctx: Context, before: int | None, *where: ColumnElement[bool]) -> Page:
    query = select(AuditEntry).where(*where).order_by(AuditEntry.seq.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(AuditEntry.seq < before)
    rows = ctx.session.scalars(query).all()
    lines = tuple(_line(row, row.seq) for row in rows[:PAGE])
    return Page(lines, lines[-1].seq if len(rows) > PAGE else None)


def _line(row: AuditEntry, number: int) -> Line:
    return Line(number, row.at, row.actor, row.verb, row.subject, row.details)
