"""Places."""

from __future__ import annotations

from typing import Any

from triad.services import people, sites
from triad.services.policy import May
from triad.web import exchange, guard
from triad.web.exchange import Noun
from triad.web.schemas import people as shapes
from triad.web.schemas.base import CreatedOut

bp = Noun("sites")


@bp.get("/sites")
@guard.needs(May.SEE_PEOPLE)
@bp.answers(shapes.SitePageOut, asks=shapes.SearchIn, refuses=(422,))
def listed(asked: dict[str, Any]) -> Any:
    """Sites by name, with their rooms in use."""
    number = asked.get("page", 1)
    found = people.listed(guard.actor(), "sites", asked.get("text", ""), number)
    rows = [
        {name: getattr(site, name) for name in ("id", "name", "zone", "address")}
        | {"rooms": [{"id": id_, "name": name} for id_, name in found.extra.get(site.id, ())]}
        for site in found.rows
    ]
    return exchange.part(rows, number, found.count)


@bp.post("/sites")
@guard.needs(May.CHANGE_PEOPLE)
@bp.answers(CreatedOut, 201, takes=shapes.SiteIn, once=True)
def add(body: dict[str, Any]) -> Any:
    """A new site."""
    return {"id": sites.add(guard.actor(), exchange.written(body))}
