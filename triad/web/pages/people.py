"""People: lists, one interpreter, newcomers, changes, and the search in the top line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors, modes, wishes
from triad.services import activity, hours, people, search, skills
from triad.services.policy import May
from triad.web import fields, guard, reasons, typed
from triad.web.i18n import gettext, lazy

bp = Blueprint("people", __name__)
Answer = Response | tuple[str, int]
KIND = "<any(interpreters,therapists,clients):tab>"
NEW, ONE = f"/people/new/{KIND}", f"/people/{KIND}/<id_>/change"
SAVED = lazy("Saved.")


@bp.get("/people")
@guard.needs(May.SEE_PEOPLE)
def index() -> str:
    tab, text = request.args.get("tab", ""), request.args.get("q", "")
    tab = tab if tab in people.TABS else people.TABS[0]
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    gone = request.args.get("inactive") == "yes"
    found = people.listed(guard.actor(), tab, text, page, gone)
    return render_template(
        "pages/people_index.html",
        found=found,
        tab=tab,
        text=text,
        page=page,
        gone=gone,
        pages=-(-found.count // people.PAGE),
        tabs=people.TABS,
        site_names={site.id: site.name for site in found.sites},
    )


@bp.get("/search")
@guard.needs(May.SEE_CASES)
def find() -> str:
    text = request.args.get("q", "")
    found = search.found(guard.actor(), text, typed.day(text))
    return render_template("pages/people_search.html", found=found, search_text=text)


@bp.get(NEW)
@guard.needs(May.CHANGE_PEOPLE)
def ask(tab: str) -> str:
    return _form(tab, None, {"zone": guard.clinic().settings.zone, "in_person": "yes"})


@bp.post(NEW)
@guard.needs(May.CHANGE_PEOPLE, guard.ALL)
def add(tab: str) -> Answer:
    try:
        id_ = people.add(guard.actor(), tab, fields.written())
    except errors.Unfit as error:
        return _form(tab, None, fields.written(), error.fields), 422
    return redirect(_after(tab, id_), 303)


@bp.get(ONE)
@guard.needs(May.CHANGE_PEOPLE)
def ask_change(tab: str, id_: str) -> str:
    profile = people.profile(guard.actor(), tab, id_)
    return _form(tab, profile, profile.written)


@bp.post(ONE)
@guard.needs(May.CHANGE_PEOPLE, guard.ALL)
def change(tab: str, id_: str) -> Answer:
    try:
        people.change(guard.actor(), tab, id_, fields.written())
    except errors.Unfit as error:
        return _form(tab, people.profile(guard.actor(), tab, id_), fields.written(), error.fields), 422
    flash(gettext(SAVED), "ok")
    return redirect(_after(tab, id_), 303)


@bp.post("/people/<any(therapists,clients):tab>/<id_>/active")
@guard.needs(May.CHANGE_PEOPLE, "active")
def change_activity(tab: str, id_: str) -> Answer:
    """`active` is "yes" or "no"."""
    actor, verb = guard.actor(), activity.resume if request.form.get("active") == "yes" else activity.end
    try:
        verb(actor, tab, id_)
    except errors.StillPlanned as error:
        profile = people.profile(actor, tab, id_)
        return _form(tab, profile, profile.written, planned=error.details["sessions"]), 409
    return redirect(url_for("people.ask_change", tab=tab, id_=id_), 303)


@bp.get("/people/interpreters/<id_>")
@guard.needs(May.SEE_PEOPLE)
def interpreter(id_: str) -> str:
    return _interpreter(id_)


@bp.post("/people/interpreters/<id_>/active")
@guard.needs(May.CHANGE_PEOPLE, "active", "version")
def set_active(id_: str) -> Response:
    """`active` is "yes" or "no", `version` as it was read."""
    version = request.form.get("version", 0, type=int)
    people.set_active(guard.actor(), id_, request.form.get("active") == "yes", version)
    return redirect(url_for("people.interpreter", id_=id_), 303)


@bp.post("/people/interpreters/<id_>/skills")
@guard.needs(May.CHANGE_PEOPLE, guard.ALL)
def add_skill(id_: str) -> Answer:
    return _added(id_, "skill", lambda: skills.add(guard.actor(), id_, fields.written()))


@bp.post("/people/interpreters/<id_>/skills/<row_id>/remove")
@guard.needs(May.CHANGE_PEOPLE)
def remove_skill(id_: str, row_id: str) -> Response:
    skills.remove(guard.actor(), id_, row_id)
    return redirect(url_for("people.interpreter", id_=id_), 303)


@bp.post("/people/interpreters/<id_>/credentials")
@guard.needs(May.CHANGE_PEOPLE, guard.ALL)
def add_credential(id_: str) -> Answer:
    return _added(id_, "credential", lambda: skills.add_credential(guard.actor(), id_, fields.written()))


@bp.post("/people/interpreters/<id_>/credentials/<row_id>/remove")
@guard.needs(May.CHANGE_PEOPLE)
def remove_credential(id_: str, row_id: str) -> Response:
    skills.remove_credential(guard.actor(), id_, row_id)
    return redirect(url_for("people.interpreter", id_=id_), 303)


@bp.post("/people/interpreters/<id_>/hours")
@guard.needs(May.CHANGE_PEOPLE, guard.ALL)
def add_hours(id_: str) -> Answer:
    return _added(id_, "week", lambda: hours.add(guard.actor(), fields.written(), id_))


@bp.post("/people/interpreters/<id_>/hours/time-off")
@guard.needs(May.CHANGE_PEOPLE, guard.ALL)
def add_off(id_: str) -> Answer:
    return _added(id_, "off", lambda: hours.add_off(guard.actor(), fields.written(), id_))


@bp.post("/people/interpreters/<id_>/hours/<row_id>/remove")
@guard.needs(May.CHANGE_PEOPLE)
def remove_hours(id_: str, row_id: str) -> Response:
    hours.remove(guard.actor(), row_id, id_)
    return redirect(url_for("people.interpreter", id_=id_), 303)


@bp.post("/people/interpreters/<id_>/hours/time-off/<row_id>/remove")
@guard.needs(May.CHANGE_PEOPLE)
def remove_off(id_: str, row_id: str) -> Response:
    hours.remove_off(guard.actor(), row_id, id_)
    return redirect(url_for("people.interpreter", id_=id_), 303)


def _after(tab: str, id_: str) -> str:
    if tab == "interpreters":
        return url_for("people.interpreter", id_=id_)
    return url_for("people.index", tab=tab)


def _added(id_: str, what: str, verb: Callable[[], object]) -> Answer:
    """`what` names the form of the interpreter's page that was sent."""
    try:
        verb()
    except errors.Unfit as error:
        return _interpreter(id_, what, fields.written(), error.fields), 422
    return redirect(url_for("people.interpreter", id_=id_), 303)


def _interpreter(id_: str, what: str = "", written: Any = None, wrong: Any = None) -> str:
    return render_template(
        "pages/people_interpreter.html",
        found=hours.offered(guard.actor(), id_),
        times=hours.of(guard.actor(), id_),
        written={what: written},
        wrong={what: fields.sentences(wrong)},
        known=fields.tongues(),
        directions=fields.directions(),
    )


def _form(
    tab: str, profile: people.Profile | None, written: Any, wrong: Any = None, planned: Sequence[Any] = ()
) -> str:
    return render_template(
        "pages/people_form.html",
        tab=tab,
        profile=profile,
        written=written,
        fields=fields.sentences(wrong),
        places=[(site.id, site.name) for site in people.listed(guard.actor(), "sites").sites],
        known=fields.tongues(),
        modes=modes.MODES,
        genders=people.GENDERS,
        attributes=[(f"{people.ATTRIBUTE}{name}", reasons.attribute(name)) for name in wishes.ATTRIBUTES],
        planned=planned,
    )
