"""A series changed as a whole or from one date on: every date shown with what stands against it, then saved."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors, modes
from triad.domain import series as rules
from triad.services import encounters, series
from triad.services.policy import May
from triad.services.series import Asked, Change
from triad.web import errors as refusals
from triad.web import fields as forms
from triad.web import guard, times
from triad.web.i18n import gettext, lazy, ngettext

bp = Blueprint("series", __name__)
Answer = Response | tuple[str, int]
SCOPES = {
    "this": lazy("Only this date"),
    "later": lazy("This date and all later ones"),
    "all": lazy("All dates to come"),
}
BACK = lazy("The date is planned again.")
BLOCKED = lazy("Some dates cannot be moved there. Nothing was changed: leave them out, or choose another time.")


@bp.get("/sessions/<id_>/series")
@guard.needs(May.MOVE)
def ask(id_: str) -> str:
    found = series.show(guard.actor(), id_)
    return _page(found, _as_written(found.encounter))


@bp.post("/sessions/<id_>/series")
@guard.needs(May.MOVE, *times.FIELDS, "minutes", "version", "scope", "edited", "release", "keep", "shown", "step")
def move(id_: str) -> Answer:
    """`step` is "check" for the list of dates, "save" to move them but for the days in `keep`."""
    form, found = request.form, series.show(guard.actor(), id_)
    try:
        asked = _read(form, found.encounter)
        if form.get("step") != "save":
            return _page(found, times.settled(form, asked.change.wall), series.check(guard.actor(), id_, asked)), 200
        moved = series.move(guard.actor(), id_, asked)
    except errors.Unfit as error:
        return _page(found, form, fields=error.fields, details=error.details), 422
    except (errors.Clash, errors.NotEligible):
        outcomes = series.check(guard.actor(), id_, asked)
        return _page(found, form, outcomes, refused=gettext(BLOCKED)), 409
    except errors.Conflict as error:
        status, body = refusals.described(error)
        return _page(found, form, refused=body["message"]), status
    count = len(moved)
    flash(
        ngettext("%(num)s session is changed. All are told.", "%(num)s sessions are changed. All are told.", count),
        "ok",
    )
    return redirect(url_for("series.ask", id_=id_), 303)


@bp.post("/sessions/<id_>/series/cancel")
@guard.needs(May.CANCEL, "scope", "by", "version")
def cancel(id_: str) -> Response:
    form, version = request.form, request.form.get("version", 0, type=int)
    count = series.cancel(guard.actor(), id_, form.get("scope", ""), form.get("by", ""), "", version)
    flash(ngettext("%(num)s session is cancelled.", "%(num)s sessions are cancelled.", count), "ok")
    return redirect(url_for("encounters.show", id_=id_), 303)


@bp.post("/sessions/<id_>/series/skipped/<skipped_id>")
@guard.needs(May.PLAN)
def bring_back(id_: str, skipped_id: str) -> Response:
    series.bring_back(guard.actor(), id_, skipped_id)
    flash(gettext(BACK), "ok")
    return redirect(url_for("series.ask", id_=id_), 303)


def _read(form: Any, row: Any) -> Asked:
    asked = times.read(form, "minutes", "version")
    change = Change(
        asked.wall,
        asked.numbers["minutes"],
        asked.site_id or None,
        asked.room_id,
        asked.modes.over(modes.of(row)),
        asked.numbers["version"],
        form.get("release") == "yes",
    )
    try:
        keep = frozenset(date.fromisoformat(day) for day in form.getlist("keep"))
    except ValueError:
        raise errors.Unfit({"keep": "date"}) from None
    return Asked(form.get("scope", ""), change, form.get("edited") == "yes", keep)


def _as_written(row: Any) -> dict[str, str]:
    values = {"day": row.day, "start": f"{row.at:%H:%M}", "minutes": row.minutes, "room": row.room_id}
    values |= {"site": f"{row.site_id or ''}|{row.zone}", "version": row.version, "scope": rules.LATER}
    return {name: str(value or "") for name, value in (values | modes.columns(modes.of(row))).items()}


def _page(
    found: Any, values: Any, outcomes: Any = None, fields: Any = None, details: Any = None, refused: str = ""
) -> str:
    sites, rooms = encounters.places(guard.actor())
    return render_template(
        "pages/series_ask.html",
        found=found,
        row=found.encounter,
        values=values,
        outcomes=outcomes,
        free=len([one for one in outcomes or () if not (one.problem or one.holiday)]),
        kept=values.getlist("keep") if hasattr(values, "getlist") and values.get("shown") else None,
        sites=times.sites(sites, found.encounter.zone),
        rooms=times.rooms(rooms, sites),
        modes=forms.modes(),
        scopes=[(code, gettext(words)) for code, words in SCOPES.items()],
        fields=forms.sentences(fields),
        details=details or {},
        refused=refused,
        now=guard.clinic().clock(),
        repeats="time_repeats" in (fields or {}).values(),
    )
