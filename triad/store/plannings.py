"""Plans: what a person asked for, each of its dates with what stands against it, and writing all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from triad.domain import errors, modes, occupancy
from triad.domain.modes import Modes
from triad.domain.parties import Role
from triad.domain.timespans import MINUTE, TimeSpan, WallTime, local, span_of, weekly
from triad.store import holidays, queries
from triad.store.candidates import Rules
from triad.store.cases import Case
from triad.store.clinic import Room, Site
from triad.store.diaries import Diary, Taken
from triad.store.encounters import Encounter, Series, Slot
from triad.store.holidays import Skipped

LONGEST_SERIES = 52
PEOPLE = (Role.THERAPIST.value, Role.CLIENT.value)


@dataclass(frozen=True)
class Plan:
    """What a person asked for: the first date on the wall clock, and how often it repeats.

    `site_id` None is the case's own where somebody comes, "" no site. `modes`: where each of the three sits, "" as
    the need says.
    """

    first: WallTime
    minutes: int
    need_id: str
    site_id: str | None
    room_id: str | None = None
    modes: Modes = modes.UNSAID
    count: int = 1
    every_weeks: int = 1


@dataclass(frozen=True)
class DateCheck:
    """One date of a plan. `problem` is "" when it can be saved; `span` None when the time does not exist.

    `holiday` is its name at the site, or ""; `shifted` minutes by which the clocks have moved since the first date.
    """

    day: date
    wall: WallTime
    span: TimeSpan | None
    problem: str
    holiday: str = ""
    shifted: int = 0


@dataclass(frozen=True)
class Planner:
    """Checks and writes within one transaction."""

    session: Session
    rules: Rules
    now: datetime
    fresh_id: Callable[[], str]

    def checked(self, case: Case, plan: Plan) -> list[DateCheck]:
        """Raises Unfit for lines that cannot be meant, Inactive."""
        diaries = self._diaries(case, plan)
        self._ensure_active(diaries)
        return self._checked(case, plan, diaries)

    def write(self, case: Case, plan: Plan, skip: Collection[date]) -> list[str]:
        """Ids of the new encounters, all dates but `skip`; Unfit or Clash naming the first date that cannot be."""
        diaries = self._diaries(case, plan)
        locked = queries.lock_diaries(self.session, diaries.values())
        self._ensure_active(diaries)
        every = self._checked(case, plan, diaries)
        dates = [one for one in every if one.day not in set(skip)]
        for one in dates:
            ensure_free(one)
        if not dates:
            raise errors.Unfit({"start": "required"})
        series = self._series(case, plan)
        if series:
            left_out = [one for one in every if one.day in set(skip)]
            causes = {one.day: one.problem or ("holiday" if one.holiday else "chosen") for one in left_out}
            self.session.add_all(
                Skipped(id=self.fresh_id(), series_id=series.id, day=day, cause=cause)
                for day, cause in causes.items()
            )
        return [self._record(case, plan, one, series, diaries, locked) for one in dates]

    def add(self, case: Case, plan: Plan, series: Series) -> str:
        """One more date of a series that is there."""
        diaries = self._diaries(case, plan)
        locked = queries.lock_diaries(self.session, diaries.values())
        self._ensure_active(diaries)
        (one,) = self._checked(case, plan, diaries)
        ensure_free(one)
        return self._record(case, plan, one, series, diaries, locked)

    def _diaries(self, case: Case, plan: Plan) -> dict[str, int]:
        """Whose time it takes: "therapist", "client" and perhaps "room" -> diary id. Refuses what is not there."""
        problems = {}
        if plan.need_id not in {need.id for need in case.needs}:
            problems["need"] = "unknown"
        if not 5 <= plan.minutes <= 480:
            problems["minutes"] = "range"
        if not 1 <= plan.count <= LONGEST_SERIES:
            problems["count"] = "range"
        seats = _seats(case, plan)
        if not seats.known:
            problems["mode"] = "unknown"
        site = _site(case, plan)
        if site and self.session.get(Site, site) is None:
            problems["site"] = "unknown"
        room = self.session.get(Room, plan.room_id) if plan.room_id else None
        if plan.room_id and (room is None or room.site_id != site):
            problems["room"] = "unknown"
        elif seats.anybody_comes and not site:
            problems["site"] = "somebody_comes"
        if problems:
            raise errors.Unfit(problems)
        found = {"therapist": case.therapist.diary_id, "client": case.client.diary_id}
        return found | ({"room": room.diary_id} if room else {})

    def _ensure_active(self, diaries: Mapping[str, int]) -> None:
        for who in queries.inactive(self.session, diaries.values()):
            raise errors.Inactive(who=who)

    def _checked(self, case: Case, plan: Plan, diaries: dict[str, int]) -> list[DateCheck]:
        walls = weekly(plan.first, plan.count, plan.every_weeks)
        checks = [timed(wall, plan.minutes, self.now, case.closed_on) for wall in walls]
        spans = [one.span for one in checks if one.span]
        if not spans:
            return checks
        start, end = min(spans).start - timedelta(hours=2), max(span.end for span in spans) + timedelta(hours=2)
        taken = queries.taken(self.session, diaries.values(), start, end)
        known = holidays.between(self.session, _site(case, plan), walls[0].day, walls[-1].day)
        return [
            replace(self._free(one, diaries, taken), holiday=known.get(one.day, ""), shifted=_shifted(one, spans[0]))
            for one in checks
        ]

    def _free(self, check: DateCheck, diaries: dict[str, int], taken: Sequence[Taken]) -> DateCheck:
        if check.span is None or check.problem:
            return check
        for who, diary in diaries.items():
            span = self._span_for(who, check.span)
            if any(t.diary_id == diary and span.overlaps(TimeSpan(t.starts_at, t.ends_at)) for t in taken):
                return DateCheck(check.day, check.wall, check.span, who)
        return check

    def _span_for(self, who: str, span: TimeSpan) -> TimeSpan:
        margins = self.rules.briefing * MINUTE, self.rules.debrief * MINUTE
        return occupancy.held(who, span, occupancy.Margins(*margins))

    def _series(self, case: Case, plan: Plan) -> Series | None:
        if plan.count == 1:
            return None
        series = Series(id=self.fresh_id(), case_id=case.id, every_weeks=plan.every_weeks)
        self.session.add(series)
        self.session.flush()
        return series

    def _record(
        self,
        case: Case,
        plan: Plan,
        one: DateCheck,
        series: Series | None,
        diaries: dict[str, int],
        locked: dict[int, Diary],
    ) -> str:
        assert one.span is not None
        slot = Slot(id=self.fresh_id(), need_id=plan.need_id, state="unfilled", demand_at=self.now)
        row = Encounter(
            id=self.fresh_id(),
            case_id=case.id,
            series_id=series.id if series else None,
            day=one.day,
            at=one.wall.at,
            zone=one.wall.zone,
            fold=one.wall.fold or 0,
            minutes=plan.minutes,
            starts_at=one.span.start,
            ends_at=one.span.end,
            site_id=_site(case, plan),
            room_id=plan.room_id,
            **modes.columns(_seats(case, plan)),
            status="scheduled",
            slot=slot,
        )
        self.session.add(row)
        self.session.flush()
        for who, diary in diaries.items():
            span = self._span_for(who, one.span)
            taken = Taken(id=self.fresh_id(), encounter_id=row.id, starts_at=span.start, ends_at=span.end)
            locked[diary].book(self.session, taken)
        return row.id


def _seats(case: Case, plan: Plan) -> Modes:
    """As the plan says, and where it says nothing as its need does."""
    need = next((one for one in case.needs if one.id == plan.need_id), None)
    return plan.modes.over(modes.of(need) if need else modes.ALL_IN_PERSON)


def _site(case: Case, plan: Plan) -> str | None:
    comes = _seats(case, plan).anybody_comes
    return case.site_id if plan.site_id is None and comes else plan.site_id or None


def _shifted(one: DateCheck, first: TimeSpan) -> int:
    if one.span is None:
        return 0
    moved = local(one.span.start, one.wall.zone).utcoffset(), local(first.start, one.wall.zone).utcoffset()
    return ((moved[0] or timedelta(0)) - (moved[1] or timedelta(0))) // MINUTE


def ensure_free(one: DateCheck) -> None:
    """Clash naming who is taken, Unfit for any other problem of the date."""
    if one.problem in (*PEOPLE, "room"):
        raise errors.Clash(who=one.problem, day=one.day)
    if one.problem:
        raise errors.Unfit({"start": one.problem}, day=one.day)


def timed(wall: WallTime, minutes: int, now: datetime, closed_on: date | None) -> DateCheck:
    if closed_on and wall.day > closed_on:
        return DateCheck(wall.day, wall, None, "closed")
    try:
        span = span_of(wall, minutes)
    except errors.Unfit as error:
        return DateCheck(wall.day, wall, None, next(iter(error.fields.values())))
    return DateCheck(wall.day, wall, span, "past" if span.start < now else "")
