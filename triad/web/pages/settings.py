"""The clinic's own settings: what each means, what holds, what the file says, what waits, and what was changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad import settings as rules
from triad.domain import errors
from triad.services import settings
from triad.services.policy import May
from triad.services.settings import Held, Shown
from triad.web import errors as refusals
from triad.web import fields, guard
from triad.web import settings as words
from triad.web.i18n import gettext, lazy

bp = Blueprint("settings", __name__)
Answer = Response | tuple[str, int]
LAST = 2**31 - 1


@dataclass(frozen=True)
class Line:
    """One setting as the page shows it; `typed` is the text in its field, `now` and `filed` are for reading."""

    key: str
    name: str
    what: str
    limits: str
    options: list[tuple[str, str]]
    typed: str
    now: str
    filed: str
    is_changed: bool
    is_number: bool
    by_two: bool


@bp.get("/settings")
@guard.needs(May.SEE_SETTINGS)
def index() -> str:
    return _page()


@bp.post("/settings")
@guard.needs(May.CHANGE_SETTINGS, guard.ALL)
def change() -> Answer:
    written, back = fields.written(), request.form.getlist("back")
    version = request.form.get("version", -1, type=int)
    texts = {key: text for key, text in written.items() if key not in ("version", "back")}
    try:
        outcome = settings.change(guard.actor(), texts, back, version)
    except errors.Unfit as error:
        wrong = {"message": refusals.described(error)[1]["message"]}
        return _page(texts, back, wrong=wrong, fields=fields.sentences(error.fields)), 422
    except errors.Conflict as error:
        return _refused(error)
    if outcome.changed:
        flash(gettext("Saved. It holds here at once, and everywhere in the clinic within 10 seconds."), "ok")
    if outcome.proposed:
        flash(gettext("Proposed. It holds once a clinical lead has confirmed it."), "ok")
    if outcome == settings.Outcome((), ()):
        flash(gettext("Nothing was different, so nothing was changed."))
    return redirect(url_for("settings.index"), 303)


@bp.post("/settings/proposals/<int:number>/confirm")
@guard.needs(May.CONFIRM_SETTING)
def confirm(number: int) -> Answer:
    return _decided(lambda: settings.confirm(guard.actor(), number), lazy("Confirmed. It holds from now on."))


@bp.post("/settings/proposals/<int:number>/take-back")
@guard.needs(May.TAKE_BACK_SETTING)
def take_back(number: int) -> Answer:
    return _decided(lambda: settings.take_back(guard.actor(), number), lazy("Taken back. Nothing has changed."))


def _decided(act: Callable[[], str], sentence: str) -> Answer:
    try:
        act()
    except errors.Conflict as error:
        return _refused(error)
    flash(gettext(sentence), "ok")
    return redirect(url_for("settings.index"), 303)


def _refused(error: errors.Conflict) -> tuple[str, int]:
    """What was written is not kept: beside the values that hold by now it would undo somebody's change."""
    status, body = refusals.described(error)
    return _page(wrong=body), status


def _page(typed: Mapping[str, str] | None = None, back: list[str] | None = None, **shown: Any) -> str:
    before = request.args.get("before", type=int)
    found = settings.shown(guard.actor(), None if before is None else max(1, min(before, LAST)))
    clinic = guard.clinic()
    return render_template(
        "pages/settings_index.html",
        found=found,
        groups=_groups(found, typed or {}),
        back=back or [],
        names={key: gettext(own.name) for key, own in words.WORDS.items()},
        words=words,
        zone=clinic.settings.zone,
        drafts=clinic.settings.offer_drafts_to_clients,
        **{"fields": {}} | shown,
    )


def _groups(found: Shown, typed: Mapping[str, str]) -> list[tuple[str, list[Line]]]:
    return [
        (gettext(title), [_line(found.held[key], typed.get(key, str(found.held[key].value))) for key in keys])
        for title, keys in words.GROUPS
    ]


def _line(held: Held, typed: str) -> Line:
    own = words.WORDS[held.key]
    return Line(
        key=held.key,
        name=gettext(own.name),
        what=gettext(own.what),
        limits=words.limits(held.key),
        options=[(code, gettext(words.CHOICES[code])) for code in rules.CHOICES.get(held.key, ())],
        typed=typed,
        now=words.told(held.key, str(held.value)),
        filed=words.told(held.key, str(held.filed)),
        is_changed=held.is_changed,
        is_number=bool(own.unit),
        by_two=held.key in rules.BY_TWO,
    )
