"""The keys of the desk as a page, and the switch for whom they are in the way."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.services import keyboard
from triad.services.policy import May
from triad.web import guard
from triad.web import keyboard as keys
from triad.web.i18n import gettext

bp = Blueprint("keyboard", __name__)


@bp.get("/keyboard")
@guard.needs(May.SEE_OWN_ACCOUNT)
def index() -> str:
    return render_template("pages/keyboard_index.html", keys=keys.listed())


@bp.post("/keyboard")
@guard.needs(May.SEE_OWN_ACCOUNT, "on")
def change() -> Response:
    """`on` "yes": single keys work on this account."""
    keyboard.change(guard.actor(), request.form.get("on") == "yes")
    flash(gettext("Saved."), "ok")
    return redirect(url_for("keyboard.index"), 303)
