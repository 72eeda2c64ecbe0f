"""What a case needs of an interpreter: each language with its form."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors, wishes
from triad.services import needs
from triad.services.policy import May
from triad.web import fields, guard, reasons

bp = Blueprint("needs", __name__)
Answer = Response | tuple[str, int]


@bp.get("/cases/<id_>/needs/new")
@guard.needs(May.CHANGE_CASE)
def ask(id_: str) -> str:
    return _page(id_, "")


@bp.post("/cases/<id_>/needs/new")
@guard.needs(May.CHANGE_CASE, guard.ALL)
def add(id_: str) -> Answer:
    try:
        needs.add(guard.actor(), id_, fields.written())
    except errors.Unfit as error:
        return _page(id_, "", fields.written(), error.fields), 422
    return redirect(url_for("cases.show", id_=id_), 303)


@bp.get("/cases/<id_>/needs/<need_id>")
@guard.needs(May.CHANGE_CASE)
def show(id_: str, need_id: str) -> str:
    return _page(id_, need_id)


@bp.post("/cases/<id_>/needs/<need_id>")
@guard.needs(May.CHANGE_CASE, guard.ALL)
def change(id_: str, need_id: str) -> Answer:
    try:
        needs.change(guard.actor(), id_, need_id, fields.written())
    except errors.Unfit as error:
        return _page(id_, need_id, fields.written(), error.fields), 422
    return redirect(url_for("cases.show", id_=id_), 303)


@bp.post("/cases/<id_>/needs/<need_id>/remove")
@guard.needs(May.CHANGE_CASE, "version")
def remove(id_: str, need_id: str) -> Response:
    needs.remove(guard.actor(), id_, need_id, request.form.get("version", 0, type=int))
    return redirect(url_for("cases.show", id_=id_), 303)


def _page(id_: str, need_id: str, written: Any = None, wrong: Any = None) -> str:
    form = needs.for_change(guard.actor(), id_, need_id)
    shown = form.written if written is None else written
    return render_template(
        "pages/needs_form.html",
        form=form,
        written=shown,
        fields=fields.sentences(wrong),
        varieties=fields.varieties(shown.get("language", "")) if wrong and "language" in wrong else [],
        known=fields.tongues(),
        modes=fields.modes(),
        directions=fields.directions(),
        kinds=wishes.KINDS,
        genders=needs.GENDERS,
        attributes=[(f"{needs.WISH}{name}", reasons.attribute(name)) for name in wishes.ATTRIBUTES],
    )
