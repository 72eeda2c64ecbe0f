"""One interpreter for another, and the worklist of bookings that an absence has broken."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors, replacing
from triad.services import replacements
from triad.services.policy import May
from triad.services.replacements import Instead
from triad.web import asks, guard, reasons
from triad.web import errors as refusals
from triad.web.i18n import gettext, lazy

bp = Blueprint("replacements", __name__)
Answer = Response | tuple[str, int]
DONE = lazy("Done. Everybody concerned is told.")
REASONS = {
    "ill": lazy("Ill"),
    "away": lazy("Away"),
    "overbooked": lazy("Booked elsewhere"),
    "acquainted": lazy("May know the client"),
    "client_asks": lazy("The client asks for somebody else"),
    "clinic": lazy("The clinic plans anew"),
    "other": lazy("Something else"),
}


@bp.app_template_filter("replaced_because")
def replaced_because(code: str) -> str:
    return gettext(REASONS[code]) if code in REASONS else ""


@bp.get("/broken")
@guard.needs(May.SEE_UNFILLED)
def broken() -> str:
    return render_template("pages/replacements_broken.html", rows=replacements.broken_bookings(guard.actor()))


@bp.get("/sessions/<id_>/replace")
@guard.needs(May.REPLACE)
def ask(id_: str) -> str:
    return _page(id_, {"reason": request.args.get("reason", "")})


@bp.post("/sessions/<id_>/replace")
@guard.needs(May.REPLACE, "reason", "interpreter", "ask", "answer_hours", "wait_hours", "version", "list")
def swap(id_: str) -> Answer:
    """`interpreter` takes it at once; without one those in `ask` are asked. `list`: go on with the worklist."""
    form = request.form
    try:
        replacements.swap(
            guard.actor(), id_, form.get("reason", ""), _instead(form), form.get("version", 0, type=int)
        )
    except errors.BadTransition:
        # There is nobody to replace any more, and so no form to show.
        raise
    except (errors.Conflict, errors.Unfit) as error:
        status, body = refusals.described(error)
        return _page(id_, form, body), status
    flash(gettext(DONE), "ok")
    then = url_for("replacements.broken") if form.get("list") == "yes" else url_for("encounters.show", id_=id_)
    return redirect(then, 303)


def _instead(form: Any) -> Instead:
    if form.get("interpreter"):
        return Instead(form["interpreter"])
    return Instead("", asks.tiers(form), *asks.hours(form))


def _page(id_: str, values: Any, wrong: Any = None) -> str:
    found = replacements.choice(guard.actor(), id_)
    return render_template(
        "pages/replacements_ask.html",
        found=found,
        values=values,
        wrong=wrong,
        chosen_asks=values.getlist("ask") if hasattr(values, "getlist") else [],
        why=reasons.why,
        points=reasons.points,
        codes=[(code, gettext(REASONS[code])) for code in replacing.REASONS],
        listed=request.values.get("list", ""),
    )
