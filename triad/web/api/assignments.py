"""Who interprets an encounter: candidates with reasons, assign, release, and the interpreter's own answer."""

from __future__ import annotations

from typing import Any

from triad.services import assignments
from triad.services.policy import May
from triad.web import exchange, guard
from triad.web.exchange import Noun
from triad.web.schemas import encounters as shapes
from triad.web.schemas.base import CreatedOut, PageIn

bp = Noun("assignments")


@bp.get("/encounters/<encounter_id>/candidates")
@guard.needs(May.SEE_CANDIDATES)
@bp.answers(shapes.CandidatePageOut, asks=PageIn, refuses=(403, 422))
def candidates(asked: dict[str, Any], encounter_id: str) -> Any:
    """Who is eligible, best first, then the others with the complete list of reasons against each."""
    panel = assignments.panel(guard.actor(), encounter_id)
    fits = [_candidate(fit.candidate, True, fit.points) for fit in panel.fits]
    misfits = [_candidate(one.candidate, False, one.reasons) for one in panel.misfits]
    return exchange.page(fits + misfits, asked.get("page", 1))


@bp.post("/encounters/<encounter_id>/assignment")
@guard.needs(May.ASSIGN)
@bp.answers(CreatedOut, 201, takes=shapes.AssignInterpreterIn, once=True, refuses=(403, 409))
def assign(body: dict[str, Any], encounter_id: str) -> Any:
    """Attach an interpreter. Refused with all reasons against; some can be waived with a reason."""
    waived, reason = body.get("waived", ()), body.get("reason", "")
    actor, interpreter = guard.actor(), body["interpreter"]
    id_ = assignments.assign_interpreter(
        actor, encounter_id, interpreter, waived=waived, reason=reason, source=actor.source
    )
    return {"id": id_}


@bp.post("/encounters/<encounter_id>/assignment/release")
@guard.needs(May.RELEASE)
@bp.answers(status=204, takes=shapes.ReleaseIn, seen=True, refuses=(403, 409))
def release(body: dict[str, Any], encounter_id: str, seen: int) -> None:
    """Take the interpreter off; the encounter is open again and the time free."""
    assignments.release(guard.actor(), encounter_id, body["reason"], seen)


@bp.post("/encounters/<encounter_id>/assignment/accept")
@guard.needs(May.ANSWER_ASSIGNMENT)
@bp.answers(status=204, seen=True, refuses=(403, 409))
def accept(encounter_id: str, seen: int) -> None:
    """The interpreter's own yes."""
    assignments.accept(guard.actor(), encounter_id, seen)


@bp.post("/encounters/<encounter_id>/assignment/decline")
@guard.needs(May.ANSWER_ASSIGNMENT)
@bp.answers(status=204, seen=True, refuses=(403, 409))
def decline(encounter_id: str, seen: int) -> None:
    """The interpreter's own no; no reason is needed."""
    assignments.decline(guard.actor(), encounter_id, seen)


def _candidate(who: Any, eligible: bool, codes: Any) -> dict[str, Any]:
    return {
        "interpreter": {"id": who.id, "name": who.name},
        "eligible": eligible,
        "codes": [one.code for one in codes],
    }
