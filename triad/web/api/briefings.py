"""Briefing and debrief of an encounter."""

from __future__ import annotations

from typing import Any

from triad.services import briefings
from triad.services.policy import May
from triad.web import guard
from triad.web.exchange import Noun
from triad.web.schemas import briefings as shapes

bp = Noun("briefings")


@bp.get("/encounters/<encounter_id>/briefings")
@guard.needs(May.SEE_ENCOUNTER)
@bp.answers(shapes.BriefingsOut)
def show(encounter_id: str) -> Any:
    """Both parts; the points only for the two who talk there."""
    return {"items": [_part(one) for one in briefings.of(guard.actor(), encounter_id)]}


@bp.post("/encounters/<encounter_id>/briefings")
@guard.needs(May.NOTE_BRIEFING)
@bp.answers(status=204, takes=shapes.BriefingIn, refuses=(403, 409))
def note(body: dict[str, Any], encounter_id: str) -> None:
    """In the place of what was noted before."""
    briefings.note(guard.actor(), encounter_id, body["part"], body["state"], body.get("points", ()))


def _part(one: briefings.Part) -> dict[str, Any]:
    shown = {"part": one.part, "state": one.state, "points": sorted(one.points)}
    return shown | {"who": one.who, "said_at": one.said_at}
