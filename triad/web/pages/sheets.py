"""Typing in paper sheets: the number on the sheet, then its lines on one page. Nothing that was typed comes back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors, forms, languages
from triad.domain.scoring import DECLINED, NOT_UNDERSTOOD, UNTOUCHED
from triad.services import guesses, invitations, sheets
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard, i18n, room, signing
from triad.web.i18n import gettext, lazy

bp = Blueprint("sheets", __name__, url_prefix="/sheets")
Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]
OVER = lazy(
    "Nothing is open under this number. It may have arrived already, or a newer link took its place, or its time is "
    "over. There is nothing left to type in."
)
KEPT = lazy("The sheet is in. Nobody can read here what was typed. Keep or destroy the paper as your clinic does.")
REST = ("helped", "choice", *forms.WISHES, "step", "csrf_token")


@bp.get("")
@guard.needs(May.TRANSCRIBE)
def index() -> str:
    return _ask()


@bp.post("")
@guard.needs(May.TRANSCRIBE, "number")
def find() -> Answer:
    typed = request.form.get("number", "")
    try:
        page = sheets.open_sheet(guard.actor(), typed)
    except errors.Unfit as error:
        return _ask(typed, wrong=refusals.sentence(error.fields["number"])), 422
    except errors.Closed:
        return _missed(typed)
    answer = redirect(url_for("sheets.show"), 303)
    answer.set_cookie(value=page, **_cookie())
    return answer


@bp.get("/open")
@guard.needs(May.TRANSCRIBE)
def show() -> Answer:
    try:
        return _page()
    except errors.Closed:
        return redirect(url_for("sheets.index"), 303)


@bp.post("/open")
@guard.needs(May.TRANSCRIBE, guard.ALL)
def keep() -> Answer:
    """Whatever was marked is kept, by either button; it is sent when `step` says so and nothing is left."""
    form, actor = request.form, guard.actor()
    marks = {key: _mark(text) for key, text in form.items() if key not in REST}
    wishes = room.wishes(form)
    try:
        typing = sheets.keep(actor, _held(), marks, form.get("helped", ""), form.get("choice"))
        if form.get("step") != "send":
            if wishes:
                invitations.ask(actor, _held(), wishes)
            flash(gettext("Kept. The number on the sheet opens it again where you stopped."), "ok")
            return redirect(url_for("sheets.index"), 303)
        if left := [*typing.left, *(() if typing.sealed or typing.chosen else ("choice",))]:
            return _page(dict.fromkeys(left, refusals.sentence("choose_one"))), 422
        invitations.submit(actor, _held(), form.get("choice", ""), wishes)
    except errors.Unfit as error:
        if unknown := {key: code for key, code in error.fields.items() if code == "unknown_field"}:
            raise errors.Unfit(unknown) from None
        return _page({key: refusals.sentence(code) for key, code in error.fields.items()}), 422
    except errors.Closed:
        return _ask(over=gettext(OVER)), 410
    flash(gettext(KEPT), "ok")
    answer = redirect(url_for("sheets.index"), 303)
    cookie = _cookie()
    answer.delete_cookie(cookie.pop("key"), **cookie)
    return answer


def _mark(text: str) -> int | str:
    return int(text) if room.NUMBER.fullmatch(text) else text


def _missed(typed: str) -> Answer:
    try:
        guesses.missed(guard.actor(), signing.origin(), "sheet")
    except errors.TooOften as error:
        return _ask(over=refusals.waiting(error.seconds)), 429, {"Retry-After": str(error.seconds)}
    return _ask(typed, over=gettext(OVER)), 410


def _ask(typed: str = "", wrong: str = "", over: str = "") -> str:
    return render_template("pages/sheets_index.html", typed=typed, wrong=wrong, over=over)


def _page(wrong: dict[str, str] | None = None) -> str:
    typing, language = sheets.at(guard.actor(), _held()), i18n.language()
    words: dict[str, Any] = {one.language: one for one in invitations.offered(guard.actor())}
    own = words.get(language, words["en"])
    # A licensed form has no other words than those on the sheet.
    asked = typing.wording if typing.given.form else own
    return render_template(
        "pages/sheets_show.html",
        typing=typing,
        own=own,
        own_dir=languages.direction(own.language),
        asked=asked,
        asked_dir=languages.direction(asked.language),
        sheet_dir=languages.direction(typing.wording.language),
        endonym=languages.endonym(typing.wording.language),
        wrong=wrong or {},
        held=request.form,
        missing=[
            (DECLINED, gettext("Does not want to say")),
            (NOT_UNDERSTOOD, gettext("Does not understand")),
            (UNTOUCHED, gettext("No clear cross")),
        ],
    )


def _cookie() -> dict[str, Any]:
    """As the client's own, so that neither stands in the way of the other."""
    https = guard.clinic().settings.https
    return {**room.cookie(), "key": "__Host-sheet" if https else "sheet", "path": "/" if https else "/sheets"}


def _held() -> str:
    return request.cookies.get(_cookie()["key"], "")
