"""What people type and show as a second step, and the few words in which a browser is told from another."""

from __future__ import annotations

import base64
import hashlib
import re

from triad.domain import cells

DIGITS = 6
CODES = 10
"""Recovery codes given out at a time."""
ALPHABET = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghjkmnpqrstvwxyz")
"""Crockford's signs instead of those of RFC 4648: none is taken for another."""
LONGEST_NAME = 60

BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
"""What a browser calls itself -> what people call it; the first that fits."""


def code(typed: str) -> str:
    """Six digits of any script as ASCII, spaces left out; "" for anything else."""
    signs = "".join(typed.split())
    return cells.latin(signs) if len(signs) == DIGITS and signs.isdecimal() else ""


def recovery(secret: str) -> str:
    """A recovery code of 60 bits, made from a secret value: three groups of four signs."""
    signs = base64.b32encode(hashlib.sha256(secret.encode()).digest())[:12].translate(ALPHABET).decode()
    return "-".join((signs[:4], signs[4:8], signs[8:]))


def recovered(typed: str) -> str:
    """A recovery code as it was given out, however it was copied; "" for what cannot be one."""
    signs = "".join(filter(str.isalnum, typed.lower())).translate(str.maketrans("oil", "011"))
    return "-".join((signs[:4], signs[4:8], signs[8:])) if re.fullmatch("[0-9a-z]{12}", signs) else ""


def browser(agent: str) -> str:
    """ "Firefox, Android": no more than its owner needs to know it again; "" where it says nothing known."""
    found = [next((word for sign, word in known if sign in agent), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found))


def name_fault(name: str) -> str:
    """`required`, `too_long`, `unfit` for signs nobody sees, or ""."""
    if not name.strip():
        return "required"
    if len(name) > LONGEST_NAME:
        return "too_long"
    return "" if name.isprintable() else "unfit"
