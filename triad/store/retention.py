"""What nobody needs any more: rows whose time is over, table by table, each with the reason it may go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from triad.domain import throttling
from triad.store import signins
from triad.store.bulk import Bulk
from triad.store.ledger import AuditEntry, OutboxMessage, Repeat
from triad.store.people import AccountInvitation, LoginSession
from triad.store.ratings import Invitation
from triad.store.resets import PasswordReset
from triad.store.signins import KnownDevice, SignIn
from triad.store.staffing import StaffingRun
from triad.store.tablets import Tablet
from triad.store.tries import FailedTry
from triad.store.types import Base


@dataclass(frozen=True)
class Kept:
    """How long each kind is kept after its use is over."""

    logins: timedelta
    links: timedelta
    repeats: timedelta
    messages: timedelta


def removed(session: Session, kept: Kept, now: datetime) -> dict[str, int]:
    """Delete what is over; table name -> rows, those without any left out."""
    found: dict[str, int] = {}
    for model, which in _over(kept, now).items():
        gone = session.execute(delete(model).where(which)).rowcount  # type: ignore[attr-defined]
        found |= {model.__tablename__: gone} if gone else {}
    return found


def waiting(session: Session, kept: Kept, now: datetime) -> int:
    """How many rows could go."""
    queries = (select(func.count()).select_from(model).where(which) for model, which in _over(kept, now).items())
    return sum(session.scalar(query) or 0 for query in queries)


def last(session: Session, verb: str) -> datetime | None:
    """When this was noted in the trail for the last time."""
    return session.scalar(select(func.max(AuditEntry.at)).where(AuditEntry.verb == verb))


def _over(kept: Kept, now: datetime) -> Mapping[type[Base], ColumnElement[bool]]:
    links = now - kept.links
    return {
        LoginSession: LoginSession.started_at <= now - kept.logins,
        SignIn: SignIn.at <= now - signins.KEPT,
        KnownDevice: KnownDevice.seen_at <= now - signins.KEPT,
        FailedTry: FailedTry.at <= now - throttling.REMEMBERED,
        # A link that was used up stays: by it a client can take the answers back at any time.
        Invitation: Invitation.spent_at.is_(None)
        & or_(Invitation.expires_at <= links, Invitation.revoked_at <= links),
        Tablet: Tablet.expires_at <= links,
        AccountInvitation: or_(AccountInvitation.expires_at <= links, AccountInvitation.spent_at <= links),
        PasswordReset: PasswordReset.asked_at <= links,
        Repeat: Repeat.at <= now - kept.repeats,
        # By then nothing is left to undo: sessions come back until their end.
        Bulk: Bulk.asked_at <= now - kept.repeats,
        # With its lines, which say who could have gone where.
        StaffingRun: StaffingRun.asked_at <= now - kept.repeats,
        # Sent or not: by then it is news to nobody.
        OutboxMessage: OutboxMessage.written_at <= now - kept.messages,
    }
