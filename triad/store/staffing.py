"""Plans as they were proposed: one row each time somebody asked, one line for each encounter.

Nothing is assigned by them. No rating is read for them, and none lies here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from triad.domain.taking_over import Line
from triad.store import requests
from triad.store.cases import Case
from triad.store.clinic import Interpreter, Therapist
from triad.store.encounters import Encounter, Slot
from triad.store.people import Account, Person
from triad.store.types import Base

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"


class StaffingRun(Base):
    """`keeps`: nobody who has a session is moved, unless they are away. `away_id`, `urgent_id`: why it was asked.

    `share` done, in percent; `problem` says why it failed. `people` is what was known of the interpreters, as hashes;
    `terms` and `weights` in the engine's order. `bound` None: not known how good it is.
    """

    __tablename__ = "staffing_run"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
        CheckConstraint("kind IN ('plan', 'replan')", name="kind"),
        CheckConstraint("share BETWEEN 0 AND 100", name="share"),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    asked_by: Mapped[str] = mapped_column(String(24))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(6), default="plan")
    keeps: Mapped[bool] = mapped_column(default=False)
    away_id: Mapped[str | None] = mapped_column(ForeignKey("interpreter.id"))
    urgent_id: Mapped[str | None] = mapped_column(ForeignKey("encounter.id"))
    state: Mapped[str] = mapped_column(String(8), default=QUEUED)
    share: Mapped[int] = mapped_column(default=0)
    touched_at: Mapped[datetime]
    problem: Mapped[str] = mapped_column(String(24), default="")
    inputs_hash: Mapped[str] = mapped_column(String(64), default="")
    people: Mapped[dict[str, Any]] = mapped_column(default=dict)
    weights: Mapped[dict[str, Any]] = mapped_column(default=dict)
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict)
    how: Mapped[str] = mapped_column(String(8), default="")
    worth: Mapped[int] = mapped_column(BigInteger, default=0)
    bound: Mapped[int | None] = mapped_column(BigInteger)
    milliseconds: Mapped[int] = mapped_column(default=0)
    filled: Mapped[int] = mapped_column(default=0)
    unfilled: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)

    @property
    def gap(self) -> float | None:
        """At most this share of the best possible is missing; None where nothing is known of it."""
        if self.bound is None:
            return None
        return max(0.0, (self.bound - self.worth) / self.bound) if self.bound > 0 else 0.0


class StaffingLine(Base):
    """`before` and `after` None: nobody. `terms`: what `after` gains over `runner_up`, by goal. `could`: how many
    may take it.
    `asked` is what the encounter asked for, by part, as hashes. `outcome` "" until somebody decides, and again once
    it was taken back; `why` has the codes against it where it was refused, or where it could not be taken back.
    `settled_version`: the encounter's, when the line was taken over.
    """

    __tablename__ = "staffing_line"
    __table_args__ = (CheckConstraint("outcome IN ('', 'done', 'skipped', 'refused')", name="outcome"),)
    run_id: Mapped[str] = mapped_column(ForeignKey("staffing_run.id", ondelete="CASCADE"), primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), primary_key=True, index=True)
    before_id: Mapped[str | None] = mapped_column(ForeignKey("interpreter.id"))
    after_id: Mapped[str | None] = mapped_column(ForeignKey("interpreter.id"))
    runner_up_id: Mapped[str | None] = mapped_column(ForeignKey("interpreter.id"))
    pinned: Mapped[bool] = mapped_column(default=False)
    could: Mapped[int] = mapped_column(default=0)
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    outcome: Mapped[str] = mapped_column(String(8), default="")
    why: Mapped[list[str]] = mapped_column(default=list)
    settled_at: Mapped[datetime | None]
    settled_version: Mapped[int | None]
    encounter: Mapped[Encounter] = relationship(lazy="raise")

    @property
    def is_change(self) -> bool:
        return self.before_id != self.after_id


def lost_after(seconds: int) -> timedelta:
    """Nothing was heard of a run that may take so many seconds: whoever worked on it is gone."""
    return timedelta(seconds=2 * seconds + 60)


def run(session: Session, id_: str, lock: bool = False) -> StaffingRun | None:
    query = select(StaffingRun).where(StaffingRun.id == id_)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def waiting(session: Session, asked_by: str, since: datetime) -> Sequence[StaffingRun]:
    """Those of this account that are not over, and of which something was heard since."""
    query = select(StaffingRun).where(StaffingRun.asked_by == asked_by, StaffingRun.touched_at > since)
    return session.scalars(query.where(StaffingRun.state.in_((QUEUED, RUNNING)))).all()


def runs(session: Session, limit: int) -> Sequence[StaffingRun]:
    """The latest first."""
    query = select(StaffingRun).order_by(StaffingRun.asked_at.desc(), StaffingRun.id.desc())
    return session.scalars(query.limit(limit)).all()


def lines(session: Session, run_id: str, encounter_id: str = "") -> Sequence[StaffingLine]:
    """In order of time, each with its encounter's case, therapist, need and site; one of them if it is named."""
    encounter = joinedload(StaffingLine.encounter)
    query = (
        select(StaffingLine)
        .join(Encounter, Encounter.id == StaffingLine.encounter_id)
        .where(StaffingLine.run_id == run_id)
        .options(
            encounter.joinedload(Encounter.case).joinedload(Case.therapist).joinedload(Therapist.person),
            encounter.joinedload(Encounter.slot).joinedload(Slot.need),
            encounter.joinedload(Encounter.site),
        )
        .order_by(Encounter.starts_at, Encounter.id)
    )
    return session.scalars(query.where(StaffingLine.encounter_id == encounter_id) if encounter_id else query).all()


def outline(line: StaffingLine) -> Line:
    """Free of any session; with its encounter loaded."""
    return Line(line.encounter_id, line.before_id, line.after_id, line.encounter.starts_at, line.encounter.day)


def urgent(session: Session, run_id: str) -> dict[str, str]:
    """Encounter -> how urgently it was asked for, of those lines that cannot wait."""
    own = select(StaffingLine.encounter_id).where(StaffingLine.run_id == run_id)
    return requests.urgent(session, Encounter.id.in_(own))


def names(session: Session) -> dict[str, str]:
    """Name of every interpreter by id, also of those who left."""
    query = select(Person.id, Person.name).join(Interpreter, Interpreter.id == Person.id)
    return {row[0]: row[1] for row in session.execute(query)}


def askers(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """Name by account."""
    query = select(Account.id, Person.name).join(Person, Person.id == Account.person_id).where(Account.id.in_(ids))
    return {row[0]: row[1] for row in session.execute(query)}
