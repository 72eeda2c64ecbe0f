"""Accounts: who may log in and as what. Invited by an admin, opened by their owner, ended at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import update

from triad.domain import accounts, errors, timespans
from triad.domain.parties import STAFF, Role
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import accounts as stored
from triad.store.people import Account, AccountInvitation, Person, RoleGrant

PAGE = 50
OPEN_FOR = timedelta(days=7)
"""An invitation to an account works this long."""


@dataclass(frozen=True)
class Listed:
    id: str
    name: str
    email: str
    roles: tuple[Role, ...]
    state: str
    """`active`, `invited` (no password yet) or `disabled`."""
    version: int


def listed(actor: Actor, page: int = 1) -> tuple[list[Listed], int]:
    """Accounts by name, 50 a page, and how many there are."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_ACCOUNTS)
        rows, count = stored.listed(ctx.session, PAGE, (page - 1) * PAGE)
        return [_listed(row) for row in rows], count


def without_account(actor: Actor) -> list[stored.Known]:
    """Therapists and interpreters who cannot log in yet, by name; never a client."""
    with context.look(actor) as ctx:
        access.need(ctx, May.INVITE_ACCOUNT)
        return stored.without_account(ctx.session)


def invite(actor: Actor, name: str, email: str, roles: Iterable[str], zone: str = "", person_id: str = "") -> str:
    """A new account without a password, and the token that opens it, shown this once.

    With `person_id` (somebody from `without_account`) name and zone are those already known. Raises Unfit.
    """
    with context.work(actor) as ctx:
        access.need(ctx, May.INVITE_ACCOUNT)
        person, wrong = _known(ctx, person_id) if person_id else _fresh(ctx, name, zone)
        address, more = _address(ctx, email)
        chosen, fault = accounts.roles_among(roles, stored.parties(ctx.session, person.id))
        wrong |= more | ({"roles": fault} if fault else {})
        if wrong:
            raise errors.Unfit(wrong)
        person.email = person.email or address
        ctx.session.add(person)
        ctx.session.flush()
        account = Account(
            id=ctx.fresh_id(),
            person_id=person.id,
            email=address,
            fs_uniquifier=ctx.fresh_id(),
            roles=[RoleGrant(name=role.value) for role in chosen],
        )
        ctx.session.add(account)
        ctx.session.flush()
        ctx.audit("accounts.invite", account.id, roles=_codes(chosen))
        return _invitation(ctx, account)


def invite_again(actor: Actor, account_id: str) -> str:
    """A fresh token while no password is set; earlier ones end. BadTransition once the account is opened.

    Never for an opened account: whoever holds the token could then log in as somebody else.
    """
    with context.work(actor) as ctx:
        access.need(ctx, May.INVITE_ACCOUNT)
        account = _account(ctx, account_id)
        if account.password is not None or not account.active:
            raise errors.BadTransition(noun="account", event="invite")
        earlier = update(AccountInvitation).where(AccountInvitation.account_id == account.id)
        ctx.session.execute(earlier.where(AccountInvitation.spent_at.is_(None)).values(spent_at=ctx.now))
        ctx.audit("accounts.invite_again", account.id)
        return _invitation(ctx, account)


def change_roles(actor: Actor, account_id: str, roles: Iterable[str], version: int) -> None:
    """Replaces all roles; open logins end, so nothing lasts of the old ones. NotAllowed for one's own account."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_ROLES)
        account = _another(ctx, account_id)
        if account.version != version:
            raise errors.Stale
        chosen, fault = accounts.roles_among(roles, stored.parties(ctx.session, account.person_id))
        if fault:
            raise errors.Unfit({"roles": fault})
        was = _held(account)
        # Kept rows stay: a new row of the same role would meet the old one before that is gone.
        kept = [grant for grant in account.roles if Role(grant.name) in chosen]
        account.roles = kept + [RoleGrant(name=role.value) for role in chosen if role not in was]
        account.version += 1
        stored.end_logins(ctx.session, account, ctx.fresh_id())
        ctx.audit("accounts.change_roles", account.id, was=_codes(was), roles=_codes(chosen))


def disable(actor: Actor, account_id: str) -> None:
    """No more logins, and the open ones end. NotAllowed for one's own account."""
    _switch(actor, account_id, False)


def enable(actor: Actor, account_id: str) -> None:
    _switch(actor, account_id, True)


def welcome(actor: Actor, token: str) -> str:
    """The name of who was invited; changes nothing. Closed if the invitation is over, used or never was."""
    with context.look(actor) as ctx:
        return _invited(ctx, token)[1].person.name


def set_password(actor: Actor, token: str, hashed: str) -> None:
    """Opens the account with its first password, given as its hash, and spends the invitation. Raises Closed."""
    with context.work(actor) as ctx:
        invitation, account = _invited(ctx, token, lock=True)
        invitation.spent_at, account.password = ctx.now, hashed
        ctx.audit("accounts.set_password", account.id)


def change_locale(actor: Actor, locale: str) -> None:
    """One's own language of the desk; "" for what the browser asks for. Raises Unfit."""
    with context.work(actor) as ctx:
        access.need(ctx, May.SEE_OWN_ACCOUNT)
        if locale not in accounts.LOCALES:
            raise errors.Unfit({"locale": "unknown"})
        _account(ctx, actor.account_id).locale = locale


def end_my_logins(actor: Actor) -> None:
    """Ends all of one's own logins, the one that asks as well."""
    with context.work(actor) as ctx:
        access.need(ctx, May.SEE_OWN_ACCOUNT)
        stored.end_logins(ctx.session, _account(ctx, actor.account_id), ctx.fresh_id())
        ctx.audit("accounts.end_logins", actor.account_id)


def _listed(row: Account) -> Listed:
    state = "disabled" if not row.active else "active" if row.password else "invited"
    return Listed(row.id, row.person.name, row.email, _held(row), state, row.version)


def _held(account: Account) -> tuple[Role, ...]:
    names = {grant.name for grant in account.roles}
    return tuple(role for role in STAFF if role in names)


def _codes(roles: Iterable[Role]) -> str:
    return " ".join(roles)


def _account(ctx: Context, account_id: str) -> Account:
    row = stored.locked(ctx.session, account_id)
    if row is None:
        raise errors.NotFound
    return row


def _another(ctx: Context, account_id: str) -> Account:
    """Nobody raises, or by mistake ends, their own rights: that takes a second admin."""
    account = _account(ctx, account_id)
    if account.id == ctx.actor.account_id:
        raise errors.NotAllowed
    return account


def _switch(actor: Actor, account_id: str, active: bool) -> None:
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_ROLES)
        account = _another(ctx, account_id)
        if account.active == active:
            return
        account.active = active
        account.version += 1
        stored.end_logins(ctx.session, account, ctx.fresh_id())
        ctx.audit("accounts.enable" if active else "accounts.disable", account.id)


def _known(ctx: Context, person_id: str) -> tuple[Person, dict[str, str]]:
    """A therapist or interpreter without account. Unfit for anybody else: an admin learns of no client."""
    person = ctx.session.get(Person, person_id)
    if person is None or not stored.parties(ctx.session, person_id):
        raise errors.Unfit({"person": "unknown"})
    if stored.of_person(ctx.session, person_id):
        raise errors.Unfit({"person": "taken"})
    return person, {}


def _fresh(ctx: Context, name: str, zone: str) -> tuple[Person, dict[str, str]]:
    """A new person, and what is wrong with the lines that describe them."""
    zone = zone.strip() or ctx.settings.zone
    wrong = {"name": fault} if (fault := accounts.name_fault(name)) else {}
    try:
        timespans.local(ctx.now, zone)
    except errors.Unfit as error:
        wrong |= error.fields
    return Person(id=ctx.fresh_id(), name=name.strip(), zone=zone), wrong


def _address(ctx: Context, email: str) -> tuple[str, dict[str, str]]:
    """The address in small letters, as the sign-in looks for it, and what is wrong with it."""
    if not email.strip():
        return "", {"email": "required"}
    try:
        address = validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return "", {"email": "email"}
    return address, {"email": "taken"} if stored.with_email(ctx.session, address) else {}


def _invitation(ctx: Context, account: Account) -> str:
    token = ctx.actor.clinic.secret()
    ctx.session.add(
        AccountInvitation(
            id=ctx.fresh_id(),
            account_id=account.id,
            token_hash=ctx.keyed("account", token),
            expires_at=ctx.now + OPEN_FOR,
        )
    )
    return token


def _invited(ctx: Context, token: str, lock: bool = False) -> tuple[AccountInvitation, Account]:
    found = stored.invitation(ctx.session, ctx.hashes("account", token), lock)
    if found is None:
        raise errors.Closed
    invitation, account = found
    over = invitation.spent_at is not None or ctx.now > invitation.expires_at
    if over or not account.active or account.password is not None:
        raise errors.Closed
    return found
