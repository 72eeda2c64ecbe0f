"""Forms read aloud: the texts of a language, a recording of each, and playing them to whoever keeps them."""

from __future__ import annotations

from contextlib import closing

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from triad.domain import errors, languages
from triad.domain import voices as rules
from triad.services import voices
from triad.services.policy import May
from triad.web import guard, i18n, sounds
from triad.web import reviews as words
from triad.web.i18n import gettext

bp = Blueprint("voices", __name__, url_prefix="/languages/<tag>/voices")
Answer = AnyResponse | str | tuple[str, int]


@bp.get("")
@guard.needs(May.KEEP_VOICES)
def index(tag: str) -> str:
    return _page(tag)


@bp.post("")
@guard.needs(May.KEEP_VOICES, "files", "unit", "interprets")
def put(tag: str) -> Answer:
    files = [(one.filename or "", _read(one)) for one in request.files.getlist("files") if one.filename]
    unit, interprets = request.form.get("unit", ""), request.form.get("interprets") == "yes"
    try:
        count = voices.put(guard.actor(), tag, files, unit, interprets)
    except errors.Unfit as error:
        return _page(tag, {name: sounds.sentence(code) for name, code in error.fields.items()}, interprets), 422
    flash(i18n.ngettext("%(n)s recording is kept.", "%(n)s recordings are kept.", count), "ok")
    return redirect(url_for("voices.index", tag=tag), 303)


@bp.post("/removal")
@guard.needs(May.KEEP_VOICES, "unit", "origin")
def remove(tag: str) -> AnyResponse:
    voices.remove(guard.actor(), tag, request.form.get("unit", ""), request.form.get("origin", ""))
    flash(gettext("Removed."), "ok")
    return redirect(url_for("voices.index", tag=tag), 303)


@bp.get("/<unit>/<origin>")
@guard.needs(May.KEEP_VOICES)
def play(tag: str, unit: str, origin: str) -> AnyResponse:
    return sounds.answer(voices.play(guard.actor(), tag, unit, origin))


def _read(upload: FileStorage) -> bytes:
    """One byte more than is kept is enough to refuse it."""
    with closing(upload):
        return upload.stream.read(rules.LARGEST + 1)


def _page(tag: str, wrong: dict[str, str] | None = None, interprets: bool = False) -> str:
    units = voices.show(guard.actor(), tag)
    return render_template(
        "pages/voices_index.html",
        tag=tag,
        units=units,
        heard=sum(one.is_heard for one in units),
        where=words.where_key,
        file_name=rules.file_name,
        endonym=languages.endonym(tag),
        direction=languages.direction(tag),
        demo=guard.clinic().settings.offer_drafts_to_clients,
        wrong=wrong or {},
        interprets=interprets,
        largest=rules.LARGEST // 1000,
    )
