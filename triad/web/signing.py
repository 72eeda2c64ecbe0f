"""Coming in through the page: one door for all ways, so that none of them forgets what the others look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, g, redirect, request, session, url_for
from flask_security import LoginForm, hash_password, login_user, verify_password
from flask_security.tf_plugin import TfPlugin
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from triad.domain import factors, throttling
from triad.domain.throttling import Origin
from triad.formats.passkeys import Place
from triad.services import signins
from triad.services.signins import Ticket
from triad.web import guard
from triad.web.sessions import ACCOUNT, LoginState

HALF, CONFIRMED, FACTOR, CHALLENGE = "half", "confirmed", "factor", "challenge"
"""What a login keeps: the first step made, when somebody last showed who they are, whether with a second step, and
what a passkey has been asked."""
PATIENCE = timedelta(minutes=10)
"""How long a half-made sign-in and a passkey's question wait."""
DEVICE_LASTS = timedelta(days=90)
HASHED = 4096
"""Characters the library hashes at most; no password that is kept comes near."""


@dataclass(frozen=True)
class Half:
    """A sign-in whose password was right, and which waits for its second step."""

    account_id: str
    uniquifier: str
    try_id: str
    kinds: frozenset[str]


class SignIn(LoginForm):
    """The library's form; who it is and whether the password is right is found out here, at one pace for all."""

    def validate(self, **kwargs: Any) -> bool:
        if not FlaskForm.validate(self, **kwargs):
            return False
        ticket = signins.begin(guard.actor(), self.email.data, origin())
        if not is_password(self.password.data, ticket):
            self.password.errors.append("wrong")
            return False
        kinds = signins.passed(guard.actor(), ticket)
        g.half = Half(ticket.account_id, ticket.uniquifier, ticket.id, kinds)
        self.user = _account(ticket.uniquifier)
        return self.user is not None

    def validate_next(self, field: Any) -> None:
        """The library would follow it; here every way in leads to the first page, whatever an address says."""


class SecondStep(TfPlugin):
    """What the library asks after a right password: it goes no further by itself."""

    def tf_enter(self, user: Any, remember_me: bool | None, primary_authn_via: str, next_loc: str | None) -> Any:
        half: Half = g.half
        if not half.kinds:
            return enter(half.account_id, half.uniquifier, "password", half.try_id)
        login().turn = True
        if "passkey" in half.kinds:
            challenge("second")
        kept = [half.account_id, half.uniquifier, half.try_id, *sorted(half.kinds)]
        session[HALF] = {"kept": kept, "at": _now().isoformat()}
        return redirect(url_for("second.ask"), 303)


def half() -> Half | None:
    """The sign-in of this browser that waits for its second step; None for none, or when that was too long ago."""
    found = session.get(HALF)
    if not found or _now() - datetime.fromisoformat(found["at"]) > PATIENCE:
        return None
    account_id, uniquifier, try_id, *kinds = found["kept"]
    return Half(account_id, uniquifier, try_id, frozenset(kinds))


def enter(account_id: str, uniquifier: str, way: str, try_id: str = "") -> Response:
    """Open the login, know this device from now on, and go to the first page."""
    account = _account(uniquifier)
    if account is None or not account.active:
        return redirect(url_for("security.login"), 303)
    held = origin()
    device = held.device or guard.clinic().secret()
    signins.entered(guard.actor(), account_id, way, Origin(held.address, device, held.browser), try_id)
    # Nothing of whoever sat here before goes along; the token is made now, or the next page would have to write it.
    session.clear()
    session["csrf_token"] = guard.clinic().secret()
    login_user(account, remember=False)
    confirmed(way != "password")
    answer, secure = redirect("/", 302), guard.clinic().settings.https
    lasts = DEVICE_LASTS
    answer.set_cookie(_device_cookie(), device, max_age=lasts, secure=secure, httponly=True, samesite="Lax")
    return answer


def confirmed(by_factor: bool) -> None:
    """Somebody has just shown who they are."""
    session[CONFIRMED] = _now().isoformat()
    session[FACTOR] = session.get(FACTOR, False) or by_factor


def stay(uniquifier: str) -> None:
    """All logins of the account have ended: this one goes on, under a new value."""
    session[ACCOUNT] = uniquifier
    login().turn = True


def is_password(typed: str, ticket: Ticket) -> bool:
    """Is it the ticket's password? Takes as long where there is none to compare with."""
    held = current_app.extensions
    if "triad-dummy" not in held:
        held["triad-dummy"] = hash_password(guard.clinic().secret())
    # Before the question whether there is one, so that the first try of all is no different either.
    said = written(typed)
    right = verify_password(said if len(said) <= HASHED else "", ticket.password or held["triad-dummy"])
    return bool(right and ticket.password)


def written(typed: str) -> str:
    """As passwords are hashed and compared: two ways to write "é" are one password."""
    return str(current_app.extensions["security"].password_util.normalize(typed))


def has_factor() -> bool:
    """Was this login made, or confirmed since, with a second step?"""
    return bool(session.get(FACTOR))


def origin() -> Origin:
    return Origin(
        address=request.remote_addr or throttling.NOWHERE,
        device=request.cookies.get(_device_cookie(), "")[:100],
        browser=factors.browser(request.user_agent.string),
    )


def place() -> Place:
    scheme = "https" if guard.clinic().settings.https else "http"
    return Place(request.host.rsplit(":", 1)[0], f"{scheme}://{request.host}")


def challenge(purpose: str) -> str:
    """A new question for a passkey, which this login remembers; an earlier one can no longer be answered."""
    value = guard.clinic().secret()
    session[CHALLENGE] = {"value": value, "for": purpose, "at": _now().isoformat()}
    return value


def asked(purpose: str) -> str:
    """The question that was asked for this purpose, once; "" if there was none or it was too long ago."""
    found = session.pop(CHALLENGE, None)
    if not found or found["for"] != purpose or _now() - datetime.fromisoformat(found["at"]) > PATIENCE:
        return ""
    return str(found["value"])


def login() -> LoginState:
    found = session._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(found, LoginState)
    return found


def _account(uniquifier: str) -> Any:
    return current_app.extensions["security"].datastore.find_user(fs_uniquifier=uniquifier)


def _device_cookie() -> str:
    return "__Host-triad-device" if guard.clinic().settings.https else "triad-device"


def _now() -> datetime:
    return guard.clinic().clock()
