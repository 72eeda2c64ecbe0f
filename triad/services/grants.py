"""Who may log in and as what: for auditors to read, in a fixed order."""

from __future__ import annotations

from dataclasses import dataclass

from triad.domain.parties import STAFF, Role
from triad.services import access, context
from triad.services.context import Actor
from triad.services.policy import May
from triad.store import accounts as stored

PAGE = 50


@dataclass(frozen=True)
class Grant:
    name: str
    roles: tuple[Role, ...]
    active: bool


def listed(actor: Actor, page: int = 1) -> tuple[list[Grant], int]:
    """Every account by its person's name, 50 a page, and how many there are."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_GRANTS)
        rows, count = stored.listed(ctx.session, PAGE, (page - 1) * PAGE)
        found = []
        for row in rows:
            held = {grant.name for grant in row.roles}
            found.append(Grant(row.person.name, tuple(role for role in STAFF if role in held), row.active))
        return found, count
