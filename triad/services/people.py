"""People and places: lists, the search, and everybody who is new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager, selectinload

from triad.domain import errors
from triad.domain.notes import Fields, plain
from triad.domain.parties import Role
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store.cases import Case
from triad.store.clinic import Client, Interpreter, Room, Site, Therapist
from triad.store.diaries import Diary
from triad.store.people import Person

PAGE, HITS, LONGEST_SEARCH = 50, 20, 80
TABS = ("interpreters", "therapists", "clients", "sites")
MODES = ("in_person", "video", "telephone")
GENDERS = ("", "woman", "man", "other")
Written = Mapping[str, str]


@dataclass(frozen=True)
class Listing:
    rows: Sequence[Any]
    count: int
    sites: Sequence[Site]
    extra: Mapping[str, Sequence[tuple[str, str]]]
    """For clients their cases, for sites their rooms: id -> (id, code or name) of each."""
    today: date


@dataclass(frozen=True)
class CaseHit:
    """`client_name` is "" where the reader may not know it."""

    id: str
    code: str
    client_code: str
    client_name: str


@dataclass(frozen=True)
class Found:
    cases: Sequence[CaseHit]
    clients: Sequence[Client] = ()
    interpreters: Sequence[Interpreter] = ()
    """For coordinators only, like the clients."""


def listed(actor: Actor, tab: str, text: str = "", page: int = 1) -> Listing:
    """One of TABS, 50 a page by name, those whose name (or a client's code) contains `text`."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_PEOPLE)
        sought = _sought(text)
        count = ctx.session.scalar(select(func.count()).select_from(_of_tab(tab, sought)[0].subquery())) or 0
        rows = _rows(ctx, tab, sought, PAGE, (page - 1) * PAGE)
        sites = ctx.session.scalars(select(Site).order_by(Site.name)).all()
        return Listing(rows, count, sites, _extra(ctx, tab, [row.id for row in rows]), ctx.now.date())


def search(actor: Actor, text: str) -> Found:
    """Cases by their code or the client's, by the client's name only where the reader may know it."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_CASES)
        sought = _sought(text)
        if not sought or not actor.has(Role.COORDINATOR):
            return Found(_cases(ctx, sought) if sought else ())
        return Found(_cases(ctx, sought), *(_rows(ctx, tab, sought, HITS) for tab in ("clients", "interpreters")))


def add(actor: Actor, tab: str, written: Written) -> str:
    """A new interpreter, therapist, client or site, by its tab; the id. Who can be booked gets a diary."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_PEOPLE)
        fields = Fields(written)
        new = {"interpreters": _interpreter, "therapists": _therapist, "clients": _client, "sites": _site}[tab]
        id_ = new(ctx, fields)
        ctx.audit("people.add", id_, what=tab)
        return id_


def add_room(actor: Actor, site_id: str, written: Written) -> None:
    """Field: name."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_PEOPLE)
        if ctx.session.get(Site, site_id) is None:
            raise errors.NotFound
        fields = Fields(written)
        name = fields.text("name", 80)
        _refuse_second(ctx, fields, "name", Room.site_id == site_id, Room.name == name)
        fields.settle()
        room = Room(id=ctx.fresh_id(), site_id=site_id, name=name, diary_id=_diary(ctx, "room"))
        ctx.session.add(room)
        ctx.audit("people.add_room", room.id, site=site_id)


def _sought(text: str) -> str:
    text = text.strip()[:LONGEST_SEARCH]
    return text if plain(text) else ""


def _has(column: Any, text: str) -> ColumnElement[bool]:
    return column.icontains(text, autoescape=True)


def _of_tab(tab: str, text: str) -> tuple[Any, list[Any]]:
    if tab == "sites":
        query = select(Site).order_by(Site.name)
        return (query.where(_has(Site.name, text)) if text else query), []
    table: Any = {"therapists": Therapist, "clients": Client}.get(tab, Interpreter)
    query = select(table).join(table.person).order_by(Person.name, Person.id)
    shown: list[Any] = [contains_eager(table.person)]
    if table is Interpreter:
        shown += [selectinload(Interpreter.skills), selectinload(Interpreter.credentials)]
    if text:
        named = _has(Person.name, text)
        query = query.where(named | _has(Client.code, text) if table is Client else named)
    return query, shown


def _rows(ctx: Context, tab: str, text: str, limit: int, skip: int = 0) -> Sequence[Any]:
    query, shown = _of_tab(tab, text)
    return ctx.session.scalars(query.options(*shown).limit(limit).offset(skip)).unique().all()


def _extra(ctx: Context, tab: str, ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    kept = {"clients": (Case.client_id, Case.id, Case.code), "sites": (Room.site_id, Room.id, Room.name)}
    if tab not in kept:
        return {}
    query = select(*kept[tab]).where(kept[tab][0].in_(ids)).order_by(kept[tab][2])
    found: dict[str, list[tuple[str, str]]] = {}
    for owner, id_, name in ctx.session.execute(query):
        found.setdefault(owner, []).append((id_, name))
    return found


def _cases(ctx: Context, text: str) -> list[CaseHit]:
    actor = ctx.actor
    own_id = actor.person_id if actor.has(Role.THERAPIST) else ""
    own = Case.therapist_id == own_id
    coded, named = _has(Case.code, text) | _has(Client.code, text), _has(Person.name, text)
    query = select(Case.id, Case.code, Client.code, Person.name, Case.therapist_id).join(
        Client, Client.id == Case.client_id
    )
    query = query.join(Person, Person.id == Client.id).where(coded | named)
    knows = actor.has(Role.COORDINATOR)
    if not knows:
        query = query.where(coded | own if actor.has(Role.LEAD) else own)
    return [
        CaseHit(id_, code, client, name if knows or therapist == own_id else "")
        for id_, code, client, name, therapist in ctx.session.execute(query.order_by(Case.code).limit(HITS))
    ]


def _refuse_second(ctx: Context, fields: Fields, name: str, *where: ColumnElement[bool]) -> None:
    if ctx.session.scalar(select(func.count()).where(*where)):
        fields.fail(name, "taken")


def _diary(ctx: Context, kind: str) -> int:
    diary = Diary(kind=kind)
    ctx.session.add(diary)
    ctx.session.flush()
    return diary.id


def _person(ctx: Context, fields: Fields) -> Person:
    email = fields.text("email", 254, optional=True)
    if email and "@" not in email[1:-1]:
        fields.fail("email", "email")
    return Person(
        id=ctx.fresh_id(),
        name=fields.text("name"),
        email=email or None,
        phone=fields.text("phone", 40, optional=True) or None,
        gender=fields.choice("gender", GENDERS),
        zone=fields.zone("zone"),
    )


def _place(ctx: Context, fields: Fields) -> str | None:
    site = fields.text("site", 24, optional=True)
    if site and ctx.session.get(Site, site) is None:
        fields.fail("site", "unknown")
    return site or None


def _interpreter(ctx: Context, fields: Fields) -> str:
    person, site = _person(ctx, fields), _place(ctx, fields)
    modes = [mode for mode in MODES if fields.yes(mode)]
    if not modes:
        fields.fail("in_person", "choose_one")
    row = Interpreter(
        id=person.id,
        site_id=site,
        modes=modes,
        training_hours=fields.whole("training_hours", 0, 20_000, optional=True) or 0,
        ethics_on=fields.day("ethics_on", optional=True),
        check_expires=fields.day("check_expires", optional=True),
        max_week_minutes=fields.whole("max_week_minutes", 1, 10_080, optional=True),
    )
    return _booked(ctx, fields, person, row, "interpreter")


def _therapist(ctx: Context, fields: Fields) -> str:
    person, site = _person(ctx, fields), _place(ctx, fields)
    row = Therapist(id=person.id, site_id=site, languages=fields.languages("languages"))
    return _booked(ctx, fields, person, row, "therapist")


def _client(ctx: Context, fields: Fields) -> str:
    person, code = _person(ctx, fields), fields.text("code", 40)
    _refuse_second(ctx, fields, "code", Client.code == code)
    row = Client(
        id=person.id,
        code=code,
        spoken=fields.languages("spoken"),
        dialect=fields.text("dialect", 40, optional=True),
        reads=fields.language("reads", optional=True),
        form_language=fields.language("form_language", optional=True),
        contact_note=fields.text("contact_note", 500, optional=True),
    )
    return _booked(ctx, fields, person, row, "client")


def _booked(ctx: Context, fields: Fields, person: Person, row: Interpreter | Therapist | Client, kind: str) -> str:
    fields.settle()
    ctx.session.add(person)
    row.diary_id = _diary(ctx, kind)
    ctx.session.add(row)
    return person.id


def _site(ctx: Context, fields: Fields) -> str:
    name, zone = fields.text("name", 120), fields.zone("zone")
    _refuse_second(ctx, fields, "name", Site.name == name)
    address = fields.text("address", 300, optional=True)
    fields.settle()
    site = Site(id=ctx.fresh_id(), name=name, zone=zone, address=address)
    ctx.session.add(site)
    return site.id
