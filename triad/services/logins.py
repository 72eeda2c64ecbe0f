"""Open logins: kept on the server, found by the keyed hash of what the browser holds, ended for real."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete

from triad.domain import errors
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import accounts, signins
from triad.store.people import Account, LoginSession

TOUCH = timedelta(minutes=1)
NAMED_BY = 16
"""Signs of the keyed hash by which an owner names one of their logins: they open nothing."""


@dataclass(frozen=True)
class Login:
    """`due`: its time is to be written down again. `account` is None before sign-in, and when it is gone."""

    contents: str
    due: bool
    account: Account | None


@dataclass(frozen=True)
class Open:
    id: str
    browser: str
    started_at: datetime
    seen_at: datetime
    here: bool
    """Is it the one that asks?"""


def load(actor: Actor, value: str) -> Login | None:
    """The login this value opens, with its account as it is now; None if there is none or it is over."""
    with context.look(actor) as ctx:
        found = next(filter(None, (accounts.login(ctx.session, one) for one in ctx.hashes("login", value))), None)
        if found is None:
            return None
        row, account = found
        if _over(ctx, row):
            return None
        return Login(row.contents, ctx.now - row.seen_at > TOUCH, account)


def save(actor: Actor, value: str, contents: str, account_id: str | None, browser: str = "") -> None:
    with context.work(actor) as ctx:
        hashes = ctx.hashes("login", value)
        row = next(filter(None, (ctx.session.get(LoginSession, one) for one in hashes)), None)
        if row is None:
            row = LoginSession(hash=hashes[0], started_at=ctx.now, browser=browser[:60])
            ctx.session.add(row)
            _drop_old(ctx)
        row.contents, row.account_id, row.seen_at = contents, account_id, ctx.now


def end(actor: Actor, value: str) -> None:
    with context.work(actor) as ctx:
        ctx.session.execute(delete(LoginSession).where(LoginSession.hash.in_(ctx.hashes("login", value))))


def mine(actor: Actor, value: str) -> list[Open]:
    """The actor's own open logins, the latest seen first; `value` is what the browser that asks holds."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_OWN_ACCOUNT)
        here = ctx.hashes("login", value)
        rows = accounts.logins(ctx.session, actor.account_id)
        return [
            Open(row.hash[:NAMED_BY], row.browser, row.started_at, row.seen_at, row.hash in here)
            for row in rows
            if not _over(ctx, row)
        ]


def end_one(actor: Actor, id_: str) -> None:
    """One of the actor's own logins, by its `Open.id`. NotFound for one of somebody else, or none."""
    with context.work(actor) as ctx:
        access.need(ctx, May.SEE_OWN_ACCOUNT)
        rows = accounts.logins(ctx.session, actor.account_id)
        found = next((row for row in rows if row.hash[:NAMED_BY] == id_), None)
        if found is None:
            raise errors.NotFound
        ctx.session.delete(found)
        ctx.audit("logins.end_one", actor.account_id)


def change_password(actor: Actor, hashed: str) -> str:
    """The actor's own password, given as its hash; all logins end. The uniquifier under which this one may go on."""
    with context.work(actor) as ctx:
        access.need(ctx, May.SEE_OWN_ACCOUNT)
        account = accounts.locked(ctx.session, actor.account_id)
        if account is None:
            raise errors.NotFound
        account.password, fresh = hashed, ctx.fresh_id()
        accounts.end_logins(ctx.session, account, fresh)
        # Whoever knew the old one may have left a device behind that is believed more than others.
        signins.forget_devices(ctx.session, account.id)
        ctx.audit("logins.change_password", account.id)
        return fresh


def _over(ctx: Context, row: LoginSession) -> bool:
    idle, longest = timedelta(minutes=ctx.settings.idle_minutes), timedelta(hours=ctx.settings.session_hours)
    return ctx.now - row.seen_at > idle or ctx.now - row.started_at > longest


def _drop_old(ctx: Context) -> None:
    oldest = ctx.now - timedelta(hours=ctx.settings.session_hours)
    ctx.session.execute(delete(LoginSession).where(LoginSession.started_at < oldest))
