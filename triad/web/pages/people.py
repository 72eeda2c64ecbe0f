"""People and places: lists, one interpreter, newcomers, and the search in the top line."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors, languages
from triad.services import hours, people
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard

bp = Blueprint("people", __name__)
Answer = Response | tuple[str, int]
NEW = "/people/new/<any(interpreters,therapists,clients,sites):tab>"


@bp.get("/people")
@guard.needs(May.SEE_PEOPLE)
def index() -> str:
    return _index(request.args.get("tab", ""), request.args.get("q", ""))


@bp.get("/search")
@guard.needs(May.SEE_CASES)
def search() -> str:
    text = request.args.get("q", "")
    found = people.search(guard.actor(), text)
    return render_template("pages/people_search.html", found=found, search_text=text)


@bp.get(NEW)
@guard.needs(May.CHANGE_PEOPLE)
def ask(tab: str) -> str:
    return _new(tab, {"zone": guard.clinic().settings.zone, "in_person": "yes"})


@bp.post(NEW)
@guard.needs(May.CHANGE_PEOPLE)
def add(tab: str) -> Answer:
    try:
        id_ = people.add(guard.actor(), tab, _written())
    except errors.Unfit as error:
        return _new(tab, _written(), error.fields), 422
    if tab == "interpreters":
        return redirect(url_for("people.interpreter", id_=id_), 303)
    return redirect(url_for("people.index", tab=tab), 303)


@bp.post("/people/sites/<id_>/rooms")
@guard.needs(May.CHANGE_PEOPLE)
def add_room(id_: str) -> Answer:
    try:
        people.add_room(guard.actor(), id_, _written())
    except errors.Unfit as error:
        return _index("sites", "", {"site": id_, "name": _written().get("name", "")}, error.fields), 422
    return redirect(url_for("people.index", tab="sites"), 303)


@bp.get("/people/interpreters/<id_>")
@guard.needs(May.SEE_PEOPLE)
def interpreter(id_: str) -> str:
    return _interpreter(id_)


@bp.post("/people/interpreters/<id_>/skills")
@guard.needs(May.CHANGE_PEOPLE)
def add_skill(id_: str) -> Answer:
    return _added(id_, "skill", lambda: hours.add_skill(guard.actor(), id_, _written()))


@bp.post("/people/interpreters/<id_>/credentials")
@guard.needs(May.CHANGE_PEOPLE)
def add_credential(id_: str) -> Answer:
    return _added(id_, "credential", lambda: hours.add_credential(guard.actor(), id_, _written()))


@bp.post("/people/interpreters/<id_>/hours")
@guard.needs(May.CHANGE_PEOPLE)
def add_hours(id_: str) -> Answer:
    return _added(id_, "week", lambda: hours.add(guard.actor(), _written(), id_))


@bp.post("/people/interpreters/<id_>/hours/time-off")
@guard.needs(May.CHANGE_PEOPLE)
def add_off(id_: str) -> Answer:
    return _added(id_, "off", lambda: hours.add_off(guard.actor(), _written(), id_))


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


def _written() -> dict[str, str]:
    return {name: held for name, held in request.form.items() if name != "csrf_token"}


def _sentences(fields: Any) -> dict[str, str]:
    return {name: refusals.sentence(code) for name, code in (fields or {}).items()}


def _added(id_: str, what: str, verb: Any) -> Answer:
    """`what` names the form of the interpreter's page that was sent."""
    try:
        verb()
    except errors.Unfit as error:
        return _interpreter(id_, what, _written(), error.fields), 422
    return redirect(url_for("people.interpreter", id_=id_), 303)


def _index(tab: str, text: str, room: Any = None, fields: Any = None) -> str:
    tab = tab if tab in people.TABS else people.TABS[0]
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    found = people.listed(guard.actor(), tab, text, page)
    return render_template(
        "pages/people_index.html",
        found=found,
        tab=tab,
        text=text,
        page=page,
        pages=-(-found.count // people.PAGE),
        tabs=people.TABS,
        site_names={site.id: site.name for site in found.sites},
        room=room or {},
        fields=_sentences(fields),
    )


def _interpreter(id_: str, what: str = "", written: Any = None, fields: Any = None) -> str:
    return render_template(
        "pages/people_interpreter.html",
        found=hours.offered(guard.actor(), id_),
        times=hours.of(guard.actor(), id_),
        written={what: written},
        wrong={what: _sentences(fields)},
        tags=_tags(),
    )


def _new(tab: str, written: Any, fields: Any = None) -> str:
    return render_template(
        "pages/people_new.html",
        tab=tab,
        written=written,
        fields=_sentences(fields),
        sites=people.listed(guard.actor(), "sites").sites,
        tags=_tags(),
        modes=people.MODES,
        genders=people.GENDERS,
    )


def _tags() -> list[str]:
    return [*languages.BY_TAG, *languages.VARIETIES]
