"""API keys: made for an account, shown once, ended at once, and found again by their value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from triad.domain import errors
from triad.domain.notes import Fields
from triad.domain.parties import Role
from triad.services import access, context
from triad.services.context import Actor, Clinic, Context
from triad.services.policy import May
from triad.store.keys import ApiKey
from triad.store.people import Account, Person

PAGE = 50
LONGEST = timedelta(days=365)
"""From today to a key's last day."""
PURPOSE = "api-key"
Written = Mapping[str, str]

SCOPES: dict[str, frozenset[May]] = {
    "read-schedule": frozenset(
        {
            May.SEE_UNFILLED,
            May.SEE_BOARD,
            May.SEE_OWN_WEEK,
            May.SEE_ENCOUNTER,
            May.SEE_CANDIDATES,
            May.SEE_CASES,
            May.SEE_CASE,
            May.SEE_OWN_OFFERS,
            May.SEE_REQUESTS,
            May.EXPORT_SCHEDULE,
            May.SEE_CANCELLED,
        }
    ),
    "write-schedule": frozenset(
        {
            May.PLAN,
            May.PLAN_WEEK,
            May.ASSIGN,
            May.RELEASE,
            May.CONFIRM,
            May.CHANGE_MANY,
            May.RESTORE,
            May.CANCEL,
            May.MARK_HELD,
            May.ANSWER_ASSIGNMENT,
            May.OFFER,
            May.ANSWER_OFFER,
            May.REPLACE,
            May.MOVE,
            May.REQUEST,
            May.DECIDE_REQUEST,
            May.CLOSE_SLOT,
            May.WAIVE_LATENESS,
            May.CHANGE_CANCELLING_RULES,
            May.MARK_ATTENDANCE,
            May.NOTE_BRIEFING,
        }
    ),
    "read-people": frozenset({May.SEE_PEOPLE}),
    "write-people": frozenset({May.CHANGE_PEOPLE, May.CHANGE_OWN_HOURS}),
    "notes": frozenset({May.SEE_ALL_NOTES, May.SEE_SHARED_NOTES, May.WRITE_NOTE, May.WRITE_GOAL}),
    "ratings": frozenset({May.RATE}),
    "pictures": frozenset({May.SEE_PICTURE}),
    "import": frozenset({May.IMPORT}),
}
"""What a key may be narrowed to. A scope only takes away: the policy must allow the account the same verb."""

OWN = frozenset({"notes", "ratings", "pictures"})
"""Given by nobody but the owner of the account: else an admin could read as a therapist."""


@dataclass(frozen=True)
class Listed:
    """`over` is "" while the key works, else `revoked`, `expired` or `disabled`."""

    id: str
    name: str
    holder: str
    scopes: tuple[str, ...]
    expires_at: datetime
    last_used: date | None
    over: str


def listed(actor: Actor, page: int = 1) -> tuple[list[Listed], int]:
    """All keys of the clinic, newest first, 50 a page, and how many there are."""
    return _listed(actor, May.CHANGE_KEYS, page)


def mine(actor: Actor, page: int = 1) -> tuple[list[Listed], int]:
    """The actor's own keys, whoever made them."""
    return _listed(actor, May.CHANGE_OWN_KEYS, page)


def holders(actor: Actor) -> list[tuple[str, str]]:
    """Accounts a key can be made for: id and name, by name."""
    with context.look(actor) as ctx:
        access.need(ctx, May.CHANGE_KEYS)
        query = select(Account.id, Person.name).join(Person, Person.id == Account.person_id)
        rows = ctx.session.execute(query.where(Account.active.is_(True)).order_by(Person.name, Account.id))
        return [(id_, name) for id_, name in rows]


def create(actor: Actor, written: Written, scopes: Iterable[str], account_id: str = "") -> str:
    """A new key's value, shown this once. Fields: name, expires_on (its last day, at most a year ahead).

    `account_id` "" is the actor's own; scopes in OWN can be given to that one only. Raises Unfit.
    """
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_KEYS if account_id else May.CHANGE_OWN_KEYS)
        fields = Fields(written)
        account = ctx.session.get(Account, account_id or actor.account_id)
        if account is None or not account.active:
            fields.fail("account", "unknown")
        chosen = _chosen(fields, scopes, own=account_id in ("", actor.account_id))
        name, ends = fields.text("name", 80), _end(ctx, fields)
        fields.settle()
        assert account is not None
        assert ends is not None
        value = actor.clinic.secret()
        key = ApiKey(
            id=ctx.fresh_id(),
            name=name,
            account_id=account.id,
            hash=ctx.keyed(PURPOSE, value),
            scopes=chosen,
            made_by=actor.account_id,
            made_at=ctx.now,
            expires_at=ends,
        )
        ctx.session.add(key)
        ctx.audit("keys.create", key.id, account=account.id, scopes=" ".join(chosen))
        return value


def revoke(actor: Actor, key_id: str) -> None:
    """The next request with it is refused. NotFound for a key of somebody else; again changes nothing."""
    with context.work(actor) as ctx:
        key = ctx.session.scalars(select(ApiKey).where(ApiKey.id == key_id).with_for_update()).one_or_none()
        access.need(ctx, May.CHANGE_OWN_KEYS if key and key.account_id == actor.account_id else May.CHANGE_KEYS)
        if key is None:
            raise errors.NotFound
        if key.revoked_at is None:
            key.revoked_at = ctx.now
            ctx.audit("keys.revoke", key.id, account=key.account_id)


def find(clinic: Clinic, value: str) -> Actor | None:
    """Who acts with this value, with the roles the account has now; None if it opens nothing, whatever the reason."""
    nobody = Actor(clinic, source="api")
    with context.look(nobody) as ctx:
        query = select(ApiKey).where(ApiKey.hash.in_(ctx.hashes(PURPOSE, value)))
        key = ctx.session.scalars(query.options(joinedload(ApiKey.account))).unique().one_or_none()
        if key is None or _over(ctx, key):
            return None
        account, today = key.account, ctx.now.date()
        actor = Actor(
            clinic,
            account_id=account.id,
            person_id=account.person_id,
            name=account.person.name,
            roles=frozenset(Role(grant.name) for grant in account.roles),
            source="api",
            scope=_verbs(key.scopes),
        )
    if key.last_used != today:
        # A database that takes nothing can still be read.
        with suppress(errors.Unavailable):
            _touch(nobody, key.id, today)
    return actor


def _touch(nobody: Actor, key_id: str, today: date) -> None:
    """The day alone: when exactly somebody's programs work is nobody's concern."""
    with context.work(nobody) as ctx:
        key = ctx.session.get(ApiKey, key_id)
        if key:
            key.last_used = today


def _verbs(scopes: Iterable[str]) -> frozenset[May]:
    """A scope that is no longer known gives nothing."""
    return frozenset({May.SEE_API}).union(*(SCOPES.get(name, frozenset()) for name in scopes))


def _over(ctx: Context, key: ApiKey) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if ctx.now >= key.expires_at:
        return "expired"
    return "" if key.account.active else "disabled"


def _listed(actor: Actor, to: May, page: int) -> tuple[list[Listed], int]:
    with context.look(actor) as ctx:
        access.need(ctx, to)
        where = [ApiKey.account_id == actor.account_id] if to == May.CHANGE_OWN_KEYS else []
        count = ctx.session.scalar(select(func.count()).select_from(ApiKey).where(*where)) or 0
        query = select(ApiKey).where(*where).options(joinedload(ApiKey.account))
        query = query.order_by(ApiKey.made_at.desc(), ApiKey.id).limit(PAGE).offset((page - 1) * PAGE)
        return [_line(ctx, key) for key in ctx.session.scalars(query).unique()], count


def _line(ctx: Context, key: ApiKey) -> Listed:
    holder = key.account.person.name
    return Listed(key.id, key.name, holder, tuple(key.scopes), key.expires_at, key.last_used, _over(ctx, key))


def _chosen(fields: Fields, scopes: Iterable[str], own: bool) -> list[str]:
    asked = set(scopes)
    if not asked:
        fields.fail("scopes", "choose_one")
    elif not asked <= set(SCOPES):
        fields.fail("scopes", "unknown")
    elif not own and asked & OWN:
        fields.fail("scopes", "own_only")
    return sorted(asked)


def _end(ctx: Context, fields: Fields) -> datetime | None:
    """The midnight after the last day, on the clinic's clock; None where the day does not fit."""
    zone = ZoneInfo(ctx.settings.zone)
    today, day = ctx.now.astimezone(zone).date(), fields.day("expires_on")
    if day is None:
        return None
    if not today <= day <= today + LONGEST:
        fields.fail("expires_on", "past" if day < today else "out_of_range")
    return datetime.combine(day + timedelta(days=1), time(), zone)
