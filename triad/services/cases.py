"""Cases: the list somebody may see, and one case whole with its sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from triad.domain import errors
from triad.domain.parties import Role
from triad.services import access, context, policy
from triad.services.context import Actor
from triad.services.policy import May
from triad.store import queries
from triad.store.cases import Case
from triad.store.clinic import Client
from triad.store.encounters import Encounter

PAGE = 50
COMES = Case.client_id.in_(select(Client.id).where(Client.active.is_(True)))


@dataclass(frozen=True)
class Listed:
    """One line of the list. `next_at` is None where nothing is planned; names only where the reader may see them.

    `whole`: sessions, needs and days are the reader's to see; a lead learns the code and who works in the case.
    """

    case: Case
    next_at: datetime | None
    next_zone: str
    client_name: str
    whole: bool


@dataclass(frozen=True)
class CasePage:
    """`whole` as in the list; without it there are no sessions here."""

    case: Case
    upcoming: Sequence[Encounter]
    past: Sequence[Encounter]
    client_name: str
    whole: bool
    unavailable: Sequence[tuple[str, str]] = ()
    """Id and name of interpreters who are not available for this client; none for a reader who may not know."""
    mistakes: Sequence[Encounter] = ()
    """Entered by mistake, for whoever may bring them back."""


def listed(actor: Actor, page: int = 1, closed: bool = False, gone: bool = False) -> tuple[list[Listed], int]:
    """Open (or closed) cases the actor may see, by code, 50 a page, and how many there are.

    Open ones whose client does not come any more are among them with `gone` only.
    """
    with context.look(actor) as ctx:
        where = _whose(ctx, closed)
        if not closed and not gone:
            where.append(COMES)
        count = ctx.session.scalar(select(func.count()).select_from(Case).where(*where)) or 0
        query = select(Case).where(*where).options(*queries.people_of_case()).order_by(Case.code)
        rows = ctx.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE)).unique().all()
        coming = _next(ctx, [row.id for row in rows])
        return [_line(ctx, row, coming.get(row.id)) for row in rows], count


def hidden(actor: Actor) -> int:
    """How many open cases `listed` leaves out because their client does not come any more."""
    with context.look(actor) as ctx:
        where = _whose(ctx, closed=False)
        return ctx.session.scalar(select(func.count()).select_from(Case).where(*where, ~COMES)) or 0


def _whose(ctx: context.Context, closed: bool) -> list[ColumnElement[bool]]:
    access.need(ctx, May.SEE_CASES)
    over = Case.closed_on <= ctx.now.date()
    where: list[ColumnElement[bool]] = [over if closed else Case.closed_on.is_(None) | ~over]
    if not ctx.actor.has(Role.COORDINATOR, Role.LEAD):
        where.append(Case.therapist_id == ctx.actor.person_id)
    return where


def show(actor: Actor, case_id: str) -> CasePage:
    with context.look(actor) as ctx:
        case = access.case(ctx, case_id, to=May.SEE_CASE)
        whole = _may(ctx, case, May.SEE_ENCOUNTER)
        every = queries.encounters(ctx.session, Encounter.case_id == case.id) if whole else []
        all_of_it = [row for row in every if row.status != "void"]
        may_void = _may(ctx, case, May.VOID)
        return CasePage(
            case,
            [row for row in all_of_it if row.ends_at > ctx.now],
            [row for row in reversed(all_of_it) if row.ends_at <= ctx.now],
            _client_name(ctx, case),
            whole,
            _unavailable(ctx, case),
            [row for row in every if row.status == "void"] if may_void else (),
        )


def sessions(actor: Actor, case_id: str) -> list[Encounter]:
    """Those to come, soonest first, then those over, latest first. NotFound where they are not to be seen."""
    found = show(actor, case_id)
    if not found.whole:
        raise errors.NotFound
    return [*found.upcoming, *found.past]


def for_planning(actor: Actor, case_id: str) -> Case:
    with context.look(actor) as ctx:
        return access.case(ctx, case_id, to=May.PLAN)


def _line(ctx: context.Context, case: Case, coming: tuple[datetime, str] | None) -> Listed:
    whole = _may(ctx, case, May.SEE_ENCOUNTER)
    next_at, next_zone = (whole and coming) or (None, "")
    return Listed(case, next_at, next_zone, _client_name(ctx, case), whole)


def _may(ctx: context.Context, case: Case, to: May) -> bool:
    return policy.allows(to, ctx.actor, policy.Subject(therapist=case.therapist_id))


def _client_name(ctx: context.Context, case: Case) -> str:
    return case.client.person.name if _may(ctx, case, May.SEE_CLIENT_NAME) else ""


def _unavailable(ctx: context.Context, case: Case) -> Sequence[tuple[str, str]]:
    return queries.excluded_names(ctx.session, case.client_id) if _may(ctx, case, May.SEE_UNAVAILABLE) else ()


def _next(ctx: context.Context, ids: Sequence[str]) -> dict[str, tuple[datetime, str]]:
    query = (
        select(Encounter.case_id, Encounter.starts_at, Encounter.zone)
        .where(Encounter.case_id.in_(ids), Encounter.status == "scheduled", Encounter.starts_at > ctx.now)
        .order_by(Encounter.starts_at.desc())
    )
    return {case_id: (starts, zone) for case_id, starts, zone in ctx.session.execute(query)}
