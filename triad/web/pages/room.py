"""The client's form: large, quiet, one thing at a time. No name, no token and no earlier answer on any page."""

from __future__ import annotations

from calendar import Calendar
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from triad.domain import errors, forms
from triad.services import guesses, invitations, voices, withdrawals
from triad.services.policy import May
from triad.web import guard, room, signing, sounds
from triad.web.room import Page

bp = Blueprint("room", __name__, url_prefix="/f")


@bp.record
def stamp_by_ourselves(state: BlueprintSetupState) -> None:
    """The shared token lives in a login session: a client has none, and a GET here must not write one."""
    state.app.extensions["csrf"].exempt(bp)


@bp.before_request
def check_stamp() -> Page | Response | None:
    """A step counts only from a page made for this link or this visit; else the page is shown again."""
    if request.method != "POST":
        return None
    if room.is_stamped((request.view_args or {}).get("token") or room.held()):
        return None
    try:
        state = invitations.at(guard.actor(), room.held())
    except errors.Closed:
        return redirect(url_for("tablets.index"), 303) if guard.tablet() else (_over()[0], 400)
    return room.screen(state, state.current, 400)


@bp.errorhandler(errors.Closed)
def gone(_: errors.Closed) -> Page | Response | tuple[str, int, dict[str, str]]:
    """A tablet of the clinic says nothing of what was on it."""
    return redirect(url_for("tablets.index"), 303) if guard.tablet() else _over()


def _over() -> Page | tuple[str, int, dict[str, str]]:
    """Over, revoked, sent, never there: the same bytes, so in all languages at once."""
    token = (request.view_args or {}).get("token")
    page = room.in_all_languages("gone", stamp=room.stamp(token) if token else "")
    try:
        if token:
            guesses.missed(guard.actor(), signing.origin())
    except errors.TooOften as error:
        return page, 429, {"Retry-After": str(error.seconds)}
    return page, 410


@bp.errorhandler(errors.BadTransition)
def elsewhere(_: errors.BadTransition) -> Response:
    return redirect(url_for("room.current"), 303)


@bp.get("/<token>")
@guard.needs(May.USE_FORM)
def landing(token: str) -> Page:
    return room.page("landing", invitations.peek(guard.actor(), token), stamp=room.stamp(token))


@bp.post("/<token>")
@guard.needs(May.USE_FORM, "to")
def enter(token: str) -> Response:
    if "to" in request.form:
        withdrawals.by_link(guard.actor(), token, request.form["to"])
        return redirect(url_for("room.said"), 303)
    answer = redirect(url_for("room.current"), 303)
    answer.set_cookie(value=invitations.open_link(guard.actor(), token), **room.cookie())
    return answer


@bp.get("/")
@guard.needs(May.USE_FORM)
def current() -> Page:
    state = invitations.at(guard.actor(), room.held())
    return room.screen(state, state.current, heard=request.args.get("heard") == "yes")


@bp.get("/at/<int:number>")
@guard.needs(May.USE_FORM)
def screen(number: int) -> Page | Response:
    """A screen by its place, for going back; what lies ahead sends to the present one."""
    state = invitations.at(guard.actor(), room.held())
    if state.sent or not 1 <= number <= 1 + state.screens.index(state.current):
        return redirect(url_for("room.current"), 303)
    return room.screen(state, state.screens[number - 1])


@bp.post("/language")
@guard.needs(May.USE_FORM, "language", "at")
def language() -> Response:
    form = request.form
    invitations.choose_language(guard.actor(), room.held(), form.get("language", ""))
    here = form.get("at", "")
    if here.isascii() and here.isdecimal() and len(here) < 3:
        return redirect(url_for("room.screen", number=int(here)), 303)
    return redirect(url_for("room.current"), 303)


@bp.post("/answer")
@guard.needs(May.USE_FORM, "line", "answer", "missing")
def answer() -> Page | Response:
    line = request.form.get("line", "")
    try:
        invitations.answer(guard.actor(), room.held(), line, room.mark(request.form))
    except errors.Unfit as error:
        return _again(line, "answer", error)
    return redirect(url_for("room.current"), 303)


@bp.post("/step")
@guard.needs(May.USE_FORM, "screen", "helped", "practice")
def step() -> Page | Response:
    form = request.form
    name = form.get("screen", "")
    try:
        invitations.step(guard.actor(), room.held(), name, form.get("helped", ""))
    except errors.Unfit as error:
        return _again(name, "helped", error)
    return redirect(url_for("room.current"), 303)


@bp.post("/contact")
@guard.needs(May.USE_FORM, "contact_lead", "another_interpreter")
def contact() -> Response:
    wishes = room.wishes(request.form) or [forms.CONTACT_ME]
    invitations.ask(guard.actor(), room.held(), wishes)
    heard = "yes" if forms.ANOTHER_INTERPRETER in wishes else None
    return redirect(url_for("room.current", heard=heard), 303)


@bp.post("/send")
@guard.needs(May.USE_FORM, "choice", *forms.WISHES)
def send() -> Page | Response:
    form = request.form
    try:
        invitations.submit(guard.actor(), room.held(), form.get("choice", ""), room.wishes(form))
    except errors.Unfit as error:
        return _again("choice", "choice", error)
    return redirect(url_for("room.current"), 303)


@bp.post("/narrow")
@guard.needs(May.USE_FORM, "to")
def narrow() -> Response:
    withdrawals.by_page(guard.actor(), room.held(), request.form.get("to", ""))
    return redirect(url_for("room.said"), 303)


@bp.get("/said")
@guard.needs(May.USE_FORM)
def said() -> Page:
    """The one answer to what is said after sending, whatever was stored and whatever came of it."""
    try:
        return room.page("said", invitations.at(guard.actor(), room.held()).wording)
    except errors.Closed:
        return room.in_all_languages("said"), 200


@bp.get("/listen/<unit>")
@guard.needs(May.USE_FORM)
def listen(unit: str) -> Response:
    """A text of the form that is open here, read aloud."""
    return sounds.answer(voices.hear(guard.actor(), room.held(), unit))


@bp.get("/away")
@guard.needs(May.USE_FORM)
def away() -> Response:
    """Quick exit: a calendar, which anybody might be looking at. It knows nothing of where it was called from."""
    if guard.tablet():
        return redirect(url_for("tablets.index"), 303)
    clinic = guard.clinic()
    today = clinic.clock().astimezone(ZoneInfo(clinic.settings.zone)).date()
    weeks = Calendar().monthdayscalendar(today.year, today.month)
    answer = Response(room.plain("away", today=today, weeks=weeks), mimetype="text/html")
    cookie = room.cookie()
    answer.delete_cookie(cookie.pop("key"), **cookie)
    return answer


def _again(name: str, field: str, error: errors.Unfit) -> Page:
    if field not in error.fields:
        raise error
    return room.screen(invitations.at(guard.actor(), room.held()), name, 422)
