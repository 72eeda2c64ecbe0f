"""The ground rules the three agree on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.domain.notes import RULES
from triad.domain.parties import PARTIES
from triad.services import agreements
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard

bp = Blueprint("agreements", __name__)
Answer = Response | tuple[str, int]


@bp.get("/cases/<id_>/agreement")
@guard.needs(May.WRITE_AGREEMENT)
def show(id_: str) -> str:
    return _page(id_)


@bp.post("/cases/<id_>/agreement")
@guard.needs(May.WRITE_AGREEMENT, guard.ALL)
def write(id_: str) -> Answer:
    try:
        agreements.write(guard.actor(), id_, _written())
    except errors.Unfit as error:
        return _page(id_, _written(), error.fields), 422
    return redirect(url_for("agreements.show", id_=id_), 303)


@bp.post("/cases/<id_>/agreement/consents")
@guard.needs(May.WRITE_AGREEMENT, guard.ALL)
def agree(id_: str) -> Answer:
    try:
        agreements.agree(guard.actor(), id_, _written())
    except errors.Unfit as error:
        return _page(id_, None, error.fields), 422
    return redirect(url_for("agreements.show", id_=id_), 303)


def _written() -> dict[str, str]:
    return {name: held for name, held in request.form.items() if name != "csrf_token"}


def _page(id_: str, written: Any = None, fields: Any = None) -> str:
    return render_template(
        "pages/agreements_show.html",
        found=agreements.show(guard.actor(), id_),
        written=written,
        fields={name: refusals.sentence(code) for name, code in (fields or {}).items()},
        rules=RULES,
        parties=PARTIES,
        zone=guard.clinic().settings.zone,
    )
