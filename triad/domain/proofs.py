"""What an interpreter shows to be able to do, as one cell of a table says it: languages and credentials."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from triad.domain import cells
from triad.domain.cells import Misread


def skill(cell: str) -> tuple[str, str, str, int]:
    """`ti>de~5` -> (language, into, dialect, level 1 to 5)."""
    parts = re.fullmatch(r"([^>~]+)>([^>~]+)~\s*(\d)\s*", cells.latin(cell))
    if not parts:
        raise Misread("skill", "ti>de~4")
    from_language, spoken = cells.split_variety(cells.language(parts[1].strip()))
    return from_language, cells.language(parts[2].strip()), spoken, cells.whole(1, 5)(parts[3])


def credential(cell: str) -> tuple[str, str, str, date | None, date | None, str]:
    """`body~type~tag~dir~issued~expires~no` -> (body, kind, language, issued, expires, number).

    Parts may be left out from the right. The direction is checked and not kept.
    """
    parts = [part.strip() for part in cell.split("~")]
    if not 3 <= len(parts) <= 7 or not all(parts[:3]):
        raise Misread("credential", "BDÜ~certified~ti~both~2025-01-01~2029-01-01~123")
    body, kind, tag, direction, issued, expires, number = (*parts, *[""] * (7 - len(parts)))
    if direction:
        cells.one_of("both", "from", "into")(direction)
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
