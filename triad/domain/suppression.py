"""When a figure made of several people may be shown at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

CLIENTS, INTERPRETERS, THERAPISTS = 5, 3, 2
LARGEST_SHARE = 0.5
ROOM = 25.0
"""Points that the others' unseen scores must be able to move, up and down, while the figure stays as it is."""
POINTS = 0
"""Decimals of a clinic's mean: with more, two months' means would tell what came in between."""


class Part(NamedTuple):
    """One contribution to a figure and the three people it came from; `interpreter` is None where nobody was."""

    client: Hashable
    interpreter: Hashable | None
    therapist: Hashable


def may_show(parts: Iterable[Part]) -> bool:
    """The k-rule for one cell: 5 clients, 3 interpreters, 2 therapists at least, no client more than half of it."""
    parts = tuple(parts)
    clients = Counter(part.client for part in parts)
    interpreters = {part.interpreter for part in parts} - {None}
    return (
        len(clients) >= CLIENTS
        and len(interpreters) >= INTERPRETERS
        and len({part.therapist for part in parts}) >= THERAPISTS
        and max(clients.values()) <= LARGEST_SHARE * len(parts)
    )


def leaves_room(unseen: Mapping[Hashable, Sequence[float]], lowest: float = 0.0, highest: float = 100.0) -> bool:
    """Does a sum over these people's scores leave open what each of them gave?

    Where all are at one end, their sum says so of every one. Whoever sees all other scores can subtract them; what is
    left for one person is what the others can move the other way, and that must be a quarter of the scale.
    """
    above = {who: sum(highest - score for score in scores) for who, scores in unseen.items()}
    below = {who: sum(score - lowest for score in scores) for who, scores in unseen.items()}
    return all(min(sum(rooms.values()) - rooms[who] for rooms in (above, below)) >= ROOM for who in unseen)


def told(mean: float) -> float:
    """A mean over the clinic as it may be said."""
    return float(round(mean, POINTS))
