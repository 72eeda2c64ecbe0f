"""A range of days as a week for the engine: what may move, and who may take it by every rule of `matching`.

The rules are those and no others; a solver knows only what is said here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, cached_property

from triad.domain import candidates, loads, matching, planning
from triad.domain.candidates import Candidate, Demand
from triad.domain.planning import Asked, Clinic
from triad.domain.staffing import ELSEWHERE, Interpreter, Pair, Session, Week, Weights
from triad.domain.timespans import MINUTE

ENDS = frozenset({"TIME_OFF", "CLIENT_CHOICE", "CONFLICT_OPEN"})
"""What ends a promise that was given. Other rules are for new ones: changed hours leave what was taken."""
WITHOUT_END = 10**9
"""Minutes; nobody has so many."""


@dataclass(frozen=True)
class Laid:
    """`week.sessions[n]` is `free[n]`; its interpreters are `people`. `kept` are left out: they stay as they are.

    `promised` as in the engine; `lost`: the promises among them that cannot be kept.
    """

    week: Week
    free: tuple[Asked, ...]
    kept: tuple[Asked, ...]
    people: tuple[Candidate, ...]
    promised: Mapping[int, int]
    lost: frozenset[int]

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Encounter -> its place in `free`."""
        return {one.id: n for n, one in enumerate(self.free)}

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Person -> their place in `people`."""
        return {str(one.id): who for who, one in enumerate(self.people)}


def laid(clinic: Clinic, weights: Weights) -> Laid:
    """The week, in order of time; the same clinic gives the same week."""
    people = tuple(sorted(clinic.people, key=lambda one: str(one.id)))
    places = {str(one.id): who for who, one in enumerate(people)}
    asked = sorted(clinic.asked, key=lambda one: (one.demand.held_span, one.id))
    ended = {one.id for one in asked if one.has and _is_over(clinic, one, people, places)}
    free = tuple(one for one in asked if not one.pinned or not one.has or one.id in ended)
    kept = tuple(one for one in asked if one.pinned and one.has and one.id not in ended)
    freed = frozenset(one.id for one in free)
    promised = {n: places[one.has] for n, one in enumerate(free) if one.has in places}
    speakers = _speaking(people)
    pairs = tuple(tuple(_pairs(clinic, one, people, speakers(one), freed, places, one.id in ended)) for one in free)
    mondays = {_week(one): loads.monday(one.demand.encounter_span.start) for one in free}
    sites = sorted({site for way in clinic.travel for site in way} | {str(one.demand.site_id) for one in free})
    week = Week(
        sessions=tuple(_sessions(clinic, free, sites)),
        interpreters=tuple(
            _limits(clinic, free, who, places[str(who.id)], promised, freed, mondays) for who in people
        ),
        pairs=pairs,
        newcomers=frozenset(),
        setup=clinic.setup,
        trips=tuple(tuple(clinic.travel.get((one, other), 0) for other in sites) for one in sites),
        weights=weights,
    )
    several = Counter(session.client for session in week.sessions)
    alone = {
        session.client
        for session, one in zip(week.sessions, free, strict=True)
        if several[session.client] > 1 and planning.predecessor(clinic, one) is None
    }
    lost = frozenset(n for n, one in enumerate(free) if one.has and one.id in ended)
    return Laid(replace(week, newcomers=frozenset(alone)), free, kept, people, promised, lost)


def _is_over(clinic: Clinic, one: Asked, people: Sequence[Candidate], places: Mapping[str, int]) -> bool:
    if one.has is None or one.has not in places:
        return True
    who = clinic.candidate(one, people[places[one.has]], frozenset())
    found = matching.examine(who, one.demand)
    reasons = found.reasons if isinstance(found, matching.Misfit) else ()
    return any(reason.code in ENDS - one.waived for reason in reasons)


Speakers = Callable[[Asked], Sequence[int]]
"""Who has all the languages an encounter needs, by place."""


def _speaking(people: Sequence[Candidate]) -> Speakers:
    """The rule LANG_PAIR for everybody at once: most people are left out by it, whatever the day."""
    having: dict[tuple[str, str | None], tuple[candidates.Skill, set[int]]] = {}
    for n, who in enumerate(people):
        for skill in who.skills:
            having.setdefault((skill.language, skill.dialect), (skill, set()))[1].add(n)

    @cache
    def of_need(need: candidates.Need) -> set[int]:
        return set().union(*(found for skill, found in having.values() if candidates.covers(skill, need)))

    @cache
    def of_needs(needs: tuple[candidates.Need, ...]) -> Sequence[int]:
        return sorted(set.intersection(*map(of_need, needs)))

    return lambda one: of_needs(one.demand.needs)


def _pairs(
    clinic: Clinic,
    one: Asked,
    people: Sequence[Candidate],
    speakers: Iterable[int],
    freed: frozenset[str],
    places: Mapping[str, int],
    is_over: bool,
) -> Iterable[Pair]:
    before = planning.predecessor(clinic, one)
    own = {places[one.has]} if one.has and one.has in places and not is_over else set()
    for n in sorted({*speakers, *own}):
        who = people[n]
        if n not in own and (str(who.id) in one.declined or not clinic.fits(one, who, freed)):
            continue
        disliked, dialect = clinic.likings(one, who)
        yield Pair(
            interpreter=n,
            away=int(before not in (None, str(who.id))),
            disliked=disliked,
            dialect=dialect,
            travel=_way(clinic, str(who.id), one.demand),
            cost=0,
        )


def _way(clinic: Clinic, id_: str, demand: Demand) -> int:
    home, site = clinic.homes.get(id_), demand.site_id
    return clinic.travel.get((home, str(site)), 0) if home and site is not None else 0


def _sessions(clinic: Clinic, free: Sequence[Asked], sites: Sequence[str]) -> Iterable[Session]:
    """Held spans in minutes since the first of them; a day ends where nothing that follows can collide with it."""
    reach = timedelta(minutes=max([clinic.setup, *clinic.travel.values()]))
    numbers: dict[str, int] = {}
    day, first = 0, free[0].demand.held_span if free else None
    until = first.end if first else None
    for one in free:
        span = one.demand.held_span
        assert first is not None
        assert until is not None
        if span.start >= until + reach:
            day += 1
        until = max(until, span.end)
        yield Session(
            day=day,
            start=(span.start - first.start) // MINUTE,
            minutes=span.minutes,
            client=numbers.setdefault(one.client, len(numbers)),
            site=ELSEWHERE if one.demand.site_id is None else sites.index(str(one.demand.site_id)),
            priority=one.priority,
            week=_week(one),
        )


def _week(one: Asked) -> int:
    return loads.monday(one.demand.encounter_span.start).toordinal() // 7


def _limits(
    clinic: Clinic,
    free: Sequence[Asked],
    who: Candidate,
    place: int,
    promised: Mapping[int, int],
    freed: frozenset[str],
    mondays: Mapping[int, datetime],
) -> Interpreter:
    """Minutes and sessions of each week, less what stays booked; what was promised always fits, whatever the limit
    is now. Each session is one exposure, however long: more of them than the limit is no plan, by the rule."""
    if who.max_week_minutes is None and who.exposure_max is None:
        return Interpreter(WITHOUT_END, WITHOUT_END, WITHOUT_END)
    own = [free[n] for n, other in promised.items() if other == place]
    rest = [row[0] for row in clinic.taken.get(str(who.id), ()) if row[2] not in freed]
    most, cap = who.max_week_minutes or WITHOUT_END, who.exposure_max or WITHOUT_END
    taken, heard, bearable = {}, {}, {}
    for number, monday in mondays.items():
        kept = [one.demand.held_span.minutes for one in own if _week(one) == number]
        taken[number] = most - max(sum(kept), most - loads.booked(rest, monday))
        heard[number] = loads.begun(rest, monday)
        bearable[number] = max(len(kept), cap - heard[number])
    return Interpreter(WITHOUT_END, most, cap, taken, heard, bearable)
