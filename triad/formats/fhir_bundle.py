"""The outside of a FHIR bundle: a file read as one, and what stands at a place in it, as text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from triad.domain import errors
from triad.domain.notes import plain
from triad.formats import documents

SHOWN = 80
"""Characters of what stands at a place."""


def parsed(content: bytes) -> dict[str, Any]:
    """Unfit `file`: what `documents.read` says of a file that is none, `bundle` for JSON of another shape."""
    found = documents.read(content)
    if found.get("resourceType") != "Bundle":
        raise errors.Unfit({"file": "bundle"})
    return found


def held(bundle: Mapping[str, Any], place: str) -> str:
    """What stands at a place, such as `entry.3.status`, cut short; "" where nothing does.

    The number of an entry stands for its resource. Signs that cannot be shown are replaced.
    """
    found: Any = bundle
    names = place.split(".")
    for number, name in enumerate(names):
        if isinstance(found, list):
            found = found[int(name)] if name.isdecimal() and int(name) < len(found) else None
        else:
            found = found.get(name) if isinstance(found, dict) else None
        if number == 1 and names[0] == "entry" and isinstance(found, dict):
            found = found.get("resource", found)
    if found is None:
        return ""
    try:
        text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    except RecursionError:
        return "…"
    text = text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
    return "".join(sign if plain(sign) else "\ufffd" for sign in text)
