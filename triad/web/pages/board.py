"""The week board: a table of days, interpreters or sites as rows, what has nobody on top."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from triad.services import encounters
from triad.services.policy import May
from triad.web import guard, weeks

bp = Blueprint("board", __name__)


@bp.get("/week")
@guard.needs(May.SEE_BOARD)
def week() -> str:
    start, end, monday = weeks.of(request.args.get("week", ""))
    rows, people = encounters.board(guard.actor(), start, end)
    by_site = request.args.get("by") == "sites"
    cells: dict[Any, dict[Any, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        shown = row.starts_at.astimezone(ZoneInfo(row.zone))
        key = row.site_id if by_site else row.interpreter_id
        cells[key or ""][shown.date()].append((f"{shown:%H:%M}", _look(row), row))
    names = _sites(rows) if by_site else people
    return render_template(
        "pages/board_week.html",
        days=[monday + timedelta(days=number) for number in range(7)],
        today=weeks.day_of(""),
        tomorrow=weeks.day_of("") + timedelta(days=1),
        lines=[("", None), *names] if "" in cells else names,
        cells=cells,
        by_site=by_site,
        count=len(rows),
    )


def _look(row: Any) -> str:
    if row.interpreter_id is None:
        return "slot-stop"
    return "slot-ok" if row.state == "confirmed" or row.status == "held" else "slot-wait"


def _sites(rows: Any) -> list[tuple[str, str]]:
    return sorted({(row.site_id, row.site) for row in rows if row.site_id}, key=lambda one: one[1])
