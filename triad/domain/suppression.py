"""When a figure made of several people may be shown at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import NamedTuple

CLIENTS, INTERPRETERS, THERAPISTS = 5, 3, 2
LARGEST_SHARE = 0.5


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
