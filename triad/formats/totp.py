"""Codes of authenticator apps (RFC 6238): a secret sealed for one account, shown once, and asked for its codes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from passlib.exc import TokenError  # type: ignore[import-untyped]
from passlib.totp import TOTP  # type: ignore[import-untyped]

SLIP = 30
"""Seconds a phone's clock may be ahead or behind."""


def _made(key: str, issuer: str = "Triad") -> Any:
    """`key` seals: made for one account, so that a secret moved to another row opens nothing there."""
    return TOTP.using(secrets={"1": key}, issuer=issuer)


def fresh(key: str) -> str:
    """A new secret, sealed."""
    return _made(key).new().to_json(encrypt=True)


def shown(key: str, sealed: str, issuer: str, label: str) -> tuple[str, str]:
    """The secret in groups to type, and the address a QR code holds."""
    opened = _made(key, _plain(issuer) or "Triad").from_source(sealed)
    return opened.pretty_key(sep=" "), opened.to_uri(_plain(label))


def counter(key: str, sealed: str, code: str, now: datetime, last: int) -> int | None:
    """The time step this code belongs to; None if it is wrong, too old, or not newer than step `last`."""
    try:
        found = _made(key).verify(code, sealed, time=now, window=SLIP, last_counter=last or None)
    except TokenError:
        return None
    return int(found.counter)


def _plain(name: str) -> str:
    """Without colons, which would end the name early."""
    return " ".join(name.replace(":", " ").split())
