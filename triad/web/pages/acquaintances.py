"""A lead decides whether an interpreter who may know a client can work for them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.services import acquaintances
from triad.services.policy import May
from triad.web import guard
from triad.web.i18n import gettext, lazy

bp = Blueprint("acquaintances", __name__)
DECIDED = lazy("Decided. Coordinators see it in whom they can ask, without a reason.")


@bp.get("/acquaintances")
@guard.needs(May.DECIDE_ACQUAINTANCE)
def index() -> str:
    return render_template("pages/acquaintances_index.html", rows=acquaintances.still_open(guard.actor()))


@bp.post("/acquaintances/<acquaintance_id>")
@guard.needs(May.DECIDE_ACQUAINTANCE, "outcome")
def decide(acquaintance_id: str) -> Response:
    acquaintances.decide(guard.actor(), acquaintance_id, request.form.get("outcome", ""))
    flash(gettext(DECIDED), "ok")
    return redirect(url_for("acquaintances.index"), 303)
