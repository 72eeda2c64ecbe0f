"""What stands between a login and the steps that matter: who has to have a second step, and who it really is now.

A step that asks for it shows one page, which holds everything that was filled in and sends it on with the answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_security import current_user
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.services import factors, passkeys, signins
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard, signing
from triad.web.i18n import gettext

FRESH = timedelta(minutes=5)
TAKEN_OUT = frozenset({May.EXPORT_CASE, May.EXPORT_RELEASED, May.EXPORT_OWN, May.TAKE_REPORTS})
ASKS = TAKEN_OUT | {
    May.INVITE_ACCOUNT,
    May.CHANGE_ROLES,
    May.CHANGE_KEYS,
    May.CHANGE_OWN_KEYS,
    May.CHANGE_OWN_FACTORS,
    May.CHANGE_OWN_CALENDAR,
    May.CHANGE_SETTINGS,
    May.CONFIRM_SETTING,
    May.TAKE_BACK_SETTING,
    May.SIGN_WORDING,
    May.ACTIVATE_WORDING,
}
"""Verbs that change something only for whoever has shown within `FRESH` who they are."""
Answer = Response | tuple[str, int] | tuple[str, int, dict[str, str]]


def stand_before() -> Answer | None:
    """Before each request, after the door: is a second step missing, or a fresh look at who it is?"""
    if request.endpoint in (None, "static") or request.path.startswith(guard.API):
        return None
    actor = guard.actor()
    if not actor.account_id:
        return None
    if factors.needed(actor) and not signing.has_factor() and not _leads_to_one():
        return redirect(url_for("factors.index"), 303)
    verb = guard.verb_of(current_app, request.endpoint or "")
    if request.method in ("GET", "HEAD", "OPTIONS") or verb not in ASKS or is_fresh():
        return None
    return _ask(verb in TAKEN_OUT)


def is_fresh() -> bool:
    at = session.get(signing.CONFIRMED)
    return at is not None and guard.clinic().clock() - datetime.fromisoformat(at) <= FRESH


def _leads_to_one() -> bool:
    return request.endpoint == "security.logout" or request.blueprint == "factors"


def _ask(for_file: bool) -> Answer | None:
    """The page that asks; None once the answer is right, and the step goes on as if nothing had been."""
    kinds = factors.kinds(guard.actor(), guard.actor().account_id)
    if not any(request.form.get(name) for name in guard.CONFIRM):
        return _page(kinds), 403
    try:
        right = _is_right(kinds)
    except errors.TooOften as error:
        return _page(kinds, refusals.waiting(error.seconds)), 429, {"Retry-After": str(error.seconds)}
    if not right:
        wrong = gettext("This does not open it. Try once more.")
        return _page(kinds, wrong), 422
    signing.confirmed(bool(kinds))
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in guard.CONFIRM]
    request.form = ImmutableMultiDict(kept)
    if for_file:
        # A browser that saves a file stays where it is: better on the page with the files than on this one.
        flash(gettext("Thank you. You can take the file now."), "ok")
        return redirect(request.path, 303)
    return None


def _is_right(kinds: frozenset[str]) -> bool:
    """By a second step where there is one; the password counts only where there is none."""
    actor, typed = guard.actor(), {name: request.form.get(name, "") for name in guard.CONFIRM}
    if not kinds:
        ticket = signins.confirm(actor, signing.origin())
        right = signing.is_password(typed["confirm_password"], ticket)
        if right:
            signins.passed(actor, ticket)
        return right
    if typed["confirm_key"]:
        found = passkeys.by_key(actor, typed["confirm_key"], signing.place(), signing.asked("confirm"))
        return found is not None and found[0] == actor.account_id
    return bool(factors.check(actor, actor.account_id, typed["confirm_code"], signing.origin()))


def _page(kinds: frozenset[str], wrong: str = "") -> str:
    kept = [
        (name, value) for name, value in request.form.items(multi=True) if name not in (*guard.CONFIRM, "csrf_token")
    ]
    options: dict[str, Any] | None = None
    if "passkey" in kinds:
        actor = guard.actor()
        options = passkeys.request(actor, signing.place(), signing.challenge("confirm"), actor.account_id)
    action = request.full_path if request.query_string else request.path
    return render_template(
        "pages/confirm.html",
        kinds=kinds,
        kept=kept,
        action=action,
        options=options,
        wrong=wrong,
        email=current_user.email,
        back=_back(),
    )


def _back() -> str:
    """The nearest page above the address of the step."""
    adapter, path = current_app.url_map.bind(request.host), request.path
    while path.strip("/"):
        try:
            adapter.match(path, "GET")
            return path
        except HTTPException:
            path = path.rstrip("/").rpartition("/")[0]
    return "/"
