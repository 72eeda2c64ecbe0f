"""A case begins and changes: who takes part, where, from when to when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from triad.domain import cells, errors
from triad.domain.notes import Fields
from triad.domain.parties import Role
from triad.domain.timespans import TimeSpan
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import queries
from triad.store.cases import Case, CulturalNote, LanguageNeed
from triad.store.clinic import Client, Interpreter, Site, Therapist
from triad.store.diaries import Taken
from triad.store.encounters import Encounter
from triad.store.people import Person

Written = Mapping[str, str]
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class CaseForm:
    """What the form offers: ids with names. `case` is None for a new one, `written` what it holds now."""

    case: Case | None
    written: Mapping[str, str]
    clients: Choices
    therapists: Choices
    interpreters: Choices
    sites: Choices


def for_new(actor: Actor) -> CaseForm:
    with context.look(actor) as ctx:
        access.need(ctx, May.CREATE_CASE)
        clients, therapists, interpreters = _people(ctx, Client), _people(ctx, Therapist), _working(ctx, None)
        return CaseForm(None, {"opened_on": f"{ctx.now:%Y-%m-%d}"}, clients, therapists, interpreters, _sites(ctx))


def for_change(actor: Actor, case_id: str) -> CaseForm:
    """Therapists to choose from only for a coordinator while no session has begun."""
    with context.look(actor) as ctx:
        case = access.case(ctx, case_id, to=May.CHANGE_CASE)
        written = {
            "version": case.version,
            "therapist": case.therapist_id,
            "site": case.site_id,
            "usual_interpreter": case.usual_interpreter_id,
            "opened_on": case.opened_on,
            "closed_on": case.closed_on,
        }
        free = actor.has(Role.COORDINATOR) and not _begun(ctx, case)
        return CaseForm(
            case,
            {name: str(value) for name, value in written.items() if value is not None},
            (),
            _people(ctx, Therapist, case.therapist_id) if free else (),
            _working(ctx, case),
            _sites(ctx),
        )


def create(actor: Actor, written: Written) -> str:
    """The id. Fields: code, client, therapist, site, usual_interpreter, opened_on, language.

    Without `language` the case needs what the client speaks first.
    """
    with context.work(actor) as ctx:
        access.need(ctx, May.CREATE_CASE)
        fields = Fields(written)
        code = fields.text("code", 40)
        if ctx.session.scalar(select(func.count()).where(Case.code == code)):
            fields.fail("code", "taken")
        client: Client | None = _chosen(ctx, fields, "client", Client)
        therapist: Therapist | None = _chosen(ctx, fields, "therapist", Therapist)
        site: Site | None = _chosen(ctx, fields, "site", Site, optional=True)
        if client and not client.active:
            fields.fail("client", "not_active")
        if therapist and not therapist.active:
            fields.fail("therapist", "not_working")
        usual = _usual(ctx, fields, client.id if client else "", None)
        opened_on, language = fields.day("opened_on"), fields.language("language", optional=True)
        if client and not language and not client.spoken:
            fields.fail("language", "required")
        fields.settle()
        assert client is not None
        assert therapist is not None
        spoken, dialect = cells.split_variety(language or client.spoken[0], "" if language else client.dialect)
        case = Case(
            id=ctx.fresh_id(),
            code=code,
            client_id=client.id,
            therapist_id=therapist.id,
            site_id=site.id if site else None,
            usual_interpreter_id=usual,
            opened_on=opened_on,
            needs=[LanguageNeed(id=ctx.fresh_id(), language=spoken, dialect=dialect)],
        )
        ctx.session.add(case)
        ctx.audit("casework.create", case.id)
        return case.id


def change(actor: Actor, case_id: str, written: Written) -> None:
    """Fields: version as it was read (else Stale), site, usual_interpreter, opened_on, closed_on; therapist (else
    it stays) is for coordinators, and only while no session has begun: a case is with one therapist.

    The diaries of the old and the new therapist change together, or Clash with the day.
    """
    with context.work(actor) as ctx:
        case = access.case(ctx, case_id, to=May.CHANGE_CASE)
        fields = Fields(written)
        version = fields.whole("version", 1, 10**9)
        site: Site | None = _chosen(ctx, fields, "site", Site, optional=True)
        usual = _usual(ctx, fields, case.client_id, case.usual_interpreter_id)
        opened_on, closed_on = fields.day("opened_on"), fields.day("closed_on", optional=True)
        _check_end(ctx, fields, case, opened_on, closed_on)
        therapist: Therapist | None = _chosen(ctx, fields, "therapist", Therapist, optional=True)
        changes = therapist is not None and therapist.id != case.therapist_id
        if changes and not actor.has(Role.COORDINATOR):
            fields.fail("therapist", "unknown_field")
        elif changes and _begun(ctx, case):
            fields.fail("therapist", "begun")
        fields.settle()
        if case.version != version:
            raise errors.Stale
        if changes and therapist:
            _hand_over(ctx, case, therapist)
        case.site_id, case.usual_interpreter_id = site.id if site else None, usual
        case.opened_on, case.closed_on = opened_on or case.opened_on, closed_on
        case.version += 1
        ctx.audit("casework.change", case.id)


def _hand_over(ctx: Context, case: Case, therapist: Therapist) -> None:
    """What the case takes of the old therapist's time is taken of the new one's."""
    old = case.therapist.diary_id
    diaries = queries.lock_diaries(ctx.session, [old, therapist.diary_id])
    if queries.inactive(ctx.session, [therapist.diary_id]):
        raise errors.Unfit({"therapist": "not_working"})
    of_case = select(Encounter.id).where(Encounter.case_id == case.id)
    query = select(Taken).where(Taken.diary_id == old, Taken.encounter_id.in_(of_case)).order_by(Taken.starts_at)
    spans = ctx.session.scalars(query).all()
    if spans:
        there = queries.taken(
            ctx.session, [therapist.diary_id], spans[0].starts_at, max(one.ends_at for one in spans)
        )
        for one in spans:
            span = TimeSpan(one.starts_at, one.ends_at)
            if any(span.overlaps(TimeSpan(other.starts_at, other.ends_at)) for other in there):
                raise errors.Clash(who="therapist", day=one.starts_at.date())
    for one in spans:
        diaries[therapist.diary_id].book(ctx.session, one)
    ctx.post(case.therapist_id, "handed_over", case.id)
    case.therapist_id = therapist.id
    ctx.post(therapist.id, "handed_over", case.id)


def _begun(ctx: Context, case: Case) -> bool:
    """Has a session begun, or the therapist written something for no other eyes?"""
    begun = or_(Encounter.status.in_(("held", "abandoned")), Encounter.starts_at <= ctx.now)
    gone = ("cancelled", "void")
    sessions = select(Encounter.id).where(Encounter.case_id == case.id, Encounter.status.not_in(gone), begun)
    notes = select(CulturalNote.id).where(CulturalNote.case_id == case.id, CulturalNote.audience == "therapist")
    return any(ctx.session.scalar(query.limit(1)) for query in (sessions, notes))


def _check_end(ctx: Context, fields: Fields, case: Case, opened: date | None, closed: date | None) -> None:
    if not closed:
        return
    if opened and closed < opened:
        fields.fail("closed_on", "order")
    later = select(Encounter.id).where(Encounter.case_id == case.id, Encounter.status == "scheduled")
    if ctx.session.scalar(later.where(Encounter.day > closed, Encounter.ends_at > ctx.now).limit(1)):
        fields.fail("closed_on", "still_planned")


def _chosen(ctx: Context, fields: Fields, name: str, table: Any, optional: bool = False) -> Any:
    """The row with the id that was written; None when there is none."""
    id_ = fields.text(name, 24, optional=optional)
    row = ctx.session.get(table, id_) if id_ else None
    if id_ and row is None:
        fields.fail(name, "unknown")
    return row


def _usual(ctx: Context, fields: Fields, client_id: str, now: str | None) -> str | None:
    """The interpreter's id; who stopped working here or is not for this client can stay, but not be chosen."""
    row: Interpreter | None = _chosen(ctx, fields, "usual_interpreter", Interpreter, optional=True)
    if row and row.id != now:
        if not row.active:
            fields.fail("usual_interpreter", "not_working")
        elif row.id in queries.excluded_interpreters(ctx.session, client_id):
            fields.fail("usual_interpreter", "not_available")
    return row.id if row else None


def _people(ctx: Context, table: Any, now: str = "") -> Choices:
    """Clients with their code, therapists without; by name. Who is no longer active only when it is `now`."""
    code = Client.code if table is Client else Person.zone
    query = select(Person.id, Person.name, code).join(table, table.id == Person.id).order_by(Person.name, Person.id)
    query = query.where(table.active.is_(True) | (table.id == now))
    return [
        (id_, f"{name} · {extra}" if table is Client else name) for id_, name, extra in ctx.session.execute(query)
    ]


def _working(ctx: Context, case: Case | None) -> Choices:
    """Interpreters who work here and are available for the client; and the usual one in any case."""
    query = select(Person.id, Person.name, Interpreter.active).join(Interpreter, Interpreter.id == Person.id)
    away = queries.excluded_interpreters(ctx.session, case.client_id) if case else frozenset()
    now = case.usual_interpreter_id if case else None
    rows = ctx.session.execute(query.order_by(Person.name, Person.id))
    return [(id_, name) for id_, name, active in rows if id_ == now or (active and id_ not in away)]


def _sites(ctx: Context) -> Choices:
    return [(row.id, row.name) for row in ctx.session.scalars(select(Site).order_by(Site.name))]
