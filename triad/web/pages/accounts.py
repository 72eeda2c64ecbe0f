"""The admin's pages: accounts by invitation, roles; and the door an invitation opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_security import hash_password
from werkzeug.wrappers import Response

from triad.domain import errors, passwords
from triad.domain.parties import STAFF
from triad.services import accounts, factors, guesses
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard, signing
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
    "common": lazy("This one is easy to guess. A short sentence of your own is good."),
    "differs": lazy("The two are not the same."),
}


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
        with_factor=factors.holders(actor, [row.id for row in rows]),
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


@bp.post("/accounts/<id_>/second-step")
@guard.needs(May.CHANGE_ROLES)
def take_factors(id_: str) -> Response | tuple[str, int]:
    return _did(id_, lambda: factors.take_from(guard.actor(), id_))


def _did(id_: str, act: Callable[[], None], roles: list[str] | None = None) -> Response | tuple[str, int]:
    try:
        act()
    except (errors.Conflict, errors.Unfit) as error:
        status, body = refusals.described(error)
        off = sentences(getattr(error, "fields", {})).get("roles")
        return _page(wrong=body, off_id=id_, off=off, off_roles=roles), status
    flash(gettext("Saved. It holds from the next click."), "ok")
    return redirect(url_for("accounts.index"), 303)


def chosen(name: str) -> tuple[str, dict[str, str]]:
    """The new password of a form that asks for it twice, and the sentences against it."""
    password, again = (request.form.get(key, "") for key in ("password", "again"))
    return password, sentences(passwords.fault(password, again, (name, guard.clinic().settings.clinic_name)))


@bp.get("/welcome/<token>")
@guard.needs(May.ENTER)
def welcome(token: str) -> str:
    return render_template("pages/accounts_welcome.html", name=_invited(token), fields={})


@bp.post("/welcome/<token>")
@guard.needs(May.ENTER, "password", "again")
def set_password(token: str) -> Response | tuple[str, int]:
    # Before the hash, which is made to be slow: who has no invitation shall not keep the house busy.
    name = _invited(token)
    password, wrong = chosen(name)
    if wrong:
        return render_template("pages/accounts_welcome.html", name=name, fields=wrong), 422
    accounts.set_password(guard.actor(), token, hash_password(signing.written(password)))
    return redirect(url_for("security.login"), 303)


def _invited(token: str) -> str:
    """The name of who was invited. Closed for a link that opens nothing; TooOften after many of them."""
    try:
        return accounts.welcome(guard.actor(), token)
    except errors.Closed:
        guesses.missed(guard.actor(), signing.origin())
        raise
