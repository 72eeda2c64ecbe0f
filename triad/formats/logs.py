"""One JSON line per event. What is not on the list stays out, and so does what does not look like a code or an id."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Any

import structlog

HERE = Path(__file__).parents[1]
CODE, ID, NUMBER = r"[a-z][a-z0-9_.-]{0,59}", r"[A-Za-z0-9_-]{1,24}", r"[A-Za-z0-9_-]{8}"
FIELDS = {
    **dict.fromkeys(("event", "level", "endpoint", "verb", "why", "source"), re.compile(CODE)),
    **dict.fromkeys(("account", "subject"), re.compile(ID)),
    "number": re.compile(NUMBER),
    "kind": re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}"),
    "method": re.compile(r"[A-Z]{3,7}"),
    "logger": re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,59}"),
    "at": re.compile(r"[A-Za-z0-9_/.-]{1,80}:[0-9]{1,6}"),
    "timestamp": re.compile(r"[0-9T:.+Z-]{10,40}"),
}
"""What may stand in a line, and what each must look like. No name, note, mark, token or address does."""
COUNTS = ("status", "ms")
LEFT_OUT = "left out"


def configure() -> None:
    """From here on everything that is logged, by us and by libraries, becomes such lines on standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redacted,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.BoundLogger,
        logger_factory=lambda *_: Lines(),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    if not any(isinstance(known, Library) for known in root.handlers):
        root.addHandler(Library())


def redact(line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The line with what may be told of it. An exception becomes its kind, and where in our own code it arose."""
    error = line.pop("exc_info", None)
    if isinstance(error, BaseException):
        line.update(kind=type(error).__name__, at=where(error.__traceback__))
    kept = {key: value for key, value in line.items() if key in FIELDS or key in COUNTS}
    for key, value in kept.items():
        if key in COUNTS:
            fits = isinstance(value, int) and not isinstance(value, bool)
        else:
            fits = bool(FIELDS[key].fullmatch(str(value)))
        kept[key] = value if fits else LEFT_OUT
    return kept


def _redacted(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return redact(line)


def where(trace: TracebackType | None) -> str:
    """The innermost place in our own code, as "services/ratings.py:120"."""
    ours = [frame for frame in extract_tb(trace) if Path(frame.filename).is_relative_to(HERE)]
    return f"{Path(ours[-1].filename).relative_to(HERE)}:{ours[-1].lineno}" if ours else "outside:0"


class Lines:
    """Writes to whatever standard error is at that moment. A full disk under the log stops nobody's request."""

    def __getattr__(self, level: str) -> Callable[[str], None]:
        return self.write

    def write(self, line: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(line + "\n")
            sys.stderr.flush()


class Library(logging.Handler):
    """What libraries log: their sentences may quote anything, so who speaks and what broke is all that is kept."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        told = structlog.get_logger()
        tell = told.error if record.levelno >= logging.ERROR else told.warning
        tell("library", logger=record.name, exc_info=error)
