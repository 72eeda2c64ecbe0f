"""What a plan was made from, in so few words that it can be kept: so that one can tell what has changed since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from triad.domain.candidates import Candidate
from triad.domain.planning import Asked, Clinic

Parts = Mapping[str, str]
"""Part -> hash of what it said; a part that reads the same is unchanged."""


class Change(NamedTuple):
    """`what`: new, gone, or a part: of a session time, place, need, usual, who; of a person hours, away, skills."""

    id: str
    what: str


def of_session(one: Asked) -> dict[str, str]:
    demand = one.demand
    return {
        "time": _hash(demand.encounter_span),
        "place": _hash(demand.site_id, [need.mode for need in demand.needs]),
        "need": _hash(demand.needs, *_pressing(one)),
        "usual": _hash(one.usual),
        "who": _hash(one.has),
    }


def _pressing(one: Asked) -> tuple[int, ...]:
    """Nothing for what can wait, so that plans made before that counted read as they did."""
    return () if one.priority == 1 else (one.priority,)


def of_people(clinic: Clinic) -> dict[str, dict[str, str]]:
    return {str(who.id): _of_person(who) for who in clinic.people}


def _of_person(who: Candidate) -> dict[str, str]:
    proofs = (who.skills, who.credentials, who.training_hours, who.ethics_on, who.check_expires, who.adult)
    return {
        "hours": _hash(sorted(map(repr, who.hours)), who.max_week_minutes, *_capped(who)),
        "away": _hash(sorted(one.span for one in who.away)),
        "skills": _hash(proofs, sorted(who.modes), sorted(who.attributes), who.gender),
    }


def _capped(who: Candidate) -> tuple[int, ...]:
    """Nothing while nobody set it, so that plans made before there was such a limit read as they did."""
    return () if who.exposure_max is None else (who.exposure_max,)


def changes(before: Mapping[str, Parts], now: Mapping[str, Parts]) -> list[Change]:
    """By id, as they were kept against as they are."""
    found = []
    for id_ in sorted({*before, *now}):
        if id_ not in before or id_ not in now:
            found.append(Change(id_, "new" if id_ in now else "gone"))
            continue
        found += [Change(id_, part) for part, value in now[id_].items() if before[id_].get(part) != value]
    return found


def whole(sessions: Mapping[str, Parts], people: Mapping[str, Parts]) -> str:
    """One hash of everything: equal for equal inputs, whatever order they came in."""
    return hashlib.sha256(_canonical((sessions, people)).encode()).hexdigest()


def _canonical(value: Any) -> str:
    if isinstance(value, Mapping):
        return repr(sorted((key, _canonical(held)) for key, held in value.items()))
    return repr([_canonical(one) for one in value]) if isinstance(value, tuple) else repr(value)


def _hash(*values: Any) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]
