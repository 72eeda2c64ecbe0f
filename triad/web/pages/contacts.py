"""What clients asked for beside the questions: the line that says so is closed here, from the page it stands on."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from triad.services import contacts
from triad.services.policy import May
from triad.web import guard

bp = Blueprint("contacts", __name__)


@bp.post("/cases/<id_>/contact/<wish_id>/done")
@guard.needs(May.ANSWER_CONTACT, "at")
def close(id_: str, wish_id: str) -> Response:
    contacts.close(guard.actor(), id_, wish_id)
    from_picture = request.form.get("at") == "picture"
    return redirect(url_for("alliance.case" if from_picture else "cases.show", id_=id_), 303)


@bp.post("/cases/<id_>/another-interpreter/<wish_id>/done")
@guard.needs(May.FIND_OTHER_INTERPRETER, "at")
def close_another(id_: str, wish_id: str) -> Response:
    contacts.close_another(guard.actor(), id_, wish_id)
    from_case = request.form.get("at") == "case"
    return redirect(url_for("cases.show", id_=id_) if from_case else url_for("unfilled.index"), 303)
