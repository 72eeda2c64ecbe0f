"""The week board: a table of days, interpreters or sites as rows, what has nobody on top."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request, url_for

from triad.services import encounters
from triad.services.policy import May
from triad.web import guard, i18n, weeks

bp = Blueprint("board", __name__)


@bp.get("/week")
@guard.needs(May.SEE_BOARD)
def week() -> str:
    start, end, monday = weeks.of(request.args.get("week", ""))
    rows, people = encounters.board(guard.actor(), start, end)
    by_site = request.args.get("by") == "sites"
    days = {day: i18n.day_text(day) for day in (monday + timedelta(days=number) for number in range(7))}
    cells, any_coming = _cells(rows, days, by_site)
    names = _sites(rows) if by_site else people
    return render_template(
        "pages/board_week.html",
        days=days,
        today=weeks.day_of(""),
        tomorrow=weeks.day_of("") + timedelta(days=1),
        lines=[("", None), *names] if "" in cells else names,
        cells=cells,
        by_site=by_site,
        count=len(rows),
        any_coming=any_coming,
    )


def _cells(rows: Any, days: dict[date, str], by_site: bool) -> tuple[dict[Any, dict[date, list[Any]]], bool]:
    """By line and day what stands there, as plain texts; and whether any of it lies ahead.

    A thousand rows, each asked for what is theirs by the template, take as long as all the rest of the page.
    """
    languages = {tag: i18n.language_text(tag) for tag in {row.language for row in rows}}
    place, now = url_for("encounters.show", id_=""), guard.clinic().clock()
    cells: dict[Any, dict[date, list[Any]]] = defaultdict(lambda: defaultdict(list))
    any_coming = False
    for row in rows:
        shown = row.starts_at.astimezone(ZoneInfo(row.zone))
        day, at = shown.date(), f"{shown.hour:02}:{shown.minute:02}"
        coming = row.status == "scheduled" and row.starts_at > now
        any_coming = any_coming or coming
        said = f"{days.get(day, day)} {at} {row.code}" if coming else ""
        key = row.site_id if by_site else row.interpreter_id
        cells[key or ""][day].append(
            (row.id, said, place + row.id, at, languages[row.language], row.code, _look(row))
        )
    return cells, any_coming


def _look(row: Any) -> str:
    if row.interpreter_id is None:
        return "slot-stop"
    return "slot-ok" if row.state == "confirmed" or row.status == "held" else "slot-wait"


def _sites(rows: Any) -> list[tuple[str, str]]:
    return sorted({(row.site_id, row.site) for row in rows if row.site_id}, key=lambda one: one[1])
