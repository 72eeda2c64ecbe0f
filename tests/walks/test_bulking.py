"""Ten sessions, two coordinators, every button pressed four times at once: each session is changed once, and back."""

from __future__ import annotations

from tests.walks import bulking
from tests.walks.test_race import race_database, race_url

__all__ = ["race_database", "race_url"]
TEN = bulking.SESSIONS


def test_the_same_step_at_once_is_done_once_for_each_session(race_url: str) -> None:
    found, problems = bulking.play(race_url)
    assert problems == []
    one = {"done": TEN, "refused": TEN, "open": 0, "undone": 0, "cancelled": TEN, "filled": 0, "taken": 0}
    one |= {"told_cancelled": 2 * TEN, "told_restored": 0, "overlaps": 0}
    assert found.after_commit == one
    back = {"undone": TEN, "cancelled": 0, "filled": TEN, "taken": 3 * TEN, "told_restored": 2 * TEN}
    assert found.after_undo == one | back


def test_without_locks_and_versions_the_same_step_is_done_twice(postgres_url: str) -> None:
    found, _ = bulking.play(postgres_url.replace("/postgres?", "/race?"), guarded=False)
    assert found.after_commit["told_cancelled"] > 2 * TEN
