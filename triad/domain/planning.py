"""A range of days of the clinic: what is asked, who is there, what is taken; each person as the rules want them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from triad.domain import candidates, loads, matching, merits
from triad.domain.candidates import Candidate, Demand
from triad.domain.timespans import DAY, MINUTE, TimeSpan

Booked = tuple[TimeSpan, str | None, str]
"""A span of somebody's diary, its site, None where it is remote, and the encounter it is for."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An encounter to come. `has`: who was promised it; `pinned`: they keep it, unless they no longer may.

    `waived`: codes set aside for the one who has it. `declined`: who said no to this one already. `priority`: how
    many of those that can wait it is worth, from how urgently it was asked for.
    """

    id: str
    client: str
    demand: Demand
    usual: str | None = None
    has: str | None = None
    pinned: bool = False
    waived: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    priority: int = 1


@dataclass(frozen=True, kw_only=True)
class Clinic:
    """Everything a plan depends on. `taken` by person, with what the asked encounters take; `homes` their sites.

    `together`: (client, person) -> encounters planned or held; `excluded`: who is not for the client.
    """

    asked: tuple[Asked, ...]
    people: tuple[Candidate, ...]
    taken: Mapping[str, Sequence[Booked]]
    homes: Mapping[str, str | None] = field(default_factory=dict)
    together: Mapping[tuple[str, str], int] = field(default_factory=dict)
    excluded: frozenset[tuple[str, str]] = frozenset()
    setup: int = 0
    travel: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(str(who.id) for who in self.people)

    @cached_property
    def familiar(self) -> Mapping[str, str]:
        """Client -> who of the people here was there most often."""
        known = ((times, client, person) for (client, person), times in self.together.items() if person in self.ids)
        return {client: person for _, client, person in sorted(known)}

    def candidate(self, one: Asked, who: Candidate, freed: frozenset[str]) -> Candidate:
        """The person as the rules want them for this encounter; what the `freed` ones take is not taken."""
        span, id_ = one.demand.held_span, str(who.id)
        near = [
            (row.span, row.site)
            for row in self._near.get((id_, span.start.date()), ())
            if row.id != one.id and row.id not in freed
        ]
        monday = loads.monday(one.demand.encounter_span.start)
        rest = [row[0] for row in self.taken.get(id_, ()) if row[2] != one.id and row[2] not in freed]
        return replace(
            who,
            taken=tuple(near),
            booked_week_minutes=loads.booked(rest, monday) if who.max_week_minutes is not None else 0,
            booked_week_sessions=loads.begun(rest, monday) if who.exposure_max is not None else 0,
            excluded=(one.client, id_) in self.excluded,
            times_with_client=self.together.get((one.client, id_), 0),
            is_usual=id_ == one.usual,
        )

    def fits(self, one: Asked, who: Candidate, freed: frozenset[str]) -> bool:
        """May they take it, by every rule there is, with what the `freed` encounters take out of all diaries?

        Asked in the order of what it costs, and once for what is the same in many encounters.
        """
        demand = one.demand
        key = (str(who.id), demand.on, demand.needs)
        if key not in self._persons:
            self._persons[key] = matching.fits(who, demand, matching.OF_THE_PERSON)
        return (
            self._persons[key]
            and matching.fits(who, demand, matching.OF_THE_HOUR)
            and matching.fits(self._booked(one, who, freed), demand, matching.OF_THE_DIARY)
        )

    def likings(self, one: Asked, who: Candidate) -> tuple[int, int]:
        """1 where a wish is not met that was only hoped for; and 0 for the same dialect, 1 for one that is partly
        understood, 2 for another."""
        key = (str(who.id), one.demand.needs)
        if key not in self._likings:
            used = [(skill, need) for need in one.demand.needs if (skill := candidates.best(who.skills, need))]
            steps = (candidates.DIALECT_RANK[candidates.understood(skill, need)] for skill, need in used)
            self._likings[key] = int(bool(merits.unmet(who, one.demand))), max(steps, default=0)
        return self._likings[key]

    @cached_property
    def _likings(self) -> dict[tuple[Any, ...], tuple[int, int]]:
        return {}

    def _booked(self, one: Asked, who: Candidate, freed: frozenset[str]) -> Candidate:
        """As `candidate`, for the rules alone: nobody is made anew of whom there is nothing to say."""
        id_ = str(who.id)
        is_blank = id_ not in self.taken and (one.client, id_) not in self.excluded
        return who if is_blank else self.candidate(one, who, freed)

    @cached_property
    def _persons(self) -> dict[tuple[Any, ...], bool]:
        return {}

    @cached_property
    def _near(self) -> Mapping[tuple[str, date], Sequence[_Row]]:
        """Person and day -> what is taken within reach of it: further off nothing overlaps and no way is too far."""
        reach = max([DAY, *(minutes * MINUTE for minutes in self.travel.values()), self.setup * MINUTE])
        found: dict[tuple[str, date], list[_Row]] = defaultdict(list)
        for person, rows in self.taken.items():
            for row in rows:
                day, last = (row[0].start - reach).date(), (row[0].end + reach).date()
                while day <= last:
                    found[person, day].append(_Row(*row))
                    day += DAY
        return found


@dataclass(frozen=True)
class _Row:
    span: TimeSpan
    site: str | None
    id: str


def predecessor(clinic: Clinic, one: Asked) -> str | None:
    """Whom the client is used to: the usual interpreter, else whoever was there most often; None for nobody here."""
    return one.usual if one.usual in clinic.ids else clinic.familiar.get(one.client)
