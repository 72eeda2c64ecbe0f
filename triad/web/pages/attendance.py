"""Who was there, said on the page of the session."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from triad.services import attendance
from triad.services.policy import May
from triad.web import guard

bp = Blueprint("attendance", __name__)


@bp.post("/sessions/<id_>/attendance")
@guard.needs(May.MARK_ATTENDANCE, "party", "mark", "was", "minutes")
def mark(id_: str) -> Response:
    """`minutes` counts for who came late, and for nobody else."""
    form = request.form
    state = form.get("mark", "")
    minutes = form.get("minutes", type=int) if state == "late" else None
    attendance.mark(guard.actor(), id_, form.get("party", ""), state, form.get("was", ""), minutes)
    return redirect(url_for("encounters.show", id_=id_, _anchor="attendance"), 303)
