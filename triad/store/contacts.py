"""What clients asked for beside the questions: to be contacted, or another interpreter; who hears, what is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from triad.domain.parties import Role
from triad.store.cases import Case
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.people import Account, Person
from triad.store.types import Base

ANOTHER = text("closed_at IS NULL AND encounter_id IS NOT NULL")


class ContactWish(Base):
    """Hangs on the case and on no form: it says nothing about whether one was sent.

    With an encounter it asks for another interpreter than that one had, and is for coordinators alone.
    """

    __tablename__ = "contact_wish"
    __table_args__ = (
        # Two forms of a case that ask at once would both find none.
        Index("uq_contact_wish_another", "case_id", unique=True, sqlite_where=ANOTHER, postgresql_where=ANOTHER),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    about_therapist: Mapped[bool]
    encounter_id: Mapped[str | None] = mapped_column(ForeignKey("encounter.id"), index=True)
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


def ask_another(session: Session, id_: str, encounter_id: str, now: datetime) -> None:
    """Keep the wish for another interpreter, one open in a case: said twice of a session it stays as it is, and what
    is said of another session takes its place."""
    query = select(Case.id).join(Encounter, Encounter.case_id == Case.id).where(Encounter.id == encounter_id)
    case_id = session.scalars(query.with_for_update(of=Case, key_share=True)).one()
    here = (ContactWish.case_id == case_id, ContactWish.encounter_id.is_not(None), ContactWish.closed_at.is_(None))
    earlier = session.scalars(select(ContactWish).where(*here)).one_or_none()
    if earlier and earlier.encounter_id == encounter_id:
        return
    if earlier:
        earlier.closed_at = now
        session.flush()
    session.add(ContactWish(id=id_, case_id=case_id, about_therapist=False, encounter_id=encounter_id, asked_at=now))


def still_open(session: Session, case_id: str, by_therapist: bool) -> Sequence[ContactWish]:
    """Wishes to be contacted, oldest first; a therapist sees none that is about them."""
    query = select(ContactWish).where(ContactWish.case_id == case_id, ContactWish.closed_at.is_(None))
    query = query.where(ContactWish.encounter_id.is_(None))
    if by_therapist:
        query = query.where(ContactWish.about_therapist.is_(False))
    return session.scalars(query.order_by(ContactWish.asked_at, ContactWish.id)).all()


def another(session: Session, case_id: str, reader: str, now: datetime) -> list[tuple[Any, ...]]:
    """Open wishes for another interpreter, oldest first; of one case, or "" of all but the reader's own as therapist.

    One tuple each: id, case id, its code, when it was asked; the session's id, start, zone, and who interpreted it
    (None: nobody now); the next session to come with that interpreter (None: there is none).
    """
    slot, seat, later = aliased(Slot), aliased(Assignment), aliased(Encounter)
    next_id = (
        select(later.id)
        .join(slot, slot.encounter_id == later.id)
        .join(seat, (seat.slot_id == slot.id) & seat.ended_at.is_(None))
        .where(later.case_id == Case.id, later.status == "scheduled", later.starts_at > now)
        .where(seat.interpreter_id == Assignment.interpreter_id)
        .order_by(later.starts_at, later.id)
        .limit(1)
        .correlate(Case, Assignment)
        .scalar_subquery()
    )
    query = (
        select(ContactWish.id, Case.id, Case.code, ContactWish.asked_at)
        .add_columns(Encounter.id, Encounter.starts_at, Encounter.zone, Person.name, next_id)
        .join(Case, Case.id == ContactWish.case_id)
        .join(Encounter, Encounter.id == ContactWish.encounter_id)
        .join(Slot, Slot.encounter_id == Encounter.id)
        .outerjoin(Assignment, (Assignment.slot_id == Slot.id) & Assignment.ended_at.is_(None))
        .outerjoin(Person, Person.id == Assignment.interpreter_id)
        .where(ContactWish.closed_at.is_(None), Case.therapist_id != reader)
    )
    query = query.where(Case.id == case_id) if case_id else query
    return [tuple(row) for row in session.execute(query.order_by(ContactWish.asked_at, ContactWish.id))]


def open_another(session: Session, case_id: str) -> Sequence[ContactWish]:
    """The open wish for another interpreter, of which a case has one at most."""
    query = select(ContactWish).where(ContactWish.case_id == case_id, ContactWish.closed_at.is_(None))
    return session.scalars(query.where(ContactWish.encounter_id.is_not(None))).all()
