"""API keys: how a program is let in as one of the clinic's accounts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triad.store.people import Account
from triad.store.types import Base


class ApiKey(Base):
    """The program holds a random value; here lies only its keyed hash. Roles are the account's, never kept here."""

    __tablename__ = "api_key"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    made_by: Mapped[str] = mapped_column(String(24))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used: Mapped[date | None]
    account: Mapped[Account] = relationship(lazy="raise")
