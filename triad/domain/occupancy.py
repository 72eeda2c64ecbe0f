"""Who and what is taken when, for many encounters at once: therapists, interpreters, clients and rooms."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from triad.domain.timespans import TimeSpan

Owner = tuple[str, ...]
"""Whose time it is; a role or "room" first, so that a refusal can say who is taken."""


class Margins(NamedTuple):
    """What therapist and interpreter hold around an encounter: briefing and debrief."""

    before: timedelta
    after: timedelta


class Occupancy:
    """Spans per owner that never overlap; each is taken for one `holder`, who can give all of its spans back."""

    def __init__(self) -> None:
        self._taken: dict[Owner, list[TimeSpan]] = defaultdict(list)
        self._held: dict[Hashable, list[tuple[Owner, TimeSpan]]] = defaultdict(list)

    def clash(self, owner: Owner, span: TimeSpan) -> TimeSpan | None:
        """The span that is in the way, None if the time is free. Back to back is free."""
        spans = self._taken[owner]
        place = bisect_left(spans, span)
        near = spans[max(place - 1, 0) : place + 1]
        return next((one for one in near if one.overlaps(span)), None)

    def take(self, owner: Owner, span: TimeSpan, holder: Hashable) -> None:
        """ValueError when it is not free."""
        if self.clash(owner, span):
            raise ValueError("taken")
        spans = self._taken[owner]
        spans.insert(bisect_left(spans, span), span)
        self._held[holder].append((owner, span))

    def give_back(self, holder: Hashable) -> list[tuple[Owner, TimeSpan]]:
        """What the holder had; afterwards it is free."""
        held = self._held.pop(holder, [])
        for owner, span in held:
            self._taken[owner].remove(span)
        return held


def held(who: str, span: TimeSpan, margins: Margins) -> TimeSpan:
    """What an encounter takes of somebody's time: of therapist and interpreter also briefing and debrief."""
    return span.widened(margins.before, margins.after) if who in ("therapist", "interpreter") else span


def spans(encounter: Mapping[str, Any], case: Mapping[str, Any], margins: Margins) -> list[tuple[Owner, TimeSpan]]:
    """Whose time an imported encounter takes, and which. A cancelled one takes none, a past one does."""
    if encounter["status"] == "cancelled":
        return []
    inner = TimeSpan(encounter["starts_at"], encounter["ends_at"])
    outer = inner.widened(margins.before, margins.after)
    found: list[tuple[Owner, TimeSpan]] = [
        (("therapist", case["therapist_ref"]), outer),
        (("client", case["client_ref"]), inner),
    ]
    if encounter["interpreter_ref"]:
        found.append((("interpreter", encounter["interpreter_ref"]), outer))
    if encounter["room"]:
        found.append((("room", encounter["site"], encounter["room"]), inner))
    return found
