"""The clinic's own settings read from what somebody types, and put over those of the files."""

from __future__ import annotations

import dataclasses

import pytest

from triad import settings
from triad.formats import settings as texts
from triad.settings import RANGES


@pytest.fixture
def filed() -> settings.Settings:
    return settings.load("testing", {})


@pytest.mark.parametrize("key", sorted(RANGES))
def test_numbers_at_the_ends_of_their_range(key: str) -> None:
    low, high = RANGES[key]
    assert [texts.read(key, str(value)) for value in (low, high)] == [(low, ""), (high, "")]
    assert texts.read(key, str(high + 1)) == (high + 1, "range")


@pytest.mark.parametrize(
    ("key", "text", "found"),
    [
        ("window_days", " 7 ", (7, "")),
        ("window_days", "٧", (7, "")),
        ("window_days", "۷", (7, "")),
        ("window_days", "²", ("²", "number")),
        ("window_days", "7.5", ("7.5", "number")),
        ("window_days", "-7", ("-7", "number")),
        ("window_days", "9" * 5000, ("9" * 5000, "number")),
        ("window_days", "", ("", "required")),
        ("clinic_name", " Nord ", ("Nord", "")),
        ("clinic_name", "", ("", "required")),
        ("clinic_name", "a\0b", ("a\0b", "characters")),
        ("clinic_name", "می‌خواهم", ("می‌خواهم", "")),
        ("notice", "", ("", "")),
        ("zone", "Asia/Tehran", ("Asia/Tehran", "")),
        ("zone", "Tehran", ("Tehran", "unknown_zone")),
        ("locale", "tlh", ("tlh", "unknown")),
    ],
)
def test_what_somebody_types_is_read(key: str, text: str, found: tuple[object, str]) -> None:
    assert texts.read(key, text) == found


def test_what_was_changed_goes_over_the_file(filed: settings.Settings) -> None:
    found = texts.over(filed, {"window_days": "9", "clinic_name": "Nord"})
    assert found == dataclasses.replace(filed, window_days=9, clinic_name="Nord")
    assert texts.over(filed, {}) is filed


def test_what_does_not_fit_any_more_or_is_the_servers_stays_as_filed(filed: settings.Settings) -> None:
    lain = {"window_days": "99", "zone": "Mars", "secret_key": "x" * 40, "profile": "demo", "gone": "1"}
    assert texts.over(filed, lain) is filed
    assert texts.over(filed, lain | {"setup_minutes": "6"}) == dataclasses.replace(filed, setup_minutes=6)
