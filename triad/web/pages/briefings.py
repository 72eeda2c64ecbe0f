"""Briefing and debrief, noted on the page of the session."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from triad.services import briefings
from triad.services.policy import May
from triad.web import guard
from triad.web.i18n import gettext, lazy

bp = Blueprint("briefings", __name__)
PARTS = {"before": lazy("Briefing"), "after": lazy("Debrief")}
POINTS = {
    "goal": lazy("The goal of today"),
    "words": lazy("Words to expect"),
    "seats": lazy("How all of us sit"),
    "stuck": lazy("What to do if one of us does not understand"),
    "how": lazy("How it was for you"),
    "misunderstood": lazy("Anything misunderstood"),
    "pass_on": lazy("Anything to pass on"),
    "support": lazy("Whether you need support"),
}


@bp.app_template_filter("talk")
def talk(code: str) -> str:
    """The words for a part, and for a point of one."""
    return gettext((PARTS | POINTS)[code])


@bp.post("/sessions/<id_>/talk")
@guard.needs(May.NOTE_BRIEFING, "part", "state", "points")
def note(id_: str) -> Response:
    form = request.form
    briefings.note(guard.actor(), id_, form.get("part", ""), form.get("state", ""), form.getlist("points"))
    return redirect(url_for("encounters.show", id_=id_, _anchor="talks"), 303)
