"""Clients who asked to be contacted: who hears of it, and what is still open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from triad.domain.parties import Role
from triad.store.cases import Case
from triad.store.encounters import Encounter
from triad.store.people import Account
from triad.store.types import Base


class ContactWish(Base):
    """Hangs on the case and on no form: it says nothing about whether one was sent."""

    __tablename__ = "contact_wish"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    about_therapist: Mapped[bool]
    asked_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(24), default="")


def ask(session: Session, id_: str, encounter_id: str, about_therapist: bool, now: datetime) -> tuple[str, list[str]]:
    """Keep the wish; its case, and who is told: the leads, and the therapist unless it is about them."""
    query = select(Case.id, Case.therapist_id).join(Encounter, Encounter.case_id == Case.id)
    case_id, therapist_id = session.execute(query.where(Encounter.id == encounter_id)).one()
    session.add(ContactWish(id=id_, case_id=case_id, about_therapist=about_therapist, asked_at=now))
    leads = select(Account.person_id).where(Account.active.is_(True), Account.roles.any(name=Role.LEAD.value))
    told = {therapist_id, *session.scalars(leads)}
    return case_id, sorted(told - {therapist_id} if about_therapist else told)


def still_open(session: Session, case_id: str, by_therapist: bool) -> Sequence[ContactWish]:
    """Oldest first; a therapist sees none that is about them."""
    query = select(ContactWish).where(ContactWish.case_id == case_id, ContactWish.closed_at.is_(None))
    if by_therapist:
        query = query.where(ContactWish.about_therapist.is_(False))
    return session.scalars(query.order_by(ContactWish.asked_at, ContactWish.id)).all()
