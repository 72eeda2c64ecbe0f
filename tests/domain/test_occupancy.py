"""What an encounter takes of whose time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from triad.domain.occupancy import Margins, held
from triad.domain.timespans import MINUTE, TimeSpan

START = datetime(2027, 3, 2, 13, 30, tzinfo=UTC)
SPAN = TimeSpan(START, START + timedelta(minutes=50))


@pytest.mark.parametrize(
    ("who", "before", "after"), [("therapist", 10, 15), ("interpreter", 10, 15), ("client", 0, 0), ("room", 0, 0)]
)
def test_held_is_wider_for_those_who_brief_and_debrief(who: str, before: int, after: int) -> None:
    found = held(who, SPAN, Margins(10 * MINUTE, 15 * MINUTE))
    assert (SPAN.start - found.start, found.end - SPAN.end) == (before * MINUTE, after * MINUTE)
