"""Plans for a range of days: ask for one, watch it, look at it line by line, take lines over, ask why."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import cells, errors
from triad.services import explaining, solving, staffing
from triad.services.policy import May
from triad.web import fields as forms
from triad.web import guard
from triad.web import staffing as words
from triad.web.i18n import gettext, lazy, ngettext

bp = Blueprint("staffing", __name__)
Answer = Response | tuple[str, int]
AGAIN = 2
"""Seconds after which a page that shows how far a plan is loads itself again."""
LATEST = date(2900, 1, 1)
WAITS = ("queued", "running")


@bp.get("/staffing")
@guard.needs(May.PLAN_WEEK)
def index() -> str:
    """`first` and `last` fill in the days; alone, `first` begins a week; without them it is the next one."""
    asked = {name: request.args[name] for name in ("first", "last") if name in request.args}
    return _index(_days(asked.get("first", "")) | asked)


@bp.post("/staffing")
@guard.needs(May.PLAN_WEEK, "first", "last", "keeps", "away", "urgent")
def begin() -> Answer:
    """`keeps` is "yes" where nobody who has a session is moved; `away`, `urgent`: replan around these only."""
    form = request.form
    try:
        wish = solving.Wish(
            _day("first"), _day("last"), form.get("keeps") == "yes", form.get("away", ""), form.get("urgent", "")
        )
        run_id = solving.begin(guard.actor(), wish)
    except errors.Unfit as error:
        return _index(form.to_dict(), error.fields), 422
    return redirect(url_for("staffing.show", run_id=run_id), 303)


@bp.get("/staffing/hiring")
@guard.needs(May.PLAN_WEEK)
def hiring() -> str:
    return render_template("pages/staffing_hiring.html", hints=explaining.hiring(guard.actor()), words=words)


@bp.get("/staffing/<run_id>")
@guard.needs(May.PLAN_WEEK)
def show(run_id: str) -> Response:
    return _show(run_id)


@bp.post("/staffing/<run_id>/accept")
@guard.needs(May.PLAN_WEEK, "line", "all", "ask")
def accept(run_id: str) -> Response:
    """The lines that are ticked, or with `all` every one that is left."""
    chosen = None if "all" in request.form else request.form.getlist("line")
    if chosen == []:
        flash(gettext(lazy("Tick the sessions you mean.")), "warn")
        return redirect(url_for("staffing.show", run_id=run_id), 303)
    ask = "ask" in request.form
    found = words.accept(guard.actor(), run_id, chosen, ask)
    if found.done and ask:
        text = ngettext("%(num)s person is asked.", "%(num)s people are asked.", len(found.done))
        flash(text, "ok")
    elif found.done:
        flash(
            ngettext(
                "%(num)s session taken over. All concerned are told.",
                "%(num)s sessions taken over. All concerned are told.",
                len(found.done),
            ),
            "ok",
        )
    _tell_refused(len(found.refused))
    return redirect(url_for("staffing.show", run_id=run_id), 303)


@bp.post("/staffing/<run_id>/undo")
@guard.needs(May.PLAN_WEEK)
def undo(run_id: str) -> Response:
    found = words.take_back(guard.actor(), run_id)
    if found.done:
        text = ngettext("One session is as it was", "%(num)s sessions are as they were", len(found.done))
        flash(f"{text}.", "ok")
    _tell_refused(len(found.refused))
    return redirect(url_for("staffing.show", run_id=run_id), 303)


@bp.get("/staffing/<run_id>/sessions/<encounter_id>")
@guard.needs(May.PLAN_WEEK)
def why(run_id: str, encounter_id: str) -> str:
    """`who`: and why not this person?"""
    found = explaining.why(guard.actor(), run_id, encounter_id, request.args.get("who", ""))
    return render_template("pages/staffing_why.html", found=found, line=found.line, words=words)


@bp.get("/staffing/<run_id>/since")
@guard.needs(May.PLAN_WEEK)
def since(run_id: str) -> str:
    found = explaining.since(guard.actor(), run_id)
    return render_template("pages/staffing_since.html", found=found, words=words, zone=guard.clinic().settings.zone)


def _tell_refused(count: int) -> None:
    if count:
        text = ngettext(
            "%(num)s session was refused: its line says why.",
            "%(num)s sessions were refused: their lines say why.",
            count,
        )
        flash(text, "warn")


def _show(run_id: str) -> Response:
    found = staffing.show(guard.actor(), run_id)
    answer = make_response(render_template("pages/staffing_show.html", found=found, run=found.run, words=words))
    if found.state in WAITS:
        answer.headers["Refresh"] = str(AGAIN)
    return answer


def _index(written: Any, wrong: Any = None) -> str:
    return render_template(
        "pages/staffing_index.html",
        runs=staffing.runs(guard.actor()),
        written=written,
        fields=forms.sentences(wrong),
        goals=[(name, getattr(guard.clinic().settings, key)) for _, name, key in words.GOALS],
        pinned=guard.clinic().settings.pinned_days,
        zone=guard.clinic().settings.zone,
    )


def _day(name: str) -> date:
    try:
        return date.fromisoformat(cells.latin(request.form.get(name, "")))
    except ValueError:
        raise errors.Unfit({name: "date"}) from None


def _days(first: str) -> dict[str, str]:
    today = guard.clinic().clock().astimezone(ZoneInfo(guard.clinic().settings.zone)).date()
    begins = today + timedelta(days=7 - today.weekday())
    with suppress(ValueError):
        begins = min(date.fromisoformat(first), LATEST)
    return {"first": begins.isoformat(), "last": (begins + timedelta(days=6)).isoformat()}
