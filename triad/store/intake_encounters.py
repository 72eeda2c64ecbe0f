"""Writing the encounters an import accepted, with slot, interpreter and everybody's time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from triad.domain.intake_batch import Accepted
from triad.domain.intake_rules import Values
from triad.domain.occupancy import Margins, spans
from triad.store import queries
from triad.store.diaries import Diary, Taken
from triad.store.encounters import Assignment, Encounter, Series, Slot
from triad.store.intake import chunks
from triad.store.intake_write import Writer

SOURCE = "import"
WALL = ("zone", "fold", "minutes", "starts_at", "ends_at", "mode_t", "mode_i", "mode_c", "status", "cancelled_by")


@dataclass(frozen=True)
class Entry:
    """When the rows are written, and by whose account ("-" for the house itself)."""

    now: datetime
    by: str
    margins: Margins


def write(writer: Writer, accepted: Iterable[Accepted], entry: Entry) -> None:
    """Free the time of those that change, write all, then take everybody's time through their diaries."""
    changed = [one for one in accepted if one.row.file == "encounters" and one.verdict != "unchanged"]
    known = [writer.seen.ids["encounters"][one.row.key] for one in changed if one.before]
    for part in chunks(known):
        held = writer.session.scalars(select(Taken.id).where(Taken.encounter_id.in_(part))).all()
        writer.journal.drop(Taken, held)
    _add_series(writer, changed)
    for one in changed:
        if one.before is None:
            _add(writer, one, entry)
        else:
            _change(writer, one, one.before, entry)
    writer.journal.flush()
    _book(writer, changed, entry)


def _add_series(writer: Writer, changed: list[Accepted]) -> None:
    wanted = {one.values["series_ref"]: one.values["case_ref"] for one in changed if one.values["series_ref"]}
    there: set[str] = set()
    for part in chunks(wanted):
        there.update(writer.session.scalars(select(Series.id).where(Series.id.in_(part))))
    for id_, case in wanted.items():
        if id_ not in there:
            writer.journal.add(Series, id=id_, case_id=writer.id_of("cases", case), every_weeks=1)


def _columns(writer: Writer, values: Values, now: datetime) -> Values:
    cancelled = values["status"] == "cancelled"
    return {
        **{name: values[name] for name in WALL},
        "day": values["date"],
        "at": values["start"],
        "site_id": writer.id_of("sites", values["site"]),
        "room_id": writer.seen.rooms[values["site"], values["room"]] if values["room"] else None,
        "series_id": values["series_ref"] or None,
        "cancelled_at": (values["cancelled_at"] or now) if cancelled else None,
    }


def _slot_state(values: Values) -> str:
    if values["status"] == "cancelled":
        return "released"
    if values["status"] == "scheduled":
        return "filled" if values["interpreter_ref"] else "unfilled"
    return "confirmed" if values["interpreter_ref"] else "closed_unfilled"


def _add(writer: Writer, one: Accepted, entry: Entry) -> None:
    values, journal = one.values, writer.journal
    id_, slot_id = writer.fresh_id(), writer.fresh_id()
    writer.seen.ids["encounters"][one.row.key] = id_
    columns = _columns(writer, values, entry.now)
    case_id = writer.id_of("cases", values["case_ref"])
    journal.add(Encounter, id=id_, external_ref=one.row.key, case_id=case_id, **columns)
    need_id = writer.seen.needs[values["case_ref"], values["language"]]
    state = _slot_state(values)
    journal.add(Slot, id=slot_id, encounter_id=id_, need_id=need_id, state=state, demand_at=entry.now)
    if values["interpreter_ref"]:
        _assign(writer, slot_id, values, entry)


def _assign(writer: Writer, slot_id: str, values: Values, entry: Entry) -> None:
    cancelled = values["status"] == "cancelled"
    writer.journal.add(
        Assignment,
        id=writer.fresh_id(),
        slot_id=slot_id,
        interpreter_id=writer.id_of("interpreters", values["interpreter_ref"]),
        made_by=entry.by,
        source=SOURCE,
        waived=[],
        made_at=entry.now,
        confirmed_at=entry.now if _slot_state(values) == "confirmed" else None,
        ended_at=(values["cancelled_at"] or entry.now) if cancelled else None,
        reason="cancelled" if cancelled else "",
    )


def _change(writer: Writer, one: Accepted, before: Values, entry: Entry) -> None:
    values, journal = one.values, writer.journal
    id_ = writer.seen.ids["encounters"][one.row.key]
    writer.put(Encounter, False, id_, {}, _columns(writer, values, entry.now))
    slot = writer.session.execute(select(Slot.id, Slot.state).where(Slot.encounter_id == id_)).one()
    need_id = writer.seen.needs[values["case_ref"], values["language"]]
    decides = ("interpreter_ref", "status", "starts_at", "ends_at")
    stays = all(values[name] == before[name] for name in decides)
    journal.change(Slot, slot.id, need_id=need_id, state=slot.state if stays else _slot_state(values))
    live = writer.session.scalar(
        select(Assignment.id).where(Assignment.slot_id == slot.id, Assignment.ended_at.is_(None))
    )
    replaced = values["interpreter_ref"] != before["interpreter_ref"]
    if live and (replaced or values["status"] == "cancelled"):
        reason = SOURCE if replaced else "cancelled"
        journal.change(Assignment, live, ended_at=entry.now, reason=reason)
    if replaced and values["interpreter_ref"]:
        _assign(writer, slot.id, values, entry)


def _book(writer: Writer, changed: list[Accepted], entry: Entry) -> None:
    cases = writer.seen.rows["cases"]
    wanted: list[tuple[int, dict[str, Any]]] = []
    for one in changed:
        for owner, span in spans(one.values, cases[one.values["case_ref"]], entry.margins):
            id_ = writer.seen.ids["encounters"][one.row.key]
            row = {"encounter_id": id_, "starts_at": span.start, "ends_at": span.end}
            wanted.append((writer.seen.diaries[owner], row))
    diaries = {diary for diary, _ in wanted}
    writer.journal.note_before(Diary, diaries)
    locked = queries.lock_diaries(writer.session, diaries)
    rows = [(diary, Taken(id=writer.fresh_id(), **row)) for diary, row in wanted]
    for diary, taken in rows:
        locked[diary].book(writer.session, taken)
    writer.session.flush()
    writer.journal.note_new(Taken, [taken.id for _, taken in rows])
