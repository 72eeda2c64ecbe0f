"""The first page: it sends each role to the page its day begins with."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.services.policy import May
from triad.web import guard, shell

bp = Blueprint("home", __name__)


@bp.get("/")
@guard.needs(May.SEE_OWN_ACCOUNT)
def index() -> Response:
    from flask import current_app

    lines = shell.menu(current_app)
    if not lines:
        raise errors.NotFound
    return redirect(lines[0].href, 303)
