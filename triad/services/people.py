"""People: lists, and interpreters, therapists and clients as they come, change and stop working."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from triad.domain import errors, modes, wishes
from triad.domain.notes import Fields, plain
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store.cases import Case
from triad.store.clinic import Client, Interpreter, Room, Site, Therapist
from triad.store.diaries import Diary
from triad.store.people import Person

PAGE, LONGEST_SEARCH = 50, 80
TABS = ("interpreters", "therapists", "clients", "sites")
GENDERS = ("", "woman", "man", "other")
COUNTED = ("training_hours", "max_week_minutes", "exposure_max")
DATED = ("ethics_on", "check_expires", "supervision_due")
ATTRIBUTE = "attribute_"
"""Before each attribute: the box that says somebody has it."""
KINDS: dict[str, tuple[Any, str]] = {
    "interpreters": (Interpreter, "interpreter"),
    "therapists": (Therapist, "therapist"),
    "clients": (Client, "client"),
}
"""Tab -> table and kind of diary, for whoever can be booked."""
Written = Mapping[str, str]


@dataclass(frozen=True)
class Listing:
    rows: Sequence[Any]
    count: int
    sites: Sequence[Site]
    extra: Mapping[str, Sequence[tuple[str, str]]]
    """For clients their cases, for sites their rooms: id -> (id, code or name) of each."""
    today: date
    hidden: int
    """How many are not shown because they are no longer active; for sites, rooms."""


@dataclass(frozen=True)
class Profile:
    """Somebody as the form writes them. `version` is 0 where nobody counts versions."""

    id: str
    name: str
    version: int
    written: Mapping[str, str]
    active: bool


def listed(actor: Actor, tab: str, text: str = "", page: int = 1, gone: bool = False) -> Listing:
    """One of TABS, 50 a page by name, those whose name (or a client's code) contains `text`.

    With `gone` also those who are no longer active.
    """
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_PEOPLE)
        sought = text.strip()[:LONGEST_SEARCH]
        query, shown = _of_tab(tab, sought if plain(sought) else "")
        table: Any = Room if tab == "sites" else KINDS.get(tab, KINDS["interpreters"])[0]
        hidden = select(func.count()).where(table.active.is_(False))
        if tab != "sites":
            hidden = select(func.count()).select_from(query.where(table.active.is_(False)).subquery())
            query = query if gone else query.where(table.active.is_(True))
        count = ctx.session.scalar(select(func.count()).select_from(query.subquery())) or 0
        rows = ctx.session.scalars(query.options(*shown).limit(PAGE).offset((page - 1) * PAGE)).unique().all()
        sites = ctx.session.scalars(select(Site).order_by(Site.name)).all()
        extra = _extra(ctx, tab, [row.id for row in rows], gone)
        return Listing(rows, count, sites, extra, ctx.now.date(), ctx.session.scalar(hidden) or 0)


def profile(actor: Actor, tab: str, id_: str) -> Profile:
    """One of KINDS, to be changed."""
    with context.look(actor) as ctx:
        access.need(ctx, May.CHANGE_PEOPLE)
        row = _row(ctx, tab, id_)
        return Profile(row.id, row.person.name, getattr(row, "version", 0), _as_written(row), row.active)


def add(actor: Actor, tab: str, written: Written) -> str:
    """A new one of KINDS, with a diary; the id."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_PEOPLE)
        fields = Fields(written)
        table, kind = KINDS[tab]
        person, own = _person(fields), _own(ctx, tab, fields)
        fields.settle()
        id_ = ctx.fresh_id()
        diary = Diary(kind=kind)
        ctx.session.add_all([diary, Person(id=id_, **person)])
        ctx.session.flush()
        ctx.session.add(table(id=id_, diary_id=diary.id, **own))
        ctx.audit("people.add", id_, what=tab)
        return id_


def change(actor: Actor, tab: str, id_: str, written: Written) -> None:
    """The same fields as for somebody new; for interpreters also `version` as it was read (else Stale)."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_PEOPLE)
        row = _row(ctx, tab, id_, lock=True)
        fields = Fields(written)
        person, own = _person(fields), _own(ctx, tab, fields, id_)
        version = fields.whole("version", 1, 10**9) if tab == "interpreters" else None
        fields.settle()
        if version is not None:
            _bump(row, version)
        for target, values in ((row.person, person), (row, own)):
            for name, value in values.items():
                setattr(target, name, value)
        ctx.audit("people.change", id_, what=tab)


def set_active(actor: Actor, interpreter_id: str, active: bool, version: int) -> None:
    """Who is not active is no candidate and cannot be assigned; what was agreed stays until it is released."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_PEOPLE)
        row = _row(ctx, "interpreters", interpreter_id, lock=True)
        _bump(row, version)
        row.active = active
        ctx.audit("people.set_active", row.id, active=active)


def _row(ctx: Context, tab: str, id_: str, lock: bool = False) -> Any:
    table = KINDS[tab][0]
    query = select(table).where(table.id == id_).options(joinedload(table.person, innerjoin=True))
    row = ctx.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise errors.NotFound
    return row


def _bump(row: Interpreter, version: int) -> None:
    if row.version != version:
        raise errors.Stale
    row.version += 1


def _has(column: Any, text: str) -> ColumnElement[bool]:
    return column.icontains(text, autoescape=True)


def _of_tab(tab: str, text: str) -> tuple[Any, list[Any]]:
    if tab == "sites":
        query = select(Site).order_by(Site.name)
        return (query.where(_has(Site.name, text)) if text else query), []
    table: Any = KINDS.get(tab, KINDS["interpreters"])[0]
    query = select(table).join(table.person).order_by(Person.name, Person.id)
    shown: list[Any] = [contains_eager(table.person)]
    if table is Interpreter:
        shown += [selectinload(Interpreter.skills), selectinload(Interpreter.credentials)]
    if text:
        named = _has(Person.name, text)
        query = query.where(named | _has(Client.code, text) if table is Client else named)
    return query, shown


def _extra(ctx: Context, tab: str, ids: Sequence[str], gone: bool) -> dict[str, list[tuple[str, str]]]:
    kept = {"clients": (Case.client_id, Case.id, Case.code), "sites": (Room.site_id, Room.id, Room.name)}
    if tab not in kept:
        return {}
    query = select(*kept[tab]).where(kept[tab][0].in_(ids)).order_by(kept[tab][2])
    if tab == "sites" and not gone:
        query = query.where(Room.active.is_(True))
    found: dict[str, list[tuple[str, str]]] = {}
    for owner, id_, name in ctx.session.execute(query):
        found.setdefault(owner, []).append((id_, name))
    return found


def _person(fields: Fields) -> dict[str, Any]:
    email = fields.text("email", 254, optional=True)
    if email and "@" not in email[1:-1]:
        fields.fail("email", "email")
    return {
        "name": fields.text("name"),
        "email": email or None,
        "phone": fields.text("phone", 40, optional=True) or None,
        "gender": fields.choice("gender", GENDERS),
        "zone": fields.zone("zone"),
    }


def _own(ctx: Context, tab: str, fields: Fields, id_: str = "") -> dict[str, Any]:
    """What a kind has beyond the person; `id_` "" for somebody new."""
    if tab == "clients":
        return _client(ctx, fields, id_)
    site = fields.text("site", 24, optional=True)
    if site and ctx.session.get(Site, site) is None:
        fields.fail("site", "unknown")
    if tab == "therapists":
        return {"site_id": site or None, "languages": fields.languages("languages")}
    works = [mode for mode in modes.MODES if fields.yes(mode)]
    if not works:
        fields.fail(modes.IN_PERSON, "choose_one")
    return {
        "site_id": site or None,
        "modes": works,
        "attributes": [name for name in wishes.ATTRIBUTES if fields.yes(f"{ATTRIBUTE}{name}")],
        "training_hours": fields.whole("training_hours", 0, 20_000, optional=True) or 0,
        **{name: fields.day(name, optional=True) for name in DATED},
        "adult": not fields.yes("minor"),
        "max_week_minutes": fields.whole("max_week_minutes", 1, 10_080, optional=True),
        "exposure_max": fields.whole("exposure_max", 1, 60, optional=True),
    }


def _client(ctx: Context, fields: Fields, id_: str) -> dict[str, Any]:
    code = fields.text("code", 40)
    if ctx.session.scalar(select(func.count()).where(Client.code == code, Client.id != id_)):
        fields.fail("code", "taken")
    return {
        "code": code,
        "spoken": fields.languages("spoken"),
        "dialect": fields.text("dialect", 40, optional=True),
        "reads": fields.language("reads", optional=True),
        "form_language": fields.language("form_language", optional=True),
        "contact_note": fields.text("contact_note", 500, optional=True),
    }


def _as_written(row: Any) -> dict[str, str]:
    """The row as its own form would send it; no line for what is empty."""
    held: dict[str, Any] = {name: getattr(row.person, name) for name in ("name", "email", "phone", "gender", "zone")}
    if isinstance(row, Client):
        held |= {name: getattr(row, name) for name in ("code", "dialect", "reads", "form_language", "contact_note")}
        held["spoken"] = ", ".join(row.spoken)
    else:
        held["site"] = row.site_id
    if isinstance(row, Therapist):
        held["languages"] = ", ".join(row.languages)
    if isinstance(row, Interpreter):
        held |= dict.fromkeys((*row.modes, *(f"{ATTRIBUTE}{name}" for name in row.attributes)), "yes")
        held |= {"minor": "" if row.adult else "yes", "version": row.version}
        held |= {name: getattr(row, name) for name in (*COUNTED, *DATED)}
    return {name: str(value) for name, value in held.items() if value not in (None, "")}
