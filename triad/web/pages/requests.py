"""Requests: a therapist asks for sessions, a coordinator plans them, amends them on the way, or says why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.domain import requests as rules
from triad.services import requests
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import fields as forms
from triad.web import guard, times
from triad.web.i18n import gettext, lazy

bp = Blueprint("requests", __name__)
Answer = Response | tuple[str, int]
FIELDS = ("need", "when", "day", "start", "zone", "minutes", "count", "every", "mode", "urgency", "send")
DEFAULTS = {"minutes": "50", "count": "1", "every": "1", "start": "10:00", "urgency": "routine"}
URGENCIES = {"routine": lazy("When it suits"), "soon": lazy("Soon"), "urgent": lazy("Urgent")}
REFUSALS = {
    "no_interpreter": lazy("No interpreter for this"),
    "no_time": lazy("Nobody has time then"),
    "no_room": lazy("No room then"),
    "not_needed": lazy("Not needed any more"),
    "twice": lazy("Asked for twice"),
    "other": lazy("Something else"),
}
SENT = lazy("Your request is on its way.")
KEPT = lazy("Kept as a draft. Nobody else sees it.")
PLANNED = lazy("Planned as it was asked for.")
REFUSED = lazy("Turned down. Whoever asked is told why.")
WITHDRAWN = lazy("Withdrawn. What was planned for it is cancelled.")


@bp.app_template_filter("urgency")
def urgency(code: str) -> str:
    return gettext(URGENCIES[code])


@bp.app_template_filter("refused_because")
def refused_because(code: str) -> str:
    return gettext(REFUSALS[code])


@bp.get("/requests")
@guard.needs(May.SEE_REQUESTS)
def index() -> str:
    rows = requests.listed(guard.actor())
    return render_template(
        "pages/requests_index.html", rows=rows, waiting=[row for row in rows if row.state == "submitted"]
    )


@bp.get("/cases/<id_>/requests/new")
@guard.needs(May.REQUEST)
def ask(id_: str) -> str:
    return _form(id_, DEFAULTS)


@bp.post("/cases/<id_>/requests/new")
@guard.needs(May.REQUEST, *FIELDS)
def create(id_: str) -> Answer:
    """`send` "yes" sends it at once, else it stays a draft."""
    written = forms.written()
    try:
        written = times.spelled(written)
        made = requests.create(guard.actor(), id_, written)
    except errors.Unfit as error:
        return _form(id_, written, error.fields, error.details), 422
    flash(gettext(SENT if request.form.get("send") == "yes" else KEPT), "ok")
    return redirect(url_for("requests.show", request_id=made), 303)


@bp.get("/requests/<request_id>")
@guard.needs(May.REQUEST)
def show(request_id: str) -> str:
    return _page(request_id)


@bp.post("/requests/<request_id>/send")
@guard.needs(May.REQUEST, "version")
def send(request_id: str) -> Answer:
    return _did(request_id, SENT, lambda seen: requests.submit(guard.actor(), request_id, seen))


@bp.post("/requests/<request_id>/accept")
@guard.needs(May.DECIDE_REQUEST, "version")
def accept(request_id: str) -> Answer:
    return _did(request_id, PLANNED, lambda seen: requests.accept(guard.actor(), request_id, seen))


@bp.post("/requests/<request_id>/refuse")
@guard.needs(May.DECIDE_REQUEST, "version", "code")
def refuse(request_id: str) -> Answer:
    code = request.form.get("code", "")
    return _did(request_id, REFUSED, lambda seen: requests.refuse(guard.actor(), request_id, seen, code))


@bp.post("/requests/<request_id>/withdraw")
@guard.needs(May.REQUEST, "version")
def withdraw(request_id: str) -> Answer:
    return _did(request_id, WITHDRAWN, lambda seen: requests.withdraw(guard.actor(), request_id, seen))


def _did(request_id: str, words: str, act: Callable[[int], Any]) -> Answer:
    try:
        act(request.form.get("version", 0, type=int))
    except (errors.Conflict, errors.Unfit) as error:
        status, body = refusals.described(error)
        return _page(request_id, body), status
    flash(gettext(words), "ok")
    return redirect(url_for("requests.show", request_id=request_id), 303)


def _page(request_id: str, wrong: Any = None) -> str:
    found = requests.show(guard.actor(), request_id)
    return render_template(
        "pages/requests_show.html",
        row=found.row,
        encounter_ids=found.encounter_ids,
        wrong=wrong,
        refusals=[(code, gettext(REFUSALS[code])) for code in rules.REFUSALS],
    )


def _form(id_: str, values: Any, fields: Any = None, details: Any = None) -> str:
    case = requests.case_for(guard.actor(), id_)
    return render_template(
        "pages/requests_form.html",
        case=case,
        values=values,
        fields=forms.sentences(fields),
        details=details or {},
        zone=case.site.zone if case.site else guard.clinic().settings.zone,
        modes=forms.modes(),
        urgencies=[(code, gettext(URGENCIES[code])) for code in rules.URGENCIES],
    )
