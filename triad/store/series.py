"""The dates of a series, those left out of it, and splitting it in two."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from triad.domain import errors
from triad.domain.series import Occurrence
from triad.store import queries
from triad.store.encounters import Encounter, Series
from triad.store.holidays import Skipped


def encounters(session: Session, row: Encounter) -> Sequence[Encounter]:
    """All of the series that `row` belongs to, whole and in order of time; itself alone where there is none."""
    where = Encounter.series_id == row.series_id if row.series_id else Encounter.id == row.id
    return queries.encounters(session, where)


def occurrence(row: Encounter) -> Occurrence:
    return Occurrence(row.id, row.day, row.at, row.zone, row.minutes, row.starts_at, row.status == "scheduled")


def skipped(session: Session, series_id: str | None) -> Sequence[Skipped]:
    query = select(Skipped).where(Skipped.series_id == series_id).order_by(Skipped.day)
    return session.scalars(query).all() if series_id else []


def lock(session: Session, rows: Collection[Encounter]) -> None:
    """From here on nobody else changes these; Stale when somebody has since they were read."""
    query = select(Encounter.id, Encounter.version).where(Encounter.id.in_([row.id for row in rows]))
    locked = {row.id: row.version for row in session.execute(query.order_by(Encounter.id).with_for_update())}
    if locked != {row.id: row.version for row in rows}:
        raise errors.Stale


def carry(session: Session, series_id: str, since: date, by: timedelta) -> None:
    """The dates left out go along with those that moved."""
    moving = [one for one in skipped(session, series_id) if one.day >= since]
    # The furthest first, so that none meets another on its way.
    for one in sorted(moving, key=lambda one: one.day, reverse=by > timedelta(0)):
        one.day += by
        session.flush()


def split(session: Session, rows: Sequence[Encounter], fresh_id: str, since: date) -> None:
    """These go on as a series of their own, with the dates left out from `since` on."""
    old = session.get_one(Series, rows[0].series_id)
    session.add(Series(id=fresh_id, case_id=old.case_id, every_weeks=old.every_weeks))
    session.flush()
    for one in skipped(session, old.id):
        if one.day >= since:
            one.series_id = fresh_id
    for row in rows:
        row.series_id = fresh_id
