"""Human beings, their right to log in, and the logins that are open."""

from __future__ import annotations

import sys
from datetime import date, datetime

from flask_security import RoleMixin, UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triad.domain.parties import STAFF
from triad.store.types import Base

if sys.modules.get("webauthn", ...) is None:
    del sys.modules["webauthn"]  # see `triad/__init__.py`

ROLE_NAMES = ", ".join(f"'{role}'" for role in STAFF)


class Person(Base):
    """`sms_since`: from when on this person wants short messages too; None for who never said so."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    external_ref: Mapped[str | None] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(40))
    gender: Mapped[str] = mapped_column(String(20), default="")
    zone: Mapped[str] = mapped_column(String(60))
    sms_since: Mapped[datetime | None]


class RoleGrant(Base, RoleMixin):
    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("account_id", "name"),
        CheckConstraint(f"name IN ({ROLE_NAMES})", name="known"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(20))


class Account(Base, UserMixin):
    """`roles` is loaded with the account: every request needs it. All other relationships refuse to load late.

    `single_keys`: do the keys of the desk work for this person, wherever they sit?
    """

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)  # type: ignore[assignment]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    locale: Mapped[str] = mapped_column(String(10), default="")
    version: Mapped[int] = mapped_column(default=1)
    single_keys: Mapped[bool] = mapped_column(default=True, server_default=true())
    roles: Mapped[list[RoleGrant]] = relationship(  # type: ignore[assignment]
        lazy="selectin", cascade="all, delete-orphan"
    )
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class LoginSession(Base):
    """One open login. The browser holds a random value; here lies only its keyed hash."""

    __tablename__ = "login_session"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(String(24), index=True)
    contents: Mapped[str] = mapped_column(String)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    browser: Mapped[str] = mapped_column(String(60), default="")


class AccountInvitation(Base):
    """The single-use right to set a first password. Roles are fixed when it is written."""

    __tablename__ = "account_invitation"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]


class WeeklyHours(Base):
    """Hours a person offers, on the wall clock of `zone`. An end of 00:00 is midnight at the end of the day."""

    __tablename__ = "weekly_hours"
    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),)
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    external_ref: Mapped[str | None] = mapped_column(String(80), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    weekday: Mapped[int]
    start: Mapped[str] = mapped_column(String(5))
    end: Mapped[str] = mapped_column(String(5))
    zone: Mapped[str] = mapped_column(String(60))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class TimeOff(Base):
    __tablename__ = "time_off"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="order"),)
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    external_ref: Mapped[str | None] = mapped_column(String(80), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
