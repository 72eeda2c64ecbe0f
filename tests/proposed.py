"""Plans written straight into the tables, as a solver would have left them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tests.conftest import NOW
from triad.store.staffing import DONE, StaffingRun


def run(id_: str, **more: Any) -> StaffingRun:
    """Of the week of NOW, done; without lines."""
    known: dict[str, Any] = {
        "asked_by": "a-kora",
        "asked_at": NOW,
        "touched_at": NOW,
        "first_day": date(2027, 3, 1),
        "last_day": date(2027, 3, 7),
        "starts_at": NOW,
        "ends_at": datetime(2027, 3, 7, 23, tzinfo=UTC),
        "state": DONE,
        "how": "solver",
    }
    return StaffingRun(id=id_, **{**known, **more})
