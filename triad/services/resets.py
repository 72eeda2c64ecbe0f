"""A password somebody has forgotten: asked for by anybody, answered by a message to whom the account belongs to.

Asking takes the same steps and leaves the same answer whether there is such an account or not; the machine, which
nobody watches, finds out. The link is made from the row and the house's secret: a copy of the tables opens nothing.
"""

from __future__ import annotations

from datetime import timedelta

from triad.domain import errors, telling, throttling
from triad.domain.throttling import Origin
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import accounts as stored
from triad.store import resets, signins, tries
from triad.store.people import Account
from triad.store.resets import PasswordReset

OPEN_FOR = timedelta(hours=1)


def ask(actor: Actor, address: str, origin: Origin) -> None:
    """Somebody asks, for whomever `address` belongs to. Raises TooOften."""
    with context.work(actor) as ctx:
        address = address.strip().lower()[:254]
        found = signins.account(ctx.session, address)
        keys = throttling.keys(ctx.keyed, "reset", origin, found.id if found else address)
        tries.ensure(ctx.session, keys, ctx.now)
        id_ = ctx.fresh_id()
        tries.add(ctx.session, id_, keys.values(), ctx.now)
        account_id = found.id if found and found.password else None
        ctx.session.add(PasswordReset(id=id_, account_id=account_id, asked_at=ctx.now))


def tell(actor: Actor) -> int:
    """Write the messages; a new link ends those sent before. How many."""
    with context.work(actor) as ctx:
        access.need(ctx, May.SEND_MESSAGES)
        rows = resets.fresh(ctx.session)
        people = resets.accounts(ctx.session, {row.account_id for row in rows if row.account_id})
        for row in rows:
            account = people[row.account_id or ""]
            resets.end_open(ctx.session, account.id, ctx.now)
            row.expires_at, row.token_hash = ctx.now + OPEN_FOR, ctx.keyed("reset", _token(ctx, row.id))
            ctx.session.flush()
            ctx.post(account.person_id, "reset", row.id)
            ctx.audit("resets.tell", account.id)
        return len(rows)


def make(actor: Actor, address: str) -> str:
    """For a clinic that sends no mail, by whoever commands the host: the token of a link. Raises NotFound."""
    with context.work(actor) as ctx:
        access.need(ctx, May.ERASE)
        found = signins.account(ctx.session, address.strip().lower())
        if found is None or found.password is None:
            raise errors.NotFound
        resets.end_open(ctx.session, found.id, ctx.now)
        row = PasswordReset(id=ctx.fresh_id(), account_id=found.id, asked_at=ctx.now, expires_at=ctx.now + OPEN_FOR)
        row.token_hash = ctx.keyed("reset", _token(ctx, row.id))
        ctx.session.add(row)
        ctx.audit("resets.make", found.id)
        return _token(ctx, row.id)


def opened(actor: Actor, token: str) -> str:
    """The name of whose password the link lets choose; changes nothing. Closed if it is over, used or never was."""
    with context.look(actor) as ctx:
        return _account(ctx, token).person.name


def set_password(actor: Actor, token: str, hashed: str) -> None:
    """The new password, given as its hash; the link is spent and every open login ends. Raises Closed."""
    with context.work(actor) as ctx:
        account = _account(ctx, token, lock=True)
        resets.end_open(ctx.session, account.id, ctx.now)
        account.password = hashed
        stored.end_logins(ctx.session, account, ctx.fresh_id())
        ctx.audit("resets.set_password", account.id)


def _token(ctx: Context, id_: str) -> str:
    return ctx.keyed(telling.RESET, id_)


def _account(ctx: Context, token: str, lock: bool = False) -> Account:
    found = resets.account(ctx.session, ctx.hashes("reset", token), ctx.now, lock)
    if found is None:
        raise errors.Closed
    return found
