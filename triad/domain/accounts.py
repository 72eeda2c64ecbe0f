"""What an account may be: its roles, and the name on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from triad.domain.languages import STAFF_LANGUAGES
from triad.domain.parties import STAFF, Role, forbidden_among

LOCALES = ("", *STAFF_LANGUAGES)
"""Languages of the desk; "" asks the browser."""
LONGEST_NAME = 200


def roles_among(asked: Iterable[str], already: Iterable[Role] = ()) -> tuple[tuple[Role, ...], str]:
    """The roles asked for, in their usual order, and what is wrong with them ("" when all is well).

    `already` is what the same person is in the clinic without any grant: it counts for the forbidden pairs.
    """
    wanted = set(asked)
    chosen = tuple(role for role in STAFF if role in wanted)
    if len(chosen) != len(wanted):
        return chosen, "unknown"
    if not chosen:
        return chosen, "required"
    return chosen, "forbidden_pair" if forbidden_among({*chosen, *already}) else ""


def name_fault(name: str) -> str:
    """`required`, `too_long`, `unfit` (signs that cannot be seen), or "". Joiners inside a name are part of it."""
    if not name.strip():
        return "required"
    if len(name) > LONGEST_NAME:
        return "too_long"
    unseen = any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") for sign in name)
    return "unfit" if unseen else ""
