"""Who may log in and as what, to read."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from triad.services import grants
from triad.services.policy import May
from triad.web import guard
from triad.web.pages.accounts import ROLES

bp = Blueprint("grants", __name__)


@bp.get("/grants")
@guard.needs(May.SEE_GRANTS)
def index() -> str:
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    rows, count = grants.listed(guard.actor(), page)
    return render_template(
        "pages/grants_index.html", rows=rows, count=count, page=page, pages=-(-count // grants.PAGE), words=ROLES
    )
