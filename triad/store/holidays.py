"""Days on which a site is closed, and the dates of a series that were left out and can come back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from triad.store.types import Base


class Holiday(Base):
    __tablename__ = "holiday"
    __table_args__ = (UniqueConstraint("site_id", "day"),)
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    day: Mapped[date]
    name: Mapped[str] = mapped_column(String(80))


class Skipped(Base):
    """`cause` is "holiday", "chosen", or what stood against the date."""

    __tablename__ = "skipped_date"
    __table_args__ = (UniqueConstraint("series_id", "day"),)
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    series_id: Mapped[str] = mapped_column(ForeignKey("series.id"))
    day: Mapped[date]
    cause: Mapped[str] = mapped_column(String(16))


def between(session: Session, site_id: str | None, first: date, last: date) -> Mapping[date, str]:
    """The site's holidays on these days, the last one included, with their names."""
    if site_id is None:
        return {}
    query = select(Holiday.day, Holiday.name).where(Holiday.site_id == site_id, Holiday.day.between(first, last))
    return {row.day: row.name for row in session.execute(query)}
