"""Reads for the client's form: the right behind a link or a page, what is kept of it, who hears of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from triad.domain.parties import Role
from triad.store.cases import Case
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.people import Account
from triad.store.ratings import Draft, Invitation, Rating


def by_link(session: Session, token_hash: str, lock: bool) -> Invitation | None:
    return _one(session, Invitation.token_hash == token_hash, lock)


def by_page(session: Session, page_hash: str, lock: bool) -> Invitation | None:
    return _one(session, Invitation.page_hash == page_hash, lock)


def _one(session: Session, where: ColumnElement[bool], lock: bool) -> Invitation | None:
    query = select(Invitation).where(where)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def unspent(session: Session, encounter_id: str) -> Sequence[Invitation]:
    query = select(Invitation).where(Invitation.encounter_id == encounter_id, Invitation.spent_at.is_(None))
    return session.scalars(query).all()


def kept(session: Session, invitation_id: str) -> Sequence[Draft]:
    return session.scalars(select(Draft).where(Draft.invitation_id == invitation_id)).all()


def interpreter(session: Session, encounter_id: str) -> str | None:
    """The person id of who is attached to the encounter now; None while nobody is."""
    query = select(Assignment.interpreter_id).join(Slot, Slot.id == Assignment.slot_id)
    return session.scalar(query.where(Slot.encounter_id == encounter_id, Assignment.ended_at.is_(None)))


def lock_encounter(session: Session, encounter_id: str) -> None:
    """Whoever else writes about this encounter's forms waits until the transaction is over."""
    session.execute(select(Encounter.id).where(Encounter.id == encounter_id).with_for_update())


def is_rated(session: Session, encounter_id: str) -> bool:
    """Whether there is a rating of the client's already."""
    query = select(Rating.id).where(Rating.encounter_id == encounter_id, Rating.party == Role.CLIENT.value)
    return session.scalar(query) is not None


def to_contact(session: Session, encounter_id: str) -> tuple[str, list[str]]:
    """The case, and the people who are told that its client wants to be contacted: therapist and all leads."""
    query = select(Case.id, Case.therapist_id).join(Encounter, Encounter.case_id == Case.id)
    case_id, therapist_id = session.execute(query.where(Encounter.id == encounter_id)).tuples().one()
    leads = select(Account.person_id).where(Account.active.is_(True), Account.roles.any(name=Role.LEAD.value))
    return case_id, sorted({therapist_id, *session.scalars(leads)})
