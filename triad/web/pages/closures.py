"""Giving up the search for an interpreter, and taking it up again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from triad.services import closures
from triad.services.policy import May
from triad.web import guard
from triad.web.i18n import gettext, lazy

bp = Blueprint("closures", __name__)
CAUSES = {
    "none_eligible": lazy("Nobody meets every need"),
    "none_free": lazy("Nobody is free"),
    "declined": lazy("Everybody said no"),
    "no_answer": lazy("Nobody answered"),
    "not_needed": lazy("No interpreter is needed"),
}
CLOSED = lazy("The search is over. It stays counted as not met.")
OPEN = lazy("The search is open again.")


@bp.app_template_global("closing_causes")
def closing_causes() -> list[tuple[str, str]]:
    return [(code, gettext(words)) for code, words in CAUSES.items()]


@bp.post("/sessions/<id_>/close")
@guard.needs(May.CLOSE_SLOT, "cause", "version")
def close(id_: str) -> Response:
    closures.close(guard.actor(), id_, request.form.get("cause", ""), request.form.get("version", 0, type=int))
    flash(gettext(CLOSED), "ok")
    return redirect(url_for("encounters.show", id_=id_), 303)


@bp.post("/sessions/<id_>/reopen")
@guard.needs(May.CLOSE_SLOT, "version")
def reopen(id_: str) -> Response:
    closures.reopen(guard.actor(), id_, request.form.get("version", 0, type=int))
    flash(gettext(OPEN), "ok")
    return redirect(url_for("encounters.show", id_=id_), 303)
