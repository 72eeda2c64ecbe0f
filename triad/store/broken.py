"""Bookings of people who are away by now: sessions to come that an absence of their interpreter touches."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from triad.domain.timespans import TimeSpan
from triad.store.candidates import Rules
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.people import TimeOff


def encounters(session: Session, rules: Rules, now: datetime, interpreter_id: str = "") -> set[str]:
    """Ids; of one interpreter, or "" of all. Briefing and debrief count; an absence known and set aside does not."""
    query = (
        select(Encounter.id, Encounter.starts_at, Encounter.ends_at, TimeOff.starts_at, TimeOff.ends_at)
        .add_columns(Assignment.waived)
        .join(Slot, Slot.encounter_id == Encounter.id)
        .join(Assignment, Assignment.slot_id == Slot.id)
        .join(TimeOff, TimeOff.person_id == Assignment.interpreter_id)
        .where(Assignment.ended_at.is_(None), Encounter.status == "scheduled", Encounter.starts_at > now)
        .where(TimeOff.ends_at > now)
    )
    if interpreter_id:
        query = query.where(Assignment.interpreter_id == interpreter_id)
    before, after = timedelta(minutes=rules.briefing), timedelta(minutes=rules.debrief)
    return {
        id_
        for id_, starts, ends, away, back, waived in session.execute(query)
        if "TIME_OFF" not in waived and TimeSpan(starts, ends).widened(before, after).overlaps(TimeSpan(away, back))
    }
