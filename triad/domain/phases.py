"""Phases of a case, and who interpreted from when: a band on a chart and a filter; baselines run through both."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date
from itertools import accumulate
from typing import Literal, NamedTuple

from triad.domain.asymmetry import Row

FOUNDATION = 5
"""Interpreted encounters a case's foundation lasts, unless the clinic says otherwise."""

Phase = Literal["foundation", "working", "ending"]


class Substitution(NamedTuple):
    """From encounter `number` another person interprets. In the foundation the coordinator hears, no scores."""

    number: int
    before: Hashable
    after: Hashable
    in_foundation: bool
    returns: bool


def phases(rows: Sequence[Row], ending_from: date | None = None, foundation: int = FOUNDATION) -> tuple[Phase, ...]:
    """Foundation: the first five interpreted encounters; ending: from the day marked as its start; else working."""
    before = accumulate((row.interpreter_id is not None for row in rows), initial=0)
    return tuple(
        "ending" if ending_from and row.day >= ending_from else "foundation" if count < foundation else "working"
        for row, count in zip(rows, before, strict=False)
    )


def substitutions(rows: Sequence[Row], foundation: int = FOUNDATION) -> tuple[Substitution, ...]:
    """`rows` in order. Encounters without an interpreter change nothing; `returns`: the person was here before."""
    held = [row for row in rows if row.interpreter_id is not None]
    found, seen = [], set[Hashable]()
    for place, row in enumerate(held):
        before = held[place - 1].interpreter_id if place else row.interpreter_id
        if before != row.interpreter_id:
            back = row.interpreter_id in seen
            found.append(Substitution(row.number, before, row.interpreter_id, place < foundation, back))
        seen.add(row.interpreter_id)
    return tuple(found)
