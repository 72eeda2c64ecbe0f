"""What an account may be: its roles, the name on it, the password that opens it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from triad.domain.parties import STAFF, Role, forbidden_among

LOCALES = ("", "en", "ar")
"""Languages of the desk; "" asks the browser."""
LONGEST_NAME = 200
SHORTEST, LONGEST = 12, 200
"""Characters of a password."""
FEWEST_SIGNS = 5
"""Different characters in a password: below this it is a pattern."""
COMMON = (
    "password", "passwort", "contraseña", "letmein", "welcome", "welcometriad", "triad", "iloveyou", "admin",
    "administrator", "changeme", "qwertyuiop", "qwerty", "qwertyuiopasdfghjkl", "qwertzuiop", "asdfghjkl",
    "abcdefghijkl", "abcdefghijklm", "abcdefghijklmnopqrstuvwxyz", "football", "sunshine", "princess", "monkey",
    "dragon", "superman", "trustno", "correcthorsebatterystaple", "secret", "interpreter", "therapist",
    "coordinator", "psychotherapy",
)  # fmt: skip
"""Words that are no password by themselves, twice over, or with digits and signs around them."""


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


def password_fault(password: str, again: str) -> dict[str, str]:
    """Field -> `too_short`, `too_long`, `common`, `unfit` or `differs`; empty when it will do."""
    if len(password) < SHORTEST:
        return {"password": "too_short"}
    if len(password) > LONGEST:
        return {"password": "too_long"}
    if not password.isprintable():
        return {"password": "unfit"}
    if _is_common(password):
        return {"password": "common"}
    return {} if password == again else {"again": "differs"}


def _is_common(password: str) -> bool:
    letters = "".join(filter(str.isalpha, password.casefold()))
    half = letters[: len(letters) // 2]
    return (
        len(set(password)) < FEWEST_SIGNS
        or not letters
        or letters in COMMON
        or (half * 2 == letters and half in COMMON)
    )
