"""What may stand in a line of the log, and what does not get in whoever sends it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from contextlib import redirect_stderr
from typing import Any

import pytest
import structlog

from triad.formats import logs

NUMBER = "abcd1234"


Told = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """The lines since it was last asked."""
    logs.configure()
    structlog.contextvars.clear_contextvars()
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_one_line_of_json(told: Told) -> None:
    structlog.get_logger().info("request", number=NUMBER, status=200, ms=7, account="a-kora", method="GET")
    (line,) = told()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "number": NUMBER,
        "status": 200,
        "ms": 7,
        "account": "a-kora",
        "method": "GET",
    }


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("subject", "case-T-1001", "case-T-1001"),
        ("subject", "Cleo Client", logs.LEFT_OUT),
        ("subject", "x" * 43, logs.LEFT_OUT),
        ("subject", "ሰላም", logs.LEFT_OUT),
        ("account", "kora@example.org", logs.LEFT_OUT),
        ("endpoint", "room.landing", "room.landing"),
        ("endpoint", "/f/secret", logs.LEFT_OUT),
        ("status", "200", logs.LEFT_OUT),
        ("status", True, logs.LEFT_OUT),
        ("event", "a\nb", logs.LEFT_OUT),
    ],
)
def test_what_looks_like_no_code_is_left_out(key: str, value: Any, kept: Any) -> None:
    assert logs.redact({key: value}) == {key: kept}


@pytest.mark.parametrize("key", ["text", "email", "value", "path", "headers", "exception", "stack"])
def test_what_is_not_on_the_list_is_not_there(key: str) -> None:
    assert logs.redact({key: "x", "event": "y"}) == {"event": "y"}


def test_an_exception_is_its_kind_and_place(told: Told) -> None:
    try:
        logs.redact(None)  # type: ignore[arg-type]
    except AttributeError as error:
        structlog.get_logger().error("broke", exc_info=error)
    (line,) = told()
    assert (line["kind"], line["at"].split(":")[0]) == ("AttributeError", "formats/logs.py")
    assert "NoneType" not in str(line)


def test_a_librarys_sentence_is_not_kept(told: Told) -> None:
    teller = logging.getLogger("somebody.else")
    teller.error("cannot read %s", "Cleo")
    try:
        raise ValueError("Cleo")
    except ValueError:
        teller.exception("cannot read %s", "Cleo")
    found = told()
    assert [(line["event"], line["logger"], line.get("kind")) for line in found] == [
        ("library", "somebody.else", None),
        ("library", "somebody.else", "ValueError"),
    ]
    assert "Cleo" not in str(found)


def test_a_full_disk_under_the_log_stops_nobody() -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    logs.configure()
    with redirect_stderr(Full()):
        structlog.get_logger().error("broke", number=NUMBER)
