"""Interpreters as the matching rules want them: gathered in bulk, six statements however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from triad.domain import candidates as domain
from triad.domain.availability import Away, WeeklyHours
from triad.domain.timespans import TimeSpan
from triad.store import people, queries
from triad.store.clinic import Interpreter, LanguageSkill
from triad.store.diaries import Taken
from triad.store.encounters import Encounter


class Rules(NamedTuple):
    """The clinic's own figures: minutes, and hours of training."""

    briefing: int
    debrief: int
    setup: int
    min_training_hours: int


def demand(session: Session, encounter: Encounter, rules: Rules) -> domain.Demand:
    """What the encounter asks for; interpreter and therapist hold briefing, encounter and debrief."""
    before, after = timedelta(minutes=rules.briefing), timedelta(minutes=rules.debrief)
    span = TimeSpan(encounter.starts_at, encounter.ends_at)
    row = encounter.slot.need
    need = domain.Need(
        language=row.language,
        dialect=row.dialect or None,
        strict=row.strict,
        min_level=row.min_level,
        gender_wish=row.gender_wish or None,
        wish_kind=row.wish_kind,  # type: ignore[arg-type]
        mode=encounter.mode_i,
    )
    return domain.Demand(
        encounter_span=span,
        held_span=span.widened(before, after),
        on=encounter.day,
        site_id=encounter.site_id if encounter.mode_i == "in_person" else None,
        needs=(need,),
        setup_minutes=rules.setup,
        travel=queries.travel(session),
        min_training_hours=rules.min_training_hours,
    )


def gather(session: Session, encounter: Encounter, rows: Sequence[Interpreter]) -> list[domain.Candidate]:
    """`rows` with person, skills and credentials loaded -> candidates for this encounter, in the same order."""
    ids = [row.id for row in rows]
    week_start, week_end = _week(encounter.starts_at)
    hours, away = _hours(session, ids), _away(session, ids, week_start, week_end)
    taken = _taken(session, [row.diary_id for row in rows], week_start, week_end)
    together = queries.times_together(session, encounter.case.client_id)
    excluded = queries.excluded_interpreters(session, encounter.case.client_id)
    return [
        domain.Candidate(
            id=row.id,
            name=row.person.name,
            gender=row.person.gender or None,
            modes=frozenset(row.modes),
            skills=tuple(domain.Skill(s.language, s.dialect or None, s.level) for s in row.skills),
            credentials=tuple(
                domain.Credential(c.body, c.kind, c.language, c.issued, c.expires) for c in row.credentials
            ),
            training_hours=row.training_hours,
            ethics_on=row.ethics_on,
            check_expires=row.check_expires,
            adult=row.adult,
            family=False,
            hours=hours[row.id],
            away=away[row.id],
            taken=tuple(taken[row.diary_id]),
            max_week_minutes=row.max_week_minutes,
            booked_week_minutes=sum(span.minutes for span, _ in taken[row.diary_id]),
            excluded=row.id in excluded,
            conflict_open=False,
            times_with_client=together.get(row.id, 0),
            is_usual=row.id == encounter.case.usual_interpreter_id,
        )
        for row in rows
    ]


def _week(moment: datetime) -> tuple[datetime, datetime]:
    """Monday to Monday around the moment, in UTC, a day wider at both ends so that neighbours are seen."""
    monday = (moment - timedelta(days=moment.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    return monday - timedelta(days=1), monday + timedelta(days=8)


def _hours(session: Session, ids: Iterable[str]) -> dict[str, tuple[WeeklyHours, ...]]:
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


def _away(session: Session, ids: Iterable[str], start: datetime, end: datetime) -> dict[str, tuple[Away, ...]]:
    found: dict[str, list[Away]] = defaultdict(list)
    for row in queries.time_off_of(session, ids, start, end):
        found[row.person_id].append(Away(TimeSpan(row.starts_at, row.ends_at)))
    return defaultdict(tuple, {key: tuple(rows) for key, rows in found.items()})


def _taken(
    session: Session, diaries: Iterable[int], start: datetime, end: datetime
) -> dict[int, list[tuple[TimeSpan, str | None]]]:
    query = (
        select(Taken.diary_id, Taken.starts_at, Taken.ends_at, Encounter.site_id, Encounter.mode_i)
        .join(Encounter, Encounter.id == Taken.encounter_id)
        .where(Taken.diary_id.in_(list(diaries)), Taken.starts_at < end, Taken.ends_at > start)
    )
    found: dict[int, list[tuple[TimeSpan, str | None]]] = defaultdict(list)
    for diary, starts, ends, site, mode in session.execute(query):
        found[diary].append((TimeSpan(starts, ends), site if mode == "in_person" else None))
    return found


def speakers(session: Session) -> dict[str, int]:
    """Language tag -> active interpreters who speak it: how scarce it is."""
    query = (
        select(LanguageSkill.language, func.count(func.distinct(LanguageSkill.interpreter_id)))
        .join(Interpreter, Interpreter.id == LanguageSkill.interpreter_id)
        .where(Interpreter.active.is_(True))
        .group_by(LanguageSkill.language)
    )
    return {row[0]: row[1] for row in session.execute(query)}
