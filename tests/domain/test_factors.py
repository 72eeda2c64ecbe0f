"""Codes as people type them, and browsers as people call them."""

from __future__ import annotations

import pytest

from triad.domain import factors


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123456", "123456"),
        (" 123 456 ", "123456"),
        ("١٢٣٤٥٦", "123456"),
        ("۱۲۳ ۴۵۶", "123456"),
        ("12345", ""),
        ("1234567", ""),
        ("12345a", ""),
        ("12345²", ""),
        ("", ""),
    ],
)
def test_code(typed: str, code: str) -> None:
    assert factors.code(typed) == code


def test_a_recovery_code_is_found_again_however_it_is_copied() -> None:
    given = factors.recovery("a secret")
    assert len(given) == 14
    assert given.replace("-", "").isalnum()
    written = (
        given,
        given.upper(),
        given.replace("-", " "),
        given.replace("-", "").replace("0", "O").replace("1", "l"),
    )
    assert [factors.recovered(typed) for typed in written] == [given] * 4
    assert [factors.recovered(typed) for typed in ("", given[:-1], given + "x", "١٢٣٤٥٦٧٨٩٠١٢")] == [""] * 4


def test_two_secrets_make_two_codes() -> None:
    assert len({factors.recovery(str(number)) for number in range(1_000)}) == 1_000


@pytest.mark.parametrize(
    ("agent", "browser"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
            "Safari/537.36 Edg/140.0.0.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140 Mobile",
            "Chrome, Android",
        ),
        ("curl/8.0", ""),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_browser(agent: str, browser: str) -> None:
    assert factors.browser(agent) == browser
