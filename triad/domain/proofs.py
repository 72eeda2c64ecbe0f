"""What an interpreter shows to be able to do, as one cell of a table says it: languages and credentials."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from triad.domain import cells, modes, wishes
from triad.domain.cells import Misread


def skill(cell: str) -> tuple[str, str, str, int, str]:
    """`ti>de~5`, or `ti>de~5~from` for one way only -> (language, into, dialect, level 1 to 5, which way)."""
    parts = re.fullmatch(r"([^>~]+)>([^>~]+)~\s*(\d)\s*(?:~\s*(\w+)\s*)?", cells.latin(cell))
    if not parts:
        raise Misread("skill", "ti>de~4")
    from_language, spoken = cells.split_variety(cells.language(parts[1].strip()))
    way = cells.one_of(*modes.DIRECTIONS)(parts[4] or modes.DIRECTIONS[0])
    return from_language, cells.language(parts[2].strip()), spoken, cells.whole(1, 5)(parts[3]), way


def credential(cell: str) -> tuple[str, str, str, date | None, date | None, str]:
    """`body~type~tag~dir~issued~expires~no` -> (body, kind, language, issued, expires, number).

    Parts may be left out from the right. The direction is checked and not kept.
    """
    parts = [part.strip() for part in cell.split("~")]
    if not 3 <= len(parts) <= 7 or not all(parts[:3]):
        raise Misread("credential", "BDÜ~certified~ti~both~2025-01-01~2029-01-01~123")
    body, kind, tag, direction, issued, expires, number = (*parts, *[""] * (7 - len(parts)))
    if direction:
        cells.one_of(*modes.DIRECTIONS)(direction)
    first, last = (cells.day(part) if part else None for part in (issued, expires))
    if first and last and last < first:
        raise Misread("order")
    return (
        cells.text(40)(body),
        cells.text(40)(kind),
        cells.split_variety(cells.language(tag))[0],
        first,
        last,
        cells.text(60)(number),
    )


def in_order(credentials: Iterable[tuple[Any, ...]]) -> tuple[tuple[Any, ...], ...]:
    """Credentials sorted, so that two lists of the same ones are equal. Days may be missing."""
    return tuple(sorted(credentials, key=lambda one: tuple(map(str, one))))


def wish(cell: str) -> tuple[str, str]:
    """`trauma~require` -> (attribute, kind)."""
    attribute, _, kind = (part.strip() for part in cell.partition("~"))
    if not kind:
        raise Misread("wish", f"{attribute}~prefer" if attribute in wishes.ATTRIBUTES else "trauma~prefer")
    return cells.one_of(*wishes.ATTRIBUTES)(attribute), cells.one_of(*wishes.KINDS)(kind)


def seats(cell: str) -> modes.Modes:
    """`in_person|video|in_person` for therapist, interpreter and client; a single word for all three."""
    read = cells.one_of(*modes.MODES)
    words = [read(part.strip()) for part in cell.split(cells.SEPARATOR)]
    if len(words) not in (1, 3):
        raise Misread("seats", "in_person|video|in_person")
    return modes.Modes(*(words * 3)[:3])
