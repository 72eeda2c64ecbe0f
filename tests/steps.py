"""Second steps for tests: an app and a device for somebody of the cast, set up through the verbs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from passlib.totp import TOTP  # type: ignore[import-untyped]

from tests.authenticator import Device
from triad.formats.passkeys import Place
from triad.services import factors, passkeys
from triad.services.context import Actor, Clinic

PLACE = Place("localhost", "http://localhost")


@dataclass
class App:
    """An authenticator app: it knows its secret and the time."""

    secret: str
    clock: Any

    def shows(self) -> str:
        return str(TOTP(key=self.secret).generate(self.clock.now).token)


def waiting_app(actor: Actor, clock: Any) -> App:
    """An app that has read the QR code which waits to be confirmed."""
    address = factors.shown_app(actor, "label")[1]
    return App(parse_qs(urlsplit(address).query)["secret"][0], clock)


def with_app(actor: Actor, clock: Any) -> tuple[App, tuple[str, ...]]:
    """The app and the recovery codes of somebody who set one up half a minute ago."""
    factors.begin_app(actor)
    app = waiting_app(actor, clock)
    codes = factors.confirm_app(actor, app.shows()).codes
    clock.forward(seconds=30)
    return app, codes


def with_key(actor: Actor, name: str = "my phone", device: Device | None = None) -> Device:
    device = device or Device()
    options = passkeys.creation(actor, PLACE, "make", "label")
    factors.add_key(actor, name, device.create(options), PLACE, "make")
    return device


def asked(page: str) -> dict[str, Any]:
    """What this page asks a browser's passkeys for."""
    found = re.search('data-ask="([^"]+)"', page)
    assert found, "no question for a passkey on this page"
    return dict(json.loads(unescape(found[1])))


@contextmanager
def required(clinic: Clinic, *roles: str) -> Iterator[None]:
    """These roles must have a second step."""
    held = clinic.filed
    clinic.filed = clinic.settings = replace(held, factor_for=roles)
    yield
    clinic.filed = clinic.settings = held
