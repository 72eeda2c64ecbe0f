"""Numbers that people read off and type: figures only, which every keyboard has and no two of which look alike."""

from __future__ import annotations

import hashlib

from triad.domain import cells

SHEET = 11
"""Figures of a paper sheet's number; the last one checks the others."""
CODE = 8
"""Figures of a spoken code."""
GROUP = 4
LONGEST = 9
"""Most figures of a number that counts something."""

DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
"""Finds every single mistyped figure and every two neighbours that changed places.

Source: H. M. Damm, Total anti-symmetrische Quasigruppen, Marburg 2004.
"""


def drawn(secret: str, count: int) -> str:
    """As many figures as are wanted, out of a random secret."""
    return str(int(hashlib.sha256(secret.encode()).hexdigest(), 16) % 10**count).zfill(count)


def checked(figures: str) -> str:
    """The figures and the one that checks them."""
    return figures + str(_remainder(figures))


def is_checked(figures: str) -> bool:
    """Does the last figure fit the others?"""
    return _remainder(figures) == 0


def plain(typed: str) -> str:
    """What was typed, as ASCII figures; "" where it holds anything but figures of some script, blanks and dashes."""
    figures = cells.latin("".join(typed.split()).replace("-", ""))
    return figures if figures.isascii() and figures.isdecimal() else ""


def whole(typed: str) -> int | None:
    """A whole number in the figures of any script, none of them raised or in a circle; None for anything else."""
    figures = typed.strip()
    return int(figures) if figures.isdecimal() and len(figures) <= LONGEST else None


def grouped(figures: str) -> str:
    """In fours, as one reads them aloud."""
    return " ".join(figures[start : start + GROUP] for start in range(0, len(figures), GROUP))


def _remainder(figures: str) -> int:
    interim = 0
    for figure in figures:
        interim = int(DAMM[interim][int(figure)])
    return interim
