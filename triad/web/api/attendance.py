"""Who was there, party by party."""

from __future__ import annotations

from typing import Any

from triad.services import attendance
from triad.services.policy import May
from triad.web import guard
from triad.web.exchange import Noun
from triad.web.schemas import cancellations as shapes

bp = Noun("attendance")


@bp.get("/encounters/<encounter_id>/attendance")
@guard.needs(May.SEE_ENCOUNTER)
@bp.answers(shapes.PresencesOut)
def show(encounter_id: str) -> Any:
    """All three parts; an interpreter is told of their own."""
    return {"items": [one._asdict() for one in attendance.of(guard.actor(), encounter_id)]}


@bp.post("/encounters/<encounter_id>/attendance")
@guard.needs(May.MARK_ATTENDANCE)
@bp.answers(status=204, takes=shapes.AttendanceIn, refuses=(403, 409, 412))
def mark(body: dict[str, Any], encounter_id: str) -> None:
    """What one party did, once it has begun; corrected by coordinators alone."""
    said = body["party"], body["mark"], body["was"], body.get("minutes")
    attendance.mark(guard.actor(), encounter_id, *said)
