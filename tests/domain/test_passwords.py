"""What is too easy to guess, and what is left alone."""

from __future__ import annotations

import pytest

from triad.domain import passwords

EASY = (
    "aaaaaaaaaaaa", "123456789012", "passwordpassword", "Qwertyuiop12", "P@ssw0rd2024!", "Summer2024!!!",
    "correcthorsebatterystaple", "correct horse battery staple", "xyzxyzxyzxyz", "qwertzuiop123", "1q2w3e4r5t6y",
    "1qaz2wsx3edc", "iloveyouforever", "Lindenhof2026!", "administrator1", "19.05.1984 Berlin", "q1w2e3r4t5y6",
    "trustno1trustno1", "ilovemydog2020", "welcome to triad", "йцукенгшщзхъ", "ضصثقفغعهخحجد",
)  # fmt: skip
HARD = (
    "nine tall herons", "ሰላም ዓለም ጽቡቕ እዩ", "eine längere Nacht am Fluß", "a long enough sentence", "xkqjvhzpwmbt",
    "Blaue Elefanten schwimmen", "نهر طويل تحت القمر", "kuyruklu yıldız ve üç elma", "9tH!kQ2$vR7x",
)  # fmt: skip


@pytest.mark.parametrize("password", EASY)
def test_easy_to_guess(password: str) -> None:
    assert passwords.fault(password, password) == {"password": "common"}


@pytest.mark.parametrize("password", HARD)
def test_hard_to_guess(password: str) -> None:
    assert passwords.fault(password, password) == {}


def test_what_is_known_of_the_owner_does_not_count() -> None:
    known = ("Thea Lindqvist", "thea.lindqvist@example.org", "Lindenhof")
    assert passwords.fault("Thea-Lindqvist-75", "Thea-Lindqvist-75", known) == {"password": "common"}
    assert passwords.fault("Thea-Lindqvist-75", "Thea-Lindqvist-75") == {}


@pytest.mark.parametrize(
    ("password", "again", "found"),
    [
        ("tall herons", "tall herons", {"password": "too_short"}),
        ("x" * 201, "x" * 201, {"password": "too_long"}),
        ("nine tall\0herons", "nine tall\0herons", {"password": "unfit"}),
        ("nine tall herons", "nine tall heron", {"again": "differs"}),
    ],
)
def test_fault(password: str, again: str, found: dict[str, str]) -> None:
    assert passwords.fault(password, again) == found


def test_the_longest_one_is_read_in_no_time() -> None:
    assert passwords.bits("Ab3$" * 50) < passwords.bits("nine tall herons")
