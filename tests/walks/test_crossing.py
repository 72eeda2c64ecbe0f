"""Each way to take time, by programs and pages at once: nobody is booked twice. Without the guards they are."""

from __future__ import annotations

from tests.walks import crossing
from tests.walks.test_race import race_database, race_url

__all__ = ["race_database", "race_url"]


def test_no_path_books_anybody_twice(race_url: str) -> None:
    for name, one in crossing.play(race_url, rounds=1).items():
        assert (name, one.counts) == (name, (1, 1, 0, 0))


def test_paths_without_guards_book_twice(race_url: str) -> None:
    found = crossing.play(race_url, rounds=1, guarded=False, names=("accept", "override"))
    assert all(one.overlaps for one in found.values())
