"""The second step of signing in, and the way in by a passkey, which is both steps in one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.services import factors, passkeys
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard, signing
from triad.web.i18n import gettext, lazy
from triad.web.signing import Half

bp = Blueprint("second", __name__, url_prefix="/sign-in")
Answer = Response | tuple[str, int] | tuple[str, int, dict[str, str]]
WRONG = lazy("This does not open it. Try once more.")


@bp.get("/second")
@guard.needs(May.ENTER)
def ask() -> str:
    """Closed where no sign-in of this browser waits."""
    half = signing.half()
    if half is None:
        raise errors.Closed
    return _page(half)


@bp.post("/second")
@guard.needs(May.ENTER, "key", "code")
def answer() -> Answer:
    half = signing.half()
    if half is None:
        return redirect(url_for("security.login"), 303)
    key, actor = request.form.get("key", ""), guard.actor()
    try:
        if key:
            found = passkeys.by_key(actor, key, signing.place(), signing.asked("second"))
            way = "passkey" if found and found[0] == half.account_id else ""
        else:
            way = factors.check(actor, half.account_id, request.form.get("code", ""), signing.origin())
    except errors.TooOften as error:
        return _page(half, refusals.waiting(error.seconds)), 429, {"Retry-After": str(error.seconds)}
    if way:
        entered = signing.enter(half.account_id, half.uniquifier, way, half.try_id)
        if way == "recovery":
            flash(gettext("That recovery code is used up. Under My account you see how many are left."), "warn")
        return entered
    if "passkey" in half.kinds:
        signing.challenge("second")
    return _page(half, gettext(WRONG)), 422


@bp.post("/passkey/start")
@guard.needs(May.ENTER)
def start() -> str:
    return _passkey_page()


@bp.post("/passkey")
@guard.needs(May.ENTER, "key")
def enter() -> Answer:
    key = request.form.get("key", "")
    found = passkeys.by_key(guard.actor(), key, signing.place(), signing.asked("enter"))
    if found is None:
        return _passkey_page(gettext("This passkey opens nothing here. Try another one, or use your password.")), 422
    return signing.enter(*found, "passkey")


def _page(half: Half, wrong: str = "") -> str:
    asked, options = session.get(signing.CHALLENGE), None
    if asked and asked["for"] == "second":
        options = passkeys.request(guard.actor(), signing.place(), asked["value"], half.account_id)
    return render_template("pages/second_ask.html", kinds=half.kinds, options=options, wrong=wrong)


def _passkey_page(wrong: str = "") -> str:
    options = passkeys.request(guard.actor(), signing.place(), signing.challenge("enter"))
    return render_template("pages/second_passkey.html", options=options, wrong=wrong)
