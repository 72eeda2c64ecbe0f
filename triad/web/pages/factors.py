"""One's own second step: an app that shows codes, passkeys, and the codes for the day both are lost."""

from __future__ import annotations

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_security import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.services import factors, passkeys
from triad.services.factors import Changed
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard, signing
from triad.web.i18n import gettext, lazy

bp = Blueprint("factors", __name__, url_prefix="/me/second-step")
Answer = Response | str | tuple[str, int]
SENTENCES = {
    "wrong_code": lazy("This is not the code the app shows now. Look again: it changes every half minute."),
    "no_key": lazy("No passkey was made. Try once more, or use another device."),
}


@bp.get("/")
@guard.needs(May.SEE_OWN_ACCOUNT)
def index() -> str:
    return _page()


@bp.post("/app")
@guard.needs(May.CHANGE_OWN_FACTORS)
def begin_app() -> Response:
    factors.begin_app(guard.actor())
    return redirect(url_for("factors.app"), 303)


@bp.get("/app")
@guard.needs(May.SEE_OWN_ACCOUNT)
def app() -> Answer:
    return _app_page("")


@bp.post("/app/code")
@guard.needs(May.CHANGE_OWN_FACTORS, "code")
def confirm_app() -> Answer:
    try:
        return _changed(factors.confirm_app(guard.actor(), request.form.get("code", "")))
    except errors.Unfit as error:
        page = _app_page(_sentence(error.fields["code"]))
        return (page, 422) if isinstance(page, str) else page
    except errors.BadTransition:
        return redirect(url_for("factors.index"), 303)


@bp.post("/app/remove")
@guard.needs(May.CHANGE_OWN_FACTORS)
def remove_app() -> Answer:
    try:
        return _removed(factors.remove_app(guard.actor()))
    except errors.BadTransition:
        return _last()


@bp.post("/codes")
@guard.needs(May.CHANGE_OWN_FACTORS)
def renew_codes() -> Answer:
    """The answer to the POST itself shows the codes: they can be seen this once."""
    return _codes_page(factors.renew_codes(guard.actor())), 201


@bp.post("/keys/start")
@guard.needs(May.CHANGE_OWN_FACTORS)
def start_key() -> str:
    return _key_page({})


@bp.post("/keys")
@guard.needs(May.CHANGE_OWN_FACTORS, "name", "key")
def add_key() -> Answer:
    name, key = request.form.get("name", ""), request.form.get("key", "")
    try:
        changed = factors.add_key(guard.actor(), name, key, signing.place(), signing.asked("make"))
    except errors.Unfit as error:
        return _key_page({field: _sentence(code) for field, code in error.fields.items()}, name), 422
    return _changed(changed)


@bp.post("/keys/<id_>/remove")
@guard.needs(May.CHANGE_OWN_FACTORS)
def remove_key(id_: str) -> Answer:
    try:
        return _removed(factors.remove_key(guard.actor(), id_))
    except errors.BadTransition:
        return _last()


def _changed(changed: Changed) -> Answer:
    signing.stay(changed.uniquifier)
    signing.confirmed(True)
    if changed.codes:
        return _codes_page(changed.codes), 201
    flash(gettext("Saved. It is asked for at your next sign-in."), "ok")
    return redirect(url_for("factors.index"), 303)


def _removed(uniquifier: str) -> Response:
    signing.stay(uniquifier)
    flash(gettext("Removed. Your other logins have ended."), "ok")
    return redirect(url_for("factors.index"), 303)


def _last() -> Answer:
    return _page(gettext("Your role needs a second step. Set up another one first, then remove this one.")), 409


def _sentence(code: str) -> str:
    return gettext(SENTENCES[code]) if code in SENTENCES else refusals.sentence(code)


def _page(wrong: str = "") -> str:
    return render_template(
        "pages/factors_index.html",
        mine=factors.mine(guard.actor()),
        zone=guard.clinic().settings.zone,
        layout=_layout(),
        wrong=wrong,
    )


def _app_page(wrong: str) -> Response | str:
    try:
        secret, address = factors.shown_app(guard.actor(), current_user.email)
    except errors.BadTransition:
        return redirect(url_for("factors.index"), 303)
    drawn = Markup(segno.make(address, error="m").svg_inline(scale=5, border=4, light="white", omitsize=True))  # noqa: S704
    return render_template("pages/factors_app.html", secret=secret, drawn=drawn, wrong=wrong, layout=_layout())


def _codes_page(codes: tuple[str, ...]) -> str:
    return render_template("pages/factors_codes.html", codes=codes, layout=_layout())


def _key_page(fields: dict[str, str], name: str = "") -> str:
    options = passkeys.creation(guard.actor(), signing.place(), signing.challenge("make"), current_user.email)
    return render_template("pages/factors_key.html", options=options, fields=fields, name=name, layout=_layout())


def _layout() -> str:
    """Who has to set up a second step first sees no navigation: it would only lead back here."""
    waits = factors.needed(guard.actor()) and not signing.has_factor()
    return "layout/bare.html" if waits else "layout/desk.html"
