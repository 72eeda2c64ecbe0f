"""The coordinator's first page: what has no interpreter, and who could take it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.services import assignments, contacts, desk, encounters, offers
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard, i18n, reasons
from triad.web.i18n import lazy

bp = Blueprint("unfilled", __name__)
FILLED = lazy("%(who)s: %(when)s. Therapist and interpreter are told.")


@bp.get("/unfilled")
@guard.needs(May.SEE_UNFILLED)
def index() -> str:
    """`session` is shown beside the list in any case, `next` when it is still open."""
    found = desk.show(guard.actor(), request.args.get("session", ""), request.args.get("next", ""))
    chosen = found.panel.encounter.id if found.panel else ""
    g.waiting = len(found.unfilled)
    return render_template(
        "pages/unfilled_index.html",
        rows=found.unfilled,
        panel=found.panel,
        chosen=chosen,
        why=reasons.why,
        then=found.next_id,
        walk=(found.place, len(found.unfilled)) if found.place else None,
        asked=_asked(found.panel),
        wishes=contacts.another(guard.actor()),
    )


@bp.get("/sessions/<id_>/candidates")
@guard.needs(May.SEE_CANDIDATES)
def candidates(id_: str) -> str:
    """`next`, even empty, says that the reader came from the list and wants to go on there."""
    return _everybody(id_, request.args.get("next"))


@bp.post("/sessions/<id_>/assignment")
@guard.needs(May.ASSIGN, "interpreter", "waived", "reason", "next")
def assign(id_: str) -> Response | tuple[str, int]:
    interpreter, waived = request.form.get("interpreter", ""), request.form.getlist("waived")
    try:
        assignments.assign_interpreter(
            guard.actor(), id_, interpreter, waived=waived, reason=request.form.get("reason", "")
        )
    except (errors.Conflict, errors.Unfit) as error:
        status, body = refusals.described(error)
        return _everybody(id_, request.form.get("next"), body), status
    if "next" not in request.form:
        return redirect(url_for("encounters.show", id_=id_), 303)
    flash(_filled(id_), "ok")
    return onward(request.form["next"])


def onward(then: str) -> Response:
    """Whoever came from the list goes on with the next one on it; `then` is "" after the last."""
    return redirect(url_for("unfilled.index", next=then, _anchor="who") if then else url_for("unfilled.index"), 303)


def _everybody(id_: str, then: str | None, wrong: Any = None) -> str:
    """The whole panel; after a refusal with it on top: what was chosen is not lost, and the list is fresh."""
    panel = assignments.panel(guard.actor(), id_)
    return render_template(
        "pages/unfilled_candidates.html",
        panel=panel,
        why=reasons.why,
        wrong=wrong,
        then=then,
        all_shown=True,
        asked=_asked(panel),
    )


def _asked(panel: Any) -> dict[str, str]:
    """How the offers stand of those who are asked now, by person."""
    if panel is None or panel.encounter.slot.state != "on_offer":
        return {}
    return offers.standing(guard.actor(), panel.encounter.id)


def _filled(id_: str) -> str:
    row = encounters.show(guard.actor(), id_)
    names = [one.interpreter.person.name for one in row.slot.assignments if one.ended_at is None]
    return i18n.gettext(FILLED, who=", ".join(names), when=i18n.moment_text(row.starts_at, row.zone))
