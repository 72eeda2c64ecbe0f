"""Whole copies of the database by the engine's own means: out while others write, in as one transaction."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Engine

from triad.domain import errors
from triad.store import erasure

WIPE = ("--clean", "--if-exists", "--no-owner", "--no-privileges")


def workshop(engine: Engine) -> Path | None:
    """Where a copy may lie open for a moment: beside the database, which lies open as well. None: anywhere.

    Conflict `no_file` for a database in memory.
    """
    return _path(engine).parent if engine.dialect.name == "sqlite" else None


def out(engine: Engine, body: Path) -> None:
    """Fill the file `body`, which is there already. Conflict: `no_file`, `no_tool`, `engine_refused`."""
    if engine.dialect.name == "sqlite":
        with closing(_open(_path(engine))) as source, closing(_open(body)) as target:
            source.backup(target)
    else:
        _run(engine, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={body}")


def check(engine: Engine, body: Path) -> None:
    """Unfit `damaged` unless the engine itself takes `body` for whole."""
    if engine.dialect.name != "sqlite":
        _run(engine, "pg_restore", "--list", str(body))
        return
    try:
        with closing(_open(body)) as copy:
            whole = copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            orphans = copy.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError:
        whole, orphans = False, None
    if not whole or orphans:
        raise errors.Unfit({"file": "damaged"})


def into(engine: Engine, body: Path, erased: Mapping[str, datetime]) -> None:
    """Put `body` in the place of the database, and the list of the erased beside it: both or neither."""
    engine.dispose()
    carried = erasure.carrying(erased)
    if engine.dialect.name == "sqlite":
        # Through the engine, not by renaming: a journal or a reader of the old file cannot spoil the new one.
        with closing(_open(body)) as source, closing(_open(_path(engine))) as target:
            source.executescript(carried)
            source.backup(target)
        return
    script, after = body.with_suffix(".sql"), body.with_suffix(".after.sql")
    for path in (script, after):
        path.touch(0o600)
    _run(engine, "pg_restore", *WIPE, f"--file={script}", str(body))
    # The script of the engine looks into no schema unless named.
    after.write_text(f"RESET search_path; {carried}", "utf-8")
    once = ("--single-transaction", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1")
    _run(engine, "psql", *once, f"--file={script}", f"--file={after}")


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=10)


def _path(engine: Engine) -> Path:
    path = engine.url.database
    if not path or path == ":memory:":
        raise errors.Conflict("no_file")
    return Path(path).absolute()


def _run(engine: Engine, tool: str, *words: str) -> None:
    found = shutil.which(tool)
    if found is None:
        raise errors.Conflict("no_tool", tool=tool)
    # What the tool complains of may quote rows; it goes to the operator's own screen and nowhere else.
    told = subprocess.run(  # noqa: S603
        [found, *words], env=os.environ | _libpq(engine.url), stdout=subprocess.DEVNULL, check=False
    )
    if told.returncode:
        raise errors.Conflict("engine_refused", tool=tool)


def _libpq(url: URL) -> dict[str, str]:
    """The address as environment variables: a password among the words would be seen in the list of programs."""
    host = url.host or url.query.get("host") or ""
    parts = {
        "PGHOST": str(host),
        "PGPORT": str(url.port or url.query.get("port") or ""),
        "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": url.database or "",
    }
    return {name: value for name, value in parts.items() if value}
