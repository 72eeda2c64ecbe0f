"""A range of days as a week for the engine: what may move, and who may take it by every rule of `matching`.

The rules are those and no others; a solver knows only what is said here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from triad.domain import candidates, loads, matching, merits, planning
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
    speakers: dict[tuple[candidates.Need, ...], list[int]] = {}
    pairs = tuple(
        tuple(_pairs(clinic, one, people, _speakers(speakers, people, one), freed, one.id in ended)) for one in free
    )
    sites = sorted({site for way in clinic.travel for site in way} | {str(one.demand.site_id) for one in free})
    week = Week(
        sessions=tuple(_sessions(clinic, free, sites)),
        interpreters=tuple(_limits(clinic, free, who, places[str(who.id)], promised, freed) for who in people),
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
        if several[session.client] > 1 and planning.predecessor(clinic, one, people) is None
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


def _speakers(
    known: dict[tuple[candidates.Need, ...], list[int]], people: Sequence[Candidate], one: Asked
) -> Sequence[int]:
    if one.demand.needs not in known:
        known[one.demand.needs] = [n for n, who in enumerate(people) if matching.speaks(who, one.demand)]
    return known[one.demand.needs]


def _pairs(
    clinic: Clinic,
    one: Asked,
    people: Sequence[Candidate],
    speakers: Iterable[int],
    freed: frozenset[str],
    is_over: bool,
) -> Iterable[Pair]:
    before = planning.predecessor(clinic, one, people)
    own = [] if is_over else [n for n, who in enumerate(people) if who.id == one.has]
    for n in sorted({*speakers, *own}):
        who = clinic.candidate(one, people[n], freed)
        if n not in own and (str(who.id) in one.declined or matching.first_against(who, one.demand)):
            continue
        yield Pair(
            interpreter=n,
            away=int(before not in (None, str(who.id))),
            disliked=int(bool(merits.unmet(who, one.demand))),
            dialect=_distance(who, one.demand),
            travel=_way(clinic, str(who.id), one.demand),
            cost=0,
        )


def _distance(who: Candidate, demand: Demand) -> int:
    """0 for the same dialect, 1 for one that is partly understood, 2 for another."""
    used = [(skill, need) for need in demand.needs if (skill := candidates.best(who.skills, need))]
    return max((candidates.DIALECT_RANK[candidates.understood(skill, need)] for skill, need in used), default=0)


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
) -> Interpreter:
    """Minutes of each week, less what stays booked; what was promised always fits, whatever the limit is now."""
    if who.max_week_minutes is None:
        return Interpreter(WITHOUT_END, WITHOUT_END, WITHOUT_END)
    own: Counter[int] = Counter()
    for n, other in promised.items():
        if other == place:
            own[_week(free[n])] += free[n].demand.held_span.minutes
    taken = {}
    for one in {_week(one): one for one in free}.values():
        monday = loads.monday(one.demand.encounter_span.start)
        rest = (row[0] for row in clinic.taken.get(str(who.id), ()) if row[2] not in freed)
        left = max(own[_week(one)], who.max_week_minutes - loads.booked(rest, monday))
        taken[_week(one)] = who.max_week_minutes - left
    return Interpreter(WITHOUT_END, who.max_week_minutes, WITHOUT_END, taken)
