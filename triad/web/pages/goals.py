"""The goals of a case, in the client's words."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors, languages
from triad.domain.parties import PARTIES
from triad.services import goals
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard

bp = Blueprint("goals", __name__)
Answer = Response | tuple[str, int]


@bp.get("/cases/<id_>/goals")
@guard.needs(May.WRITE_GOAL)
def index(id_: str) -> str:
    return _page(id_)


@bp.post("/cases/<id_>/goals")
@guard.needs(May.WRITE_GOAL, guard.ALL)
def add(id_: str) -> Answer:
    try:
        goals.add(guard.actor(), id_, _written())
    except errors.Unfit as error:
        return _page(id_, _written(), error.fields), 422
    return redirect(url_for("goals.index", id_=id_), 303)


@bp.get("/cases/<id_>/goals/<goal_id>")
@guard.needs(May.WRITE_GOAL)
def ask_change(id_: str, goal_id: str) -> str:
    return _one(id_, goal_id)


@bp.post("/cases/<id_>/goals/<goal_id>")
@guard.needs(May.WRITE_GOAL, guard.ALL)
def change(id_: str, goal_id: str) -> Answer:
    try:
        goals.change(guard.actor(), id_, goal_id, _written())
    except errors.Unfit as error:
        return _one(id_, goal_id, _written(), error.fields), 422
    return redirect(url_for("goals.index", id_=id_), 303)


def _written() -> dict[str, str]:
    return {name: held for name, held in request.form.items() if name != "csrf_token"}


def _page(id_: str, goal: Any = None, fields: Any = None) -> str:
    case, rows = goals.listed(guard.actor(), id_)
    return _render("pages/goals_index.html", fields, case=case, rows=rows, goal=goal or {})


def _one(id_: str, goal_id: str, goal: Any = None, fields: Any = None) -> str:
    case, kept = goals.show(guard.actor(), id_, goal_id)
    if goal is None:
        names = ("words", "language", "aim", "tasks", "attained_on", "version")
        goal = {name: getattr(kept, name) for name in names}
        goal |= {f"agreed_{party}": "yes" for party in kept.agreed_by}
    return _render("pages/goals_change.html", fields, case=case, goal=goal)


def _render(template: str, fields: Any, **shown: Any) -> str:
    sentences = {name: refusals.sentence(code) for name, code in (fields or {}).items()}
    tags = [*languages.BY_TAG, *languages.VARIETIES]
    return render_template(template, fields=sentences, tags=tags, parties=PARTIES, **shown)
