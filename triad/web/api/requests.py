"""Requests: ask for encounters, send, plan, refuse, withdraw; searches given up and taken up again."""

from __future__ import annotations

from typing import Any

from triad.services import closures, requests
from triad.services.policy import May
from triad.web import exchange, guard
from triad.web.exchange import Noun
from triad.web.schemas import requests as shapes
from triad.web.schemas.base import CreatedOut, PageIn
from triad.web.schemas.encounters import PlannedOut

bp = Noun("requests")


@bp.get("/requests")
@guard.needs(May.SEE_REQUESTS)
@bp.answers(shapes.RequestPageOut, asks=PageIn, refuses=(422,))
def listed(asked: dict[str, Any]) -> Any:
    """All that were sent, those that wait first; for a therapist one's own, drafts too."""
    return exchange.page([_told(row) for row in requests.listed(guard.actor())], asked.get("page", 1))


@bp.post("/cases/<case_id>/requests")
@guard.needs(May.REQUEST)
@bp.answers(CreatedOut, 201, takes=shapes.RequestIn, once=True, refuses=(403, 409))
def create(body: dict[str, Any], case_id: str) -> Any:
    """Ask for one encounter or a weekly series; nothing is planned yet."""
    written = exchange.written({"count": 1, "every": 1, "mode": "", **body})
    return {"id": requests.create(guard.actor(), case_id, written)}


@bp.get("/requests/<request_id>")
@guard.needs(May.REQUEST)
@bp.answers(shapes.RequestOut, versioned=True)
def show(request_id: str) -> Any:
    """One request; its ETag is needed to change it."""
    row = requests.show(guard.actor(), request_id).row
    return exchange.tagged(_told(row), row.version)


@bp.post("/requests/<request_id>/send")
@guard.needs(May.REQUEST)
@bp.answers(status=204, seen=True, refuses=(409,))
def send(request_id: str, seen: int) -> None:
    """Send a draft to the coordinators."""
    requests.submit(guard.actor(), request_id, seen)


@bp.post("/requests/<request_id>/accept")
@guard.needs(May.DECIDE_REQUEST)
@bp.answers(PlannedOut, seen=True, refuses=(403, 409, 422))
def accept(request_id: str, seen: int) -> Any:
    """Plan it as it was asked for, all dates or none."""
    return {"ids": requests.accept(guard.actor(), request_id, seen)}


@bp.post("/requests/<request_id>/refuse")
@guard.needs(May.DECIDE_REQUEST)
@bp.answers(status=204, takes=shapes.RefuseIn, seen=True, refuses=(403, 409))
def refuse(body: dict[str, Any], request_id: str, seen: int) -> None:
    """Turn it down with a reason; it stays counted as not met."""
    requests.refuse(guard.actor(), request_id, seen, body["code"])


@bp.post("/requests/<request_id>/withdraw")
@guard.needs(May.REQUEST)
@bp.answers(status=204, seen=True, refuses=(409,))
def withdraw(request_id: str, seen: int) -> None:
    """It is not needed any more; encounters to come that were planned for it are cancelled."""
    requests.withdraw(guard.actor(), request_id, seen)


@bp.get("/unmet")
@guard.needs(May.DECIDE_REQUEST)
@bp.answers(shapes.UnmetPageOut, asks=PageIn, refuses=(422,))
def unmet(asked: dict[str, Any]) -> Any:
    """How often nobody came of what was asked for, by language and cause."""
    found = sorted(requests.unmet(guard.actor()).items())
    rows = [{"language": language, "cause": cause, "count": count} for (language, cause), count in found]
    return exchange.page(rows, asked.get("page", 1))


@bp.post("/encounters/<encounter_id>/close")
@guard.needs(May.CLOSE_SLOT)
@bp.answers(status=204, takes=shapes.CloseIn, seen=True, refuses=(403, 409))
def close(body: dict[str, Any], encounter_id: str, seen: int) -> None:
    """Look for nobody any more; the encounter stays."""
    closures.close(guard.actor(), encounter_id, body["cause"], seen)


@bp.post("/encounters/<encounter_id>/reopen")
@guard.needs(May.CLOSE_SLOT)
@bp.answers(status=204, seen=True, refuses=(403, 409))
def reopen(encounter_id: str, seen: int) -> None:
    """Look for somebody again."""
    closures.reopen(guard.actor(), encounter_id, seen)


def _told(row: Any) -> dict[str, Any]:
    names = ("id", "version", "state", "day", "zone", "minutes", "count", "mode", "urgency", "arrived_at", "code")
    return {name: getattr(row, name) for name in (*names, "amended")} | {
        "case": {"id": row.case_id, "name": row.case.code},
        "need": row.need_id,
        "language": row.need.language,
        "start": f"{row.at:%H:%M}",
        "every": row.every_weeks,
    }
