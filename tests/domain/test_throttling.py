"""When the next try may come, and how far a guesser gets at all."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest

from triad.domain import throttling
from triad.domain.throttling import LONGEST, RULES, Origin, Rule

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
THREE = Rule(3, 10 * MINUTE, 5 * MINUTE)


def plain(purpose: str, value: str) -> str:
    return f"{purpose} {value}"


def test_nobody_waits_before_there_are_too_many() -> None:
    assert throttling.wait(THREE, None, NOW, NOW) == timedelta(0)
    assert throttling.wait(THREE, None, None, NOW) == timedelta(0)


def test_too_many_wait_from_the_last_one_on() -> None:
    earlier, last = NOW - 9 * MINUTE, NOW - MINUTE
    assert throttling.wait(THREE, earlier, last, NOW) == 4 * MINUTE
    assert throttling.wait(THREE, earlier, last, NOW + MINUTE - timedelta(seconds=1)) == 3 * MINUTE + timedelta(
        seconds=1
    )
    assert throttling.wait(THREE, earlier, last, NOW + MINUTE) == timedelta(0)


def test_no_rule_locks_longer_than_a_quarter_of_an_hour() -> None:
    """S7: lock <= 15 min."""
    assert max(rule.gap for rules in RULES.values() for rule in rules) == LONGEST == 15 * MINUTE


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("192.0.2.7", ("192.0.2.7/32", "192.0.2.0/24")),
        ("::ffff:192.0.2.7", ("192.0.2.7/32", "192.0.2.0/24")),
        ("2001:db8:1:2:3:4:5:6", ("2001:db8:1:2::/64", "2001:db8:1::/48")),
        ("", ("unknown", "unknown")),
        ("2001:db8::1%eth0", ("2001:db8::/64", "2001:db8::/48")),
        ("no address", ("unknown", "unknown")),
    ],
)
def test_places(address: str, found: tuple[str, str]) -> None:
    assert throttling.places(address) == found


def test_a_known_device_counts_for_itself_alone() -> None:
    origin = Origin("192.0.2.7", "device", "Firefox")
    assert set(throttling.keys(plain, "password", origin, "thea", known=True)) == {"device"}
    assert set(throttling.keys(plain, "password", origin, "thea")) == {"place", "prefix", "clinic", "account"}
    assert set(throttling.keys(plain, "link", origin)) == {"place", "prefix", "clinic"}


def test_keys_differ_by_purpose_person_and_place() -> None:
    made = [
        throttling.keys(plain, purpose, Origin(address), who)["account"]
        for purpose in ("password", "code")
        for address in ("192.0.2.7", "192.0.2.8")
        for who in ("thea", "kora")
    ]
    assert len(set(made)) == 4


def evaluated(guesses: int, apart: float, places: int, accounts: int, rules: dict[str, tuple[Rule, ...]]) -> int:
    """How many of so many guesses are looked at, when they come from so many places at so many accounts."""
    failed: dict[str, list[datetime]] = defaultdict(list)
    where, whose, now, looked_at = cycle(range(places)), cycle(range(accounts)), NOW, 0
    for _ in range(guesses):
        now += timedelta(seconds=apart)
        place = next(where)
        origin = Origin(f"10.{place >> 16 & 255}.{place >> 8 & 255}.{place & 255}")
        keys = throttling.keys(plain, "password", origin, str(next(whose)))
        waits = []
        for kind, key in keys.items():
            times = failed[key]
            for rule in rules[kind]:
                earlier = times[-rule.fails] if len(times) >= rule.fails else None
                waits.append(throttling.wait(rule, earlier, times[-1] if times else None, now))
        if not throttling.seconds(waits):
            looked_at += 1
            for key in keys.values():
                failed[key].append(now)
    return looked_at


ATTACKS = [(1, 1), (1, 50), (10_000, 1), (10_000, 50), (10_000, 10_000)]
"""So many places, so many accounts."""


@pytest.mark.parametrize(("places", "accounts"), ATTACKS)
@pytest.mark.parametrize("apart", [0.001, 1.0])
def test_of_ten_thousand_guesses_few_are_looked_at(places: int, accounts: int, apart: float) -> None:
    """S6: <= 300 of 10^4 guesses evaluated, from one place or ten thousand, at one account or all."""
    assert evaluated(10_000, apart, places, accounts, RULES) <= 300


NONE: dict[str, tuple[Rule, ...]] = dict.fromkeys(RULES, ())


@pytest.mark.parametrize(
    ("kind", "accounts", "looked_at"), [("none", 1, 1_000), ("account", 1, 8), ("clinic", 1_000, 150)]
)
def test_each_rule_stops_the_guesser_it_is_for(kind: str, accounts: int, looked_at: int) -> None:
    """S6, negative control: without any rule every guess from ever new places is looked at."""
    rules = {**NONE, kind: RULES.get(kind, ())}
    assert evaluated(1_000, 0.1, 1_000, accounts, rules) == looked_at


def test_the_place_stops_at_thirty() -> None:
    """T4: the 31st within ten minutes waits."""
    assert evaluated(100, 1.0, 1, 100, RULES) == 30
    assert evaluated(100, 1.0, 1, 100, {**RULES, "place": ()}) == 100
