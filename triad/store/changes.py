"""Where a planned session goes when it is moved: what was asked for, whether it can be meant, writing it down."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from triad.domain import errors
from triad.domain.modes import Modes
from triad.domain.timespans import TimeSpan, WallTime, span_of
from triad.store.clinic import Room, Site
from triad.store.encounters import Encounter


@dataclass(frozen=True)
class Change:
    """Where a session goes: time on the wall clock, minutes, place, and where each of the three sits.

    `version` as it was read. `release`: take the interpreter off, where else it is refused unless they can stay.
    """

    wall: WallTime
    minutes: int
    site_id: str | None
    room_id: str | None
    modes: Modes
    version: int
    release: bool = False


def place(session: Session, change: Change) -> Room | None:
    """The room, or None; Unfit naming each line that does not fit."""
    problems = {}
    if not 5 <= change.minutes <= 480:
        problems["minutes"] = "range"
    if not change.modes.known:
        problems["mode"] = "unknown"
    if change.site_id and session.get(Site, change.site_id) is None:
        problems["site"] = "unknown"
    room = session.get(Room, change.room_id) if change.room_id else None
    if change.room_id and (room is None or room.site_id != change.site_id):
        problems["room"] = "not_here"
    elif change.modes.anybody_comes and not change.site_id:
        problems["site"] = "somebody_comes"
    if problems:
        raise errors.Unfit(problems)
    return room


def span(change: Change) -> TimeSpan:
    """Unfit for a time that does not exist, comes twice or is too far away."""
    try:
        return span_of(change.wall, change.minutes)
    except errors.Unfit as error:
        raise errors.Unfit({"start": next(iter(error.fields.values()))}, **error.details) from None


def seats(encounter: Encounter) -> Modes:
    """Where the three sit now."""
    return Modes(encounter.mode_t, encounter.mode_i, encounter.mode_c)


def wall(encounter: Encounter) -> str:
    """When it is, as its own clock says it and as the trail keeps it: 2027-03-28 14:30."""
    return f"{encounter.day} {encounter.at:%H:%M}"


def rewrite(encounter: Encounter, change: Change, span: TimeSpan) -> None:
    """Write it into the encounter and bump its version; whose time it is is not looked at."""
    wall = change.wall
    encounter.day, encounter.at, encounter.zone, encounter.fold = wall.day, wall.at, wall.zone, wall.fold or 0
    encounter.minutes, encounter.starts_at, encounter.ends_at = change.minutes, span.start, span.end
    encounter.site_id, encounter.room_id = change.site_id, change.room_id
    encounter.mode_t, encounter.mode_i, encounter.mode_c = change.modes
    encounter.version += 1
