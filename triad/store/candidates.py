"""Interpreters as the matching rules want them: gathered in bulk, four statements however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import case, null, select, union_all
from sqlalchemy.orm import Session

from triad.domain import candidates as domain
from triad.domain import loads, matching, modes, wishes
from triad.domain.availability import Away, WeeklyHours
from triad.domain.timespans import DAY, TimeSpan
from triad.store import people, queries
from triad.store.cases import LanguageNeed
from triad.store.clinic import Interpreter, LanguageSkill
from triad.store.diaries import Taken
from triad.store.encounters import Encounter
from triad.store.people import TimeOff


class Rules(NamedTuple):
    """The clinic's own figures: minutes, and hours of training."""

    briefing: int
    debrief: int
    setup: int
    min_training_hours: int

    @classmethod
    def of(cls, own: Any) -> Rules:
        """As the clinic's settings have them."""
        return cls(own.briefing_minutes, own.debrief_minutes, own.setup_minutes, own.min_training_hours)


class Booked(NamedTuple):
    """A span of an interpreter's diary; `site` None is remote."""

    span: TimeSpan
    site: str | None
    encounter_id: str


@dataclass(frozen=True)
class Panel:
    """Eligible people, best first, and the others with the complete list of reasons against each."""

    encounter: Encounter
    fits: tuple[matching.Fit, ...]
    misfits: tuple[matching.Misfit, ...]


def panel(session: Session, encounter: Encounter, rows: Sequence[Interpreter], rules: Rules) -> Panel:
    """`rows` as in `gather`."""
    people = gather(session, encounter, rows)
    fits, misfits = matching.ranked(people, demand(session, encounter, rules))
    return Panel(encounter, fits, misfits)


def demand(session: Session, encounter: Encounter, rules: Rules) -> domain.Demand:
    return demanded(encounter, encounter.slot.need, rules, queries.travel(session))


def demanded(encounter: Any, row: LanguageNeed, rules: Rules, travel: dict[tuple[str, str], int]) -> domain.Demand:
    """What the encounter asks for; interpreter and therapist hold briefing, encounter and debrief.

    `encounter`: the row, or its columns starts_at, ends_at, day, site_id and mode_i.
    """
    before, after = timedelta(minutes=rules.briefing), timedelta(minutes=rules.debrief)
    span = TimeSpan(encounter.starts_at, encounter.ends_at)
    need = domain.Need(
        language=row.language,
        dialect=row.dialect or None,
        strict=row.strict,
        min_level=row.min_level,
        gender_wish=row.gender_wish or None,
        wish_kind=row.wish_kind,  # type: ignore[arg-type]
        mode=encounter.mode_i,
        works=row.direction,  # type: ignore[arg-type]
        wishes=wishes.of(row.wishes),
    )
    return domain.Demand(
        encounter_span=span,
        held_span=span.widened(before, after),
        on=encounter.day,
        site_id=encounter.site_id if encounter.mode_i == modes.IN_PERSON else None,
        needs=(need,),
        setup_minutes=rules.setup,
        travel=travel,
        min_training_hours=rules.min_training_hours,
    )


def gather(session: Session, encounter: Encounter, rows: Sequence[Interpreter]) -> list[domain.Candidate]:
    """`rows` with person, skills and credentials loaded -> candidates for this encounter, in the same order."""
    ids = [row.id for row in rows]
    monday = loads.monday(encounter.starts_at)
    # A day wider at both ends so that neighbours are seen, which count into no week but their own.
    away, taken = away_and_taken(session, ids, monday - DAY, monday + 8 * DAY)
    known = queries.known_to_client(session, encounter.case.client_id)
    # What is held for this very encounter does not count: whoever has it is not in their own way.
    others = {id_: [one for one in held if one[2] != encounter.id] for id_, held in taken.items()}
    return [
        replace(
            one,
            taken=tuple((span, site) for span, site, _ in others.get(str(one.id), ())),
            booked_week_minutes=loads.booked((span for span, _, _ in others.get(str(one.id), ())), monday),
            booked_week_sessions=loads.begun((span for span, _, _ in others.get(str(one.id), ())), monday),
            excluded=one.id in known.excluded,
            conflict_open=one.id in known.acquainted,
            times_with_client=known.times.get(str(one.id), 0),
            is_usual=one.id == encounter.case.usual_interpreter_id,
        )
        for one in standing(rows, hours_of(session, ids), away)
    ]


def standing(
    rows: Iterable[Interpreter], hours: Mapping[str, tuple[WeeklyHours, ...]], away: Mapping[str, list[Away]]
) -> list[domain.Candidate]:
    """The same people with nothing taken, and nothing said of any client."""
    return [
        domain.Candidate(
            id=row.id,
            name=row.person.name,
            gender=row.person.gender or None,
            modes=frozenset(row.modes),
            skills=tuple(_skill(one) for one in row.skills),
            credentials=tuple(
                domain.Credential(c.body, c.kind, c.language, c.issued, c.expires) for c in row.credentials
            ),
            training_hours=row.training_hours,
            ethics_on=row.ethics_on,
            check_expires=row.check_expires,
            adult=row.adult,
            family=False,
            hours=hours[row.id],
            away=tuple(away[row.id]),
            taken=(),
            max_week_minutes=row.max_week_minutes,
            booked_week_minutes=0,
            exposure_max=row.exposure_max,
            excluded=False,
            conflict_open=False,
            times_with_client=0,
            is_usual=False,
            attributes=frozenset(row.attributes),
        )
        for row in rows
    ]


def _skill(row: LanguageSkill) -> domain.Skill:
    return domain.Skill(row.language, row.dialect or None, row.level, row.works)  # type: ignore[arg-type]


def hours_of(session: Session, ids: Iterable[str]) -> dict[str, tuple[WeeklyHours, ...]]:
    found: dict[str, list[WeeklyHours]] = defaultdict(list)
    for row in queries.hours_of(session, ids):
        found[row.person_id].append(as_hours(row))
    return defaultdict(tuple, {key: tuple(rows) for key, rows in found.items()})


def as_hours(row: people.WeeklyHours) -> WeeklyHours:
    return WeeklyHours(
        row.weekday,
        time.fromisoformat(row.start),
        time.fromisoformat(row.end),
        row.zone,
        row.valid_from,
        row.valid_to,
    )


def away_and_taken(
    session: Session, ids: Sequence[str], start: datetime, end: datetime
) -> tuple[dict[str, list[Away]], dict[str, list[Booked]]]:
    """Interpreter id -> absences, and -> what the diary holds, touching [start, end)."""
    site = case((Encounter.mode_i == modes.IN_PERSON, Encounter.site_id))
    booked = (
        select(Interpreter.id, Taken.encounter_id, Taken.starts_at, Taken.ends_at, site)
        .join(Interpreter, Interpreter.diary_id == Taken.diary_id)
        .join(Encounter, Encounter.id == Taken.encounter_id)
        .where(Interpreter.id.in_(ids), Taken.starts_at < end, Taken.ends_at > start)
    )
    off = select(TimeOff.person_id, null(), TimeOff.starts_at, TimeOff.ends_at, null()).where(
        TimeOff.person_id.in_(ids), TimeOff.starts_at < end, TimeOff.ends_at > start
    )
    away: dict[str, list[Away]] = defaultdict(list)
    taken: dict[str, list[Booked]] = defaultdict(list)
    for id_, encounter_id, starts, ends, where in session.execute(union_all(booked, off)):
        if encounter_id is None:
            away[id_].append(Away(TimeSpan(starts, ends)))
        else:
            taken[id_].append(Booked(TimeSpan(starts, ends), where, encounter_id))
    return away, taken
