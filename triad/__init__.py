"""Triad: three people, one conversation, and how they see each other."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triad.app import create_app

__all__ = ["create_app"]

# The start makes half a million objects, and nearly all of them stay. Python's own rhythm would search them for
# rubbish hundreds of times: a sixth of the start.
gc.set_threshold(50_000, 20, 20)

# Flask-Security loads all of WebAuthn where it finds it, for pages of its own that we do not open: a quarter of a
# second. Here it finds none; `triad.store.people` takes the sign down again, and the first passkey loads it.
sys.modules.setdefault("webauthn", None)  # type: ignore[arg-type]


def __getattr__(name: str) -> Any:
    # Loaded on first use: a command that only prints help needs no web application.
    if name == "create_app":
        from triad.app import create_app

        return create_app
    raise AttributeError(name)
