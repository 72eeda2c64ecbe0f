"""Keyed hashes: of what must be found again but not be read, and of what must not be changed."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from triad.settings import Settings


def hashes(settings: Settings, purpose: str, value: str) -> tuple[str, ...]:
    """Hex, 64 characters each, useless for any other purpose: under the pepper in use, then under older ones."""
    message = f"{purpose}\0{value}".encode()
    peppers = (settings.pepper, *settings.pepper_fallbacks)
    return tuple(hmac.new(pepper.encode(), message, hashlib.sha256).hexdigest() for pepper in peppers)


def chained(settings: Settings, previous: str, line: Any) -> tuple[str, ...]:
    """The hashes that tie a line of the audit trail to all lines before it; `previous` is that of the last one."""
    body = [previous, line.seq, line.at.isoformat(), line.actor, line.verb, line.subject, line.details]
    return hashes(settings, "audit", json.dumps(body, sort_keys=True, separators=(",", ":")))
