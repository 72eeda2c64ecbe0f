"""A range of days of the clinic: what is asked, who is there, what is taken; each person as the rules want them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from triad.domain import loads, matching
from triad.domain.candidates import Candidate, Demand
from triad.domain.timespans import DAY, MINUTE, TimeSpan

Booked = tuple[TimeSpan, str | None, str]
"""A span of somebody's diary, its site, None where it is remote, and the encounter it is for."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An encounter to come. `has`: who was promised it; `pinned`: they keep it, unless they no longer may.

    `waived`: codes set aside for the one who has it. `declined`: who said no to this one already.
    """

    id: str
    client: str
    demand: Demand
    usual: str | None = None
    has: str | None = None
    pinned: bool = False
    waived: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()


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

    def candidate(self, one: Asked, who: Candidate, freed: frozenset[str]) -> Candidate:
        """The person as the rules want them for this encounter; what the `freed` ones take is not taken."""
        span, id_ = one.demand.held_span, str(who.id)
        near = [
            (row.span, row.site)
            for row in self._near.get((id_, span.start.date()), ())
            if row.id != one.id and row.id not in freed
        ]
        monday = loads.monday(one.demand.encounter_span.start)
        rest = (row[0] for row in self.taken.get(id_, ()) if row[2] != one.id and row[2] not in freed)
        return replace(
            who,
            taken=tuple(near),
            booked_week_minutes=loads.booked(rest, monday) if who.max_week_minutes is not None else 0,
            excluded=(one.client, id_) in self.excluded,
            times_with_client=self.together.get((one.client, id_), 0),
            is_usual=id_ == one.usual,
        )

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


def predecessor(clinic: Clinic, one: Asked, people: Iterable[Candidate]) -> str | None:
    """Whom the client is used to: the usual interpreter, else whoever was there most often; None for nobody here."""
    ids = [str(who.id) for who in people]
    if one.usual in ids:
        return one.usual
    known = [(clinic.together.get((one.client, id_), 0), id_) for id_ in ids]
    times, id_ = max(known, key=lambda pair: (pair[0], pair[1]), default=(0, ""))
    return id_ if times else None


def against(clinic: Clinic, one: Asked, who: Candidate, freed: frozenset[str]) -> matching.Reason | None:
    """The first rule that fails, as the candidate panel finds it with the freed encounters out of all diaries."""
    return matching.first_against(clinic.candidate(one, who, freed), one.demand)
