"""Sites and their rooms: one page each, newcomers, changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.services import activity, holidays, sites
from triad.services.policy import May
from triad.web import fields, guard
from triad.web.i18n import gettext, lazy

bp = Blueprint("sites", __name__)
Answer = Response | tuple[str, int]
SAVED = lazy("Saved.")


@bp.get("/people/new/sites")
@guard.needs(May.CHANGE_PEOPLE)
def ask() -> str:
    return _new({"zone": guard.clinic().settings.zone})


@bp.post("/people/new/sites")
@guard.needs(May.CHANGE_PEOPLE, guard.ALL)
def add() -> Answer:
    try:
        id_ = sites.add(guard.actor(), fields.written())
    except errors.Unfit as error:
        return _new(fields.written(), error.fields), 422
    return redirect(url_for("sites.show", id_=id_), 303)


@bp.get("/people/sites/<id_>")
@guard.needs(May.CHANGE_PEOPLE)
def show(id_: str) -> str:
    return _page(id_)


@bp.post("/people/sites/<id_>")
@guard.needs(May.CHANGE_PEOPLE, guard.ALL)
def change(id_: str) -> Answer:
    try:
        sites.change(guard.actor(), id_, fields.written())
    except errors.Unfit as error:
        return _page(id_, "site", error.fields), 422
    flash(gettext(SAVED), "ok")
    return redirect(url_for("sites.show", id_=id_), 303)


@bp.post("/people/sites/<id_>/rooms")
@guard.needs(May.CHANGE_PEOPLE, guard.ALL)
def add_room(id_: str) -> Answer:
    try:
        sites.add_room(guard.actor(), id_, fields.written())
    except errors.Unfit as error:
        return _page(id_, "room", error.fields), 422
    return redirect(url_for("sites.show", id_=id_), 303)


@bp.post("/people/sites/<id_>/rooms/<room_id>")
@guard.needs(May.CHANGE_PEOPLE, guard.ALL)
def rename_room(id_: str, room_id: str) -> Answer:
    try:
        sites.rename_room(guard.actor(), id_, room_id, fields.written())
    except errors.Unfit as error:
        return _page(id_, room_id, error.fields), 422
    return redirect(url_for("sites.show", id_=id_), 303)


@bp.post("/people/sites/<id_>/rooms/<room_id>/active")
@guard.needs(May.CHANGE_PEOPLE, "active")
def change_activity(id_: str, room_id: str) -> Answer:
    """`active` is "yes" or "no"."""
    actor, verb = guard.actor(), activity.resume if request.form.get("active") == "yes" else activity.end
    if room_id not in {room.id for room in sites.show(actor, id_, gone=True).rooms}:
        raise errors.NotFound
    try:
        verb(actor, "rooms", room_id)
    except errors.StillPlanned as error:
        return _page(id_, planned=error.details["sessions"]), 409
    return redirect(url_for("sites.show", id_=id_), 303)


@bp.post("/people/sites/<id_>/holidays")
@guard.needs(May.CHANGE_PEOPLE, guard.ALL)
def add_holiday(id_: str) -> Answer:
    try:
        holidays.add(guard.actor(), id_, fields.written())
    except errors.Unfit as error:
        return _page(id_, "holiday", error.fields), 422
    return redirect(url_for("sites.show", id_=id_, _anchor="holidays"), 303)


@bp.post("/people/sites/<id_>/holidays/<holiday_id>/remove")
@guard.needs(May.CHANGE_PEOPLE)
def remove_holiday(id_: str, holiday_id: str) -> Response:
    holidays.remove(guard.actor(), id_, holiday_id)
    return redirect(url_for("sites.show", id_=id_, _anchor="holidays"), 303)


def _new(written: Any, wrong: Any = None) -> str:
    return render_template("pages/sites_new.html", written=written, fields=fields.sentences(wrong))


def _page(id_: str, sent: str = "", wrong: Any = None, planned: Sequence[Any] = ()) -> str:
    """`sent` names the form that was sent: "site", "room", or a room's id."""
    gone = request.args.get("inactive") == "yes"
    found = sites.show(guard.actor(), id_, gone)
    kept = {name: getattr(found.site, name) for name in ("name", "zone", "address")}
    return render_template(
        "pages/sites_show.html",
        found=found,
        kept=kept,
        sent=sent,
        written=fields.written(),
        fields=fields.sentences(wrong),
        gone=gone,
        planned=planned,
        holidays=holidays.coming(guard.actor(), id_),
    )
