"""Cancelled sessions: the list of them, and setting the lateness of one aside."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.services import cancellations
from triad.services.policy import May
from triad.web import fields as forms
from triad.web import guard
from triad.web.i18n import gettext, lazy

bp = Blueprint("cancellations", __name__)
WAIVED = lazy("It does not count as late any more.")
LATENESS = {
    "late": lazy("Called off late"),
    "waived": lazy("Late, set aside"),
    "in_time": lazy("In time"),
    "no_rule": lazy("No rule held"),
}
FILTERS = ("by", "late", "first", "last")
LAST_PAGE = 10_000


@bp.get("/cancelled")
@guard.needs(May.SEE_CANCELLED)
def index() -> str | tuple[str, int]:
    written = {name: request.args.get(name, "") for name in FILTERS}
    number = max(1, min(request.args.get("page", 1, type=int), LAST_PAGE))
    try:
        rows, count = cancellations.listed(guard.actor(), cancellations.read(written), number)
    except errors.Unfit as error:
        return _page(written, number, [], 0, error.fields), 422
    return _page(written, number, rows, count)


def _page(written: dict[str, str], number: int, rows: Any, count: int, wrong: Any = None) -> str:
    return render_template(
        "pages/cancellations_index.html",
        rows=rows,
        count=count,
        written=written,
        fields=forms.sentences(wrong),
        parties=forms.parties(),
        lateness=[(code, gettext(words)) for code, words in LATENESS.items()],
        page=number,
        pages=-(-count // cancellations.PAGE),
        now=guard.clinic().clock(),
    )


@bp.post("/sessions/<id_>/waiver")
@guard.needs(May.WAIVE_LATENESS, "reason", "version")
def waive(id_: str) -> Response:
    form = request.form
    cancellations.waive(guard.actor(), id_, form.get("reason", ""), form.get("version", 0, type=int))
    flash(gettext(WAIVED), "ok")
    return redirect(url_for("encounters.show", id_=id_), 303)
