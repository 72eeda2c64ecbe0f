"""An interpreter's own weekly hours and time off."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.services import hours
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard

bp = Blueprint("hours", __name__)
Answer = Response | tuple[str, int]


@bp.get("/my-hours")
@guard.needs(May.CHANGE_OWN_HOURS)
def mine() -> str:
    return _page()


@bp.post("/my-hours")
@guard.needs(May.CHANGE_OWN_HOURS, guard.ALL)
def add() -> Answer:
    try:
        hours.add(guard.actor(), _written())
    except errors.Unfit as error:
        return _page(week=_written(), fields=error.fields), 422
    return redirect(url_for("hours.mine"), 303)


@bp.post("/my-hours/time-off")
@guard.needs(May.CHANGE_OWN_HOURS, guard.ALL)
def add_off() -> Answer:
    try:
        hours.add_off(guard.actor(), _written())
    except errors.Unfit as error:
        return _page(off=_written(), fields=error.fields), 422
    return redirect(url_for("hours.mine"), 303)


@bp.post("/my-hours/<row_id>/remove")
@guard.needs(May.CHANGE_OWN_HOURS)
def remove(row_id: str) -> Response:
    hours.remove(guard.actor(), row_id)
    return redirect(url_for("hours.mine"), 303)


@bp.post("/my-hours/time-off/<row_id>/remove")
@guard.needs(May.CHANGE_OWN_HOURS)
def remove_off(row_id: str) -> Response:
    hours.remove_off(guard.actor(), row_id)
    return redirect(url_for("hours.mine"), 303)


def _written() -> dict[str, str]:
    return {name: held for name, held in request.form.items() if name != "csrf_token"}


def _page(week: Any = None, off: Any = None, fields: Any = None) -> str:
    return render_template(
        "pages/hours_mine.html",
        found=hours.mine(guard.actor()),
        week=week or {},
        off=off or {},
        fields={name: refusals.sentence(code) for name, code in (fields or {}).items()},
    )
