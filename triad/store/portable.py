"""What one client gave the clinic: reads for the copy that they take along, and who opened it. Nothing of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session, joinedload

from triad.store.cases import Agreement, Case, Consent, CulturalNote, Goal
from triad.store.clinic import Client
from triad.store.contacts import ContactWish
from triad.store.encounters import Encounter
from triad.store.ledger import AuditEntry
from triad.store.people import Account, Person
from triad.store.ratings import Answer, Rating


def client(session: Session, code: str) -> Client | None:
    return session.scalars(select(Client).where(Client.code == code).options(joinedload(Client.person))).one_or_none()


def answers(session: Session, client_id: str) -> Sequence[Row[Any]]:
    """One tuple for each answer of each form that was not taken back, in order of time."""
    query = (
        select(Rating.id, Encounter.day, Rating.version_key, Rating.edition, Rating.language, Rating.mode)
        .add_columns(Rating.choice, Rating.submitted_at)
        .add_columns(Answer.item, Answer.direction, Answer.value, Answer.missing)
        .join(Encounter, Encounter.id == Rating.encounter_id)
        .join(Answer, Answer.rating_id == Rating.id)
        .where(Rating.rater_id == client_id, Rating.party == "client", Rating.withdrawn_at.is_(None))
    )
    return session.execute(query.order_by(Encounter.starts_at, Rating.id, Answer.direction, Answer.item)).all()


def goals(session: Session, client_id: str) -> Sequence[Goal]:
    query = select(Goal).join(Case, Case.id == Goal.case_id).where(Case.client_id == client_id)
    return session.scalars(query.order_by(Goal.written_at, Goal.id)).all()


def wishes(session: Session, client_id: str) -> Sequence[CulturalNote]:
    """Notes of the client's own saying about themselves."""
    query = select(CulturalNote).join(Case, Case.id == CulturalNote.case_id).where(Case.client_id == client_id)
    own = query.where(CulturalNote.source == "client", CulturalNote.whose == "client")
    return session.scalars(own.order_by(CulturalNote.written_at, CulturalNote.id)).all()


def asked(session: Session, client_id: str) -> Sequence[ContactWish]:
    """To be contacted, or another interpreter: open or not, in order of time."""
    query = select(ContactWish).join(Case, Case.id == ContactWish.case_id).where(Case.client_id == client_id)
    return session.scalars(query.order_by(ContactWish.asked_at, ContactWish.id)).all()


def consents(session: Session, client_id: str) -> Sequence[Row[Any]]:
    """The rules the client agreed to, with when."""
    query = select(Agreement.version, Agreement.texts, Consent.agreed_at).join(
        Consent, Consent.agreement_id == Agreement.id
    )
    own = query.where(Consent.person_id == client_id, Consent.party == "client")
    return session.execute(own.order_by(Consent.agreed_at, Agreement.id)).all()


def readings(session: Session, client_id: str, verbs: Sequence[str], of_all: Sequence[str]) -> Sequence[Row[Any]]:
    """Lines of the trail that say who opened something of the client's: one tuple for each, in order of time.

    `verbs` are about the client or one of their cases; `of_all` name subjects that stand for all cases together.
    The name is None for the house itself.
    """
    own = select(Case.id).where(Case.client_id == client_id)
    query = (
        select(AuditEntry.at, AuditEntry.verb, AuditEntry.subject)
        .add_columns(Person.name)
        .outerjoin(Account, Account.id == AuditEntry.actor)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(AuditEntry.verb.in_(verbs))
        .where(or_(AuditEntry.subject.in_(own), AuditEntry.subject == client_id, AuditEntry.subject.in_(of_all)))
    )
    return session.execute(query.order_by(AuditEntry.seq)).all()
