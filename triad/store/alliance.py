"""Reads behind the picture of three: a whole case is one row. They load what lies there; who may see it is decided
above.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import Boolean, ColumnElement, Row, Select, and_, bindparam, case, or_, select
from sqlalchemy.orm import Session

from triad.store import frozen, nested
from triad.store.cases import Case, Goal, LanguageNeed
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.frozen import FrozenFigure
from triad.store.marks import MarkAnswer
from triad.store.people import Person
from triad.store.ratings import LicensedScore, Rating, Score

MET = ("scheduled", "held", "abandoned")
LIVE = and_(Assignment.slot_id == Slot.id, Assignment.ended_at.is_(None))
AT_ONCE = 5
"""Cases held in memory at a time, however many are read."""

Which = Literal["case", "encounter", "own", "foreign"]


class Whose(NamedTuple):
    """Of which therapists the cases may be: the person's who asks, and everybody else's."""

    own: bool
    others: bool


ANYBODYS = Whose(True, True)


class Met(NamedTuple):
    """One encounter that has begun, and who interprets it."""

    id: str
    starts_at: datetime
    day: date
    ends_at: datetime
    interpreter_id: str | None
    interpreter: str | None


class Form(NamedTuple):
    """One stored form; `scores` are (direction, facet, POMP value or None)."""

    party: str
    rater_id: str
    locked_at: datetime
    withdrawn_at: datetime | None
    choice: str
    policy: str
    mode: str
    scores: Sequence[tuple[str, str, float | None]]


class Subscale(NamedTuple):
    """One score of a licensed form; `file` is the id of that form's."""

    encounter_id: str
    party: str
    file: str
    direction: str
    subscale: str
    value: float | None


class Said(NamedTuple):
    """One step a reader took about an entry."""

    key: str
    step: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Chronicle:
    """One case with all that its picture is made of, in order of time; `forms` by encounter.

    `said` holds the steps of one viewer; `goals` when each was reached, None while it is not; `figures` those frozen
    last, for norms and swing. `licensed` are read for one case alone.
    """

    id: str
    code: str
    therapist_id: str
    therapist: str
    language: str
    ending_from: date | None
    met: Sequence[Met]
    forms: Mapping[str, Sequence[Form]]
    said: Sequence[Said]
    goals: Sequence[date | None]
    figures: Mapping[str, Mapping[str, Any]]
    licensed: Sequence[Subscale] = ()


def chronicles(
    session: Session,
    which: Which,
    person_id: str,
    now: datetime,
    edition: str,
    id_: str = "",
    whose: Whose = ANYBODYS,
) -> Iterator[Chronicle]:
    """One statement: the case `id_`, that of the encounter `id_`, a therapist's `own` or all `foreign` ones by code.

    `said` is that of the person: as the therapist in own cases, as the lead in others.
    """
    known = {"who": person_id, "now": now, "edition": edition, "id": id_, **whose._asdict()}
    options = {"yield_per": AT_ONCE} if which in ("own", "foreign") else {}
    for row in session.execute(_statement(which), known, execution_options=options):
        yield _chronicle(row)


@cache
def _statement(which: Which) -> Select[Any]:
    """Made once: putting it together takes longer than the databases need to answer it."""
    who: ColumnElement[str] = bindparam("who")
    asked: ColumnElement[str] = bindparam("id")
    conditions: dict[Which, ColumnElement[bool]] = {
        "case": Case.id == asked,
        "encounter": Case.id == select(Encounter.case_id).where(Encounter.id == asked).scalar_subquery(),
        "own": Case.therapist_id == who,
        "foreign": Case.therapist_id != who,
    }
    own, others = (bindparam(name, type_=Boolean()) for name in Whose._fields)
    sought = or_(and_(own, conditions["own"]), and_(others, conditions["foreign"]))
    language = select(LanguageNeed.language).where(LanguageNeed.case_id == Case.id).order_by(LanguageNeed.id).limit(1)
    columns = {"language": language, "met": _met(), "forms": _forms(), "said": _said(), "goals": _goals()}
    columns["figures"] = _figures()
    if which in ("case", "encounter"):
        columns["licensed"] = _licensed()
    return (
        select(Case.id, Case.code, Case.therapist_id, Case.ending_from, Person.name.label("therapist"))
        .add_columns(*(one.scalar_subquery().label(name) for name, one in columns.items()))
        .join(Person, Person.id == Case.therapist_id)
        .where(conditions[which], sought)
        .order_by(Case.code)
    )


def _met() -> Select[Any]:
    encounter = (Encounter.id, Encounter.starts_at, Encounter.day, Encounter.ends_at)
    return (
        nested.rows(*encounter, Person.id, Person.name)
        .select_from(Encounter)
        .outerjoin(Slot, Slot.encounter_id == Encounter.id)
        .outerjoin(Assignment, LIVE)
        .outerjoin(Person, Person.id == Assignment.interpreter_id)
        .where(Encounter.case_id == Case.id, Encounter.status.in_(MET), Encounter.starts_at <= bindparam("now"))
        .correlate(Case)
    )


def _forms() -> Select[Any]:
    scores = nested.rows(Score.direction, Score.facet, Score.pomp).where(Score.rating_id == Rating.id)
    columns = (Rating.party, Rating.rater_id, Rating.locked_at, Rating.withdrawn_at)
    return (
        nested.rows(
            Rating.encounter_id, *columns, Rating.choice, Rating.policy, Rating.mode, scores.scalar_subquery()
        )
        .select_from(Encounter)
        .join(Rating, Rating.encounter_id == Encounter.id)
        .where(Encounter.case_id == Case.id)
        .correlate(Case)
    )


def _licensed() -> Select[Any]:
    score = (LicensedScore.direction, LicensedScore.subscale, LicensedScore.value)
    return (
        nested.rows(Rating.encounter_id, Rating.party, Rating.version_key, *score)
        .select_from(Encounter)
        .join(Rating, Rating.encounter_id == Encounter.id)
        .join(LicensedScore, LicensedScore.rating_id == Rating.id)
        .where(Encounter.case_id == Case.id)
        .correlate(Case)
    )


def _said() -> Select[Any]:
    viewer = case((Case.therapist_id == bindparam("who"), "therapist"), else_="lead")
    return (
        nested.rows(MarkAnswer.at, MarkAnswer.id, MarkAnswer.key, MarkAnswer.step, MarkAnswer.reason)
        .where(MarkAnswer.case_id == Case.id, MarkAnswer.viewer == viewer)
        .correlate(Case)
    )


def _goals() -> Select[Any]:
    return nested.rows(Goal.attained_on).where(Goal.case_id == Case.id).correlate(Case)


def _figures() -> Select[Any]:
    newest = frozen.newest(bindparam("edition"))
    kinds = FrozenFigure.kind.in_(("norms", "spreads"))
    return nested.rows(FrozenFigure.kind, nested.tree(FrozenFigure.contents)).where(newest, kinds)


def _chronicle(row: Row[Any]) -> Chronicle:
    when, forms = nested.moment, defaultdict(list)
    for encounter_id, party, rater_id, locked, withdrawn, *rest in row.forms:
        forms[encounter_id].append(Form(party, rater_id, when(locked), withdrawn and when(withdrawn), *rest))
    met = [Met(id_, when(start), date.fromisoformat(day), when(end), *who) for id_, start, day, end, *who in row.met]
    said = [(when(at), id_, key, step, reason) for at, id_, key, step, reason in row.said]
    return Chronicle(
        id=row.id,
        code=row.code,
        therapist_id=row.therapist_id,
        therapist=row.therapist,
        language=row.language or "",
        ending_from=row.ending_from,
        met=sorted(met, key=lambda one: (one.starts_at, one.id)),
        forms=forms,
        said=[Said(key, step, reason, at) for at, _, key, step, reason in sorted(said)],
        goals=sorted((day and date.fromisoformat(day) for (day,) in row.goals), key=lambda day: day or date.max),
        figures=dict(row.figures),
        licensed=[Subscale(*one) for one in getattr(row, "licensed", ())],
    )
