"""Passkeys (WebAuthn level 3): what a browser is asked for, and whether its answer is true.

The library behind it takes a quarter of a second to load: only whoever has a passkey waits for it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

LONGEST = 20_000
"""Characters of an answer; an honest one has about a thousand."""
PATIENCE = 300_000
"""Milliseconds a browser waits for the person."""
ALGORITHMS = (-7, -8, -257)
"""ES256, EdDSA, RS256: what every device knows one of."""


@dataclass(frozen=True)
class Place:
    """Where this clinic is reached: `host` without a port, `origin` with scheme and port. An answer names both."""

    host: str
    origin: str


@dataclass(frozen=True)
class New:
    """A key just made. `credential` and `public_key` in base64url."""

    credential: str
    public_key: str
    sign_count: int


def creation(place: Place, clinic: str, challenge: str, alias: str, name: str, had: Iterable[str]) -> dict[str, Any]:
    """What to ask a browser for to make a key; `alias` is the account for the device, `had` are its keys so far."""
    return {
        "rp": {"id": place.host, "name": clinic},
        "user": {"id": encoded(alias.encode()), "name": name, "displayName": name},
        "challenge": encoded(challenge.encode()),
        "pubKeyCredParams": [{"type": "public-key", "alg": number} for number in ALGORITHMS],
        "timeout": PATIENCE,
        "excludeCredentials": _listed(had),
        "authenticatorSelection": {"residentKey": "preferred", "userVerification": "required"},
        "attestation": "none",
    }


def request(place: Place, challenge: str, among: Iterable[str] = ()) -> dict[str, Any]:
    """What to ask a browser for to show a key: one of `among`, or any it has for this clinic."""
    return {
        "rpId": place.host,
        "challenge": encoded(challenge.encode()),
        "timeout": PATIENCE,
        "userVerification": "required",
        "allowCredentials": _listed(among),
    }


def registered(answer: str, place: Place, challenge: str) -> New | None:
    """The key this answer brings; None unless it was made here, now, by somebody the device has recognised."""
    from webauthn import verify_registration_response

    try:
        found = verify_registration_response(
            credential=_parsed(answer),
            expected_challenge=challenge.encode(),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    # Whatever the library stumbles over in what a browser sent: it is no key.
    except Exception:
        return None
    public, credential = encoded(found.credential_public_key), encoded(found.credential_id)
    return New(credential, public, found.sign_count)


def credential(answer: str) -> str:
    """The id of the key an answer says it is by; "" if it says nothing that could be one."""
    try:
        found = _parsed(answer).get("id", "")
    except (ValueError, RecursionError):
        return ""
    return found if isinstance(found, str) and len(found) <= 1400 else ""


def shown(answer: str, place: Place, challenge: str, alias: str, key: New) -> int | None:
    """How often the device says it has used the key; None unless `key` signed this challenge here and now.

    A device that counts must have counted on: else there are two of it.
    """
    from webauthn import verify_authentication_response

    try:
        parsed = _parsed(answer)
        named = parsed["response"].get("userHandle")
        if named and decoded(named) != alias.encode():
            return None
        found = verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge.encode(),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=decoded(key.public_key),
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except Exception:
        return None
    return found.new_sign_count


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _listed(credentials: Iterable[str]) -> list[dict[str, str]]:
    return [{"type": "public-key", "id": one} for one in credentials]


def _parsed(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST:
        raise ValueError
    found = json.loads(answer)
    if not isinstance(found, dict):
        raise ValueError
    return found
