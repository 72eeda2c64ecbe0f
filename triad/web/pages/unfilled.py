"""The coordinator's first page: what has no interpreter, and who could take it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.services import assignments, desk
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard, reasons

bp = Blueprint("unfilled", __name__)


@bp.get("/unfilled")
@guard.needs(May.SEE_UNFILLED)
def index() -> str:
    found = desk.show(guard.actor(), request.args.get("session", ""))
    chosen = found.panel.encounter.id if found.panel else ""
    return render_template(
        "pages/unfilled_index.html", rows=found.unfilled, panel=found.panel, chosen=chosen, why=why
    )


@bp.get("/sessions/<id_>/candidates")
@guard.needs(May.SEE_CANDIDATES)
def candidates(id_: str) -> str:
    panel = assignments.panel(guard.actor(), id_)
    return render_template("pages/unfilled_candidates.html", panel=panel, why=why, all_shown=True)


@bp.post("/sessions/<id_>/assignment")
@guard.needs(May.ASSIGN, "interpreter", "waived", "reason")
def assign(id_: str) -> Response | tuple[str, int]:
    interpreter, waived = request.form.get("interpreter", ""), request.form.getlist("waived")
    try:
        assignments.assign_interpreter(
            guard.actor(), id_, interpreter, waived=waived, reason=request.form.get("reason", "")
        )
    except (errors.Conflict, errors.Unfit) as error:
        return _again(id_, error)
    return redirect(url_for("encounters.show", id_=id_), 303)


def _again(id_: str, error: errors.TriadError) -> tuple[str, int]:
    """The same panel with the refusal on top: what was chosen is not lost, and the list is fresh."""
    status, body = refusals.described(error)
    panel = assignments.panel(guard.actor(), id_)
    page = render_template("pages/unfilled_candidates.html", panel=panel, why=why, wrong=body, all_shown=True)
    return page, status


def why(one: Any) -> list[str]:
    """Sentences for a Fit's points or a Misfit's reasons, in their order."""
    if hasattr(one, "points"):
        return [reasons.in_favour(point.code, point.details) for point in one.points]
    return [reasons.against(reason.code, reason.details) for reason in one.reasons]
