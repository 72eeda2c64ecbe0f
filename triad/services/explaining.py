"""Plans explained: why this one, why not somebody else, why nobody; what changed since; whom to look for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from triad.domain import errors, laying, matching, staffing, staffing_inputs, staffing_reasons
from triad.domain.laying import Laid
from triad.domain.planning import Asked, Clinic
from triad.domain.staffing import Assigned, Terms, Weights
from triad.domain.staffing_inputs import Change
from triad.domain.staffing_reasons import Diaries, Hint, Unmet
from triad.engines import staffing_apart, staffing_greedy
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import candidates, weeks
from triad.store import staffing as stored
from triad.store.staffing import DONE, StaffingLine, StaffingRun

MONTH = timedelta(days=28)
SECONDS = 10.0
"""For one answer to "why not": a ring is small."""
NEAREST, WAYS = 3, 3


@dataclass(frozen=True)
class Moved:
    """An encounter that would go from one person to another; None is nobody."""

    line: StaffingLine
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Forced:
    """Somebody else in this one's place: the reasons against, or else what it would move, and by goal what it costs.

    `terms` are those of the plan less those with this person; `unfilled`: how many sessions fewer would be filled;
    `promises`: how many more of those given today would be broken; `worse` in the one sum of all goals.
    """

    who: str
    reasons: Sequence[matching.Reason]
    moves: Sequence[Moved]
    terms: Terms
    unfilled: int
    promises: int
    worse: int


@dataclass(frozen=True)
class Instead:
    """Somebody who could take it, and what they hold instead."""

    who: str
    lines: Sequence[StaffingLine]


@dataclass(frozen=True)
class Nobody:
    """`counts`: how many people fail each rule first. `single`: the code that is the only one against most, and how
    many they are; None where everybody fails several. `declined`: how many said no."""

    counts: Mapping[str, int]
    nearest: Sequence[matching.Misfit]
    single: tuple[str, int] | None
    declined: int


@dataclass(frozen=True)
class Explained:
    """`nobody`: no one may take it. `instead`: those who may hold others. `is_open`: it can still change.

    `urgent`: encounter -> how urgently it was asked for, where it cannot wait.
    """

    run: StaffingRun
    line: StaffingLine
    names: Mapping[str, str]
    people: Sequence[tuple[str, str]]
    urgent: Mapping[str, str]
    is_open: bool
    nobody: Nobody | None = None
    instead: Sequence[Instead] = ()
    forced: Forced | None = None


@dataclass(frozen=True)
class Since:
    """`sessions` and `people` that changed; `lines` by encounter, for those that were in the plan."""

    run: StaffingRun
    sessions: Sequence[Change]
    people: Sequence[Change]
    lines: Mapping[str, StaffingLine]
    names: Mapping[str, str]


def why(actor: Actor, run_id: str, encounter_id: str, who: str = "") -> Explained:
    """One line of a plan that is done, against the diaries as they are now. `who`: and why not this person?

    NotFound for what is no line of it, and for a person who is not here.
    """
    with context.look(actor) as ctx:
        run, lines = _done(ctx, run_id)
        here = {line.encounter_id: line for line in lines}
        if encounter_id not in here:
            raise errors.NotFound
        clinic, laid = _laid(ctx, run)
        names, urgent = stored.names(ctx.session), stored.urgent(ctx.session, run_id)
    people = sorted(((str(one.id), one.name) for one in laid.people), key=lambda one: one[1].casefold())
    line, n = here[encounter_id], laid.numbers.get(encounter_id)
    if who and who not in laid.places:
        raise errors.NotFound
    if n is None:
        return Explained(run, line, names, people, urgent, False)
    assigned, nobody, instead = _assigned(laid, lines), None, []
    if not laid.week.pairs[n]:
        nobody = _nobody(clinic, laid, laid.free[n])
    elif line.after_id is None:
        instead = _instead(laid, assigned, n, here)
    forced = _forced(clinic, laid, assigned, n, who, here) if who else None
    return Explained(run, line, names, people, urgent, True, nobody, instead, forced)


def since(actor: Actor, run_id: str) -> Since:
    """What is no longer as it was when the plan was made; what the plan itself brought about is left out."""
    with context.look(actor) as ctx:
        run, lines = _done(ctx, run_id)
        rules, days = candidates.Rules.of(ctx.settings), ctx.settings.pinned_days
        clinic = weeks.of_run(ctx.session, run, rules, days, ctx.now, begun=True)
        names = stored.names(ctx.session)
        coming = {one.encounter_id for one in lines if one.encounter.starts_at >= ctx.now}
        later = [one for one in clinic.asked if one.demand.encounter_span.start >= ctx.now]
    here = {line.encounter_id: line for line in lines}
    found = staffing_inputs.changes(
        {id_: here[id_].asked for id_ in coming}, {one.id: staffing_inputs.of_session(one) for one in later}
    )
    own = {Change(one.id, "who") for one in later if one.id in here and here[one.id].outcome == "done"}
    taken = {Change(one.id, "who") for one in later if one.id in here and one.has != here[one.id].after_id}
    people = staffing_inputs.changes(run.people, staffing_inputs.of_people(clinic))
    return Since(run, [one for one in found if one not in own - taken], people, here, names)


def hiring(actor: Actor) -> list[Hint]:
    """For the next four weeks: which language, at which hours of the week, would fill most of what nobody takes.

    What is free is filled first, the scarcest first, as far as the people there are can.
    """
    with context.look(actor) as ctx:
        access.need(ctx, May.PLAN_WEEK)
        rules = candidates.Rules.of(ctx.settings)
        clinic = weeks.gather(ctx.session, weeks.Range(ctx.now, ctx.now + MONTH, ctx.now, keeps=True), rules)
        laid, zone = laying.laid(clinic, Weights.of(ctx.settings)), ZoneInfo(ctx.settings.zone)
        filled = staffing_greedy.scarce_first(laid.week)
    unmet = [_unmet(one, zone) for n, one in enumerate(laid.free) if n not in filled]
    return staffing_reasons.hints(unmet, clinic.setup)


def _unmet(one: Asked, zone: ZoneInfo) -> Unmet:
    start = one.demand.held_span.start.astimezone(zone)
    begins = start.hour * 60 + start.minute
    minutes = begins + one.demand.held_span.minutes
    return Unmet(one.demand.needs[0].language, start.date().toordinal(), start.weekday(), begins, minutes)


def _done(ctx: Context, run_id: str) -> tuple[StaffingRun, Sequence[StaffingLine]]:
    access.need(ctx, May.PLAN_WEEK)
    run = stored.run(ctx.session, run_id)
    if run is None or run.state != DONE:
        raise errors.NotFound
    return run, stored.lines(ctx.session, run_id)


def _laid(ctx: Context, run: StaffingRun) -> tuple[Clinic, Laid]:
    rules = candidates.Rules.of(ctx.settings)
    clinic = weeks.of_run(ctx.session, run, rules, ctx.settings.pinned_days, ctx.now)
    return clinic, laying.laid(clinic, Weights.of(ctx.settings))


def _assigned(laid: Laid, lines: Sequence[StaffingLine]) -> Assigned:
    """The plan, as far as it can still be."""
    wanted = {laid.numbers[one.encounter_id]: one.after_id for one in lines if one.encounter_id in laid.numbers}
    known = {n: laid.places[id_] for n, id_ in wanted.items() if id_ and id_ in laid.places}
    return staffing.still_possible(laid.week, known)


def _nobody(clinic: Clinic, laid: Laid, one: Asked) -> Nobody:
    freed = frozenset(row.id for row in laid.free)
    people = [clinic.candidate(one, who, freed) for who in laid.people]
    fits, misfits = matching.ranked(people, one.demand)
    alone = Counter(misfit.reasons[0].code for misfit in misfits if len(misfit.reasons) == 1)
    counts = Counter(misfit.reasons[0].code for misfit in misfits)
    # Nobody learns a language for one session: it is named where it is all that stands against anybody.
    near = {code: count for code, count in alone.items() if code != "LANG_PAIR"} or alone
    most = max(near.items(), key=lambda pair: (pair[1], pair[0]), default=None)
    return Nobody(dict(counts.most_common()), misfits[:NEAREST], most, len(fits))


def _instead(laid: Laid, assigned: Assigned, n: int, here: Mapping[str, StaffingLine]) -> list[Instead]:
    ways = Diaries(laid.week, assigned).in_the_way(n)[:WAYS]
    return [
        Instead(
            str(laid.people[way.who].id), [here[laid.free[m].id] for m in way.sessions if laid.free[m].id in here]
        )
        for way in ways
    ]


def _forced(
    clinic: Clinic, laid: Laid, assigned: Assigned, n: int, who: str, here: Mapping[str, StaffingLine]
) -> Forced:
    place, ids = laid.places[who], [str(one.id) for one in laid.people]
    reached = staffing.measured(laid.week, assigned)
    if place not in {pair.interpreter for pair in laid.week.pairs[n]}:
        freed = frozenset(row.id for row in laid.free)
        found = matching.examine(clinic.candidate(laid.free[n], laid.people[place], freed), laid.free[n].demand)
        reasons = found.reasons if isinstance(found, matching.Misfit) else ()
        return Forced(who, reasons or (matching.Reason("DECLINED", {}, "N"),), (), reached, 0, 0, 0)
    sessions = list(laid.week.sessions)
    sessions[n] = replace(sessions[n], pin=place)
    week = replace(laid.week, sessions=tuple(sessions))
    found_plan = staffing_apart.plan(week, SECONDS, promised=assigned, wanted={n})
    moves = [
        Moved(here[laid.free[m].id], _id(ids, assigned.get(m)), _id(ids, found_plan.assigned.get(m)))
        for m in sorted({*assigned, *found_plan.assigned})
        if assigned.get(m) != found_plan.assigned.get(m) and laid.free[m].id in here
    ]
    lost = Terms(*(one - other for one, other in zip(reached, found_plan.terms, strict=True)))
    broken = staffing.broken(week, laid.promised, assigned) - staffing.broken(
        week, laid.promised, found_plan.assigned
    )
    worse = staffing.worth(lost, week.weights.terms) + broken
    unfilled = len(assigned) - len(found_plan.assigned)
    return Forced(who, (), moves, lost, unfilled, broken // -week.weights.moved, worse)


def _id(ids: Sequence[str], place: int | None) -> str | None:
    return None if place is None else ids[place]
