"""Coming in: each try is counted before it is looked at, and whoever comes in leaves a line only they can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from triad.domain import throttling
from triad.domain.throttling import Origin
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import factors, tries
from triad.store import signins as stored
from triad.store.people import Account
from triad.store.signins import SignIn

SHOWN = 10
HALF = "half"
"""The way of a try whose password was right, and whose second step did not follow: somebody knows the password."""


@dataclass(frozen=True)
class Ticket:
    """A try that counts as failed. `password` is the hash to compare with; None where nobody can come in with one."""

    id: str
    account_id: str
    uniquifier: str
    password: str | None


@dataclass(frozen=True)
class Recent:
    """`way`: `password`, `code`, `recovery`, `passkey`; `half` and "" for tries that did not get in."""

    at: datetime
    browser: str
    way: str


def begin(actor: Actor, address: str, origin: Origin) -> Ticket:
    """Count a try to sign in with a password, whoever `address` belongs to. Raises TooOften.

    Takes the same steps whether there is such an account or not.
    """
    with context.work(actor) as ctx:
        address = address.strip().lower()[:254]
        found = stored.account(ctx.session, address)
        who = found.id if found else address
        known = stored.knows(ctx.session, _devices(ctx, origin, who), ctx.now)
        id_ = ctx.fresh_id()
        _count(ctx, id_, throttling.keys(ctx.keyed, "password", origin, who, known))
        row = SignIn(id=id_, account_id=found.id if found else None, at=ctx.now, browser=origin.browser[:60])
        stored.add(ctx.session, row)
        return Ticket(id_, who if found else "", found.uniquifier if found else "", found.password if found else None)


def confirm(actor: Actor, origin: Origin) -> Ticket:
    """The same for somebody who is in and shows the password once more. Raises TooOften."""
    with context.work(actor) as ctx:
        access.need(ctx, May.SEE_OWN_ACCOUNT)
        account = ctx.session.get_one(Account, actor.account_id)
        known = stored.knows(ctx.session, _devices(ctx, origin, account.id), ctx.now)
        id_ = ctx.fresh_id()
        _count(ctx, id_, throttling.keys(ctx.keyed, "code", origin, account.id, known))
        return Ticket(id_, account.id, account.fs_uniquifier, account.password)


def passed(actor: Actor, ticket: Ticket) -> frozenset[str]:
    """The password was right: the try counts no longer. What the account asks for besides: `code`, `passkey`."""
    with context.work(actor) as ctx:
        tries.forget(ctx.session, ticket.id)
        kinds, row = factors.kinds(ctx.session, ticket.account_id), ctx.session.get(SignIn, ticket.id)
        if kinds and row:
            row.way = HALF
        return kinds


def entered(actor: Actor, account_id: str, way: str, origin: Origin, try_id: str = "") -> None:
    """Somebody is in: note the way, and know the device from now on. Without `try_id` it was no password."""
    with context.work(actor) as ctx:
        row = ctx.session.get(SignIn, try_id) if try_id else None
        if row is None:
            row = SignIn(id=ctx.fresh_id(), account_id=account_id, at=ctx.now, browser=origin.browser[:60])
            stored.add(ctx.session, row)
        row.way = way
        if origin.device:
            stored.remember(ctx.session, _devices(ctx, origin, account_id)[0], account_id, ctx.now)


def recent(actor: Actor) -> list[Recent]:
    """The actor's own sign-ins and tries, newest first."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_OWN_ACCOUNT)
        rows = stored.recent(ctx.session, actor.account_id, SHOWN)
        return [Recent(row.at, row.browser, row.way) for row in rows]


def _devices(ctx: Context, origin: Origin, who: str) -> tuple[str, ...]:
    return ctx.hashes("device", f"{origin.device} {who}")


def _count(ctx: Context, id_: str, keys: tries.Keys) -> None:
    tries.ensure(ctx.session, keys, ctx.now)
    tries.add(ctx.session, id_, keys.values(), ctx.now)
