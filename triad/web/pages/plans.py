"""Planning: one page that asks, shows every date with what stands against it, and saves."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors, modes
from triad.services import cases, encounters, plans, requests
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import fields as forms
from triad.web import guard, times

bp = Blueprint("plans", __name__)

FIELDS = ("minutes", "count", "every", "need", "step", "skip", "request", "version", "shown")
DEFAULTS = {"minutes": "50", "count": "1", "every": "1", "start": "10:00"}


@bp.get("/cases/<id_>/plan")
@guard.needs(May.PLAN)
def ask(id_: str) -> str:
    """`request` is one that is to be planned, as it was asked for until somebody changes a line."""
    return _page(id_, DEFAULTS | _asked(request.args.get("request", "")))


@bp.post("/cases/<id_>/plan")
@guard.needs(May.PLAN, *times.FIELDS, *FIELDS)
def save(id_: str) -> Response | tuple[str, int]:
    """`step` is "check" for the list of dates, "save" to write them without the ones in `skip`."""
    form = request.form
    try:
        plan = _read(form)
        checks = plans.check(guard.actor(), id_, plan)
        if form.get("step") != "save":
            return _page(id_, times.settled(form, plan.first), checks), 200
        if form.get("request"):
            version = form.get("version", 0, type=int)
            requests.accept(guard.actor(), form["request"], version, plan, _skipped(form))
            return redirect(url_for("requests.show", request_id=form["request"]), 303)
        plans.plan(guard.actor(), id_, plan, _skipped(form))
    except errors.Unfit as error:
        return _page(id_, form, fields=error.fields, details=error.details), 422
    except errors.Inactive as error:
        return _page(id_, form, wrong=refusals.described(error)[1]), 409
    except errors.Conflict as error:
        return _page(id_, form, plans.check(guard.actor(), id_, plan), wrong=refusals.described(error)[1]), 409
    return redirect(url_for("cases.show", id_=id_), 303)


def _asked(request_id: str) -> dict[str, str]:
    if not request_id:
        return {}
    row = requests.show(guard.actor(), request_id).row
    values = {"day": row.day, "start": f"{row.at:%H:%M}", "minutes": row.minutes, "count": row.count}
    values |= {"every": row.every_weeks, "need": row.need_id, "request": row.id, "version": row.version}
    values |= dict.fromkeys(modes.COLUMNS, row.mode) if row.mode else modes.columns(modes.of(row.need))
    return {name: str(value) for name, value in values.items()}


def _read(form: Any) -> plans.Plan:
    asked = times.read(form, "minutes", "count", "every")
    return plans.Plan(
        asked.wall,
        asked.numbers["minutes"],
        form.get("need", ""),
        asked.site_id,
        asked.room_id,
        asked.modes,
        asked.numbers["count"],
        asked.numbers["every"],
    )


def _skipped(form: Any) -> set[date]:
    try:
        return {date.fromisoformat(day) for day in form.getlist("skip")}
    except ValueError:
        raise errors.Unfit({"day": "date"}) from None


def _wanted(case: Any, zone: str) -> dict[str, str]:
    """The need that was asked for, else the first, and where it seats the three: nobody comes to no site."""
    asked = request.args.get("need")
    need = next((one for one in case.needs if one.id == asked), case.needs[0] if case.needs else None)
    if need is None:
        return {}
    seats = modes.of(need)
    return {"need": need.id, **modes.columns(seats)} | ({} if seats.anybody_comes else {"site": f"|{zone}"})


def _page(
    id_: str, values: Any, checks: Any = None, fields: Any = None, details: Any = None, wrong: Any = None
) -> str:
    actor = guard.actor()
    case = cases.for_planning(actor, id_)
    sites, rooms = encounters.places(actor)
    zone = case.site.zone if case.site else guard.clinic().settings.zone
    if not {"mode", *modes.COLUMNS} & set(values):
        values = {**_wanted(case, zone), **values}
    return render_template(
        "pages/plans_ask.html",
        case=case,
        sites=times.sites(sites, zone),
        rooms=times.rooms(rooms, sites),
        modes=forms.modes(),
        values=values,
        checks=checks,
        free=len([one for one in checks or () if not (one.problem or one.holiday)]),
        skipped=request.form.getlist("skip") if request.form.get("shown") else None,
        fields=forms.sentences(fields),
        details=details or {},
        wrong=wrong,
        repeats="time_repeats" in (fields or {}).values(),
    )
