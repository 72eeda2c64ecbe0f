"""The second step of signing in: an app's codes, recovery codes, passkeys. Secrets lie sealed or hashed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from triad.domain import errors, throttling
from triad.domain import factors as rules
from triad.domain.throttling import Origin
from triad.formats import passkeys, totp
from triad.formats.passkeys import Place
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import accounts, signins, tries
from triad.store import factors as stored
from triad.store.factors import Passkey, Totp

WAITS = timedelta(hours=1)
"""A secret that nobody confirmed by then is no longer shown."""


@dataclass(frozen=True)
class Key:
    id: str
    name: str
    made_at: datetime
    used_on: date | None


@dataclass(frozen=True)
class Mine:
    """`app_since` is None without an app; `needed` where one of the roles must have a second step."""

    app_since: datetime | None
    keys: tuple[Key, ...]
    codes_left: int
    needed: bool

    @property
    def any(self) -> bool:
        return self.app_since is not None or bool(self.keys)


@dataclass(frozen=True)
class Changed:
    """`codes` are shown this once; `uniquifier` is what this login goes on under, since all others have ended."""

    codes: tuple[str, ...]
    uniquifier: str


def needed(actor: Actor) -> bool:
    """Must somebody with these roles have a second step?"""
    return not actor.roles.isdisjoint(actor.clinic.settings.factor_for)


def mine(actor: Actor) -> Mine:
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_OWN_ACCOUNT)
        app = stored.confirmed(ctx.session, actor.account_id)
        keys = stored.passkeys(ctx.session, actor.account_id)
        listed = tuple(Key(one.id, one.name, one.made_at, one.used_at and one.used_at.date()) for one in keys)
        left = stored.codes_left(ctx.session, actor.account_id)
        return Mine(app.confirmed_at if app else None, listed, left, needed(actor))


def kinds(actor: Actor, account_id: str) -> frozenset[str]:
    """What the account can confirm itself with: `code`, `passkey`; empty where only a password stands before it."""
    with context.look(actor) as ctx:
        return stored.kinds(ctx.session, account_id)


def check(actor: Actor, account_id: str, typed: str, origin: Origin) -> str:
    """`code` or `recovery` if what was typed is one of the account's, which is used up by that; else "".

    Raises TooOften.
    """
    with context.work(actor) as ctx:
        devices = ctx.hashes("device", f"{origin.device} {account_id}")
        known = signins.knows(ctx.session, devices, ctx.now)
        keys = throttling.keys(ctx.keyed, "code", origin, account_id, known)
        tries.ensure(ctx.session, keys, ctx.now)
        way = _way(ctx, account_id, typed)
        if not way:
            tries.add(ctx.session, ctx.fresh_id(), keys.values(), ctx.now)
        return way


def begin_app(actor: Actor) -> None:
    """A new secret, to be shown until it is confirmed; an app in use goes on working until then."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_OWN_FACTORS)
        stored.drop_totp(ctx.session, actor.account_id, waiting_only=True)
        secret = totp.fresh(_seal(ctx, actor.account_id))
        row = Totp(id=ctx.fresh_id(), account_id=actor.account_id, secret=secret, made_at=ctx.now)
        ctx.session.add(row)


def shown_app(actor: Actor, label: str) -> tuple[str, str]:
    """The secret that waits, in groups to type, and as the address for a QR code. BadTransition when none waits."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_OWN_ACCOUNT)
        row = _waiting(ctx, stored.waiting(ctx.session, actor.account_id))
        return totp.shown(_seal(ctx, actor.account_id), row.secret, ctx.settings.clinic_name, label)


def confirm_app(actor: Actor, typed: str) -> Changed:
    """The app shows the right code: from now on it is asked for. Raises Unfit `code`, BadTransition."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_OWN_FACTORS)
        row = _waiting(ctx, stored.totp(ctx.session, actor.account_id, confirmed=False))
        found = totp.counter(_seal(ctx, actor.account_id), row.secret, rules.code(typed), ctx.now, 0)
        if found is None:
            raise errors.Unfit({"code": "wrong_code"})
        row.counter, row.confirmed_at = found, ctx.now
        ctx.session.flush()
        stored.drop_totp(ctx.session, actor.account_id, but=row.id)
        ctx.audit("factors.confirm_app", actor.account_id)
        return _changed(ctx)


def add_key(actor: Actor, name: str, answer: str, place: Place, challenge: str) -> Changed:
    """A passkey made in answer to `challenge`. Raises Unfit: `name`, `key`."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_OWN_FACTORS)
        if fault := rules.name_fault(name):
            raise errors.Unfit({"name": fault})
        new = passkeys.registered(answer, place, challenge) if challenge else None
        if new is None or stored.by_credential(ctx.session, new.credential):
            raise errors.Unfit({"key": "no_key"})
        key = Passkey(id=ctx.fresh_id(), account_id=actor.account_id, name=name.strip(), made_at=ctx.now)
        key.credential, key.public_key, key.sign_count = new.credential, new.public_key, new.sign_count
        ctx.session.add(key)
        ctx.session.flush()
        ctx.audit("factors.add_key", key.id)
        return _changed(ctx)


def renew_codes(actor: Actor) -> tuple[str, ...]:
    """Ten new recovery codes, shown this once; the old ones end. BadTransition without a second step."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_OWN_FACTORS)
        if not stored.kinds(ctx.session, actor.account_id):
            raise errors.BadTransition(noun="factors", event="renew_codes")
        ctx.audit("factors.renew_codes", actor.account_id)
        return _fresh_codes(ctx)


def remove_app(actor: Actor) -> str:
    """The uniquifier this login goes on under. BadTransition for the last one of somebody who must have one."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_OWN_FACTORS)
        stored.drop_totp(ctx.session, actor.account_id)
        ctx.audit("factors.remove_app", actor.account_id)
        return _after_removal(ctx)


def remove_key(actor: Actor, key_id: str) -> str:
    """As `remove_app`. NotFound for a key of somebody else."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_OWN_FACTORS)
        if not stored.drop_passkey(ctx.session, actor.account_id, key_id):
            raise errors.NotFound
        ctx.audit("factors.remove_key", key_id)
        return _after_removal(ctx)


def holders(actor: Actor, account_ids: Sequence[str]) -> frozenset[str]:
    """Which of these accounts have a second step, for whoever may take it from them."""
    with context.look(actor) as ctx:
        access.need(ctx, May.CHANGE_ROLES)
        return stored.holders(ctx.session, account_ids)


def take_from(actor: Actor, account_id: str) -> None:
    """Somebody lost app, keys and codes: the password alone opens again, until they set up new ones.

    NotFound; NotAllowed for one's own account.
    """
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_ROLES)
        account = accounts.locked(ctx.session, account_id)
        if account is None:
            raise errors.NotFound
        if account.id == actor.account_id:
            raise errors.NotAllowed
        stored.drop_all(ctx.session, account.id)
        accounts.end_logins(ctx.session, account, ctx.fresh_id())
        ctx.audit("factors.take_from", account.id)


def _way(ctx: Context, account_id: str, typed: str) -> str:
    code, row = rules.code(typed), stored.totp(ctx.session, account_id, confirmed=True)
    if code and row:
        for seal in ctx.hashes("totp", account_id):
            found = totp.counter(seal, row.secret, code, ctx.now, row.counter)
            if found is not None:
                row.counter = found
                return "code"
    recovered = rules.recovered(typed)
    hashes = ctx.hashes("recovery", f"{account_id} {recovered}")
    if recovered and any(stored.spend_code(ctx.session, account_id, hashed, ctx.now) for hashed in hashes):
        ctx.audit("factors.spend_code", account_id)
        return "recovery"
    return ""


def _seal(ctx: Context, account_id: str) -> str:
    """For one account alone: a sealed secret moved to another row opens nothing there."""
    return ctx.keyed("totp", account_id)


def _waiting(ctx: Context, row: Totp | None) -> Totp:
    if row is None or ctx.now - row.made_at > WAITS:
        raise errors.BadTransition(noun="factors", event="confirm_app")
    return row


def _fresh_codes(ctx: Context) -> tuple[str, ...]:
    account_id = ctx.actor.account_id
    codes = tuple(rules.recovery(ctx.actor.clinic.secret()) for _ in range(rules.CODES))
    stored.renew_codes(ctx.session, account_id, [ctx.keyed("recovery", f"{account_id} {code}") for code in codes])
    return codes


def _changed(ctx: Context) -> Changed:
    """Recovery codes come with the first factor; every login made without it ends."""
    codes = () if stored.codes_left(ctx.session, ctx.actor.account_id) else _fresh_codes(ctx)
    return Changed(codes, _end_others(ctx))


def _after_removal(ctx: Context) -> str:
    if not stored.kinds(ctx.session, ctx.actor.account_id):
        if needed(ctx.actor):
            raise errors.BadTransition(noun="factors", event="remove")
        stored.renew_codes(ctx.session, ctx.actor.account_id, ())
    return _end_others(ctx)


def _end_others(ctx: Context) -> str:
    account = accounts.locked(ctx.session, ctx.actor.account_id)
    assert account is not None
    fresh = ctx.fresh_id()
    accounts.end_logins(ctx.session, account, fresh)
    return fresh
