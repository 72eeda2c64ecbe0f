""" "Not this interpreter for this client": the therapist's page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.services import exclusions
from triad.services.policy import May
from triad.web import fields, guard

bp = Blueprint("exclusions", __name__)
Answer = Response | tuple[str, int]


@bp.get("/cases/<id_>/exclusions")
@guard.needs(May.WRITE_EXCLUSION)
def index(id_: str) -> str:
    return _page(id_)


@bp.post("/cases/<id_>/exclusions")
@guard.needs(May.WRITE_EXCLUSION, guard.ALL)
def write(id_: str) -> Answer:
    try:
        exclusions.write(guard.actor(), id_, fields.written())
    except errors.Unfit as error:
        return _page(id_, fields.written(), error.fields), 422
    return redirect(url_for("exclusions.index", id_=id_), 303)


@bp.post("/cases/<id_>/exclusions/<interpreter_id>/lift")
@guard.needs(May.WRITE_EXCLUSION)
def lift(id_: str, interpreter_id: str) -> Response:
    exclusions.lift(guard.actor(), id_, interpreter_id)
    return redirect(url_for("exclusions.index", id_=id_), 303)


def _page(id_: str, written: Any = None, wrong: Any = None) -> str:
    return render_template(
        "pages/exclusions_index.html",
        found=exclusions.listed(guard.actor(), id_),
        written=written or {},
        fields=fields.sentences(wrong),
    )
