"""When a database cannot go on: told apart by the engines' own codes, so that nobody reads their sentences."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, TimeoutError

from triad.domain import errors
from triad.store import diaries
from triad.store.db import Unsafe

FULL, READ_ONLY, DAMAGED, GONE, BUSY, MET = "full", "read_only", "damaged", "gone", "busy", "met"
UNSAFE = "unsafe"

LITE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    **dict.fromkeys((sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB), DAMAGED),
    sqlite3.SQLITE_CANTOPEN: GONE,
    **dict.fromkeys((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL), BUSY),
    sqlite3.SQLITE_NOMEM: BUSY,
}
POSTGRES = {
    "53100": FULL,
    "25006": READ_ONLY,
    **dict.fromkeys(("58", "XX001", "XX002"), DAMAGED),
    **dict.fromkeys(("08", "57P", "25P03"), GONE),
    **dict.fromkeys(("53", "55P03", "57014"), BUSY),
    **dict.fromkeys(("40001", "40P01"), MET),
}
"""SQLSTATE, or the beginning of one, by PostgreSQL's appendix A; the longest that fits counts."""

SECONDS = {FULL: 60, READ_ONLY: 60, DAMAGED: 60, UNSAFE: 60, GONE: 10, BUSY: 5, MET: 1}
"""After how many it is worth asking again."""


def refusal(error: BaseException, written: bool = False) -> errors.TriadError | None:
    """What this means to whoever asked; None for what is a fault of ours.

    A constraint that refused is a conflict: somebody was faster. Overlap has its own name. `written`: was something
    kept before, in the same request?
    """
    if isinstance(error, IntegrityError):
        return errors.Clash(who="somebody") if diaries.OVERLAP in str(error.orig) else errors.Conflict()
    if reason := why(error):
        return errors.Unavailable(reason, SECONDS[reason], again=reason == MET and not written)
    return None


def why(error: BaseException) -> str:
    """What keeps the database from going on; "" where the fault lies with us, or a constraint said no.

    `met`: two writers stood in each other's way, and this one was ended with nothing of it written.
    """
    if isinstance(error, TimeoutError):
        # All connections are out.
        return BUSY
    if isinstance(error, Unsafe):
        return UNSAFE
    if isinstance(error, sqlite3.Error):
        return _lite(error)
    if not isinstance(error, DBAPIError):
        return ""
    if isinstance(error.orig, sqlite3.Error):
        return _lite(error.orig)
    state = getattr(error.orig, "sqlstate", None) or ""
    if not state and isinstance(error, OperationalError | InterfaceError):
        # Nobody answered, so nobody gave a code.
        return GONE
    return next((POSTGRES[state[:length]] for length in (5, 3, 2) if state[:length] in POSTGRES), "")


def _lite(error: sqlite3.Error) -> str:
    return LITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "")
