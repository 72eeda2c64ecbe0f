"""Settings from files and environment: within the ranges of the clinic's own, and no value in a refusal."""

from __future__ import annotations

import dataclasses

import pytest

from triad import settings
from triad.domain import accounts, batches, release
from triad.settings import CHANGEABLE, CHOICES, RANGES, SettingsError
from triad.web import i18n

NEVER_HERE = {
    *("profile", "database_url", "secret_key", "pepper", "hosts", "proxies", "https"),
    *("offer_drafts_to_clients", "factor_for"),
    *("backup_key", "secret_key_fallbacks", "pepper_fallbacks", "backup_key_fallbacks", "log_requests"),
    "plan_seconds",
    *settings.KEEPS,
    *settings.SENDING,
    *settings.CHOSEN,
    *settings.PASSWORDS,
    *("address", "smtp_host", "smtp_user", "mail_from", "mail_name", "sms_url"),
}


@pytest.fixture
def filed() -> settings.Settings:
    return settings.load("testing", {})


def test_every_setting_is_either_the_clinics_or_the_servers() -> None:
    known = {field.name for field in dataclasses.fields(settings.Settings)}
    assert known - CHANGEABLE == NEVER_HERE
    assert known > CHANGEABLE > settings.BY_TWO


def test_choices_are_those_of_the_rest_of_the_house() -> None:
    own = {"locale": i18n.STAFF, "release_policy": release.POLICIES, "batch_day": batches.DAYS}
    assert {**own, "offline_tablets": ("no", "yes")} == CHOICES
    assert set(CHOICES["locale"]) == set(accounts.LOCALES) - {""}


def test_what_is_shipped_lies_within_the_ranges(filed: settings.Settings) -> None:
    assert {key: settings.fault(key, getattr(filed, key)) for key in CHANGEABLE} == dict.fromkeys(CHANGEABLE, "")


@pytest.mark.parametrize("key", sorted(RANGES))
def test_numbers_at_the_ends_of_their_range(key: str) -> None:
    low, high = RANGES[key]
    assert [settings.load("testing", {}, **{key: value}) is not None for value in (low, high)] == [True, True]
    for value in (low - 1, high + 1):
        with pytest.raises(SettingsError, match=f"^{key} must be from {low} to {high}$"):
            settings.load("testing", {}, **{key: value})


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("clinic_name", "  ", "clinic_name is missing"),
        ("clinic_name", "x" * 81, "clinic_name has more than 80 characters"),
        ("clinic_name", "A\nB", "clinic_name holds signs nobody can see"),
        ("notice", "x" * 301, "notice has more than 300 characters"),
        ("zone", "Europe", "zone is no time zone"),
        ("zone", "../../etc/passwd", "zone is no time zone"),
        ("locale", "tlh", "locale must be one of: en, de, fr, es, ar"),
        ("release_policy", "always", "release_policy must be one of: client-choice, never"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(key: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings.load("testing", {}, **{key: value})
    assert str(refused.value) == sentence


def test_the_environment_is_checked_as_the_file_is() -> None:
    assert settings.load("testing", {"TRIAD_WINDOW_DAYS": "9"}).window_days == 9
    for text, sentence in (("15", "window_days must be from 2 to 14"), ("x7", "window_days needs a whole number")):
        with pytest.raises(SettingsError, match=f"^{sentence}$"):
            settings.load("testing", {"TRIAD_WINDOW_DAYS": text})
