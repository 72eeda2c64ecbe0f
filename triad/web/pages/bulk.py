"""One step for many sessions: what it needs to be told, what would come of it, what came of it, and the way back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import bulk as rules
from triad.domain import errors
from triad.services import bulk, days
from triad.services.bulk import Terms
from triad.services.policy import May
from triad.web import bulk as asked
from triad.web import fields as forms
from triad.web import guard, weeks
from triad.web.pages.replacements import REASONS

bp = Blueprint("bulk", __name__)
Answer = Response | tuple[str, int]


@bp.get("/day")
@guard.needs(May.SEE_BOARD)
def day() -> str:
    """`day` in ISO, today by default; `site` one of the sites, "" all."""
    shown, site = weeks.day_of(request.args.get("day", "")), request.args.get("site", "")
    found = days.show(guard.actor(), shown, site)
    return render_template(
        "pages/bulk_day.html",
        rows=found.rows,
        sites=[(one.id, one.name) for one in found.sites],
        site=site,
        shown=shown,
        today=weeks.day_of(""),
        now=guard.clinic().clock(),
    )


@bp.get("/bulk")
@guard.needs(May.CHANGE_MANY)
def index() -> str:
    zone = guard.clinic().settings.zone
    return render_template("pages/bulk_index.html", rows=bulk.latest(guard.actor()), zone=zone)


@bp.post("/bulk")
@guard.needs(May.CHANGE_MANY, "kind", "row", "all", "said", *asked.FIELDS)
def begin() -> Answer:
    """`row`: sessions; `kind`: the step. Without `said` a page first asks what the step needs to know.

    `all`, where somebody pressed it, holds the ids of the whole list, with blanks between them.
    """
    form = request.form
    ids = list(dict.fromkeys(form.get("all", "").split() or form.getlist("row")))
    kind = form.get("kind", "")
    if ids and kind in rules.KINDS and kind != rules.CONFIRM and form.get("said") != "yes":
        return _ask(kind, ids, {}), 200
    try:
        made = bulk.begin(guard.actor(), kind, ids, asked.terms(form), asked.verbs(guard.actor()))
    except errors.Unfit as error:
        return _ask(kind, ids, forms.sentences(error.fields)), 422
    return redirect(url_for("bulk.show", bulk_id=made), 303)


@bp.get("/bulk/<bulk_id>")
@guard.needs(May.CHANGE_MANY)
def show(bulk_id: str) -> str:
    found = bulk.show(guard.actor(), bulk_id)
    zone = guard.clinic().settings.zone
    return render_template("pages/bulk_show.html", found=found, row=found.bulk, words=asked, zone=zone)


@bp.post("/bulk/<bulk_id>/commit")
@guard.needs(May.CHANGE_MANY)
def commit(bulk_id: str) -> Response:
    bulk.commit(guard.actor(), bulk_id, asked.verbs(guard.actor()))
    return redirect(url_for("bulk.show", bulk_id=bulk_id), 303)


@bp.post("/bulk/<bulk_id>/undo")
@guard.needs(May.CHANGE_MANY)
def undo(bulk_id: str) -> Response:
    bulk.undo(guard.actor(), bulk_id, asked.verbs(guard.actor()))
    return redirect(url_for("bulk.show", bulk_id=bulk_id), 303)


def _ask(kind: str, ids: list[str], wrong: dict[str, str]) -> str:
    rows, people = days.chosen(guard.actor(), ids)
    held: dict[str, Any] = request.form.to_dict()
    plain = Terms()
    return render_template(
        "pages/bulk_ask.html",
        kind=kind,
        rows=rows,
        people=people,
        values={"count": plain.count, "answer_hours": plain.answer_hours, **held},
        asked_people=request.form.getlist("people"),
        wrong=wrong,
        cancellers=asked.cancellers(),
        codes=asked.codes(REASONS),
    )
