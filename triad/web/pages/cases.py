"""The list of cases, one case on one page, a new one, and what changes about it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.services import cases, casework, contacts
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import fields, guard
from triad.web.i18n import gettext, lazy

bp = Blueprint("cases", __name__)
Answer = Response | tuple[str, int]
SAVED = lazy("Saved.")


@bp.get("/cases")
@guard.needs(May.SEE_CASES)
def index() -> str:
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    closed = request.args.get("show") == "closed"
    gone = request.args.get("inactive") == "yes" and not closed
    rows, count = cases.listed(guard.actor(), page, closed, gone)
    return render_template(
        "pages/cases_index.html",
        rows=rows,
        count=count,
        page=page,
        pages=-(-count // cases.PAGE),
        closed=closed,
        gone=gone,
        hidden=0 if closed or gone else cases.hidden(guard.actor()),
    )


@bp.get("/cases/new")
@guard.needs(May.CREATE_CASE)
def ask() -> str:
    return _form(casework.for_new(guard.actor()))


@bp.post("/cases/new")
@guard.needs(May.CREATE_CASE, guard.ALL)
def create() -> Answer:
    actor = guard.actor()
    try:
        id_ = casework.create(actor, fields.written())
    except errors.Unfit as error:
        return _form(casework.for_new(actor), fields.written(), error.fields), 422
    return redirect(url_for("cases.show", id_=id_), 303)


@bp.get("/cases/<id_>")
@guard.needs(May.SEE_CASE)
def show(id_: str) -> str:
    found = cases.show(guard.actor(), id_)
    wishes = contacts.still_open(guard.actor(), id_)
    return render_template(
        "pages/cases_show.html",
        found=found,
        away={one for one, _ in found.unavailable},
        wishes=wishes,
        another=contacts.another(guard.actor(), id_),
        mistakes_shown=request.args.get("show") == "mistakes",
    )


@bp.get("/cases/<id_>/change")
@guard.needs(May.CHANGE_CASE)
def ask_change(id_: str) -> str:
    return _form(casework.for_change(guard.actor(), id_))


@bp.post("/cases/<id_>/change")
@guard.needs(May.CHANGE_CASE, guard.ALL)
def change(id_: str) -> Answer:
    actor = guard.actor()
    try:
        casework.change(actor, id_, fields.written())
    except errors.Unfit as error:
        return _form(casework.for_change(actor, id_), fields.written(), error.fields), 422
    except errors.Clash as error:
        wrong = refusals.described(error)[1]["message"]
        return _form(casework.for_change(actor, id_), fields.written(), {"therapist": "clash"}, wrong), 409
    flash(gettext(SAVED), "ok")
    return redirect(url_for("cases.show", id_=id_), 303)


def _form(form: casework.CaseForm, written: Any = None, wrong: Any = None, message: str = "") -> str:
    text = (written or {}).get("language", "")
    return render_template(
        "pages/cases_form.html",
        form=form,
        written=form.written if written is None else written,
        fields=fields.sentences(wrong),
        message=message,
        varieties=fields.varieties(text) if wrong and "language" in wrong else [],
        known=fields.tongues(),
    )
