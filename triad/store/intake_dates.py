"""What has a time, as an import sees it: weekly hours, time off, encounters, and who is taken when."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import time
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from triad.domain.occupancy import Owner
from triad.domain.timespans import TimeSpan
from triad.store.diaries import Taken
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.intake import Snapshot, chunks
from triad.store.people import TimeOff, WeeklyHours


def add_named(session: Session, seen: Snapshot, refs: Collection[str]) -> None:
    """Add to `seen` the hours, time off and encounters that `refs` name."""
    people = {**seen.keys("interpreters"), **seen.keys("therapists")}
    for hours in _named(session, WeeklyHours, WeeklyHours.external_ref, refs):
        seen.put("availability", hours.external_ref or hours.id, hours.id, **_hours(hours, people))
    for off in _named(session, TimeOff, TimeOff.external_ref, refs):
        values = {"person_ref": people.get(off.person_id, ""), "starts_at": off.starts_at, "ends_at": off.ends_at}
        seen.put("time_off", off.external_ref or off.id, off.id, **values)
    _encounters(session, seen, refs)


def _named(session: Session, model: Any, ref: InstrumentedAttribute[Any], refs: Collection[str]) -> Iterator[Any]:
    for part in chunks(refs):
        yield from session.scalars(select(model).where(or_(ref.in_(part), model.id.in_(part))))


def _hours(row: WeeklyHours, people: dict[str | None, str]) -> dict[str, Any]:
    return {
        "person_ref": people.get(row.person_id, ""),
        "weekday": row.weekday,
        "from": row.start,
        "to": row.end,
        "zone": row.zone,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def _encounters(session: Session, seen: Snapshot, refs: Collection[str]) -> None:
    cases, sites, people = seen.keys("cases"), seen.keys("sites"), seen.keys("interpreters")
    rooms: dict[str | None, str] = {None: "", **{id_: name for (_, name), id_ in seen.rooms.items()}}
    languages = {id_: language for (_, language), id_ in seen.needs.items()}
    for row, need_id, interpreter_id in _whole(session, refs):
        seen.put(
            "encounters",
            row.external_ref or row.id,
            row.id,
            case_ref=cases[row.case_id],
            date=row.day,
            start=time(row.at.hour, row.at.minute),
            fold=row.fold,
            minutes=row.minutes,
            zone=row.zone,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            site=sites[row.site_id],
            room=rooms[row.room_id],
            mode_t=row.mode_t,
            mode_i=row.mode_i,
            mode_c=row.mode_c,
            language=languages.get(need_id, ""),
            interpreter_ref=people[interpreter_id],
            status=row.status,
            cancelled_by=row.cancelled_by,
            cancelled_at=row.cancelled_at,
            series_ref=row.series_id or "",
        )


def _whole(session: Session, refs: Collection[str]) -> Iterator[tuple[Encounter, str, str | None]]:
    """With the need and the interpreter; of a cancelled one, whoever was to interpret it last."""
    for part in chunks(refs):
        last: dict[str, str] = {}
        named = or_(Encounter.external_ref.in_(part), Encounter.id.in_(part))
        assigned = (
            select(Slot.encounter_id, Assignment.interpreter_id)
            .join(Assignment, Assignment.slot_id == Slot.id)
            .join(Encounter, Encounter.id == Slot.encounter_id)
            .where(named, or_(Assignment.ended_at.is_(None), Encounter.status == "cancelled"))
            .order_by(Assignment.made_at, Assignment.id)
        )
        last.update((row.encounter_id, row.interpreter_id) for row in session.execute(assigned))
        query = select(Encounter, Slot.need_id).join(Slot, Slot.encounter_id == Encounter.id).where(named)
        for row, need_id in session.execute(query):
            yield row, need_id, last.get(row.id)


def taken(session: Session, seen: Snapshot, window: TimeSpan | None) -> Sequence[tuple[Owner, TimeSpan, str]]:
    """(whose, when, key of the encounter) for everything that touches `window`; nothing when it is None."""
    if window is None:
        return []
    owners = {diary: owner for owner, diary in seen.diaries.items()}
    query = (
        select(Taken.diary_id, Taken.starts_at, Taken.ends_at, Encounter.id, Encounter.external_ref)
        .join(Encounter, Encounter.id == Taken.encounter_id)
        .where(Taken.starts_at < window.end, Taken.ends_at > window.start)
    )
    return [
        (owners[diary], TimeSpan(starts, ends), ref or id_)
        for diary, starts, ends, id_, ref in session.execute(query)
        if diary in owners
    ]
