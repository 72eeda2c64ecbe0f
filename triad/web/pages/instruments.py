"""Licensed forms of the clinic: brought along as a file, looked at, used from a day on, ended."""

from __future__ import annotations

from contextlib import closing

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from triad.domain import errors, languages
from triad.services import instruments
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard
from triad.web import instruments as words
from triad.web.i18n import gettext
from triad.web.reviews import SLOTS

bp = Blueprint("instruments", __name__, url_prefix="/instruments")
Answer = AnyResponse | str | tuple[str, int]


@bp.get("")
@guard.needs(May.SEE_INSTRUMENTS)
def index() -> str:
    return _list()


@bp.post("")
@guard.needs(May.LOAD_INSTRUMENT, "file")
def load() -> Answer:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _list({"file": gettext("Choose a file.")}), 422
    with closing(upload):
        content = upload.read()
    try:
        found = instruments.load(guard.actor(), content)
    except errors.Unfit as error:
        return _list({place: words.sentence(code) for place, code in error.fields.items()}), 422
    flash(gettext("Read. Look at it, then take it into use."), "ok")
    return redirect(url_for("instruments.show", id_=found.id), 303)


@bp.get("/<id_>")
@guard.needs(May.SEE_INSTRUMENTS)
def show(id_: str) -> str:
    return _page(id_)


@bp.post("/<id_>/activation")
@guard.needs(May.ACTIVATE_INSTRUMENT, "seen")
def activate(id_: str) -> Answer:
    try:
        instruments.activate(guard.actor(), id_, request.form.get("seen", ""))
    except errors.Conflict as error:
        status, body = refusals.described(error)
        found = words.against(error.details.get("reasons", ()))
        return _page(id_, found or [body["message"]]), status
    flash(gettext("In use. From now on nothing in it is changed."), "ok")
    return redirect(url_for("instruments.show", id_=id_), 303)


@bp.post("/<id_>/end")
@guard.needs(May.ACTIVATE_INSTRUMENT)
def end(id_: str) -> Answer:
    instruments.end(guard.actor(), id_)
    flash(gettext("Ended. What was answered stays."), "ok")
    return redirect(url_for("instruments.show", id_=id_), 303)


@bp.post("/<id_>/file")
@guard.needs(May.SEE_INSTRUMENTS)
def take(id_: str) -> Response:
    answer = Response(instruments.take(guard.actor(), id_), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="licensed-form.json"'
    return answer


def _list(wrong: dict[str, str] | None = None) -> str:
    lines = instruments.overview(guard.actor())
    offered = sum(line.offered for line in lines)
    return render_template(
        "pages/instruments_index.html", lines=lines, offered=offered, words=words, wrong=wrong or {}
    )


def _page(id_: str, refused: list[str] | None = None) -> str:
    line = instruments.show(guard.actor(), id_)
    return render_template(
        "pages/instruments_show.html",
        line=line,
        form=line.form,
        words=words,
        slots=SLOTS,
        direction=languages.direction,
        refused=refused or [],
    )
