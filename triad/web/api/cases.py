"""Cases: the list somebody may see, one, and its encounters."""

from __future__ import annotations

from typing import Any

from triad.domain import modes
from triad.services import cases
from triad.services.policy import May
from triad.web import exchange, guard
from triad.web.api.encounters import told as told_encounter
from triad.web.exchange import Noun
from triad.web.schemas import cases as shapes
from triad.web.schemas.base import PageIn
from triad.web.schemas.encounters import EncounterPageOut

bp = Noun("cases")


@bp.get("/cases")
@guard.needs(May.SEE_CASES)
@bp.answers(shapes.CasePageOut, asks=PageIn, refuses=(422,))
def listed(asked: dict[str, Any]) -> Any:
    """Open cases by code: a therapist's own, all for coordinators and leads."""
    number = asked.get("page", 1)
    rows, count = cases.listed(guard.actor(), number)
    return exchange.part([_told(one) for one in rows], number, count)


@bp.get("/cases/<case_id>")
@guard.needs(May.SEE_CASE)
@bp.answers(shapes.CaseOut, refuses=(403,))
def show(case_id: str) -> Any:
    """One case and the languages it needs."""
    return _told(cases.show(guard.actor(), case_id))


@bp.get("/cases/<case_id>/encounters")
@guard.needs(May.SEE_CASE)
@bp.answers(EncounterPageOut, asks=PageIn, refuses=(403, 422))
def encounters(asked: dict[str, Any], case_id: str) -> Any:
    """Those to come, soonest first, then those that are over, latest first."""
    rows = cases.sessions(guard.actor(), case_id)
    return exchange.page([told_encounter(row) for row in rows], asked.get("page", 1))


def _told(one: cases.Listed | cases.CasePage) -> dict[str, Any]:
    case = one.case
    shown: dict[str, Any] = {
        "id": case.id,
        "code": case.code,
        "client_code": case.client.code,
        "therapist": exchange.named(case.therapist),
        "usual_interpreter": exchange.named(case.usual_interpreter),
    }
    if one.whole:
        shown |= {name: getattr(case, name) for name in ("opened_on", "closed_on")}
        shown |= {"needs": [_need(need) for need in case.needs], "site": exchange.named(case.site)}
    return shown


def _need(need: Any) -> dict[str, Any]:
    same = ("id", "language", "dialect", "strict", "min_level", "direction", "gender_wish", "wish_kind", "wishes")
    return {name: getattr(need, name) for name in same} | {"mode": need.mode_i, "modes": modes.of(need)._asdict()}
