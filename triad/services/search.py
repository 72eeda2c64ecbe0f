"""The search in the top line: people, cases and the sessions of a day, by what the reader may know of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from triad.domain.notes import plain
from triad.domain.parties import Role
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import queries
from triad.store.cases import Case
from triad.store.clinic import Client, Interpreter, Therapist
from triad.store.encounters import Encounter
from triad.store.people import Person

HITS, LONGEST = 20, 80


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
    therapists: Sequence[Therapist] = ()
    encounters: Sequence[Encounter] = ()
    """Of the day that was named: all for a coordinator, their own for a therapist."""


def found(actor: Actor, text: str, day: date | None = None) -> Found:
    """Cases by their code or the client's, by the client's name only where the reader may know it.

    `day` is the one that `text` names, if it does.
    """
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_CASES)
        sought = text.strip()[:LONGEST]
        if not sought or not plain(sought):
            return Found(())
        planned = _planned(ctx, day) if day else ()
        if not actor.has(Role.COORDINATOR):
            return Found(_cases(ctx, sought), encounters=planned)
        clients = _people(ctx, Client, _has(Person.name, sought) | _has(Client.code, sought))
        interpreters, therapists = (_people(ctx, one, _has(Person.name, sought)) for one in (Interpreter, Therapist))
        return Found(_cases(ctx, sought), clients, interpreters, therapists, planned)


def _has(column: Any, text: str) -> ColumnElement[bool]:
    return column.icontains(text, autoescape=True)


def _people(ctx: Context, table: Any, where: ColumnElement[bool]) -> Sequence[Any]:
    query = select(table).join(table.person).where(where).options(joinedload(table.person))
    return ctx.session.scalars(query.order_by(Person.name, Person.id).limit(HITS)).all()


def _planned(ctx: Context, day: date) -> Sequence[Encounter]:
    """Leads see no sessions; whoever is a therapist too sees their own."""
    actor, where = ctx.actor, [Encounter.day == day, Encounter.status != "void"]
    if not actor.has(Role.COORDINATOR):
        if not actor.has(Role.THERAPIST):
            return ()
        where.append(Encounter.case.has(Case.therapist_id == actor.person_id))
    return queries.encounters(ctx.session, *where)


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
