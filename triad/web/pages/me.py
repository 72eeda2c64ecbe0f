"""One's own account: name, roles, language of the desk, password, and where one is signed in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_security import current_user, hash_password, logout_user
from werkzeug.wrappers import Response

from triad.domain import errors, languages, passwords
from triad.domain.parties import STAFF
from triad.services import accounts, logins, reach, signins
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard, i18n, signing
from triad.web.i18n import gettext, lazy
from triad.web.pages.accounts import ROLES, sentences

bp = Blueprint("me", __name__)

WAYS = {
    "password": lazy("Signed in with the password"),
    "code": lazy("Signed in with a code from the app"),
    "recovery": lazy("Signed in with a recovery code"),
    "passkey": lazy("Signed in with a passkey"),
    "half": lazy("The right password, and no second step"),
    "": lazy("A try that did not get in"),
}


@bp.get("/me")
@guard.needs(May.SEE_OWN_ACCOUNT)
def index() -> str:
    return _page({})


def _page(fields: dict[str, str]) -> str:
    actor = guard.actor()
    held = [gettext(ROLES[role]) for role in STAFF if role in actor.roles]
    # Each in its own words, for whoever cannot read the page as it is.
    desks = [(tag, languages.endonym(tag)) for tag in i18n.STAFF]
    return render_template(
        "pages/me_index.html",
        email=current_user.email,
        roles=held,
        languages=(("", gettext("As the browser asks")), *desks),
        locale=current_user.locale,
        logins=logins.mine(actor, signing.login().value),
        recent=signins.recent(actor),
        ways=WAYS,
        reach=reach.mine(actor),
        zone=guard.clinic().settings.zone,
        fields=fields,
    )


@bp.post("/me/language")
@guard.needs(May.SEE_OWN_ACCOUNT, "locale")
def change_language() -> Response | tuple[str, int]:
    try:
        accounts.change_locale(guard.actor(), request.form.get("locale", ""))
    except errors.Unfit as error:
        return _page({key: refusals.sentence(code) for key, code in error.fields.items()}), 422
    return redirect(url_for("me.index"), 303)


@bp.post("/me/messages")
@guard.needs(May.CHANGE_OWN_MESSAGES, "sms")
def change_messages() -> Response | tuple[str, int]:
    try:
        reach.change(guard.actor(), request.form.get("sms") == "yes")
    except errors.Unfit as error:
        return _page({key: refusals.sentence(code) for key, code in error.fields.items()}), 422
    flash(gettext("Saved."), "ok")
    return redirect(url_for("me.index"), 303)


@bp.post("/me/logins")
@guard.needs(May.SEE_OWN_ACCOUNT)
def end_logins() -> Response:
    accounts.end_my_logins(guard.actor())
    logout_user()
    return redirect(url_for("security.login"), 303)


@bp.post("/me/logins/<id_>/end")
@guard.needs(May.SEE_OWN_ACCOUNT)
def end_login(id_: str) -> Response:
    logins.end_one(guard.actor(), id_)
    flash(gettext("That login has ended."), "ok")
    return redirect(url_for("me.index"), 303)


@bp.get("/me/password")
@guard.needs(May.SEE_OWN_ACCOUNT)
def password() -> str:
    return _password_page({})


@bp.post("/me/password")
@guard.needs(May.SEE_OWN_ACCOUNT, "old", "password", "again")
def change_password() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """The old one first, whatever the new one is like: a page left open tells nothing about it."""
    actor = guard.actor()
    old, new, again = (request.form.get(key, "") for key in ("old", "password", "again"))
    try:
        ticket = signins.confirm(actor, signing.origin())
    except errors.TooOften as error:
        page = _password_page({"old": refusals.waiting(error.seconds)})
        return page, 429, {"Retry-After": str(error.seconds)}
    if not signing.is_password(old, ticket):
        return _again({"old": gettext("This is not your password now.")})
    signins.passed(actor, ticket)
    known = (actor.name, current_user.email, guard.clinic().settings.clinic_name)
    if fault := passwords.fault(new, again, known):
        return _again(sentences(fault))
    signing.stay(logins.change_password(actor, hash_password(signing.written(new))))
    signing.confirmed(False)
    flash(gettext("Your password is changed. All your other logins have ended."), "ok")
    return redirect(url_for("me.index"), 303)


def _again(fields: dict[str, str]) -> tuple[str, int]:
    return _password_page(fields), 422


def _password_page(fields: dict[str, str]) -> str:
    return render_template("pages/me_password.html", email=current_user.email, fields=fields)
