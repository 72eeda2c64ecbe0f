"""Briefing and debrief: done or missed, with the points that were gone through; what was said is nowhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from triad.domain import briefings as rules
from triad.domain import errors
from triad.services import access, context, policy
from triad.services.context import Actor
from triad.services.policy import May
from triad.store.briefings import Briefing
from triad.store.people import Account, Person


@dataclass(frozen=True)
class Part:
    """`state` is "" while nobody has noted it; `points` are told to those who may note it; `who` noted it last."""

    part: str
    state: str
    points: frozenset[str]
    who: str
    said_at: datetime | None
    open: bool


def of(actor: Actor, encounter_id: str) -> Sequence[Part]:
    """Before and after."""
    with context.look(actor) as ctx:
        outline = access.outline(ctx, encounter_id, to=May.SEE_ENCOUNTER)
        query = (
            select(Briefing, Person.name)
            .outerjoin(Account, Account.id == Briefing.said_by)
            .outerjoin(Person, Person.id == Account.person_id)
            .where(Briefing.encounter_id == encounter_id)
        )
        known = {row.part: (row, name or "") for row, name in ctx.session.execute(query)}
        own = policy.allows(May.NOTE_BRIEFING, actor, access.about_outline(outline))
        found = []
        for part in rules.POINTS:
            row, name = known.get(part, (None, ""))
            opened = own and rules.is_open(part, outline.status, outline.starts_at, ctx.now)
            points = frozenset(row.points) if row and own else frozenset()
            found.append(Part(part, row.state if row else "", points, name, row.said_at if row else None, opened))
        return found


def note(actor: Actor, encounter_id: str, part: str, state: str, points: Collection[str] = ()) -> None:
    """In the place of what was noted before. Unfit for what is on no list, or points of what was missed;
    BadTransition before its time, and for what is cancelled or void."""
    with context.work(actor) as ctx:
        outline = access.outline(ctx, encounter_id, to=May.NOTE_BRIEFING, lock=True)
        problems = {} if part in rules.POINTS else {"part": "unknown"}
        problems |= {} if state in rules.STATES else {"state": "choose_one"}
        known = rules.POINTS.get(part, ()) if state == "done" else ()
        problems |= {} if set(points) <= set(known) else {"points": "unknown"}
        if problems:
            raise errors.Unfit(problems)
        if not rules.is_open(part, outline.status, outline.starts_at, ctx.now):
            raise errors.BadTransition(noun="briefing", event=part)
        query = select(Briefing).where(Briefing.encounter_id == encounter_id, Briefing.part == part)
        row = ctx.session.scalars(query).one_or_none()
        if row is None:
            row = Briefing(id=ctx.fresh_id(), encounter_id=encounter_id, part=part)
            ctx.session.add(row)
        row.state, row.points = state, [one for one in known if one in points]
        row.said_at, row.said_by = ctx.now, actor.account_id
        ctx.audit("briefings.note", encounter_id, part=part, state=state)
