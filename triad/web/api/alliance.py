"""The picture of three as numbers: what the reader may see of a case, or of one encounter."""

from __future__ import annotations

from typing import Any

from triad.domain.meetings import Meeting
from triad.services import alliance
from triad.services.policy import May
from triad.web import exchange, guard
from triad.web.exchange import Noun
from triad.web.schemas import ratings as shapes
from triad.web.schemas.base import PageIn

bp = Noun("alliance")


@bp.get("/cases/<case_id>/picture")
@guard.needs(May.SEE_PICTURE)
@bp.answers(shapes.PictureOut, asks=PageIn, refuses=(422,))
def of_case(asked: dict[str, Any], case_id: str) -> Any:
    """Every encounter of a case that has begun, in order of time, each with the numbers released to the reader."""
    found = alliance.for_case(guard.actor(), case_id)
    picture = {"case": found.case_id} | {name: getattr(found, name) for name in ("code", "language", "therapist")}
    picture["shown"] = found.shown and found.shown.id
    return picture | exchange.page([_meeting(one) for one in found.meetings], asked.get("page", 1))


@bp.get("/encounters/<encounter_id>/picture")
@guard.needs(May.SEE_PICTURE)
@bp.answers(shapes.EncounterPictureOut)
def of_encounter(encounter_id: str) -> Any:
    """One encounter that has begun."""
    found = alliance.for_encounter(guard.actor(), encounter_id)
    assert found.shown is not None
    return {"case": found.case_id, "meeting": _meeting(found.shown)}


def _meeting(one: Meeting) -> dict[str, Any]:
    own = {name: getattr(one, name) for name in ("id", "number", "day", "phase", "changed")}
    names = ("scores", "mutual", "asymmetry", "level", "outside", "giver", "cycle")
    who = one.interpreter_id and {"id": one.interpreter_id, "name": one.interpreter}
    return own | {name: getattr(one.triangle, name) for name in names} | {"interpreter": who}
