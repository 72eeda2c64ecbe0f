"""The therapist's notes of a case, and the interpreter's briefing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors, languages
from triad.domain.notes import RULES, TOPICS
from triad.services import agreements, notes
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard

bp = Blueprint("notes", __name__)
Answer = Response | tuple[str, int]


@bp.get("/cases/<id_>/notes")
@guard.needs(May.SEE_ALL_NOTES)
def index(id_: str) -> str:
    return _page(id_)


@bp.post("/cases/<id_>/notes")
@guard.needs(May.WRITE_NOTE, guard.ALL)
def add(id_: str) -> Answer:
    try:
        notes.add(guard.actor(), id_, _written())
    except errors.Unfit as error:
        return _page(id_, note=_written(), fields=error.fields), 422
    return redirect(url_for("notes.index", id_=id_), 303)


@bp.post("/cases/<id_>/language-notes")
@guard.needs(May.WRITE_NOTE, guard.ALL)
def add_language(id_: str) -> Answer:
    try:
        notes.add_language(guard.actor(), id_, _written())
    except errors.Unfit as error:
        return _page(id_, remark=_written(), remark_fields=error.fields), 422
    return redirect(url_for("notes.index", id_=id_), 303)


@bp.get("/cases/<id_>/notes/<note_id>")
@guard.needs(May.WRITE_NOTE)
def ask_change(id_: str, note_id: str) -> str:
    return _one(id_, note_id)


@bp.post("/cases/<id_>/notes/<note_id>")
@guard.needs(May.WRITE_NOTE, guard.ALL)
def change(id_: str, note_id: str) -> Answer:
    try:
        notes.change(guard.actor(), id_, note_id, _written())
    except errors.Unfit as error:
        return _one(id_, note_id, _written(), error.fields), 422
    return redirect(url_for("notes.index", id_=id_), 303)


@bp.post("/cases/<id_>/notes/<note_id>/confirm")
@guard.needs(May.WRITE_NOTE, guard.ALL)
def confirm(id_: str, note_id: str) -> Response:
    notes.confirm(guard.actor(), id_, note_id, _written())
    return redirect(url_for("notes.index", id_=id_), 303)


@bp.get("/cases/<id_>/briefing")
@guard.needs(May.SEE_SHARED_NOTES)
def briefing(id_: str) -> str:
    actor = guard.actor()
    found, agreed = notes.briefing(actor, id_), agreements.shared(actor, id_)
    return render_template("pages/notes_briefing.html", found=found, agreed=agreed, rules=RULES)


def _written() -> dict[str, str]:
    return {name: held for name, held in request.form.items() if name != "csrf_token"}


def _sentences(fields: Mapping[str, str] | None) -> dict[str, str]:
    return {name: refusals.sentence(code) for name, code in (fields or {}).items()}


def _page(id_: str, note: Any = None, fields: Any = None, remark: Any = None, remark_fields: Any = None) -> str:
    return render_template(
        "pages/notes_index.html",
        found=notes.listed(guard.actor(), id_),
        note=note or {},
        fields=_sentences(fields),
        remark=remark or {},
        remark_fields=_sentences(remark_fields),
        topics=TOPICS,
        tags=_tags(),
    )


def _one(id_: str, note_id: str, note: Any = None, fields: Any = None) -> str:
    case, kept = notes.show(guard.actor(), id_, note_id)
    if note is None:
        names = ("topic", "whose", "source", "text", "language", "audience", "review_on", "version")
        note = {name: getattr(kept, name) for name in names}
        note["confirmed"] = "yes" if kept.confirmed else ""
    return render_template(
        "pages/notes_change.html",
        case=case,
        note_id=note_id,
        note=note,
        fields=_sentences(fields),
        topics=TOPICS,
        tags=_tags(),
    )


def _tags() -> list[str]:
    return [*languages.BY_TAG, *languages.VARIETIES]
