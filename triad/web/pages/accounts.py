"""The admin's pages: accounts by invitation, roles, settings to read; and the door an invitation opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_security import hash_password
from werkzeug.wrappers import Response

from triad.domain import accounts as rules
from triad.domain import errors
from triad.domain.parties import STAFF
from triad.services import accounts
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard
from triad.web.i18n import gettext, lazy

bp = Blueprint("accounts", __name__)
FIELDS = ("person", "name", "email", "zone")

ROLES = {
    "therapist": lazy("Therapist"),
    "interpreter": lazy("Interpreter"),
    "coordinator": lazy("Coordinator"),
    "lead": lazy("Clinical lead"),
    "admin": lazy("Admin"),
    "auditor": lazy("Auditor"),
}
SENTENCES = {
    "email": lazy("This is not an e-mail address."),
    "unfit": lazy("Some signs in this cannot be shown."),
    "too_short": lazy("Use at least 12 characters."),
    "common": lazy("Too many people use this one. A short sentence of your own is good."),
    "differs": lazy("The two are not the same."),
}
SETTINGS = {
    "clinic_name": lazy("Name of the clinic, shown to staff"),
    "zone": lazy("Time zone of the clinic day"),
    "locale": lazy("Language of staff pages where nobody chose one"),
    "window_days": lazy("Days after a session in which its forms can be filled in; then they close"),
    "grace_minutes": lazy("Minutes in which staff can correct a form they sent; then it is locked"),
    "invitation_days": lazy("Days a client's link works"),
    "offer_drafts_to_clients": lazy("Clients may see wordings that nobody has reviewed yet"),
    "note_before_hours": lazy("Hours before a session from which its interpreter reads shared notes"),
    "note_after_hours": lazy("Hours after a session until which its interpreter reads them"),
    "briefing_minutes": lazy("Minutes held before a session for the briefing"),
    "debrief_minutes": lazy("Minutes held after a session for the debriefing"),
    "setup_minutes": lazy("Fewest minutes between two sessions of one interpreter"),
    "min_training_hours": lazy("Hours of training below which an interpreter counts as in training"),
    "idle_minutes": lazy("Minutes without a step after which a login ends"),
    "session_hours": lazy("Hours after which a login ends in any case"),
}
"""What may be read here, with its meaning. A setting that is not named here is not shown."""


def sentences(fields: Mapping[str, str]) -> dict[str, str]:
    return {
        key: gettext(SENTENCES[code]) if code in SENTENCES else refusals.sentence(code)
        for key, code in fields.items()
    }


@bp.get("/accounts")
@guard.needs(May.SEE_ACCOUNTS)
def index() -> str:
    return _page()


def _page(**shown: Any) -> str:
    actor = guard.actor()
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    rows, count = accounts.listed(actor, page)
    return render_template(
        "pages/accounts_index.html",
        rows=rows,
        count=count,
        page=page,
        pages=-(-count // accounts.PAGE),
        people=accounts.without_account(actor),
        roles=[(role, gettext(ROLES[role])) for role in STAFF],
        role_words=ROLES,
        zone=guard.clinic().settings.zone,
        me=actor.account_id,
        **{"values": {}, "fields": {}} | shown,
    )


@bp.post("/accounts")
@guard.needs(May.INVITE_ACCOUNT, *FIELDS, "roles")
def invite() -> tuple[str, int]:
    values: dict[str, Any] = {key: request.form.get(key, "") for key in FIELDS}
    values["roles"] = request.form.getlist("roles")
    try:
        token = accounts.invite(
            guard.actor(), values["name"], values["email"], values["roles"], values["zone"], values["person"]
        )
    except errors.Unfit as error:
        return _page(values=values, fields=sentences(error.fields), wrong=refusals.described(error)[1]), 422
    return _page(link=_link(token)), 201


@bp.post("/accounts/<id_>/invitation")
@guard.needs(May.INVITE_ACCOUNT)
def invite_again(id_: str) -> tuple[str, int]:
    try:
        return _page(link=_link(accounts.invite_again(guard.actor(), id_))), 201
    except errors.Conflict as error:
        status, body = refusals.described(error)
        return _page(wrong=body), status


def _link(token: str) -> str:
    return guard.outside("accounts.welcome", token=token)


@bp.post("/accounts/<id_>/roles")
@guard.needs(May.CHANGE_ROLES, "roles", "version")
def change_roles(id_: str) -> Response | tuple[str, int]:
    roles, version = request.form.getlist("roles"), request.form.get("version", 0, type=int)
    return _did(id_, lambda: accounts.change_roles(guard.actor(), id_, roles, version), roles)


@bp.post("/accounts/<id_>/disable")
@guard.needs(May.CHANGE_ROLES)
def disable(id_: str) -> Response | tuple[str, int]:
    return _did(id_, lambda: accounts.disable(guard.actor(), id_))


@bp.post("/accounts/<id_>/enable")
@guard.needs(May.CHANGE_ROLES)
def enable(id_: str) -> Response | tuple[str, int]:
    return _did(id_, lambda: accounts.enable(guard.actor(), id_))


def _did(id_: str, act: Callable[[], None], roles: list[str] | None = None) -> Response | tuple[str, int]:
    try:
        act()
    except (errors.Conflict, errors.Unfit) as error:
        status, body = refusals.described(error)
        off = sentences(getattr(error, "fields", {})).get("roles")
        return _page(wrong=body, off_id=id_, off=off, off_roles=roles), status
    flash(gettext("Saved. It holds from the next click."), "ok")
    return redirect(url_for("accounts.index"), 303)


@bp.get("/welcome/<token>")
@guard.needs(May.ENTER)
def welcome(token: str) -> str:
    return render_template("pages/accounts_welcome.html", name=accounts.welcome(guard.actor(), token), fields={})


@bp.post("/welcome/<token>")
@guard.needs(May.ENTER, "password", "again")
def set_password(token: str) -> Response | tuple[str, int]:
    # Before the hash, which is made to be slow: who has no invitation shall not keep the house busy.
    name = accounts.welcome(guard.actor(), token)
    password, again = (request.form.get(key, "") for key in ("password", "again"))
    if fault := rules.password_fault(password, again):
        return render_template("pages/accounts_welcome.html", name=name, fields=sentences(fault)), 422
    # In the form in which the sign-in compares: two ways to write "é" are one password.
    written = current_app.extensions["security"].password_util.normalize(password)
    accounts.set_password(guard.actor(), token, hash_password(written))
    return redirect(url_for("security.login"), 303)


@bp.get("/settings")
@guard.needs(May.SEE_SETTINGS)
def settings() -> str:
    held = guard.clinic().settings
    lines = [(key, gettext(words), getattr(held, key)) for key, words in SETTINGS.items()]
    return render_template("pages/accounts_settings.html", lines=lines)
