"""A clinic's tablet that may lose the network: all screens of its form at once, and what it kept, sent once."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import BadRequest

from triad.domain import errors, forms
from triad.domain.forms import State
from triad.services import invitations, repeats, tablets
from triad.services.policy import May
from triad.web import guard, room
from triad.web.room import Page

bp = Blueprint("ahead", __name__, url_prefix="/f/ahead")
KEY = re.compile(r"[0-9A-Za-z-]{20,64}")
MOST = 200
"""Steps that are taken at once: some ten times those of a whole form."""


@bp.record
def stamp_by_ourselves(state: BlueprintSetupState) -> None:
    """As for the client's form: there is no login session here, and there must be none."""
    state.app.extensions["csrf"].exempt(bp)


@bp.before_request
def check_stamp() -> None:
    if request.method == "POST" and not room.is_stamped(room.held()):
        raise BadRequest


@bp.errorhandler(errors.Closed)
def over(_: errors.Closed) -> tuple[str, int]:
    """The tablet has words for it in its client's language; these are for whoever else asks."""
    return room.in_all_languages("gone", stamp=""), 410


@bp.errorhandler(errors.Unfit)
@bp.errorhandler(errors.BadTransition)
def again(_: errors.TriadError) -> Page:
    """Something on the form has changed meanwhile: it goes on from where the house has it."""
    try:
        state = tablets.promised(guard.actor(), room.held())
    except errors.Closed as error:
        return over(error)
    return room.screen(state, state.current)[0], 422


@bp.get("")
@guard.needs(May.USE_FORM)
def screens() -> Response:
    """Every screen behind the choice of a language, and the words for what may become of it. No answer is in them."""
    state = invitations.at(guard.actor(), room.held())
    if state.sent or not state.ahead:
        raise errors.Closed
    names = state.screens
    return jsonify(
        screens=[{"name": name, "page": _drawn(state, place)} for place, name in enumerate(names) if place],
        done=[name for name in names if name in state.done],
        kept=room.page("kept", state.wording)[0],
        gone=room.page("over", state.wording)[0],
        choose_one=state.wording.ui["choose_one"],
        send=url_for("ahead.together"),
    )


def _drawn(state: State, place: int) -> str:
    """As it will look once all screens before it are done."""
    reached = replace(state, done=frozenset(state.screens[:place]))
    return room.screen(reached, state.screens[place])[0]


@bp.post("")
@guard.needs(May.USE_FORM, "key", "steps")
def together() -> Page:
    """What was kept, under a word of the tablet's own: sent again it changes nothing and is answered alike."""
    actor, key, steps = guard.actor(), request.form.get("key", ""), request.form.get("steps", "")
    if not KEY.fullmatch(key):
        raise errors.Unfit({"key": "characters"})
    taken = _read(steps)

    def take() -> dict[str, Any]:
        invitations.together(actor, room.held(), taken)
        return {}

    # The key is hashed along: without it nobody can find out from the hash what was answered.
    body = hashlib.sha256(f"{key} {steps}".encode()).hexdigest()
    repeats.once(actor, repeats.Request(f"{room.held()} {key}", "POST /f/ahead", body, 200), take)
    state = tablets.promised(actor, room.held())
    return room.screen(state, state.current)


def _read(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The forms of the screens as they would have been sent, each with `to`, the last part of its address."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise errors.Unfit({"steps": "kind"}) from None
    shaped = isinstance(found, list) and len(found) <= MOST and all(isinstance(one, dict) for one in found)
    if not shaped or not all(isinstance(value, str) for one in found for value in one.values()):
        raise errors.Unfit({"steps": "kind"})
    return [_step(one) for one in found]


def _step(sent: dict[str, str]) -> tuple[str, dict[str, Any]]:
    wishes = room.wishes(sent)
    shapes: dict[str, dict[str, Any]] = {
        "answer": {"line_key": sent.get("line", ""), "mark": room.mark(sent)},
        "step": {"screen": sent.get("screen", ""), "helped": sent.get("helped", "")},
        "contact": {"wishes": wishes or [forms.CONTACT_ME]},
        "send": {"choice": sent.get("choice", ""), "wishes": wishes},
    }
    name = sent.get("to", "")
    if name not in shapes:
        raise errors.Unfit({"steps": "unknown"})
    return name, shapes[name]
