"""Plans that were proposed: which there are, what each says, and taking lines over, each by the verb that assigns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from triad.domain import errors, taking_over
from triad.domain.taking_over import Line
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import queries
from triad.store import staffing as stored
from triad.store.encounters import Encounter
from triad.store.staffing import DONE, QUEUED, RUNNING, StaffingLine, StaffingRun

MOST = 30
"""Runs on the list."""
LOST = "lost"
"""The state of a run that nobody works on any more."""
RELEASED = "plan"
"""The reason under which an interpreter is taken off by a plan."""


class Assigning(Protocol):
    """`assignments.assign_interpreter`: examined against the diary as it is then."""

    def __call__(self, actor: Actor, encounter_id: str, interpreter_id: str, *, source: str) -> str: ...


Releasing = Callable[[Actor, str, str], None]


@dataclass(frozen=True)
class Listed:
    run: StaffingRun
    state: str
    by: str


@dataclass(frozen=True)
class Shown:
    """`state` as stored, or `lost`. `names` by person; `lines` in order of time, none until it is done.

    `urgent`: encounter -> how urgently it was asked for, where it cannot wait.
    """

    run: StaffingRun
    state: str
    by: str
    lines: Sequence[StaffingLine]
    names: Mapping[str, str]
    urgent: Mapping[str, str]

    @property
    def changes(self) -> list[StaffingLine]:
        return [line for line in self.lines if line.is_change]

    @property
    def unfilled(self) -> list[StaffingLine]:
        return [line for line in self.lines if line.after_id is None]


@dataclass(frozen=True)
class Settled:
    """Encounter ids, each in one of three: taken over, left as it is, refused with the codes against it."""

    done: tuple[str, ...]
    skipped: tuple[str, ...]
    refused: Mapping[str, tuple[str, ...]]


def runs(actor: Actor) -> list[Listed]:
    """The latest 30, newest first."""
    with context.look(actor) as ctx:
        access.need(ctx, May.PLAN_WEEK)
        found = stored.runs(ctx.session, MOST)
        by = stored.askers(ctx.session, [run.asked_by for run in found])
        return [Listed(run, state(ctx, run), by.get(run.asked_by, "")) for run in found]


def glance(actor: Actor, run_id: str) -> Listed:
    """How far one is, without its lines. NotFound where there is none."""
    with context.look(actor) as ctx:
        run = _run(ctx, run_id)
        return Listed(run, state(ctx, run), stored.askers(ctx.session, [run.asked_by]).get(run.asked_by, ""))


def show(actor: Actor, run_id: str) -> Shown:
    """NotFound where there is none."""
    with context.look(actor) as ctx:
        run = _run(ctx, run_id)
        lines = stored.lines(ctx.session, run_id) if run.state == DONE else ()
        by = stored.askers(ctx.session, [run.asked_by]).get(run.asked_by, "")
        urgent = stored.urgent(ctx.session, run_id) if lines else {}
        return Shown(run, state(ctx, run), by, lines, stored.names(ctx.session), urgent)


def state(ctx: Context, run: StaffingRun) -> str:
    waits = run.state in (QUEUED, RUNNING)
    return LOST if waits and run.touched_at + stored.lost_after(ctx.settings.plan_seconds) < ctx.now else run.state


def accept(
    actor: Actor,
    run_id: str,
    chosen: Collection[str] | None,
    assign: Assigning,
    release: Releasing,
) -> Settled:
    """Take over the changes for the `chosen` encounters, None for all that nobody has decided about.

    Lines that hang together, since one hands over the person another one needs, are taken over together or not at
    all; everything else stands for itself. `assign` and `release` are the verbs that do it: another `assign` may
    ask people first. Conflict unless the plan is done; Unfit for an encounter that is no change of this plan.
    """
    with context.look(actor) as ctx:
        run = _run(ctx, run_id)
        if run.state != DONE:
            raise errors.Conflict
        lines = [line for line in stored.lines(ctx.session, run_id) if line.is_change]
        if unknown := set(chosen or ()) - {line.encounter_id for line in lines}:
            raise errors.Unfit(dict.fromkeys(sorted(unknown), "unknown"))
        wanted = [line for line in lines if chosen is None or line.encounter_id in chosen]
        asked = [stored.outline(line) for line in wanted if line.outcome != "done"]
    already = [line.encounter_id for line in wanted if line.outcome == "done"]
    found = taking_over.carry_out(asked, lambda group: _taken_over(actor, run_id, group, assign, release))
    if found.refused:
        with context.work(actor) as ctx:
            for id_, codes in found.refused.items():
                _refuse(ctx, run_id, id_, codes)
    skipped = (*already, *found.left)
    with context.work(actor) as ctx:
        ctx.audit("staffing.accept", run_id, done=len(found.done), skipped=len(skipped), refused=len(found.refused))
    return Settled(tuple(found.done), skipped, found.refused)


def _taken_over(
    actor: Actor, run_id: str, group: Sequence[Line], assign: Assigning, release: Releasing
) -> dict[str, tuple[str, ...]]:
    """Encounter -> codes against it, nothing written; or nothing, and all of them written."""
    now = group[0]
    try:
        with context.work(actor) as ctx:
            for now in group:
                _ensure_as_planned(ctx, now)
            for now in group:
                if now.before:
                    release(actor, now.id, RELEASED)
            for now in group:
                if now.after:
                    assign(actor, now.id, now.after, source=RELEASED)
            for now in group:
                _done(ctx, run_id, now.id)
    except errors.NotEligible as error:
        return {now.id: tuple(dict.fromkeys(reason.code for reason in error.reasons))}
    except (errors.Conflict, errors.Unfit, errors.NotFound) as error:
        return {now.id: (error.code,)}
    return {}


def _ensure_as_planned(ctx: Context, line: Line) -> None:
    """Stale when somebody else attached or released the interpreter since."""
    found = queries.outline(ctx.session, line.id, lock=True)
    if found is None:
        raise errors.NotFound
    if found.interpreter_id != line.before:
        raise errors.Stale


def _done(ctx: Context, run_id: str, id_: str) -> None:
    row = _line(ctx, run_id, id_)
    row.outcome, row.why, row.settled_at = "done", [], ctx.now
    row.settled_version = ctx.session.get_one(Encounter, id_).version


def _refuse(ctx: Context, run_id: str, id_: str, codes: Sequence[str]) -> None:
    row = _line(ctx, run_id, id_)
    # What somebody else took over meanwhile stays taken over.
    if row.outcome != "done":
        row.outcome, row.why, row.settled_at = "refused", list(codes), ctx.now


def _line(ctx: Context, run_id: str, id_: str) -> StaffingLine:
    row = ctx.session.get(StaffingLine, (run_id, id_))
    if row is None:
        raise errors.NotFound
    return row


def _run(ctx: Context, run_id: str) -> StaffingRun:
    access.need(ctx, May.PLAN_WEEK)
    run = stored.run(ctx.session, run_id)
    if run is None:
        raise errors.NotFound
    return run
