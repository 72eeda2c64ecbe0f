"""Who might interpret, what is asked of them, and how far their languages and credentials reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from triad.domain import languages, modes
from triad.domain.availability import Away, WeeklyHours
from triad.domain.timespans import TimeSpan
from triad.domain.wishes import Wish

Works = modes.Direction

NO_EXAM = "no_exam"
CREDENTIAL_RANK = {"specialist_health": 0, "certified": 1, "provisional": 2, "recognised": 3, NO_EXAM: 3}
NO_CREDENTIAL = 4
DIALECT_RANK = {"yes": 0, "partly": 1, "no": 2}


@dataclass(frozen=True)
class Skill:
    """`dialect` is a registry tag or the interpreter's own word; `level` 1 to 5; `works` from or into it, or both."""

    language: str
    dialect: str | None
    level: int
    works: Works = "both"


@dataclass(frozen=True)
class Credential:
    """`kind` is a key of `CREDENTIAL_RANK`; anything else (a translator's) does not count. `expires` is its last day.

    `issued` None is a day not known, `expires` None never.
    """

    body: str
    kind: str
    tag: str
    issued: date | None
    expires: date | None

    def is_valid(self, on: date) -> bool:
        """Always where no exam exists: nobody can lose what nobody can sit."""
        return self.kind == NO_EXAM or (self.issued or on) <= on <= (self.expires or on)


@dataclass(frozen=True)
class Need:
    """One of the languages to interpret between, with `min_level` 1 to 5. A `mode` of None takes any.

    `mode` is the interpreter's: where the others sit asks nothing of them.
    """

    language: str
    dialect: str | None = None
    strict: bool = False
    min_level: int = 1
    gender_wish: str | None = None
    wish_kind: Literal["require", "prefer", "avoid", "none"] = "none"
    mode: str | None = None
    works: Works = "both"
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """`check_expires` is the check's last day; None for it or `ethics_on` is none at all. `taken` has held spans.

    `booked_week_minutes`, `booked_week_sessions` and `taken` without this encounter; a limit of None is none.
    `excluded`: not for this client. `conflict_open`: an undecided entry in the register. Languages are canonical
    tags. `attributes` are some of `wishes.ATTRIBUTES`, as the interpreter says.
    """

    id: int | str
    name: str
    gender: str | None
    modes: frozenset[str]
    skills: tuple[Skill, ...]
    credentials: tuple[Credential, ...]
    training_hours: int
    ethics_on: date | None
    check_expires: date | None
    adult: bool
    family: bool
    hours: tuple[WeeklyHours, ...]
    away: tuple[Away, ...]
    taken: tuple[tuple[TimeSpan, str | int | None], ...]
    max_week_minutes: int | None
    booked_week_minutes: int
    excluded: bool
    conflict_open: bool
    times_with_client: int
    is_usual: bool
    attributes: frozenset[str] = frozenset()
    exposure_max: int | None = None
    booked_week_sessions: int = 0


@dataclass(frozen=True, kw_only=True)
class Demand:
    """`held_span` is the encounter with briefing and debrief; `on` its local date; `site_id` None is remote.

    `travel` maps (from, to) to minutes, per direction; a pair the clinic has not measured counts 0.
    """

    encounter_span: TimeSpan
    held_span: TimeSpan
    on: date
    site_id: str | int | None
    needs: tuple[Need, ...]
    setup_minutes: int
    travel: Mapping[tuple[Any, Any], int]
    min_training_hours: int = 100


def understood(skill: Skill, need: Need) -> languages.Understood:
    """How far the spoken variety of the one reaches the other's."""
    # An own word for a dialect takes nothing away from the language; only the registry's varieties do.
    if skill.language == need.language and not need.dialect and skill.dialect not in languages.VARIETIES:
        return "yes"
    return languages.understands(skill.dialect or skill.language, need.dialect or need.language)


def covers(skill: Skill, need: Need) -> bool:
    """Whether it is a proof for the language at all; how near the dialect is counts only where it must."""
    if not need.dialect:
        return understood(skill, need) != "no"
    if skill.language in (need.language, need.dialect):
        return True
    return languages.understands(skill.language, need.language) != "no"


def shortcomings(skill: Skill, need: Need) -> Iterator[tuple[str, dict[str, Any]]]:
    """Codes and details of everything in which a skill that covers the need still falls short."""
    if skill.works not in ("both", need.works):
        yield "LANG_DIRECTION", {"language": need.language, "works": skill.works, "needed": need.works}
    near = understood(skill, need)
    if need.strict and near != "yes":
        yield "LANG_DIALECT", {"dialect": need.dialect or need.language, "understood": near}
    if skill.level < need.min_level:
        yield "LANG_LEVEL", {"language": need.language, "level": skill.level, "needed": need.min_level}


def best(skills: Iterable[Skill], need: Need) -> Skill | None:
    """The one with the fewest shortcomings, then the nearest dialect, then the highest level."""
    return _best(tuple(skills), need)


def lacking(skills: Iterable[Skill], need: Need) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Codes and details of everything in which even the best of the skills falls short; `LANG_PAIR` without any."""
    return _lacking(tuple(skills), need)


# A plan asks for the same people and the same need again for each session and each rule.


@lru_cache(maxsize=8_192)
def _lacking(skills: tuple[Skill, ...], need: Need) -> tuple[tuple[str, dict[str, Any]], ...]:
    skill = _best(skills, need)
    return tuple(shortcomings(skill, need)) if skill else (("LANG_PAIR", {"language": need.language}),)


@lru_cache(maxsize=8_192)
def _best(skills: tuple[Skill, ...], need: Need) -> Skill | None:
    def preference(skill: Skill) -> tuple[int, int, int]:
        return len(list(shortcomings(skill, need))), DIALECT_RANK[understood(skill, need)], -skill.level

    return min((skill for skill in skills if covers(skill, need)), key=preference, default=None)


def credentials(who: Candidate, need: Need) -> list[Credential]:
    """Those that speak for this need, valid or not: for its language or dialect, or for those of the skill used."""
    skill = best(who.skills, need)
    tags = {need.language, need.dialect} | ({skill.language, skill.dialect} if skill else set())
    return [held for held in who.credentials if held.kind in CREDENTIAL_RANK and held.tag in tags]


class Near(NamedTuple):
    """A booking beside the demand: `idle` time between the two, `travel` in minutes in the direction of time."""

    idle: timedelta
    travel: int
    site: str | int | None


def near(who: Candidate, what: Demand, *, before: bool) -> list[Near]:
    """The bookings on one side that do not overlap, the closest first."""
    here, found = what.site_id, []
    for span, site in who.taken:
        if (span.end <= what.held_span.start) if before else (what.held_span.end <= span.start):
            way = (site, here) if before else (here, site)
            travel = 0 if None in way or site == here else what.travel.get(way, 0)
            found.append(Near(span.gap_to(what.held_span), travel, site))
    return sorted(found, key=lambda one: one.idle)
