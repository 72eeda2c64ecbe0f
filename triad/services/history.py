"""What changed, with who and why, for whoever may know: of a session, of an interpreter, of a day's sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from triad.domain import errors
from triad.domain.parties import Role
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import history, queries
from triad.store.clinic import Interpreter
from triad.store.encounters import Encounter
from triad.store.history import Event

__all__ = ["Day", "Event", "of_day", "of_encounter", "of_person"]
OF_THE_DESK = frozenset({"offered", "offers_withdrawn", "offer_declined", "closed", "reopened"})
"""Whom a coordinator asked, and how long they looked, is theirs to know."""
OPEN = frozenset({"planned", "moved", "restored", "marked", "corrected"})
"""What anybody may know whose session it is."""


@dataclass(frozen=True)
class Day:
    """The sessions of a day in order of time, each with its start, zone, case and changes, oldest first."""

    sessions: Sequence[tuple[str, datetime, str, str, Sequence[Event]]]


def of_encounter(actor: Actor, encounter_id: str) -> tuple[Encounter, Sequence[Event]]:
    """Oldest first. What somebody typed is for coordinators; interpreters hear of themselves, and of the session only
    since it was theirs, not who cancelled it."""
    with context.look(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.SEE_ENCOUNTER)
        found = history.of_encounters(ctx.session, Encounter.id == encounter_id)
        if actor.has(Role.COORDINATOR):
            return encounter, found
        if actor.person_id == encounter.case.therapist_id:
            return encounter, [_for_therapist(one) for one in found if one.kind not in OF_THE_DESK]
        return encounter, _for_interpreter(found, actor.person_id)


def of_person(actor: Actor, person_id: str) -> tuple[Interpreter, Sequence[Event]]:
    """Of an interpreter: what was changed about them, and the sessions they were given or lost. Oldest first."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_PEOPLE)
        rows = queries.interpreters(ctx.session, Interpreter.id == person_id)
        if not rows:
            raise errors.NotFound
        return rows[0], history.of_person(ctx.session, person_id)


def of_day(actor: Actor, day: date) -> Day:
    """Of the sessions planned on that day, whenever it was changed."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_BOARD)
        return Day(_by_session(ctx, day))


def _by_session(ctx: Context, day: date) -> list[tuple[str, datetime, str, str, Sequence[Event]]]:
    rows = queries.encounters(ctx.session, Encounter.day == day)
    found: dict[str, list[Event]] = {row.id: [] for row in rows}
    for one in history.of_encounters(ctx.session, Encounter.day == day):
        found[one.encounter_id].append(one)
    return [(row.id, row.starts_at, row.zone, row.case.code, found[row.id]) for row in rows]


def _for_therapist(one: Event) -> Event:
    return one if one.kind == "closed" else one._replace(why="")


def _for_interpreter(found: Sequence[Event], person_id: str) -> list[Event]:
    own = [one.at for one in found if one.about_id == person_id]
    since = min(own) if own else None
    return [
        one._replace(why="")
        for one in found
        if one.about_id == person_id
        or (since and one.at >= since and one.kind in OPEN)
        or (one.kind == "attendance" and one.details.get("party") == Role.INTERPRETER and since and one.at >= since)
    ]
