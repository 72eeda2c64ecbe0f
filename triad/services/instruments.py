"""Licensed forms of a clinic: bringing one along, looking at it, using it from a day on, and no more.

Their content goes no further than these verbs: the trail has names and hashes of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from triad.domain import errors, instruments, licensed, licensed_faults
from triad.domain.licensed import ACTIVE, ENDED, LOADED, LicensedForm
from triad.formats import documents, wordings
from triad.formats import licensed as files
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import instruments as store
from triad.store.instruments import LicensedFile


@dataclass(frozen=True)
class Line:
    """`against` is what stands against its use today; `offered`: it is in use, and nothing does."""

    id: str
    state: str
    hash: str
    form: LicensedForm
    against: tuple[str, ...]
    offered: bool


def load(actor: Actor, content: bytes) -> Line:
    """Read a file; one of the same version that nobody has used yet gives way to it. Unfit by place in the file."""
    with context.work(actor) as ctx:
        access.need(ctx, May.LOAD_INSTRUMENT)
        document = documents.read(content)
        form = files.read(document)
        if found := licensed_faults.problems(form):
            raise errors.Unfit(found)
        if form.key in wordings.versions():
            raise errors.Unfit({"key": "taken"})
        if taken := {f"items[{n}].id": "taken" for n, one in enumerate(form.items) if one.id in _own_items()}:
            # A client may change over to Triad's own form halfway: no answer may be taken for another's.
            raise errors.Unfit(taken)
        row = store.named(ctx.session, form.key, form.version)
        if row is not None and row.state != LOADED:
            raise errors.Unfit({"version": "in_use"})
        if row is None:
            row = LicensedFile(id=ctx.fresh_id(), key=form.key, version=form.version, state=LOADED)
            ctx.session.add(row)
        row.document, row.hash = document, instruments.fingerprint(document)
        row.loaded_by, row.loaded_at = ctx.actor.account_id or "-", ctx.now
        ctx.audit("instruments.load", row.id, key=row.key, version=row.version, hash=row.hash)
        return _line(ctx, row)


def overview(actor: Actor) -> tuple[Line, ...]:
    """By key, the newest version first."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_INSTRUMENTS)
        return tuple(_line(ctx, row) for row in store.every(ctx.session))


def show(actor: Actor, id_: str) -> Line:
    with context.look(actor) as ctx:
        return _line(ctx, _row(ctx, id_, May.SEE_INSTRUMENTS))


def activate(actor: Actor, id_: str, seen: str) -> None:
    """From now on it may be given out, and is never changed again; an earlier version of it ends.

    Stale when it is not the file that was `seen`. Conflict `not_ready` while anything stands against it.
    """
    with context.work(actor) as ctx:
        row = _row(ctx, id_, May.ACTIVATE_INSTRUMENT, lock=True)
        if row.hash != seen:
            raise errors.Stale
        if row.state != LOADED:
            raise errors.BadTransition(noun="instrument", state=row.state, event="activate")
        if found := _line(ctx, row).against:
            raise errors.Conflict("not_ready", reasons=found)
        for other in store.active(ctx.session, row.key):
            _end(ctx, other)
        # One at a time is in use: the earlier one goes first.
        ctx.session.flush()
        row.state, row.activated_by, row.activated_at = ACTIVE, ctx.actor.account_id, ctx.now
        ctx.audit("instruments.activate", row.id, key=row.key, version=row.version, hash=row.hash)


def end(actor: Actor, id_: str) -> None:
    """It is given out no more; what was answered stays."""
    with context.work(actor) as ctx:
        row = _row(ctx, id_, May.ACTIVATE_INSTRUMENT, lock=True)
        if row.state != ACTIVE:
            raise errors.BadTransition(noun="instrument", state=row.state, event="end")
        _end(ctx, row)


def take(actor: Actor, id_: str) -> bytes:
    """The file as it was read. NotAllowed unless its licence allows to hand it on."""
    with context.look(actor) as ctx:
        row = _row(ctx, id_, May.SEE_INSTRUMENTS)
        if not files.read(row.document).licence.redistribute:
            raise errors.NotAllowed
        ctx.audit("instruments.take", row.id, hash=row.hash)
        return (json.dumps(row.document, ensure_ascii=False, indent=1) + "\n").encode()


def _row(ctx: Context, id_: str, to: May, lock: bool = False) -> LicensedFile:
    access.need(ctx, to)
    row = store.one(ctx.session, id_, lock)
    if row is None:
        raise errors.NotFound
    return row


def _line(ctx: Context, row: LicensedFile) -> Line:
    form, today = files.read(row.document), access.today(ctx)
    offered = licensed.is_offered(form, row.state, today)
    return Line(row.id, row.state, row.hash, form, licensed.against(form, today), offered)


def _own_items() -> frozenset[str]:
    return frozenset(one.id for key in wordings.versions() for one in wordings.version(key).items)


def _end(ctx: Context, row: LicensedFile) -> None:
    row.state, row.ended_by, row.ended_at = ENDED, ctx.actor.account_id, ctx.now
    ctx.audit("instruments.end", row.id, key=row.key, version=row.version)
