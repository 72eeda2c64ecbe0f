"""Fifty people say yes at once: one has the session. Robots that open every address take nothing."""

from __future__ import annotations

from tests.walks import offering
from tests.walks.test_race import race_database, race_url

__all__ = ["race_database", "race_url"]


def test_fifty_at_once_have_one_winner(race_url: str) -> None:
    for told, found in offering.play(race_url, rounds=2, processes=5):
        assert (dict(told), found) == ({"accepted": 1, "too_late": 49}, offering.ALONE)


def test_fifty_at_once_without_guards_have_several(race_url: str) -> None:
    rounds = offering.play(race_url, rounds=2, guarded=False, processes=5)
    assert min(found["assigned"] for _, found in rounds) > 1


def test_a_thousand_openings_accept_nothing(race_url: str) -> None:
    seen, found = offering.open_all(race_url)
    assert (sum(seen.values()), found) == (1000, offering.OPENED)
    assert set(seen) == {200, 404, 405}
