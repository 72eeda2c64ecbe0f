"""An app's codes: right for a minute and a half, once, and sealed for one account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from passlib.totp import TOTP  # type: ignore[import-untyped]

from triad.formats import totp

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
KEY, OTHER = "a" * 64, "b" * 64


def code(sealed: str, at: datetime = NOW, key: str = KEY) -> str:
    """What an app shows, that was given the address of the QR code."""
    address = totp.shown(key, sealed, "Clinic", "thea@example.org")[1]
    return str(TOTP(key=parse_qs(urlsplit(address).query)["secret"][0]).generate(at).token)


@pytest.mark.parametrize(("seconds", "taken"), [(-61, False), (-30, True), (0, True), (59, True), (61, False)])
def test_a_code_is_right_around_its_half_minute(seconds: int, taken: bool) -> None:
    sealed = totp.fresh(KEY)
    found = totp.counter(KEY, sealed, code(sealed, NOW), NOW + timedelta(seconds=seconds), 0)
    assert (found is not None) is taken


def test_a_code_is_taken_once() -> None:
    sealed = totp.fresh(KEY)
    counter = totp.counter(KEY, sealed, code(sealed), NOW, 0)
    assert counter is not None
    assert totp.counter(KEY, sealed, code(sealed), NOW, counter) is None
    later = NOW + timedelta(seconds=30)
    assert totp.counter(KEY, sealed, code(sealed, later), later, counter) == counter + 1


def test_the_secret_lies_sealed() -> None:
    """E1, S8: what is stored holds neither key nor secret, and opens with another key to nothing that fits."""
    sealed = totp.fresh(KEY)
    secret = totp.shown(KEY, sealed, "Clinic", "thea")[0].replace(" ", "")
    assert (secret in sealed, KEY in sealed, len(sealed) < 400) == (False, False, True)
    assert totp.counter(OTHER, sealed, code(sealed), NOW, 0) is None
    assert totp.counter(KEY, sealed, code(sealed), NOW, 0) is not None


@pytest.mark.parametrize("typed", ["", "00000", "abcdef", "0" * 7])
def test_no_code_is_no_code(typed: str) -> None:
    assert totp.counter(KEY, totp.fresh(KEY), typed, NOW, 0) is None


def test_a_colon_in_the_clinic_s_name_does_not_end_it() -> None:
    address = totp.shown(KEY, totp.fresh(KEY), "Clinic: North", "thea:x@example.org")[1]
    assert urlsplit(address).path == "/Clinic%20North:thea%20x@example.org"
