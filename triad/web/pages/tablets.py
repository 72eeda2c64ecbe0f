"""A browser that was handed over: the first touch, a spoken code, still here or not, and taking it back."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from triad.domain import errors, forms, languages
from triad.services import guesses, invitations, signins, tablets
from triad.services.context import Actor
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard, room, signing
from triad.web.i18n import gettext, lazy

bp = Blueprint("tablets", __name__, url_prefix="/f/tablet")
Answer = AnyResponse | str | tuple[str, int] | tuple[str, int, dict[str, str]]
WRONG = lazy("This does not open it. Try once more.")


@bp.record
def stamp_by_ourselves(state: BlueprintSetupState) -> None:
    """As for the client's form: there is no login session here, and there must be none."""
    state.app.extensions["csrf"].exempt(bp)


@bp.before_request
def check_stamp() -> Answer | None:
    from_here = request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    stamp = request.form.get("csrf_token", "").encode()
    if request.method != "POST" or (from_here and hmac.compare_digest(stamp, _stamp().encode())):
        return None
    try:
        tablets.at(guard.actor(), guard.tablet())
    except errors.Closed:
        raise BadRequest from None
    return _ask(), 400


@bp.errorhandler(errors.Closed)
def over(error: errors.Closed) -> AnyResponse:
    """No tablet, or none any more: an ordinary browser, which is signed in to nothing."""
    try:
        tablets.at(guard.actor(), guard.tablet())
    except errors.Closed:
        return _unlocked(current_app.make_response(refusals.answer(*refusals.described(error))))
    return _forgotten(redirect(url_for("tablets.index"), 303))


@bp.get("")
@guard.needs(May.USE_FORM)
def index() -> AnyResponse:
    """Whatever was open is forgotten: no language, no answer, nobody's name."""
    standing = tablets.at(guard.actor(), guard.tablet())
    if standing.wording is None:
        return _forgotten(current_app.make_response(_ask()))
    return _forgotten(current_app.make_response(room.page("tablet", standing.wording, stamp=_stamp())))


@bp.post("")
@guard.needs(May.USE_FORM)
def enter() -> AnyResponse:
    return _opened(tablets.enter(guard.actor(), guard.tablet()))


@bp.post("/code")
@guard.needs(May.USE_FORM, "code", "language")
def code() -> Answer:
    actor, form = guard.actor(), request.form
    if page := tablets.try_code(actor, guard.tablet(), form.get("code", "")):
        return _opened(page)
    try:
        guesses.missed(actor, signing.origin(), "code")
    except errors.TooOften as error:
        return _ask(form.get("language", ""), True), 429, {"Retry-After": str(error.seconds)}
    return _ask(form.get("language", ""), True), 422


@bp.get("/still")
@guard.needs(May.USE_FORM)
def still() -> tuple[str, int]:
    """After a minute without a touch, where no script asks; half a minute later there is nothing left to see."""
    return room.page("still", invitations.at(guard.actor(), room.held()).wording, stamp=_stamp())


@bp.post("/here")
@guard.needs(May.USE_FORM)
def here() -> AnyResponse:
    tablets.stay(guard.actor(), room.held())
    return redirect(url_for("room.current"), 303)


@bp.post("/forget")
@guard.needs(May.USE_FORM)
def forget() -> AnyResponse:
    tablets.forget(guard.actor(), guard.tablet())
    return redirect(url_for("tablets.index"), 303)


@bp.get("/staff")
@guard.needs(May.USE_FORM)
def ask_staff() -> str:
    tablets.at(guard.actor(), guard.tablet())
    return render_template("pages/tablets_staff.html", stamp=_stamp(), wrong="")


@bp.post("/staff")
@guard.needs(May.USE_FORM, "password")
def take_back() -> Answer:
    """The password of whoever handed it over; a try counts as one at the sign-in does."""
    actor = guard.actor()
    opener = Actor(guard.clinic(), account_id=tablets.at(actor, guard.tablet()).opened_by)
    try:
        ticket = signins.confirm(opener, signing.origin())
    except errors.TooOften as error:
        wrong, more = refusals.waiting(error.seconds), {"Retry-After": str(error.seconds)}
        return render_template("pages/tablets_staff.html", stamp=_stamp(), wrong=wrong), 429, more
    if not signing.is_password(request.form.get("password", ""), ticket):
        return render_template("pages/tablets_staff.html", stamp=_stamp(), wrong=gettext(WRONG)), 422
    signins.passed(opener, ticket)
    tablets.take_back(actor, guard.tablet())
    return _unlocked(redirect(url_for("security.login"), 303))


def _ask(language: str = "", wrong: bool = False) -> str:
    """The page for a code, the language that was chosen on it first; nobody knows yet which one is read here."""
    offered = sorted(invitations.offered(guard.actor()), key=lambda one: one.language != (language or "en"))
    words = [(one, languages.endonym(one.language), languages.direction(one.language)) for one in offered]
    return room.plain("code", words=words, reviewed=forms.reviewed, stamp=_stamp(), wrong=wrong)


def _stamp() -> str:
    return room.stamp(guard.tablet())


def _opened(page: str) -> Response:
    answer = redirect(url_for("room.current"), 303)
    answer.set_cookie(value=page, **room.cookie())
    assert isinstance(answer, Response)
    return answer


def _forgotten(answer: AnyResponse) -> AnyResponse:
    cookie = room.cookie()
    answer.delete_cookie(cookie.pop("key"), **cookie)
    return answer


def _unlocked(answer: AnyResponse) -> AnyResponse:
    cookie = guard.tablet_cookie()
    answer.delete_cookie(cookie.pop("key"), **cookie)
    return _forgotten(answer)
