"""JSON files from outside: one object, each field once, and no number that is none."""

from __future__ import annotations

import json
from typing import Any

from triad.domain import errors


def read(content: bytes) -> dict[str, Any]:
    """What a file holds; Unfit `file` for what is no JSON object in UTF-8."""
    try:
        found = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise errors.Unfit({"file": "not_utf8"}) from None
    except (ValueError, RecursionError):
        raise errors.Unfit({"file": "not_json"}) from None
    if not isinstance(found, dict):
        raise errors.Unfit({"file": "object"})
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        # Which of the two is meant, nobody can tell.
        raise ValueError("a field comes twice")
    return dict(pairs)


def _no_number(text: str) -> Any:
    raise ValueError(text)
