"""A forgotten password: ask for a link, and choose a new one with it. What is answered tells of no account."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_security import hash_password
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.services import guesses, resets
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard, signing
from triad.web.i18n import gettext
from triad.web.pages.accounts import chosen

bp = Blueprint("resets", __name__)


@bp.get("/forgotten")
@guard.needs(May.ENTER)
def ask() -> str:
    return _page()


@bp.post("/forgotten")
@guard.needs(May.ENTER, "email")
def send() -> Response | tuple[str, int]:
    address = request.form.get("email", "")
    if not address.strip():
        return _page(wrong=refusals.sentence("required")), 422
    resets.ask(guard.actor(), address, signing.origin())
    flash(gettext("If this address has an account here, a message is on its way. Its link works for one hour."), "ok")
    return redirect(url_for("security.login"), 303)


@bp.get("/reset/<token>")
@guard.needs(May.ENTER)
def choose(token: str) -> str:
    return render_template("pages/resets_choose.html", name=_opened(token), fields={})


@bp.post("/reset/<token>")
@guard.needs(May.ENTER, "password", "again")
def set_password(token: str) -> Response | tuple[str, int]:
    # Before the hash, which is made to be slow.
    name = _opened(token)
    password, wrong = chosen(name)
    if wrong:
        return render_template("pages/resets_choose.html", name=name, fields=wrong), 422
    resets.set_password(guard.actor(), token, hash_password(signing.written(password)))
    flash(gettext("Your new password holds. Sign in with it."), "ok")
    return redirect(url_for("security.login"), 303)


def _page(wrong: str = "") -> str:
    settings = guard.clinic().settings
    can = bool(settings.smtp_host and settings.mail_from and settings.address)
    return render_template("pages/resets_ask.html", can=can, wrong=wrong)


def _opened(token: str) -> str:
    """The name of whose password it is. Closed for a link that opens nothing; TooOften after many of them."""
    try:
        return resets.opened(guard.actor(), token)
    except errors.Closed:
        guesses.missed(guard.actor(), signing.origin())
        raise
