"""When an interpreter can be asked: hours and time off, own or by a coordinator; and one of them whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from triad.domain import errors, loads, timespans
from triad.domain.notes import Fields
from triad.domain.timespans import TimeSpan, WallTime
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import broken, candidates, queries
from triad.store.clinic import Interpreter, Site
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.people import Person, TimeOff, WeeklyHours

Written = Mapping[str, str]
MOST = 50
"""Sessions to come that are shown."""
WEEKDAYS = tuple("0123456")
"""0 Monday to 6 Sunday."""


@dataclass(frozen=True)
class HoursPage:
    person_id: str
    zone: str
    hours: Sequence[WeeklyHours]
    away: Sequence[TimeOff]
    """Time off that is not over."""


@dataclass(frozen=True)
class Offered:
    interpreter: Interpreter
    site: str
    upcoming: Sequence[Encounter]
    today: date
    broken: Sequence[Encounter] = ()
    """Those of `upcoming` that lie in time off."""
    this_week: int = 0
    """Sessions of this week, as the limit of sessions counts them."""


def mine(actor: Actor) -> HoursPage:
    return of(actor, "")


def of(actor: Actor, person_id: str) -> HoursPage:
    """`person_id` "" means the actor's own, here and in the other verbs."""
    with context.look(actor) as ctx:
        person = _whose(ctx, person_id)
        hours = select(WeeklyHours).where(WeeklyHours.person_id == person.id)
        away = select(TimeOff).where(TimeOff.person_id == person.id, TimeOff.ends_at > ctx.now)
        return HoursPage(
            person.id,
            person.zone,
            ctx.session.scalars(hours.order_by(WeeklyHours.weekday, WeeklyHours.start, WeeklyHours.id)).all(),
            ctx.session.scalars(away.order_by(TimeOff.starts_at, TimeOff.id)).all(),
        )


def offered(actor: Actor, id_: str) -> Offered:
    """One interpreter whole, with skills, credentials and the next sessions; for coordinators."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_PEOPLE)
        rows = queries.interpreters(ctx.session, Interpreter.id == id_)
        if not rows:
            raise errors.NotFound
        attached = (
            select(Slot.encounter_id)
            .join(Assignment, Assignment.slot_id == Slot.id)
            .where(Assignment.interpreter_id == id_, Assignment.ended_at.is_(None))
        )
        coming = (Encounter.id.in_(attached), Encounter.ends_at > ctx.now, Encounter.status == "scheduled")
        site = ctx.session.scalar(select(Site.name).where(Site.id == rows[0].site_id))
        upcoming = queries.encounters(ctx.session, *coming, limit=MOST)
        off = select(TimeOff.starts_at, TimeOff.ends_at).where(TimeOff.person_id == id_, TimeOff.ends_at > ctx.now)
        away = ctx.session.execute(off).all()
        broken = [row for row in upcoming if any(row.starts_at < end and start < row.ends_at for start, end in away)]
        monday = loads.monday(ctx.now)
        week = queries.taken(ctx.session, [rows[0].diary_id], monday, monday + loads.WEEK)
        begun = loads.begun((TimeSpan(one.starts_at, one.ends_at) for one in week), monday)
        return Offered(rows[0], site or "", upcoming, ctx.now.date(), broken, begun)


def add(actor: Actor, written: Written, person_id: str = "") -> str:
    """Hours on one weekday. Fields: weekday, start, end (00:00 is midnight), zone, valid_from, valid_to."""
    with context.work(actor) as ctx:
        person = _whose(ctx, person_id)
        fields = Fields(written)
        weekday = fields.choice("weekday", WEEKDAYS)
        start, end, zone = fields.clock("start"), fields.clock("end"), fields.zone("zone")
        first, last = fields.day("valid_from", optional=True), fields.day("valid_to", optional=True)
        if end <= start and end != time(0):
            fields.fail("end", "order")
        if first and last and last < first:
            fields.fail("valid_to", "order")
        fields.settle()
        row = WeeklyHours(
            id=ctx.fresh_id(),
            person_id=person.id,
            weekday=int(weekday),
            start=f"{start:%H:%M}",
            end=f"{end:%H:%M}",
            zone=zone,
            valid_from=first,
            valid_to=last,
        )
        _refuse_twice(ctx, row)
        ctx.session.add(row)
        ctx.audit("hours.add", row.id, person=person.id)
        return row.id


def add_off(actor: Actor, written: Written, person_id: str = "") -> str:
    """Time off on the person's own clock. Fields: from_day, from_time, to_day, to_time.

    Without times the days count whole, the last one included.
    """
    with context.work(actor) as ctx:
        person = _whose(ctx, person_id)
        fields = Fields(written)
        first, last = fields.day("from_day"), fields.day("to_day")
        opens, closes = fields.clock("from_time", default="00:00"), fields.clock("to_time", default="00:00")
        starts = _moment(fields, "from", first, opens, person.zone, fold=0)
        until = last + timedelta(days=1) if last and closes == time(0) else last
        ends = _moment(fields, "to", until, closes, person.zone, fold=1)
        if starts and ends and ends <= starts:
            fields.fail("to_day", "order")
        elif ends and ends <= ctx.now:
            fields.fail("to_day", "past")
        fields.settle()
        row = TimeOff(id=ctx.fresh_id(), person_id=person.id, starts_at=starts, ends_at=ends)
        ctx.session.add(row)
        ctx.session.flush()
        if broken.encounters(ctx.session, candidates.Rules.of(ctx.settings), ctx.now, person.id):
            for coordinator in queries.coordinators(ctx.session):
                ctx.post(coordinator, "bookings_broken", person.id)
        ctx.audit("hours.add_off", row.id, person=person.id)
        return row.id


def remove(actor: Actor, row_id: str, person_id: str = "") -> None:
    """NotFound for a row of somebody else."""
    _remove(actor, WeeklyHours, row_id, person_id, "hours.remove")


def remove_off(actor: Actor, row_id: str, person_id: str = "") -> None:
    """NotFound for a row of somebody else."""
    _remove(actor, TimeOff, row_id, person_id, "hours.remove_off")


def _remove(actor: Actor, table: type[WeeklyHours | TimeOff], row_id: str, person_id: str, verb: str) -> None:
    with context.work(actor) as ctx:
        person = _whose(ctx, person_id)
        row: Any = ctx.session.get(table, row_id)
        if row is None or row.person_id != person.id:
            raise errors.NotFound
        ctx.session.delete(row)
        ctx.audit(verb, row_id, person=person.id)


def _whose(ctx: Context, person_id: str) -> Person:
    access.need(ctx, May.CHANGE_PEOPLE if person_id else May.CHANGE_OWN_HOURS)
    query = select(Person).join(Interpreter, Interpreter.id == Person.id)
    person = ctx.session.scalars(query.where(Person.id == (person_id or ctx.actor.person_id))).one_or_none()
    if person is None:
        raise errors.NotFound
    return person


def _refuse_twice(ctx: Context, row: WeeklyHours) -> None:
    """Unfit when just these hours are there already: the form was sent twice."""
    query = select(WeeklyHours).where(
        WeeklyHours.person_id == row.person_id,
        WeeklyHours.weekday == row.weekday,
        WeeklyHours.start == row.start,
        WeeklyHours.end == row.end,
    )
    same = (row.zone, row.valid_from, row.valid_to)
    if any((old.zone, old.valid_from, old.valid_to) == same for old in ctx.session.scalars(query)):
        raise errors.Unfit({"start": "taken"})


def _moment(fields: Fields, side: str, day: date | None, at: time, zone: str, fold: int) -> datetime | None:
    """None where it does not fit. A midnight that the clock skips is the first moment that does exist."""
    if day is None:
        return None
    try:
        return timespans.instant(WallTime(day, at, zone, fold))
    except errors.Unfit as error:
        if at == time(0) and "after" in error.details:
            return timespans.instant(WallTime(error.details["after_day"], error.details["after"], zone, fold))
        fields.fail(f"{side}_time", next(iter(error.fields.values())))
        return None
