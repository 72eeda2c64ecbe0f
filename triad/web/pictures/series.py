"""What is drawn over the sessions of one case: its points in order, and which of them belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

Run = list[int]


class Point(NamedTuple):
    """One encounter. `changed`: the first with a new interpreter. `scores` by direction, 0..100, None if missing."""

    number: int
    day_text: str
    changed: bool
    scores: Mapping[str, float | None]


def runs(present: Sequence[bool], breaks: set[int]) -> list[Run]:
    """Stretches of neighbouring encounters that may be joined by a line."""
    found: list[Run] = []
    for n, here in enumerate(present):
        if not here:
            continue
        if found and found[-1][-1] == n - 1 and n not in breaks:
            found[-1].append(n)
        else:
            found.append([n])
    return found


def ranges(numbers: Sequence[int]) -> str:
    """[1, 2, 3, 7] as "1–3, 7"."""
    starts = [n for n, (a, b) in enumerate(pairwise([numbers[0] - 2, *numbers])) if b != a + 1]
    spans = [numbers[a:b] for a, b in pairwise([*starts, len(numbers)])]
    return ", ".join(str(span[0]) if len(span) == 1 else f"{span[0]}–{span[-1]}" for span in spans)


def changes(points: Sequence[Point]) -> list[int]:
    """Numbers of the sessions that began with a new interpreter; the very first interpreter is no change."""
    return [point.number for n, point in enumerate(points) if point.changed and n]
