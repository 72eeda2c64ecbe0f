"""The client's form: large, quiet, one thing at a time. No name, no token and no earlier answer on any page."""

from __future__ import annotations

import hmac
from calendar import Calendar
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from triad.domain import errors, forms, languages
from triad.domain.forms import State
from triad.domain.instruments import Line, Wording
from triad.domain.parties import Role
from triad.services import invitations
from triad.services.policy import May
from triad.web import guard

bp = Blueprint("room", __name__, url_prefix="/f")

Page = tuple[str, int]

ABOUT = {Role.THERAPIST: "about_therapist", Role.INTERPRETER: "about_interpreter"}


@bp.record
def stamp_by_ourselves(state: BlueprintSetupState) -> None:
    """The shared token lives in a login session: a client has none, and a GET here must not write one."""
    state.app.extensions["csrf"].exempt(bp)


@bp.before_request
def check_stamp() -> Page | None:
    """A step counts only from a page made for this link or this visit; else the page is shown again."""
    if request.method != "POST":
        return None
    stamp = _stamp((request.view_args or {}).get("token") or _held())
    from_here = request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    if from_here and hmac.compare_digest(request.form.get("csrf_token", "").encode(), stamp.encode()):
        return None
    try:
        state = invitations.at(guard.actor(), _held())
    except errors.Closed:
        return gone()[0], 400
    return _screen(state, state.current, 400)


@bp.errorhandler(errors.Closed)
def gone(_: errors.Closed | None = None) -> Page:
    """Over, revoked, sent, never there: the same bytes, so in all languages at once."""
    words = [(one, languages.direction(one.language)) for one in invitations.offered(guard.actor())]
    return _plain("gone", words=words, reviewed=forms.reviewed), 410


@bp.errorhandler(errors.BadTransition)
def elsewhere(_: errors.BadTransition) -> Response:
    return redirect(url_for("room.current"), 303)


@bp.get("/<token>")
@guard.needs(May.USE_FORM)
def landing(token: str) -> Page:
    return _page("landing", invitations.peek(guard.actor(), token), stamp=_stamp(token))


@bp.post("/<token>")
@guard.needs(May.USE_FORM)
def enter(token: str) -> Response:
    answer = redirect(url_for("room.current"), 303)
    answer.set_cookie(value=invitations.open_link(guard.actor(), token), **_cookie())
    return answer


@bp.get("/")
@guard.needs(May.USE_FORM)
def current() -> Page:
    state = invitations.at(guard.actor(), _held())
    return _screen(state, state.current)


@bp.get("/at/<int:number>")
@guard.needs(May.USE_FORM)
def screen(number: int) -> Page | Response:
    """A screen by its place, for going back; what lies ahead sends to the present one."""
    state = invitations.at(guard.actor(), _held())
    if state.sent or not 1 <= number <= 1 + state.screens.index(state.current):
        return redirect(url_for("room.current"), 303)
    return _screen(state, state.screens[number - 1])


@bp.post("/language")
@guard.needs(May.USE_FORM)
def language() -> Response:
    form = _fields("language", "at")
    invitations.choose_language(guard.actor(), _held(), form.get("language", ""))
    here = form.get("at", "")
    if here.isascii() and here.isdecimal() and len(here) < 3:
        return redirect(url_for("room.screen", number=int(here)), 303)
    return redirect(url_for("room.current"), 303)


@bp.post("/answer")
@guard.needs(May.USE_FORM)
def answer() -> Page | Response:
    form = _fields("line", "answer", "missing")
    line, text = form.get("line", ""), form.get("answer", "")
    mark = form.get("missing") or (int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else "")
    try:
        invitations.answer(guard.actor(), _held(), line, mark)
    except errors.Unfit as error:
        return _again(line, "answer", error)
    return redirect(url_for("room.current"), 303)


@bp.post("/step")
@guard.needs(May.USE_FORM)
def step() -> Page | Response:
    form = _fields("screen", "helped", "practice")
    name = form.get("screen", "")
    try:
        invitations.step(guard.actor(), _held(), name, form.get("helped", ""))
    except errors.Unfit as error:
        return _again(name, "helped", error)
    return redirect(url_for("room.current"), 303)


@bp.post("/contact")
@guard.needs(May.USE_FORM)
def contact() -> Response:
    _fields()
    invitations.ask_contact(guard.actor(), _held())
    return redirect(url_for("room.current"), 303)


@bp.post("/send")
@guard.needs(May.USE_FORM)
def send() -> Page | Response:
    form = _fields("choice", "contact_me")
    try:
        invitations.submit(guard.actor(), _held(), form.get("choice", ""), form.get("contact_me") == "yes")
    except errors.Unfit as error:
        return _again("choice", "choice", error)
    return redirect(url_for("room.current"), 303)


@bp.get("/away")
@guard.needs(May.USE_FORM)
def away() -> Response:
    """Quick exit: a calendar, which anybody might be looking at. It knows nothing of where it was called from."""
    clinic = guard.clinic()
    today = clinic.clock().astimezone(ZoneInfo(clinic.settings.zone)).date()
    weeks = Calendar().monthdayscalendar(today.year, today.month)
    answer = Response(_plain("away", today=today, weeks=weeks), mimetype="text/html")
    cookie = _cookie()
    answer.delete_cookie(cookie.pop("key"), **cookie)
    return answer


def _cookie() -> dict[str, Any]:
    https = guard.clinic().settings.https
    place = {"key": "__Host-form", "path": "/"} if https else {"key": "form", "path": "/f"}
    return {**place, "secure": https, "httponly": True, "samesite": "Lax"}


def _held() -> str:
    """The page value the browser holds; "" opens nothing."""
    return request.cookies.get(_cookie()["key"], "")


def _stamp(secret: str) -> str:
    return guard.clinic().keyed("stamp", secret)


def _fields(*known: str) -> dict[str, str]:
    if unknown := sorted(set(request.form) - {*known, "csrf_token"}):
        raise errors.Unfit(dict.fromkeys(unknown, "unknown_field"))
    return request.form.to_dict()


def _again(name: str, field: str, error: errors.Unfit) -> Page:
    if field not in error.fields:
        raise error
    return _screen(invitations.at(guard.actor(), _held()), name, 422)


def _plain(template: str, **more: Any) -> str:
    """A page that belongs to no form, and so to no language."""
    return render_template(f"room/{template}.html", lang="en", dir="ltr", demo_notice="", **more)


def _page(template: str, wording: Wording, status: int = 200, **more: Any) -> Page:
    more["ui"] = wording.ui
    more["lang"], more["dir"] = wording.language, languages.direction(wording.language)
    more["demo_notice"] = "" if forms.reviewed(wording) else wording.ui["draft_notice"]
    more["exit_url"], more["exit_words"] = url_for("room.away"), wording.ui["quick_exit"]
    return render_template(f"room/{template}.html", **more), status


def _screen(state: State, name: str, status: int = 200) -> Page:
    wording = state.wording
    if state.sent:
        return _page("thanks", wording, status)
    number, line = 1 + state.screens.index(name), state.line(name)
    more: dict[str, Any] = _asked(state, line) if line else {}
    tags = sorted((one.language for one in state.offered), key=lambda tag: tag != wording.language)
    return _page(
        "question" if line else name,
        wording,
        status,
        state=state,
        number=number,
        stamp=_stamp(_held()),
        done=name in state.done,
        wrong=wording.ui["choose_one"] if status == 422 else "",
        scale=list(enumerate(wording.anchors, 1)),
        offered=[(tag, languages.endonym(tag), languages.direction(tag)) for tag in tags],
        numbers={screen: place for place, screen in enumerate(state.screens, 1)},
        text=wording.text,
        **more,
    )


def _asked(state: State, line: Line) -> dict[str, Any]:
    """What a question adds: whom it is about, and how far one is among the questions alone."""
    now, about = 1 + state.lines.index(line), line.direction.about if line.direction else None
    ui = state.wording.ui
    return {
        "line": line,
        "role": about.value if about else "three",
        "about": ui[ABOUT[about] if about else "about_us"],
        "step": now,
        "steps": len(state.lines),
        "progress_text": ui["progress"].format(n=now, total=len(state.lines)),
    }
