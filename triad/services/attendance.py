"""Who was there: said of each party by somebody who knows, and worked out from nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from triad.domain import errors, lifecycle
from triad.domain.parties import PARTIES, Role
from triad.services import access, context
from triad.services.context import Actor
from triad.services.policy import May
from triad.store import attendances
from triad.store.attendances import Presence
from triad.store.queries import Outline

__all__ = ["LATEST", "Presence", "mark", "of"]
LATEST = 480
"""Minutes by which somebody can be late: as long as the longest session."""


def of(actor: Actor, encounter_id: str) -> Sequence[Presence]:
    """Of all three; an interpreter is told of their own part alone."""
    with context.look(actor) as ctx:
        outline = access.outline(ctx, encounter_id, to=May.SEE_ENCOUNTER)
        found = attendances.presences(ctx.session, outline, ctx.now)
        return [one for one in found if one.party == Role.INTERPRETER or not _as_interpreter(actor, outline)]


def mark(actor: Actor, encounter_id: str, party: str, state: str, was: str, minutes: int | None = None) -> None:
    """Somebody came, came late by `minutes`, did not come or was excused; "unknown" takes back what was said.

    `was` is what the page showed, else Stale. NotAllowed for an interpreter who speaks of somebody else.
    BadTransition before the start, for what is cancelled or void, a part nobody has, and what is no step from there.
    """
    with context.work(actor) as ctx:
        outline = access.outline(ctx, encounter_id, to=May.MARK_ATTENDANCE, lock=True)
        _check(party, state, minutes)
        now_there = {one.party: one for one in attendances.presences(ctx.session, outline, ctx.now)}[party]
        if now_there.mark is None:
            raise errors.BadTransition(noun="attendance", state="none", event="mark")
        as_interpreter = _as_interpreter(actor, outline)
        if as_interpreter and party != Role.INTERPRETER:
            raise errors.NotAllowed
        event = "arrive" if as_interpreter else attendances.event(now_there.mark, actor.has(Role.COORDINATOR))
        lifecycle.ensure("attendance", now_there.mark, event, to=state)
        if was != now_there.mark:
            raise errors.Stale
        person, late = outline.parties[party], minutes or 0
        said = attendances.Said(party, person, state, late, actor.account_id, actor.source)
        attendances.write(ctx.session, ctx.fresh_id, encounter_id, said, ctx.now)
        ctx.audit(f"attendance.{event}", encounter_id, party=party, mark=state)


def _as_interpreter(actor: Actor, outline: Outline) -> bool:
    return not actor.has(Role.COORDINATOR) and actor.person_id != outline.therapist_id


def _check(party: str, state: str, minutes: int | None) -> None:
    problems = {}
    if party not in set(PARTIES):
        problems["party"] = "unknown"
    if state not in lifecycle.STATES["attendance"]:
        problems["mark"] = "unknown"
    if state == "late" and minutes is None:
        problems["minutes"] = "required"
    elif minutes is not None and not (1 <= minutes <= LATEST if state == "late" else minutes == 0):
        problems["minutes"] = "range"
    if problems:
        raise errors.Unfit(problems)
