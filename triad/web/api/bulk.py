"""One step for many sessions, for programs: look at it, carry it out, take it back."""

from __future__ import annotations

from typing import Any

from triad.services import bulk
from triad.services.bulk import Terms
from triad.services.policy import May
from triad.web import guard
from triad.web.bulk import verbs
from triad.web.exchange import Noun
from triad.web.schemas import bulk as shapes
from triad.web.schemas.base import CreatedOut

bp = Noun("bulk")


@bp.post("/bulk")
@guard.needs(May.CHANGE_MANY)
@bp.answers(CreatedOut, takes=shapes.BulkIn)
def begin(body: dict[str, Any]) -> Any:
    """Look at a step on each of these sessions. Nothing is changed: what would come of it is kept under an id."""
    kind, ids = body.pop("kind"), list(dict.fromkeys(body.pop("sessions")))
    terms = Terms(**{**body, "people": tuple(body.get("people", ()))})
    return {"id": bulk.begin(guard.actor(), kind, ids, terms, verbs(guard.actor()))}


@bp.get("/bulk/<bulk_id>")
@guard.needs(May.CHANGE_MANY)
@bp.answers(shapes.BulkOut)
def show(bulk_id: str) -> Any:
    """Each line in order of time: what would come of it, what came of it, and whether it was taken back."""
    found = bulk.show(guard.actor(), bulk_id)
    names = ("id", "kind", "asked_at", "settled_at", "undone_at")
    lines = [
        {
            "session": line.encounter_id,
            "people": line.people,
            "outcome": line.outcome,
            "codes": line.why,
            "undo": line.undo,
            "undo_codes": line.undo_why,
        }
        for line in found.lines
    ]
    return {name: getattr(found.bulk, name) for name in names} | {"lines": lines}


@bp.post("/bulk/<bulk_id>/commit")
@guard.needs(May.CHANGE_MANY)
@bp.answers(status=204)
def commit(bulk_id: str) -> None:
    """Carry it out, each line by its single verb, whole or not at all. Sent again it does nothing twice."""
    bulk.commit(guard.actor(), bulk_id, verbs(guard.actor()))


@bp.post("/bulk/<bulk_id>/undo")
@guard.needs(May.CHANGE_MANY)
@bp.answers(status=204, refuses=(409,))
def undo(bulk_id: str) -> None:
    """Put back what nobody touched since; what cannot be put back is refused line by line."""
    bulk.undo(guard.actor(), bulk_id, verbs(guard.actor()))
