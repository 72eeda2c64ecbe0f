"""Reads behind accounts, logins and invitations, and the one write they share: ending logins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, or_, select
from sqlalchemy.orm import Session, joinedload

from triad.domain.parties import Role
from triad.store.clinic import Interpreter, Therapist
from triad.store.people import Account, AccountInvitation, LoginSession, Person


@dataclass(frozen=True)
class Known:
    """Somebody in the clinic's lists who cannot log in yet."""

    person_id: str
    name: str
    role: Role


LOGIN = (
    select(LoginSession, Account)
    .outerjoin(Account, Account.fs_uniquifier == LoginSession.account_id)
    .where(LoginSession.hash == bindparam("hash"))
    # Before sign-in there is no account: an inner join would lose the login with it.
    .options(joinedload(Account.roles), joinedload(Account.person, innerjoin=False))
)


def login(session: Session, hash_: str) -> tuple[LoginSession, Account | None] | None:
    """An open login, and its account with person and roles: every request needs them, so they come together."""
    row = session.execute(LOGIN, {"hash": hash_}).unique().one_or_none()
    return (row[0], row[1]) if row else None


def logins(session: Session, account_id: str) -> Sequence[LoginSession]:
    """Logins of the account that may still be open, the latest seen first."""
    query = select(LoginSession).join(Account, Account.fs_uniquifier == LoginSession.account_id)
    return session.scalars(
        query.where(Account.id == account_id).order_by(LoginSession.seen_at.desc(), LoginSession.hash)
    ).all()


def listed(session: Session, limit: int, offset: int) -> tuple[Sequence[Account], int]:
    """Accounts by name, with person and roles, and how many there are in all."""
    count = session.scalar(select(func.count()).select_from(Account)) or 0
    query = select(Account).join(Person, Person.id == Account.person_id).order_by(Person.name, Account.id)
    return session.scalars(query.limit(limit).offset(offset)).unique().all(), count


def locked(session: Session, account_id: str) -> Account | None:
    query = select(Account).where(Account.id == account_id).with_for_update(of=Account)
    return session.scalars(query).unique().one_or_none()


def with_email(session: Session, address: str) -> str | None:
    """Id of the account that signs in with this address; `address` in small letters."""
    return session.scalar(select(Account.id).where(func.lower(Account.email) == address))


def of_person(session: Session, person_id: str) -> str | None:
    return session.scalar(select(Account.id).where(Account.person_id == person_id))


def parties(session: Session, person_id: str) -> list[Role]:
    """Who interprets or treats here is that, granted or not."""
    tables = ((Interpreter, Role.INTERPRETER), (Therapist, Role.THERAPIST))
    return [role for table, role in tables if session.get(table, person_id)]


def without_account(session: Session) -> list[Known]:
    """Therapists and interpreters who cannot log in yet, by name."""
    query = (
        select(Person.id, Person.name, Interpreter.id)
        .outerjoin(Interpreter, Interpreter.id == Person.id)
        .outerjoin(Therapist, Therapist.id == Person.id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Account.id.is_(None), or_(Interpreter.id.is_not(None), Therapist.id.is_not(None)))
        .order_by(Person.name, Person.id)
    )
    rows = session.execute(query)
    return [Known(id_, name, Role.INTERPRETER if speaks else Role.THERAPIST) for id_, name, speaks in rows]


def invitation(session: Session, hashes: Collection[str], lock: bool) -> tuple[AccountInvitation, Account] | None:
    """The invitation and the account it opens, used or not."""
    query = select(AccountInvitation).where(AccountInvitation.token_hash.in_(hashes))
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    account = row and session.scalars(select(Account).where(Account.id == row.account_id)).unique().one()
    return (row, account) if row and account else None


def end_logins(session: Session, account: Account, fresh: str) -> None:
    """Ends all open logins of the account; `fresh` becomes the key under which later ones are kept."""
    # A request under way may write its login row back: under a new key that row opens nothing.
    session.execute(delete(LoginSession).where(LoginSession.account_id == account.fs_uniquifier))
    account.fs_uniquifier = fresh
