""" "Not this interpreter for this client": written and read by the therapist alone.

Coordinators learn that somebody is not available, never why; interpreters and leads learn nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from triad.domain import errors
from triad.domain.notes import Fields
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import queries
from triad.store.cases import Case, Exclusion
from triad.store.clinic import Interpreter
from triad.store.encounters import Encounter
from triad.store.people import Person

LONGEST = 1000
"""Characters of a reason."""
Written = Mapping[str, str]


@dataclass(frozen=True)
class Excluded:
    """`planned` counts the sessions to come of this case that this interpreter still has."""

    interpreter_id: str
    name: str
    reason: str
    planned: int


@dataclass(frozen=True)
class ExclusionsPage:
    case: Case
    rows: Sequence[Excluded]
    others: Sequence[tuple[str, str]]
    """Id and name of every interpreter who could still be named."""


def listed(actor: Actor, case_id: str) -> ExclusionsPage:
    with context.look(actor) as ctx:
        case = _case(ctx, case_id)
        rows = {row.interpreter_id: row.reason for row in _rows(ctx, case)}
        people = select(Person.id, Person.name).join(Interpreter, Interpreter.id == Person.id)
        names: dict[str, str] = {}
        for id_, name in ctx.session.execute(people.order_by(Person.name, Person.id)):
            names[id_] = name
        to_come = (Encounter.case_id == case.id, Encounter.status == "scheduled", Encounter.ends_at > ctx.now)
        live = [queries.live_assignment(one) for one in queries.encounters(ctx.session, *to_come)]
        planned = [one.interpreter_id for one in live if one]
        return ExclusionsPage(
            case,
            [Excluded(id_, name, rows[id_], planned.count(id_)) for id_, name in names.items() if id_ in rows],
            [(id_, name) for id_, name in names.items() if id_ not in rows],
        )


def write(actor: Actor, case_id: str, written: Written) -> None:
    """A new one, or another reason for the one there is. Fields: interpreter, reason (may be empty)."""
    with context.work(actor) as ctx:
        case = _case(ctx, case_id)
        fields = Fields(written)
        id_, reason = fields.text("interpreter", 24), fields.text("reason", LONGEST, optional=True)
        if id_ and ctx.session.get(Interpreter, id_) is None:
            fields.fail("interpreter", "unknown")
        fields.settle()
        row = next((one for one in _rows(ctx, case) if one.interpreter_id == id_), None)
        if row is None:
            row = Exclusion(id=ctx.fresh_id(), client_id=case.client_id, interpreter_id=id_)
            ctx.session.add(row)
        row.reason = reason
        # The trail names the case, not the interpreter: its readers may not know of exclusions.
        ctx.audit("exclusions.write", case.id)


def lift(actor: Actor, case_id: str, interpreter_id: str) -> None:
    """The client says that it is all right again; the reason goes. NotFound when there is none."""
    with context.work(actor) as ctx:
        case = _case(ctx, case_id)
        row = next((one for one in _rows(ctx, case) if one.interpreter_id == interpreter_id), None)
        if row is None:
            raise errors.NotFound
        ctx.session.delete(row)
        ctx.audit("exclusions.lift", case.id)


def _rows(ctx: Context, case: Case) -> Sequence[Exclusion]:
    return ctx.session.scalars(select(Exclusion).where(Exclusion.client_id == case.client_id)).all()


def _case(ctx: Context, case_id: str) -> Case:
    """Whoever may see the case but not this learns not even that there is such a list."""
    try:
        return access.case(ctx, case_id, to=May.WRITE_EXCLUSION)
    except errors.NotAllowed:
        raise errors.NotFound from None
