"""Planned meetings: what has no interpreter, what a week holds, cancel one, say that it was held."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.orm import joinedload

from triad.domain import errors, lifecycle
from triad.domain.cancelling import CANCELLERS
from triad.domain.parties import Role
from triad.services import access, context, policy
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import attendances, candidates, queries, waiting
from triad.store.bookings import Bookings
from triad.store.cases import Case
from triad.store.clinic import Interpreter, Room, Site
from triad.store.encounters import Assignment, Attendance, Encounter, Slot
from triad.store.people import Person


def unfilled(actor: Actor) -> list[waiting.Unfilled]:
    """Encounters to come that have no interpreter: soonest day first, then the scarcest language."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_UNFILLED)
        people = queries.interpreters(ctx.session, Interpreter.active.is_(True))
        return waiting.unfilled(ctx.session, people, ctx.now)


def between(actor: Actor, start: datetime, end: datetime) -> tuple[Sequence[Encounter], Sequence[Interpreter]]:
    """For the week board: what lies in [start, end), and all active interpreters by name."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_BOARD)
        rows = queries.encounters(
            ctx.session,
            Encounter.starts_at < end,
            Encounter.ends_at > start,
            Encounter.status.in_(("scheduled", "held")),
        )
        query = select(Interpreter).where(Interpreter.active.is_(True)).options(joinedload(Interpreter.person))
        people = ctx.session.scalars(query).all()
        return rows, sorted(people, key=lambda one: one.person.name)


def board(actor: Actor, start: datetime, end: datetime) -> tuple[Sequence[Row[Any]], list[tuple[str, str]]]:
    """For the week board: light rows of what lies in [start, end); id and name of all active interpreters by name."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_BOARD)
        query = select(Interpreter.id, Person.name).join(Person, Person.id == Interpreter.id)
        people = [(id_, name) for id_, name in ctx.session.execute(query.where(Interpreter.active.is_(True)))]
        return queries.board(ctx.session, start, end), sorted(people, key=lambda one: one[1])


def mine(actor: Actor, start: datetime, end: datetime) -> Sequence[Encounter]:
    """The therapist's or the interpreter's own encounters in [start, end)."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_OWN_WEEK)
        attached = (
            select(Slot.encounter_id)
            .join(Assignment, Assignment.slot_id == Slot.id)
            .where(Assignment.interpreter_id == actor.person_id, Assignment.ended_at.is_(None))
        )
        own = (
            Encounter.case.has(Case.therapist_id == actor.person_id)
            if actor.has(Role.THERAPIST)
            else Encounter.id.in_(attached)
        )
        return queries.encounters(ctx.session, own, Encounter.starts_at < end, Encounter.ends_at > start)


def show(actor: Actor, encounter_id: str) -> Encounter:
    with context.look(actor) as ctx:
        return access.encounter(ctx, encounter_id, to=May.SEE_ENCOUNTER)


def to_move(actor: Actor, encounter_id: str) -> Encounter:
    with context.look(actor) as ctx:
        return access.encounter(ctx, encounter_id, to=May.MOVE)


def to_hand_over(actor: Actor, encounter_id: str) -> Encounter:
    """The encounter, for whoever may give its client the form."""
    with context.look(actor) as ctx:
        return access.encounter(ctx, encounter_id, to=May.INVITE_CLIENT)


def places(actor: Actor) -> tuple[Sequence[Site], Sequence[Room]]:
    """Sites, and rooms in use, to choose from."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_CASES)
        sites = ctx.session.scalars(select(Site).order_by(Site.name)).all()
        return sites, ctx.session.scalars(select(Room).where(Room.active.is_(True)).order_by(Room.name)).all()


def cancel(
    actor: Actor,
    encounter_id: str,
    by: str,
    reason: str = "",
    seen: int | None = None,
    notice_at: datetime | None = None,
) -> None:
    """Everybody's time is free again; the encounter stays in the reports. `by` is a role or "clinic".

    Stale when `seen` is given and is no longer its version; so too in `mark`. `notice_at`: a coordinator may say when
    the clinic heard of it, if that was before now; whether it was late is judged by that.
    """
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.CANCEL, seen=seen)
        lifecycle.ensure("encounter", encounter.status, "cancel")
        if by not in CANCELLERS:
            raise errors.Unfit({"by": "choose_one"})
        if notice_at and not policy.allows(May.WAIVE_LATENESS, actor):
            raise errors.NotAllowed
        if notice_at and notice_at > ctx.now:
            raise errors.Unfit({"notice_at": "future"})
        books = Bookings(ctx.session, candidates.Rules.of(ctx.settings), ctx.fresh_id)
        told = books.cancel(encounter, by, reason.strip(), ctx.now, actor.account_id, notice_at)
        for person, kind in told.items():
            ctx.post(person, kind, encounter.id, encounter.starts_at)
        ctx.audit("encounters.cancel", encounter.id, by=by)


def mark(
    actor: Actor, encounter_id: str, outcome: str, absent: Collection[str] = (), seen: int | None = None
) -> None:
    """Say after its start whether it was held, or abandoned because of who was absent."""
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.MARK_HELD, seen=seen)
        if outcome not in ("held", "abandoned"):
            raise errors.Unfit({"outcome": "choose_one"})
        if encounter.starts_at > ctx.now:
            raise errors.BadTransition(event="mark")
        encounter.status = lifecycle.ensure("encounter", encounter.status, f"mark_{outcome}")
        encounter.version += 1
        _note_absent(ctx, encounter, set(absent))
        ctx.audit("encounters.mark", encounter.id, outcome=outcome)


def _note_absent(ctx: Context, encounter: Encounter, absent: set[str]) -> None:
    """BadTransition where something else was said of one of them already, and the actor may not correct it."""
    outline = queries.outline_of(encounter)
    there = {one.party: one.mark for one in attendances.presences(ctx.session, outline, ctx.now)}
    for party in sorted(absent):
        state = there.get(party)
        if state is None:
            # Nobody can have stayed away from a part that nobody has.
            raise errors.Unfit({"absent": "unknown"})
        if state != "absent":
            event = attendances.event(state, ctx.actor.has(Role.COORDINATOR))
            lifecycle.ensure("attendance", state, event, to="absent")
            said = attendances.Said(
                party, outline.parties[party], "absent", 0, ctx.actor.account_id, ctx.actor.source
            )
            attendances.write(ctx.session, ctx.fresh_id, encounter.id, said, ctx.now)


def correct(actor: Actor, encounter_id: str, version: int) -> None:
    """It was marked wrongly: held becomes abandoned, and the other way. `version` as it was read, else Stale."""
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.CORRECT)
        state = lifecycle.ensure("encounter", encounter.status, "correct")
        if encounter.version != version:
            raise errors.Stale
        encounter.status = state
        encounter.version += 1
        if state == "held":
            # Whoever kept it from taking place was there after all; what else was said of somebody stays.
            own = Attendance.encounter_id == encounter.id, Attendance.mark == "absent"
            ctx.session.execute(delete(Attendance).where(*own))
        ctx.audit("encounters.correct", encounter.id, outcome=state)
