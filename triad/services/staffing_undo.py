"""A plan taken back: what was assigned by it, as far as nobody has changed it since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from triad.domain import errors, taking_over
from triad.domain.taking_over import Line
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import queries
from triad.store import staffing as stored
from triad.store.staffing import DONE, StaffingLine

REASON = "plan"
"""Under which an interpreter is taken off."""
HELD = ("filled", "confirmed")
TOGETHER = "together"
"""The code of a line that could be taken back, but not without another one that cannot."""


@dataclass(frozen=True)
class Verbs:
    """The single steps as somebody may take them, an encounter's id first: who is taken off and why, given back, and
    people who were only asked."""

    release: Callable[[str, str], None]
    assign: Callable[[str, str], object]
    withdraw: Callable[[str], None]


@dataclass(frozen=True)
class TakenBack:
    """Encounter ids: as they were before; left as they are, with the codes against it."""

    done: tuple[str, ...]
    refused: Mapping[str, tuple[str, ...]]


def take_back(actor: Actor, run_id: str, verbs: Verbs) -> TakenBack:
    """Put back every line of the plan that was taken over and that nobody touched since; done twice, it is done once.

    Lines that hang together go back together or not at all. Conflict unless the plan is done.
    """
    with context.look(actor) as ctx:
        access.need(ctx, May.PLAN_WEEK)
        run = stored.run(ctx.session, run_id)
        if run is None:
            raise errors.NotFound
        if run.state != DONE:
            raise errors.Conflict
        lines = [stored.outline(line) for line in stored.lines(ctx.session, run_id) if line.outcome == "done"]
    if not lines:
        return TakenBack((), {})
    back: list[str] = []

    def act(group: Sequence[Line]) -> Mapping[str, tuple[str, ...]]:
        return _put_back(actor, run_id, group, verbs, back)

    found = taking_over.carry_out([line.reversed for line in lines], act)
    refused = found.refused | dict.fromkeys(found.left, (TOGETHER,))
    with context.work(actor) as ctx:
        for id_, codes in refused.items():
            row = _locked(ctx, run_id, id_)
            if row.outcome == "done":
                row.why = list(codes)
        if back or refused:
            ctx.audit("staffing.undo", run_id, done=len(back), refused=len(refused))
    return TakenBack(tuple(back), refused)


def _put_back(
    actor: Actor, run_id: str, group: Sequence[Line], verbs: Verbs, back: list[str]
) -> dict[str, tuple[str, ...]]:
    """Encounter -> codes against it, nothing written; or nothing, and all of them written."""
    now = group[0]
    try:
        with context.work(actor) as ctx:
            for now in group:
                queries.outline(ctx.session, now.id, lock=True)
            rows = [_locked(ctx, run_id, one.id) for one in group]
            if any(row.outcome != "done" for row in rows):
                # Somebody else was faster, and has put back all of it.
                return {}
            states = {}
            for now, row in zip(group, rows, strict=True):
                states[now.id] = _ensure_untouched(ctx, row)
            for now in group:
                if states[now.id] in HELD:
                    verbs.release(now.id, REASON)
                elif states[now.id] == "on_offer":
                    verbs.withdraw(now.id)
            for now in group:
                if now.after:
                    verbs.assign(now.id, now.after)
            for row in rows:
                row.outcome, row.why, row.settled_at, row.settled_version = "", [], ctx.now, None
    except errors.NotEligible as error:
        return {now.id: tuple(dict.fromkeys(reason.code for reason in error.reasons))}
    except (errors.Conflict, errors.Unfit, errors.NotFound) as error:
        return {now.id: (error.code,)}
    back += [one.id for one in group]
    return {}


def _ensure_untouched(ctx: Context, row: StaffingLine) -> str:
    """The slot's state. Stale where somebody changed the encounter since, BadTransition once it has begun."""
    encounter = queries.encounter(ctx.session, row.encounter_id)
    if encounter is None:
        raise errors.NotFound
    if encounter.version != row.settled_version:
        raise errors.Stale
    if encounter.status != "scheduled" or encounter.starts_at <= ctx.now:
        raise errors.BadTransition(event="undo")
    return encounter.slot.state


def _locked(ctx: Context, run_id: str, id_: str) -> StaffingLine:
    """To be called with the encounter locked: of two who come at once the second sees what the first one did."""
    row = ctx.session.get(StaffingLine, (run_id, id_))
    if row is None:
        raise errors.NotFound
    return row
