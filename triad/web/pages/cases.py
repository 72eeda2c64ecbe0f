"""The list of cases, and one case on one page."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from triad.services import cases
from triad.services.policy import May
from triad.web import guard

bp = Blueprint("cases", __name__)


@bp.get("/cases")
@guard.needs(May.SEE_CASES)
def index() -> str:
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    rows, count = cases.listed(guard.actor(), page)
    return render_template("pages/cases_index.html", rows=rows, count=count, page=page, pages=-(-count // cases.PAGE))


@bp.get("/cases/<id_>")
@guard.needs(May.SEE_CASE)
def show(id_: str) -> str:
    return render_template("pages/cases_show.html", found=cases.show(guard.actor(), id_))
