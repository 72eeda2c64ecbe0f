"""The audit trail under many writers in several programs, and in the hands of somebody who changes it."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator, Mapping
from threading import Thread
from typing import Any

from sqlalchemy import create_engine, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.walks import born, crowd, served
from triad.domain.parties import Role
from triad.formats import keyed
from triad.services import audit, context
from triad.services.context import Actor
from triad.store import types
from triad.store.db import db
from triad.store.ledger import AuditEntry, AuditLine

PROGRAMS = 2
TABLE = types.table(AuditEntry)


def append(url: str, writers: int, each: int, locked: bool = True) -> tuple[int, bool]:
    """How many of the lines that `writers` append at once are there, and whether they are one whole chain."""
    with served.opened(url) as app:
        crowd.people(app)
    gate = born.fresh.Barrier(PROGRAMS)
    programs = [born.program(_write, url, writers // PROGRAMS, each, locked, gate) for _ in range(PROGRAMS)]
    for program in programs:
        program.join()
        assert program.exitcode == 0, "a program that was to append broke off"
    with served.opened(url) as app:
        with db.engine.connect() as connection:
            count = connection.scalar(select(func.count()).select_from(TABLE).where(TABLE.c.verb == "walk.append"))
        return count or 0, audit.first_broken(_auditor(app)) is None


def _write(url: str, writers: int, each: int, locked: bool, gate: Any) -> None:
    if not locked:
        _unlock()
    with served.opened(url) as app:
        actor = _auditor(app)

        def append_all() -> None:
            with app.app_context():
                for number in range(each):
                    # Without the lock two take the same number, and the table refuses one of them.
                    with contextlib.suppress(Exception), context.work(actor) as ctx:
                        ctx.audit("walk.append", "x", number=number)
                db.session.remove()

        threads = [Thread(target=append_all) for _ in range(writers)]
        gate.wait()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _unlock() -> None:
    """Nobody waits for anybody: each writer looks for the end of the trail by itself."""
    from triad.store import db as database

    context._writing = contextlib.nullcontext()  # type: ignore[assignment]
    context.text = lambda statement: text("SELECT 1 WHERE :key > 0")  # type: ignore[assignment]
    begin = "BEGIN"
    database._sqlite_begin = lambda connection: connection.exec_driver_sql(begin)  # type: ignore[assignment]


def _auditor(app: Any) -> Actor:
    return Actor(app.extensions["triad"], source="cli", roles=frozenset({Role.AUDITOR}))


def edited(url: str, edits: int, lines: int = 120) -> tuple[list[str], list[str]]:
    """Kinds of edits that went unfound, and orders the database itself took that it must refuse."""
    chance = random.Random(11)
    with served.opened(url) as app:
        crowd.people(app)
        auditor = _auditor(app)
        with context.work(auditor) as ctx:
            for number in range(lines):
                ctx.audit(f"walk.{number % 7}", f"case-{number}", number=number)
        taken = [order for order in ORDERS[db.engine.dialect.name] if _takes(order)]
        unfound = []
        with _unguarded():
            for number in range(edits):
                kind = list(EDITS)[number % len(EDITS)]
                with _edit(EDITS[kind], chance.randrange(2, lines), lines):
                    if audit.first_broken(auditor) is None:
                        unfound.append(kind)
            assert audit.first_broken(auditor) is None
    return unfound, taken


def forged_with_the_key(url: str) -> bool:
    """Whoever holds the pepper can write a trail that proves itself: then an edit goes unfound."""
    with served.opened(url) as app:
        crowd.people(app)
        auditor = _auditor(app)
        with context.work(auditor) as ctx:
            for number in range(9):
                ctx.audit("walk.append", f"case-{number}")
        with _unguarded(), _outside() as connection:
            previous = ""
            for row in connection.execute(select(TABLE).order_by(TABLE.c.seq)).all():
                line = AuditLine(row.seq, row.at, "a-somebody", row.verb, row.subject, row.details)
                previous = keyed.chained(app.extensions["triad"].settings, previous, line)[0]
                connection.execute(
                    update(TABLE).where(TABLE.c.seq == row.seq).values(actor="a-somebody", hash=previous)
                )
        return audit.first_broken(auditor) is None


ORDERS: Mapping[str, tuple[str, ...]] = {
    "sqlite": (
        "UPDATE audit_entry SET actor = 'x' WHERE seq = 3",
        "DELETE FROM audit_entry WHERE seq = 3",
        "DELETE FROM audit_entry",
        "REPLACE INTO audit_entry SELECT seq, at, 'x', verb, subject, details, hash FROM audit_entry WHERE seq = 3",
        "INSERT INTO audit_entry SELECT * FROM audit_entry WHERE seq = 3",
    ),
    "postgresql": (
        "UPDATE audit_entry SET actor = 'x' WHERE seq = 3",
        "DELETE FROM audit_entry WHERE seq = 3",
        "TRUNCATE audit_entry",
        "INSERT INTO audit_entry SELECT * FROM audit_entry WHERE seq = 3",
        "INSERT INTO audit_entry SELECT seq, at, 'x', verb, subject, details, hash FROM audit_entry WHERE seq = 3 "
        "ON CONFLICT (seq) DO UPDATE SET actor = 'x'",
    ),
}
"""What no connection of the house may do to the trail."""


def _takes(order: str) -> bool:
    db.session.remove()
    try:
        with db.engine.begin() as connection:
            connection.exec_driver_sql(order)
    except DBAPIError:
        return False
    return True


Edit = Callable[[Any, dict[str, Any], int], None]


def _set(**values: Any) -> Edit:
    def edit(connection: Any, row: dict[str, Any], lines: int) -> None:
        connection.execute(update(TABLE).where(TABLE.c.seq == row["seq"]).values(**values))

    return edit


def _later(connection: Any, row: dict[str, Any], lines: int) -> None:
    connection.execute(
        update(TABLE).where(TABLE.c.seq == row["seq"]).values(at=row["at"].replace(year=row["at"].year + 1))
    )


def _left_out(connection: Any, row: dict[str, Any], lines: int) -> None:
    connection.execute(TABLE.delete().where(TABLE.c.seq == row["seq"]))


def _closed_up(connection: Any, row: dict[str, Any], lines: int) -> None:
    """Left out, and all later lines numbered anew so that no gap is seen."""
    _left_out(connection, row, lines)
    for seq in range(row["seq"] + 1, lines + 1):
        connection.execute(update(TABLE).where(TABLE.c.seq == seq).values(seq=seq - 1))


def _swapped(connection: Any, row: dict[str, Any], lines: int) -> None:
    for now, then in ((row["seq"], 0), (row["seq"] - 1, row["seq"]), (0, row["seq"] - 1)):
        connection.execute(update(TABLE).where(TABLE.c.seq == now).values(seq=then))


def _invented(connection: Any, row: dict[str, Any], lines: int) -> None:
    """A line more at the end, with a hash of its own making."""
    values = {**row, "seq": lines + 1, "hash": "f" * 64}
    connection.execute(insert(TABLE).values(**values))


def _made_anew(connection: Any, row: dict[str, Any], lines: int) -> None:
    """Changed, and every hash from there on computed anew by somebody who has the code but not the pepper."""
    from triad import settings

    guessed = settings.load("testing", {}, pepper="guessed-" * 5)
    rows = connection.execute(select(TABLE).where(TABLE.c.seq >= row["seq"] - 1).order_by(TABLE.c.seq)).all()
    previous = rows[0].hash
    for one in rows[1:]:
        line = AuditLine(one.seq, one.at, "a-x", one.verb, one.subject, one.details)
        previous = keyed.chained(guessed, previous, line)[0]
        connection.execute(update(TABLE).where(TABLE.c.seq == one.seq).values(actor="a-x", hash=previous))


EDITS: Mapping[str, Edit] = {
    "who": _set(actor="a-x"),
    "what": _set(verb="walk.other"),
    "about": _set(subject="case-other"),
    "details": _set(details={"number": -1}),
    "when": _later,
    "hash": _set(hash="0" * 64),
    "left out": _left_out,
    "left out and closed up": _closed_up,
    "swapped": _swapped,
    "invented": _invented,
    "made anew": _made_anew,
}


@contextlib.contextmanager
def _edit(edit: Edit, seq: int, lines: int) -> Iterator[None]:
    """The edit is there meanwhile; afterwards all is as it was."""
    with _outside() as connection:
        kept = [dict(row) for row in connection.execute(select(TABLE).order_by(TABLE.c.seq)).mappings()]
        edit(connection, kept[seq - 1], lines)
    yield
    with _outside() as connection:
        connection.execute(TABLE.delete())
        connection.execute(insert(TABLE), kept)


@contextlib.contextmanager
def _unguarded() -> Iterator[None]:
    """As somebody who owns the database could: the triggers are gone."""
    lite = db.engine.dialect.name == "sqlite"
    names = ("audit_append_only_update", "audit_append_only_delete") if lite else ("audit_append_only",)
    with _outside() as connection:
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER {name}" + ("" if lite else " ON audit_entry"))
    yield


@contextlib.contextmanager
def _outside() -> Iterator[Any]:
    db.session.remove()
    engine = create_engine(db.engine.url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()
