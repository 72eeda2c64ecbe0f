"""Appointments other systems send: looked at first, then taken in as requests and arrivals, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from triad.domain import errors, languages, lifecycle, timespans
from triad.domain.parties import Role
from triad.formats.fhir_intake import Came, Intake, Wanted
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import attendances, interchange, queries
from triad.store.cases import Case, LanguageNeed
from triad.store.encounters import Encounter
from triad.store.requests import Request

EARLY = timedelta(hours=2)
"""Before the start, from which on somebody can have arrived."""
ANSWERED = ("submitted", "accepted")


@dataclass(frozen=True)
class Coming:
    """A request there would be: `day` and `at` on the clock of `zone`."""

    place: str
    client: str
    case: str
    language: str
    day: date
    at: time
    zone: str
    minutes: int
    urgency: str


@dataclass(frozen=True)
class Arrival:
    """A client who came; `known` where somebody has said already whether they did: that stays."""

    encounter_id: str
    case: str
    starts_at: datetime
    zone: str
    known: bool


@dataclass(frozen=True)
class Seen:
    """What taking a bundle in would do. Nothing of it is taken while anything is `refused`: place to code."""

    wanted: Sequence[Coming]
    came: Sequence[Arrival]
    refused: Mapping[str, str]

    @property
    def requests(self) -> int:
        return len(self.wanted)

    @property
    def arrivals(self) -> int:
        return len(self.came)


@dataclass
class _Read:
    rows: list[Request]
    arrived: dict[str, Encounter]
    refused: dict[str, str]
    wanted: list[Coming]


def preview(actor: Actor, intake: Intake) -> Seen:
    """Writes nothing."""
    with context.look(actor) as ctx:
        access.need(ctx, May.IMPORT)
        found = _read(ctx, intake)
        return Seen(found.wanted, _arrivals(ctx, found.arrived), found.refused)


def take(actor: Actor, intake: Intake) -> list[str]:
    """Ids of the new requests. Unfit with every place that does not fit; then nothing is written."""
    with context.work(actor) as ctx:
        access.need(ctx, May.IMPORT)
        found = _read(ctx, intake)
        if found.refused:
            raise errors.Unfit(found.refused)
        ctx.session.add_all(found.rows)
        for encounter in found.arrived.values():
            _arrive(ctx, encounter)
        ctx.session.flush()
        for row in found.rows:
            for person in queries.coordinators(ctx.session):
                ctx.post(person, "request", row.id)
            ctx.audit("requests.submit", row.id, source="fhir")
        ctx.audit("referrals.take", "fhir", requests=len(found.rows), arrivals=len(found.arrived))
        return [row.id for row in found.rows]


def _read(ctx: Context, intake: Intake) -> _Read:
    found = _Read([], {}, dict(intake.refused), [])
    cases = interchange.open_cases(ctx.session, {one.client for one in intake.wanted})
    there = _there(ctx, [case.id for each in cases.values() for case in each])
    for one in intake.wanted:
        try:
            row = _request(ctx, one, [case for case in cases.get(one.client, ()) if one.case in ("", case.code)])
        except errors.Unfit as error:
            found.refused |= {f"{one.place}.{name}": code for name, code in error.fields.items()}
            continue
        if (row.case_id, row.day, row.at) in there:
            # Sent twice, it would be planned twice.
            found.refused[f"{one.place}.start"] = "taken"
            continue
        there.add((row.case_id, row.day, row.at))
        found.rows.append(row)
        found.wanted.append(_coming(one, row, cases[one.client]))
    for came in intake.came:
        if encounter := _met(ctx, came):
            found.arrived[encounter.id] = encounter
        else:
            found.refused[f"{came.place}.identifier"] = "unknown"
    return found


def _coming(one: Wanted, row: Request, cases: Sequence[Case]) -> Coming:
    (case,) = [case for case in cases if case.id == row.case_id]
    (language,) = [need.language for need in case.needs if need.id == row.need_id]
    when = (row.day, row.at, row.zone, row.minutes)
    return Coming(one.place, one.client, case.code, language, *when, row.urgency)


def _arrivals(ctx: Context, arrived: Mapping[str, Encounter]) -> list[Arrival]:
    marks = interchange.marks(ctx.session, arrived)
    codes = interchange.codes(ctx.session, {row.case_id for row in arrived.values()})
    return [
        Arrival(row.id, codes[row.case_id], row.starts_at, row.zone, Role.CLIENT in marks.get(row.id, {}))
        for row in arrived.values()
    ]


def _there(ctx: Context, cases: list[str]) -> set[tuple[object, ...]]:
    query = select(Request.case_id, Request.day, Request.at).where(Request.case_id.in_(cases))
    return {tuple(row) for row in ctx.session.execute(query.where(Request.state.in_(ANSWERED)))}


def _request(ctx: Context, one: Wanted, cases: list[Case]) -> Request:
    if len(cases) != 1:
        raise errors.Unfit({"participant": "unknown"} if not cases else {"identifier": "choose_one"})
    (case,) = cases
    if one.start < ctx.now:
        raise errors.Unfit({"start": "past"})
    if one.start.second or one.start.microsecond:
        raise errors.Unfit({"start": "time"})
    zone = case.site.zone if case.site else ctx.settings.zone
    here = timespans.local(one.start, zone)
    return Request(
        id=ctx.fresh_id(),
        case_id=case.id,
        need_id=_need(case, one.language).id,
        asked_by=ctx.actor.person_id or case.therapist_id,
        state=lifecycle.ensure("request", lifecycle.ensure("request", lifecycle.NEW, "create"), "submit"),
        urgency=one.urgency,
        day=here.date(),
        at=here.time().replace(fold=0),
        zone=zone,
        minutes=one.minutes,
        count=1,
        every_weeks=1,
        mode="",
        made_at=ctx.now,
        arrived_at=ctx.now,
        version=1,
    )


def _need(case: Case, language: str) -> LanguageNeed:
    """The one in that language; without a language the only one there is."""
    needs = list(case.needs)
    if language:
        try:
            tag = languages.canonical(language)
        except (KeyError, errors.Unfit):
            raise errors.Unfit({"participant": "unknown"}) from None
        variety = languages.VARIETIES.get(tag)
        needs = [need for need in needs if need.language in (tag, variety.of if variety else tag)]
    if len(needs) != 1:
        raise errors.Unfit({"participant": "choose_one" if needs else "unknown"})
    return needs[0]


def _met(ctx: Context, one: Came) -> Encounter | None:
    """The encounter, if somebody can have arrived there by now."""
    row = ctx.session.get(Encounter, one.encounter)
    fits = row is not None and row.status in ("scheduled", "held") and row.starts_at - EARLY <= ctx.now
    return row if fits else None


def _arrive(ctx: Context, encounter: Encounter) -> None:
    """A mark that is there already stays: whoever made it saw the person."""
    if Role.CLIENT not in attendances.rows(ctx.session, encounter.id):
        client = ctx.session.get_one(Case, encounter.case_id).client_id
        said = attendances.Said(Role.CLIENT, client, "arrived", 0, ctx.actor.account_id, ctx.actor.source)
        attendances.write(ctx.session, ctx.fresh_id, encounter.id, said, ctx.now)
