"""Completed forms, the single-use rights to give them, and the values computed from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    String,
    UniqueConstraint,
    bindparam,
    delete,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from triad.domain import scoring
from triad.domain.licensed import Scored
from triad.domain.scoring import Key
from triad.store import types
from triad.store.types import Base


class Invitation(Base):
    """The client's way in. `token_hash` is keyed; `page_hash` is that of the visit the link was turned into."""

    __tablename__ = "invitation"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    version_key: Mapped[str] = mapped_column(String(60))
    edition: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(20))
    policy: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    page_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    page_expires_at: Mapped[datetime | None]
    page_opened_at: Mapped[datetime | None]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    progress: Mapped[dict[str, Any]]


class Draft(Base):
    """One answer of a form that is not sent yet; written on every screen, read back only as "answered"."""

    __tablename__ = "draft"
    invitation_id: Mapped[str] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int | None]
    missing: Mapped[str | None] = mapped_column(String(16))


class Rating(Base):
    """One slot: rater x encounter. `interpreter_id` is who sat in the room, since a new person starts new edges.

    `typed_by` is the account that typed it in from a paper sheet; None for a form that was filled in on a screen.
    """

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("encounter_id", "party"),
        CheckConstraint("party IN ('therapist', 'interpreter', 'client')", name="party"),
        CheckConstraint("choice IN ('therapist', 'lead_only', 'statistics_only')", name="choice"),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    party: Mapped[str] = mapped_column(String(12))
    rater_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    interpreter_id: Mapped[str | None] = mapped_column(ForeignKey("interpreter.id"))
    version_key: Mapped[str] = mapped_column(String(60))
    edition: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(20))
    mode: Mapped[str] = mapped_column(String(24))
    choice: Mapped[str] = mapped_column(String(16))
    policy: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[datetime]
    locked_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    typed_by: Mapped[str | None] = mapped_column(String(24))
    answers: Mapped[list[Answer]] = relationship(lazy="raise", cascade="all, delete-orphan")
    scores: Mapped[list[Score]] = relationship(lazy="raise", cascade="all, delete-orphan")


class Answer(Base):
    __tablename__ = "answer"
    __table_args__ = (CheckConstraint("(value IS NULL) <> (missing IS NULL)", name="one"),)
    rating_id: Mapped[str] = mapped_column(ForeignKey("rating.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(20), primary_key=True)
    direction: Mapped[str] = mapped_column(String(6), primary_key=True)
    value: Mapped[int | None]
    missing: Mapped[str | None] = mapped_column(String(16))
    wording: Mapped[str] = mapped_column(String(64))


class EarlierAnswer(Base):
    """What a corrected form said before: kept as it was, and read by nobody."""

    __tablename__ = "earlier_answer"
    __table_args__ = (CheckConstraint("(value IS NULL) <> (missing IS NULL)", name="one"),)
    rating_id: Mapped[str] = mapped_column(ForeignKey("rating.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(String(20), primary_key=True)
    direction: Mapped[str] = mapped_column(String(6), primary_key=True)
    value: Mapped[int | None]
    missing: Mapped[str | None] = mapped_column(String(16))
    wording: Mapped[str] = mapped_column(String(64))


class Score(Base):
    """A facet's POMP value, 0 to 100; null when too few of its items were answered."""

    __tablename__ = "score"
    rating_id: Mapped[str] = mapped_column(ForeignKey("rating.id"), primary_key=True)
    direction: Mapped[str] = mapped_column(String(6), primary_key=True)
    facet: Mapped[str] = mapped_column(String(8), primary_key=True)
    pomp: Mapped[float | None]
    answered: Mapped[int]
    scorer: Mapped[str] = mapped_column(String(8))


class LicensedScore(Base):
    """A subscale's value in its makers' own unit; null when too few of its items were answered."""

    __tablename__ = "licensed_score"
    rating_id: Mapped[str] = mapped_column(ForeignKey("rating.id"), primary_key=True)
    direction: Mapped[str] = mapped_column(String(6), primary_key=True)
    subscale: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[float | None]
    answered: Mapped[int]
    scorer: Mapped[str] = mapped_column(String(8))


SENT = (
    select(Rating)
    .where(Rating.encounter_id == bindparam("encounter"), Rating.party == bindparam("party"))
    .options(selectinload(Rating.answers), selectinload(Rating.scores))
)


def sent(session: Session, encounter_id: str, party: str) -> Rating | None:
    """One party's rating of the encounter, with answers and scores."""
    return session.scalars(SENT, {"encounter": encounter_id, "party": party}).one_or_none()


def subscales(session: Session, rating: Rating) -> dict[tuple[str, str], float | None]:
    """Of a licensed form, by direction and subscale."""
    query = select(LicensedScore.direction, LicensedScore.subscale, LicensedScore.value)
    found = session.execute(query.where(LicensedScore.rating_id == rating.id).order_by(*query.selected_columns[:2]))
    return {(direction, subscale): value for direction, subscale, value in found}


def add(session: Session, **row: Any) -> str:
    """The id of the new rating, still without a line."""
    session.execute(insert(types.table(Rating)), row)
    return str(row["id"])


def clear(session: Session, rating_id: str) -> None:
    for table in (Answer, EarlierAnswer, Score, LicensedScore):
        session.execute(delete(table).where(table.rating_id == rating_id))


def put_by(session: Session, rating_id: str, revision: int) -> None:
    """Make room for a correction: the answers of this revision are kept apart, their scores go."""
    columns = ("rating_id", "item", "direction", "value", "missing", "wording")
    said = select(*(getattr(Answer, name) for name in columns), literal(revision)).where(
        Answer.rating_id == rating_id
    )
    session.execute(insert(types.table(EarlierAnswer)).from_select([*columns, "revision"], said))
    for table in (Answer, Score, LicensedScore):
        session.execute(delete(table).where(table.rating_id == rating_id))


def fill(
    session: Session,
    rating_id: str,
    marks: Mapping[Key, int | str],
    worded: Mapping[Key, str],
    scores: Mapping[Any, scoring.Score] | Mapping[tuple[str, str], Scored],
) -> None:
    """Write all lines of a rating that has none. `marks` are values or missing codes, `worded` hashes of wordings."""
    # As rows, not as objects: they are a dozen, and nobody looks at them again in this transaction.
    answers = [
        {
            "rating_id": rating_id,
            "item": item,
            "direction": slot,
            "value": None if isinstance(mark, str) else mark,
            "missing": mark if isinstance(mark, str) else None,
            "wording": worded[item, slot],
        }
        for (item, slot), mark in marks.items()
    ]
    session.execute(insert(types.table(Answer)), answers)
    common = {"rating_id": rating_id, "scorer": scoring.SCORER}
    own, licensed = [], []
    for (slot, name), score in scores.items():
        row = {**common, "direction": slot, "answered": score.answered}
        if isinstance(score, Scored):
            licensed.append({**row, "subscale": name, "value": score.value})
        else:
            own.append({**row, "facet": name, "pomp": score.pomp})
    for table, rows in ((Score, own), (LicensedScore, licensed)):
        if rows:
            session.execute(insert(types.table(table)), rows)
