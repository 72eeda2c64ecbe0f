"""The desk in figures: filled or not and why, how long it took, who stayed away or kept coming; no rating is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from triad.domain import publishing, reporting
from triad.domain.publishing import Told
from triad.domain.reporting import Sought
from triad.domain.suppression import Part
from triad.services import access, context, policy
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import frozen
from triad.store import reporting as reads

CUTS = (*publishing.CUTS, publishing.MONTH)
YEAR = 12
"""Months a report is of where nobody says which."""


class Load(NamedTuple):
    """What one interpreter interpreted within the months asked for."""

    name: str
    sessions: int
    minutes: int
    per_week: float


@dataclass(frozen=True)
class Report:
    """`months` are all there are to choose from, `first` and `last` those chosen; both are None before the first.

    `load` is by name and only for whoever coordinates; `sites` has the names behind `told.groups` of sites.
    """

    by: str
    months: tuple[date, ...]
    first: date | None
    last: date | None
    told: Told
    load: tuple[Load, ...] | None
    sites: Mapping[str, str]


def show(actor: Actor, first: str = "", last: str = "", by: str = "language") -> Report:
    """`first`, `last` as "2027-01"; what is no month there is counts as not said, an unknown `by` as the language."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_REPORTS)
        return _report(ctx, first, last, by if by in CUTS else CUTS[0])


def take(actor: Actor, first: str = "", last: str = "", by: str = "language") -> Report:
    """The same, to be taken out of the house: the trail says so."""
    with context.look(actor) as ctx:
        access.need(ctx, May.TAKE_REPORTS)
        found = _report(ctx, first, last, by if by in CUTS else CUTS[0])
        ctx.audit("reporting.take", found.by, first=str(found.first or ""), last=str(found.last or ""))
        return found


def _report(ctx: Context, first: str, last: str, by: str) -> Report:
    rows = sorted([*_sessions(ctx), *_refused(ctx)], key=lambda one: one.day)
    until = publishing.month(ctx.now.astimezone(ZoneInfo(ctx.settings.zone)).date())
    months = _months(rows, until)
    speakers, sites, people = frozen.speakers(ctx.session), reads.sites(ctx.session), reads.interpreters(ctx.session)
    if not months:
        return Report(by, (), None, None, Told((), None, ()), _load(ctx, (), people, 1), sites)
    end = _chosen(last, months, months[-1])
    begin = min(end, _chosen(first, months, months[max(0, months.index(end) + 1 - YEAR)]))
    told = publishing.told(rows, begin, end, until, by, speakers)
    weeks = (publishing.following(end) - begin).days / 7
    within = tuple(one for one in rows if begin <= publishing.month(one.day) <= end)
    return Report(by, months, begin, end, told, _load(ctx, within, people, weeks), sites)


def _sessions(ctx: Context) -> Iterator[Sought]:
    marks, held = reads.marks(ctx.session), reads.held(ctx.session, ctx.now)
    closed, asked, late = reads.closed(ctx.session), reads.asked(ctx.session), reads.lateness(ctx.session)
    for row in reads.sessions(ctx.session, ctx.now):
        # What offers say is no cause yet where the session itself was called off.
        cause = closed.get(row.slot_id) or ("" if row.status == "cancelled" else asked.get(row.slot_id, ""))
        one = Sought(
            case=row.case_id,
            day=row.day,
            part=Part(row.client_id, row.interpreter_id, row.therapist_id),
            language=row.language,
            mode=row.mode_i,
            site=row.site_id or "",
            status=row.status,
            marks={
                party: mark
                for party, (mark, person) in marks.get(row.id, {}).items()
                # Who was replaced since is neither there nor absent.
                if party != "interpreter" or person in ("", row.interpreter_id)
            },
            cancelled_by=row.cancelled_by,
            late=late.get(row.id, reporting.is_late(row.cancelled_at, row.starts_at)),
            minutes=row.minutes,
            cause=cause,
        )
        still = reporting.was_there(one) is False and row.interpreter_id is None
        yield one._replace(waits=reporting.waits(row.demand_at, held.get(row.slot_id, ()), still))


def _refused(ctx: Context) -> Iterator[Sought]:
    """Every date that was asked for is one session nobody was found for."""
    today = ctx.now.astimezone(ZoneInfo(ctx.settings.zone)).date()
    for row in reads.refused(ctx.session):
        for number in range(row.times):
            day = row.day + timedelta(weeks=number * row.every_weeks)
            if day < today:
                part = Part(row.client_id, None, row.therapist_id)
                mode, site = row.mode or row.mode_i, row.site_id or ""
                yield Sought(row.case_id, day, part, row.language, mode, site, "refused")


def _months(rows: list[Sought], until: date) -> tuple[date, ...]:
    """From the first one with a session to the last one that is over."""
    found = []
    at = publishing.month(rows[0].day) if rows else until
    while at < until:
        found.append(at)
        at = publishing.following(at)
    return tuple(found)


def _chosen(text: str, months: tuple[date, ...], otherwise: date) -> date:
    return next((one for one in months if f"{one:%Y-%m}" == text), otherwise)


def _load(ctx: Context, rows: tuple[Sought, ...], people: Mapping[str, str], weeks: float) -> tuple[Load, ...] | None:
    """In order of names, which is no ranking. None for whoever does not see people one by one."""
    if not policy.allows(May.SEE_PEOPLE, ctx.actor):
        return None
    minutes: dict[str, list[int]] = {}
    for one in rows:
        if reporting.was_there(one):
            minutes.setdefault(str(one.part.interpreter), []).append(one.minutes)
    named = ((name, minutes[id_]) for id_, name in people.items() if id_ in minutes)
    return tuple(Load(name, len(each), sum(each), len(each) / weeks) for name, each in named)
