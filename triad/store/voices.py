"""Clips of a form read aloud, small enough to lie in the database and to go with every backup."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, LargeBinary, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from triad.domain import packs, voices
from triad.domain.instruments import Wording
from triad.domain.voices import Clip
from triad.store.types import Base


class VoiceClip(Base):
    """The sound of one text; of each there is one recording and one made voice at most. `hash` is of `content`."""

    __tablename__ = "voice_clip"
    __table_args__ = (
        UniqueConstraint("version_key", "language", "unit", "origin"),
        CheckConstraint("origin IN ('recorded', 'synthetic')", name="origin"),
        CheckConstraint("kind IN ('ogg', 'mp3', 'wav', 'm4a')", name="kind"),
        CheckConstraint("size BETWEEN 1 AND 40000", name="size"),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    version_key: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(60))
    origin: Mapped[str] = mapped_column(String(12))
    text_hash: Mapped[str] = mapped_column(String(64))
    wording_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(8))
    size: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    interprets: Mapped[bool]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    by: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]


COLUMNS = tuple(getattr(VoiceClip, name) for name in Clip.__dataclass_fields__)


def clips(session: Session, version_key: str, language: str) -> list[Clip]:
    """All of a language, without their sound; one statement."""
    where = (VoiceClip.version_key == version_key, VoiceClip.language == language)
    return [Clip(*row) for row in session.execute(select(*COLUMNS).where(*where).order_by(VoiceClip.unit))]


def heard(session: Session, version_key: str, wording: Wording, drafts: bool) -> dict[str, Clip]:
    """Unit to the clip that is heard of it; without `drafts` no voice that was made."""
    found = clips(session, version_key, wording.language)
    return voices.fitting(found, wording.language, packs.units(wording), drafts)


def content(session: Session, clip_id: str) -> bytes | None:
    return session.scalar(select(VoiceClip.content).where(VoiceClip.id == clip_id))


def put(session: Session, **row: Any) -> None:
    """In the place of the clip that was there for the same text and origin."""
    remove(session, row["version_key"], row["language"], row["unit"], row["origin"])
    session.add(VoiceClip(**row))


def remove(session: Session, version_key: str, language: str, unit: str, origin: str) -> bool:
    """Was there one?"""
    where = (VoiceClip.version_key == version_key, VoiceClip.language == language, VoiceClip.unit == unit)
    found = session.scalars(delete(VoiceClip).where(*where, VoiceClip.origin == origin).returning(VoiceClip.id))
    return bool(found.all())
