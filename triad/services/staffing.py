"""Plans that were proposed: which there are, what each says, and taking lines over, each by the verb that assigns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from triad.domain import errors
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import queries
from triad.store import staffing as stored
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
        asked = [_Line(line) for line in wanted if line.outcome != "done"]
    done: list[str] = []
    refused: dict[str, tuple[str, ...]] = {}
    skipped = [line.encounter_id for line in wanted if line.outcome == "done"]
    for group in _groups(asked):
        wrong = _taken_over(actor, run_id, group, assign, release)
        if not wrong:
            done += [one.id for one in group]
            continue
        refused |= wrong
        skipped += [one.id for one in group if one.id not in wrong]
        _note(actor, run_id, dict.fromkeys(wrong, "refused"), wrong)
    with context.work(actor) as ctx:
        ctx.audit("staffing.accept", run_id, done=len(done), skipped=len(skipped), refused=len(refused))
    return Settled(tuple(done), tuple(skipped), refused)


class _Line:
    """What is to be done about one encounter, free of any session."""

    def __init__(self, line: StaffingLine) -> None:
        self.id, self.before, self.after = line.encounter_id, line.before_id, line.after_id
        self.start: datetime = line.encounter.starts_at
        self.day = line.encounter.day


def _groups(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Lines joined by a person whom one of them gives up and another gets on the same day; in order of time."""
    groups: list[list[_Line]] = []
    for line in lines:
        near = [group for group in groups if any(_hang_together(line, one) for one in group)]
        for group in near:
            groups.remove(group)
        groups.append(sorted([*(one for group in near for one in group), line], key=lambda one: (one.start, one.id)))
    return sorted(groups, key=lambda group: (group[0].start, group[0].id))


def _hang_together(one: _Line, other: _Line) -> bool:
    gives = {one.before, other.before} - {None}
    return abs((one.day - other.day).days) <= 1 and bool(
        gives & {one.after, other.after} and (one.before == other.after or other.before == one.after)
    )


def _taken_over(
    actor: Actor, run_id: str, group: Sequence[_Line], assign: Assigning, release: Releasing
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
            _mark(ctx, run_id, dict.fromkeys((one.id for one in group), "done"), {})
    except errors.NotEligible as error:
        return {now.id: tuple(dict.fromkeys(reason.code for reason in error.reasons))}
    except (errors.Conflict, errors.Unfit, errors.NotFound) as error:
        return {now.id: (error.code,)}
    return {}


def _ensure_as_planned(ctx: Context, line: _Line) -> None:
    """Stale when somebody else attached or released the interpreter since."""
    found = queries.outline(ctx.session, line.id, lock=True)
    if found is None:
        raise errors.NotFound
    if found.interpreter_id != line.before:
        raise errors.Stale


def _note(actor: Actor, run_id: str, outcomes: Mapping[str, str], why: Mapping[str, Sequence[str]]) -> None:
    with context.work(actor) as ctx:
        _mark(ctx, run_id, outcomes, why)


def _mark(ctx: Context, run_id: str, outcomes: Mapping[str, str], why: Mapping[str, Sequence[str]]) -> None:
    for id_, outcome in outcomes.items():
        row = ctx.session.get(StaffingLine, (run_id, id_))
        if row is None:
            raise errors.NotFound
        # What somebody else took over meanwhile stays taken over.
        if row.outcome != "done":
            row.outcome, row.why, row.settled_at = outcome, list(why.get(id_, ())), ctx.now


def _run(ctx: Context, run_id: str) -> StaffingRun:
    access.need(ctx, May.PLAN_WEEK)
    run = stored.run(ctx.session, run_id)
    if run is None:
        raise errors.NotFound
    return run
