"""Planning: one page that asks, shows every date with what stands against it, and saves."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.domain.timespans import WallTime
from triad.services import cases, encounters, plans
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard

bp = Blueprint("plans", __name__)

DEFAULTS = {"minutes": "50", "count": "1", "every": "1", "mode": "in_person", "start": "10:00"}


@bp.get("/cases/<id_>/plan")
@guard.needs(May.PLAN)
def ask(id_: str) -> str:
    return _page(id_, DEFAULTS)


@bp.post("/cases/<id_>/plan")
@guard.needs(May.PLAN)
def save(id_: str) -> Response | tuple[str, int]:
    """`step` is "check" for the list of dates, "save" to write them without the ones in `skip`."""
    form = request.form
    try:
        plan = _read(form)
        checks = plans.check(guard.actor(), id_, plan)
        if form.get("step") != "save":
            return _page(id_, form, checks), 200
        plans.plan(guard.actor(), id_, plan, {date.fromisoformat(day) for day in form.getlist("skip")})
    except errors.Unfit as error:
        return _page(id_, form, fields=error.fields, details=error.details), 422
    except errors.Conflict as error:
        return _page(id_, form, plans.check(guard.actor(), id_, plan), wrong=refusals.described(error)[1]), 409
    return redirect(url_for("cases.show", id_=id_), 303)


def _read(form: Any) -> plans.Plan:
    problems: dict[str, str] = {}

    def read(name: str, kind: Any, code: str) -> Any:
        text = form.get(name, "").strip()
        if not text:
            problems[name] = "required"
            return None
        try:
            return kind(text)
        except ValueError:
            problems[name] = code
            return None

    day, start = read("day", date.fromisoformat, "date"), read("start", time.fromisoformat, "time")
    numbers = {name: read(name, int, "number") for name in ("minutes", "count", "every")}
    site, _, zone = form.get("site", "").partition("|")
    if not zone:
        problems["site"] = "required"
    if problems:
        raise errors.Unfit(problems)
    fold = int(form["fold"]) if form.get("fold") in ("0", "1") else None
    mode = form.get("mode", "")
    return plans.Plan(
        WallTime(day, start, zone, fold),
        numbers["minutes"],
        form.get("need", ""),
        site,
        form.get("room") or None,
        (mode, form.get("mode_i") or mode, mode),
        numbers["count"],
        numbers["every"],
    )


def _page(
    id_: str, values: Any, checks: Any = None, fields: Any = None, details: Any = None, wrong: Any = None
) -> str:
    actor = guard.actor()
    case = cases.for_planning(actor, id_)
    sites, rooms = encounters.places(actor)
    sentences = {name: refusals.sentence(code) for name, code in (fields or {}).items()}
    return render_template(
        "pages/plans_ask.html",
        case=case,
        sites=sites,
        rooms=rooms,
        values=values,
        checks=checks,
        fields=sentences,
        details=details or {},
        wrong=wrong,
        repeats="time_repeats" in (fields or {}).values(),
    )
