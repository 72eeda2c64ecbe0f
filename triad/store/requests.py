"""What was asked for before anybody was planned, what came of it, and slots that were closed with nobody in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship
from sqlalchemy.orm.interfaces import ORMOption

from triad.store.cases import Case, LanguageNeed
from triad.store.clinic import Client, Therapist
from triad.store.encounters import Encounter, Slot
from triad.store.types import Base


class Request(Base):
    """`at` on the wall clock of `zone`; `mode` "" as the need says. `code` is why it was refused.

    `amended` names what the coordinator changed on accepting.
    """

    __tablename__ = "request"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'submitted', 'accepted', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("urgency IN ('routine', 'soon', 'urgent')", name="urgency"),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    need_id: Mapped[str] = mapped_column(ForeignKey("language_need.id"))
    asked_by: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(12), default="draft", index=True)
    urgency: Mapped[str] = mapped_column(String(8), default="routine")
    day: Mapped[date]
    at: Mapped[time]
    zone: Mapped[str] = mapped_column(String(60))
    minutes: Mapped[int]
    count: Mapped[int] = mapped_column(default=1)
    every_weeks: Mapped[int] = mapped_column(default=1)
    mode: Mapped[str] = mapped_column(String(12), default="")
    made_at: Mapped[datetime]
    arrived_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(24), default="")
    code: Mapped[str] = mapped_column(String(16), default="")
    amended: Mapped[list[str]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=1)
    case: Mapped[Case] = relationship(lazy="raise")
    need: Mapped[LanguageNeed] = relationship(lazy="raise")


class Planned(Base):
    """The encounters that came of a request."""

    __tablename__ = "request_encounter"
    request_id: Mapped[str] = mapped_column(ForeignKey("request.id"), primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), primary_key=True, index=True)


class Closure(Base):
    """A slot that was given up; `reopened_at` None while it is. What was never met stays countable."""

    __tablename__ = "slot_closure"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    slot_id: Mapped[str] = mapped_column(ForeignKey("slot.id"), index=True)
    cause: Mapped[str] = mapped_column(String(16))
    closed_at: Mapped[datetime]
    closed_by: Mapped[str] = mapped_column(String(24))
    reopened_at: Mapped[datetime | None]


def request(session: Session, id_: str, lock: bool = False) -> Request | None:
    """With its case, the people of it, and its need."""
    query = select(Request).where(Request.id == id_).options(*_whole())
    return session.scalars(query.with_for_update(of=Request) if lock else query).unique().one_or_none()


def listed(session: Session, therapist_id: str = "") -> Sequence[Request]:
    """Those that wait first, the most urgent of them on top, then the newest; of one therapist's cases, or of all."""
    query = select(Request).options(*_whole())
    if therapist_id:
        query = query.where(Request.case.has(Case.therapist_id == therapist_id))
    else:
        query = query.where(Request.state != "draft")
    order = {"urgent": 0, "soon": 1, "routine": 2}
    rows = session.scalars(query.order_by(Request.made_at.desc(), Request.id)).unique().all()
    return sorted(
        rows, key=lambda row: (row.state != "submitted", order[row.urgency] if row.state == "submitted" else 0)
    )


def encounters_of(session: Session, request_id: str) -> Sequence[str]:
    return session.scalars(select(Planned.encounter_id).where(Planned.request_id == request_id)).all()


def urgent(session: Session, *where: ColumnElement[bool]) -> dict[str, str]:
    """Encounter -> how urgently it was asked for, of those encounters for which that is more than routine."""
    query = (
        select(Planned.encounter_id, Request.urgency)
        .join(Request, Request.id == Planned.request_id)
        .join(Encounter, Encounter.id == Planned.encounter_id)
        .where(Request.urgency != "routine", *where)
        # Of two requests the more urgent one comes last, and holds.
        .order_by(Request.urgency)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def unmet(session: Session) -> Counter[tuple[str, str]]:
    """How often nobody came of it: (language, cause) of slots given up, (language, "refused:" code) of requests."""
    slots = (
        select(LanguageNeed.language, Closure.cause, func.count())
        .join(Slot, Slot.id == Closure.slot_id)
        .join(LanguageNeed, LanguageNeed.id == Slot.need_id)
        .where(Closure.reopened_at.is_(None))
        .group_by(LanguageNeed.language, Closure.cause)
    )
    asked = (
        select(LanguageNeed.language, Request.code, func.count())
        .join(LanguageNeed, LanguageNeed.id == Request.need_id)
        .where(Request.state == "refused")
        .group_by(LanguageNeed.language, Request.code)
    )
    found = Counter({(language, cause): count for language, cause, count in session.execute(slots)})
    return found + Counter({(one, f"refused:{code}"): count for one, code, count in session.execute(asked)})


def _whole() -> list[ORMOption]:
    case = joinedload(Request.case)
    return [
        case.joinedload(Case.client).joinedload(Client.person),
        case.joinedload(Case.therapist).joinedload(Therapist.person),
        case.joinedload(Case.site),
        case.selectinload(Case.needs),
        joinedload(Request.need),
    ]
