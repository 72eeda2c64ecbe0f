"""API keys: the clinic's for an admin, one's own for everybody; a value is shown once, in the answer that made it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.services import keys
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard
from triad.web.i18n import gettext, lazy

bp = Blueprint("keys", __name__)
Answer = str | tuple[str, int]
SCOPES = {
    "read-schedule": lazy("Read the schedule"),
    "write-schedule": lazy("Plan, assign, cancel"),
    "read-people": lazy("Read interpreters and sites"),
    "write-people": lazy("Change interpreters, sites and hours"),
    "notes": lazy("Notes and goals"),
    "ratings": lazy("Own ratings"),
    "pictures": lazy("Pictures of three"),
    "import": lazy("Import"),
}
OVER = {"revoked": lazy("Revoked"), "expired": lazy("Ran out"), "disabled": lazy("Account closed")}


@bp.get("/keys")
@guard.needs(May.CHANGE_KEYS)
def index() -> str:
    return _page(own=False)


@bp.post("/keys")
@guard.needs(May.CHANGE_KEYS, "name", "expires_on", "scopes", "account")
def create() -> Answer:
    # Without an account the service would take the admin's own: nobody chose that.
    return _create(False, request.form.get("account") or "-")


@bp.post("/keys/<id_>/revoke")
@guard.needs(May.CHANGE_KEYS)
def revoke(id_: str) -> Response:
    return _revoke(id_, "keys.index")


@bp.get("/me/keys")
@guard.needs(May.CHANGE_OWN_KEYS)
def mine() -> str:
    return _page(own=True)


@bp.post("/me/keys")
@guard.needs(May.CHANGE_OWN_KEYS, "name", "expires_on", "scopes")
def create_mine() -> Answer:
    return _create(True, "")


@bp.post("/me/keys/<id_>/revoke")
@guard.needs(May.CHANGE_OWN_KEYS)
def revoke_mine(id_: str) -> Response:
    return _revoke(id_, "keys.mine")


def _create(own: bool, account_id: str) -> Answer:
    written = {name: request.form.get(name, "") for name in ("name", "expires_on")}
    scopes = request.form.getlist("scopes")
    try:
        value = keys.create(guard.actor(), written, scopes, account_id)
    except errors.Unfit as error:
        fields = {name: refusals.sentence(code) for name, code in error.fields.items()}
        held = {**written, "scopes": scopes, "account": account_id}
        return _page(own, values=held, fields=fields), 422
    return _page(own, value=value), 201


def _revoke(id_: str, then: str) -> Response:
    keys.revoke(guard.actor(), id_)
    flash(gettext("The key opens nothing any more."), "ok")
    return redirect(url_for(then), 303)


def _page(own: bool, value: str = "", values: Any = None, fields: Any = None) -> str:
    actor, number = guard.actor(), max(1, min(request.args.get("page", 1, type=int), 10_000))
    rows, count = keys.mine(actor, number) if own else keys.listed(actor, number)
    offered = {code: words for code, words in SCOPES.items() if own or code not in keys.OWN}
    return render_template(
        "pages/keys_index.html",
        own=own,
        rows=rows,
        count=count,
        page=number,
        pages=-(-count // keys.PAGE),
        zone=guard.clinic().settings.zone,
        holders=[] if own else keys.holders(actor),
        scope_words=SCOPES,
        scopes=[(code, gettext(words)) for code, words in offered.items()],
        over_words=OVER,
        value=value,
        values=values or {},
        fields=fields or {},
    )
