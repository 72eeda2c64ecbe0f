"""Open logins: kept on the server, found by the keyed hash of what the browser holds, ended for real."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete

from triad.services import context
from triad.services.context import Actor
from triad.store import accounts
from triad.store.people import Account, LoginSession

TOUCH = timedelta(minutes=1)


@dataclass(frozen=True)
class Login:
    """`due`: its time is to be written down again. `account` is None before sign-in, and when it is gone."""

    contents: str
    due: bool
    account: Account | None


def load(actor: Actor, value: str) -> Login | None:
    """The login this value opens, with its account as it is now; None if there is none or it is over."""
    with context.look(actor) as ctx:
        found = accounts.login(ctx.session, ctx.keyed("login", value))
        if found is None:
            return None
        row, account = found
        idle, longest = timedelta(minutes=ctx.settings.idle_minutes), timedelta(hours=ctx.settings.session_hours)
        if ctx.now - row.seen_at > idle or ctx.now - row.started_at > longest:
            return None
        return Login(row.contents, ctx.now - row.seen_at > TOUCH, account)


def save(actor: Actor, value: str, contents: str, account_id: str | None) -> None:
    with context.work(actor) as ctx:
        key = ctx.keyed("login", value)
        row = ctx.session.get(LoginSession, key)
        if row is None:
            row = LoginSession(hash=key, started_at=ctx.now)
            ctx.session.add(row)
            _drop_old(ctx)
        row.contents, row.account_id, row.seen_at = contents, account_id, ctx.now


def end(actor: Actor, value: str) -> None:
    with context.work(actor) as ctx:
        ctx.session.execute(delete(LoginSession).where(LoginSession.hash == ctx.keyed("login", value)))


def _drop_old(ctx: context.Context) -> None:
    oldest = ctx.now - timedelta(hours=ctx.settings.session_hours)
    ctx.session.execute(delete(LoginSession).where(LoginSession.started_at < oldest))
