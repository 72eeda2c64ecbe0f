"""A client who leaves is nowhere any more: not in the tables, not in the files, not after an old copy came back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select, text

from tests import cast, planted
from tests.planted import CODE, NEEDLE
from tests.services import folders
from tests.services.test_backup import tools  # noqa: F401  (the programs of PostgreSQL)
from triad.domain import errors
from triad.domain.parties import Role
from triad.services import audit, backup, context, erasure, people
from triad.services.context import Actor
from triad.store import erasure as store
from triad.store.clinic import Client, Interpreter
from triad.store.db import db
from triad.store.diaries import Diary
from triad.store.ledger import ImportBatch
from triad.store.types import Base

OTHERS = ["account", "calendar_feed", "interpreter", "room", "therapist"]
"""Tables a client, or their diary, might be in by the schema and never is: who works here cannot leave so."""

KEPT = ("audit_entry", "bulk", "erasure", "import_batch", "repeat")


@pytest.fixture
def host(cast_: cast.Cast) -> Actor:
    return Actor(cast_.clinic, source="cli", roles=frozenset({Role.ADMIN, Role.AUDITOR}))


def needles() -> int:
    """In every value of every table; and, where the database is files of its own, in their bytes."""
    db.session.remove()
    found = 0
    with db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = connection.execute(select(table)).all()
            found += sum(repr(tuple(row)).count(NEEDLE) for row in rows)
    return found + in_files()


def in_files() -> int:
    if db.engine.name != "sqlite":
        return 0
    db.engine.dispose()
    path = Path(db.engine.url.database or "")
    return sum(one.read_bytes().count(NEEDLE.encode()) for one in path.parent.glob(f"{path.name}*"))


def test_every_table_that_can_hold_a_client_holds_the_planted_one(cast_: cast.Cast) -> None:
    """A new table that hangs on a client is planted as well, or this fails."""
    planted.client(cast_)
    with db.engine.connect() as connection:
        client = db.session.get_one(Client, planted.PERSON)
        rows, _ = store.belonging(db.session(), client)
        empty = [
            one.name
            for one, which in rows.items()
            if not connection.scalar(select(func.count()).select_from(one).where(which))
        ]
    assert empty == OTHERS
    assert len(rows) > 20


def test_erasing_leaves_no_needle_and_touches_nobody_else(cast_: cast.Cast, host: Actor) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    before = folders.dump(KEPT)
    planted.client(cast_)
    extent = erasure.extent(host, CODE)
    assert needles() > 20
    erasure.erase(host, CODE)
    assert needles() == 0
    assert folders.dump(KEPT) == before
    assert (extent["case"], extent["encounter"], extent["rating"], extent["person"]) == (1, 1, 2, 1)
    assert audit.first_broken(host) is None
    with db.engine.connect() as connection:
        assert connection.scalars(text("SELECT key FROM repeat")).all() == ["c" * 64]
        (undo,) = connection.scalars(select(ImportBatch.undo))
        assert [line["id"] for line in json.loads(undo)] == ["p-carl"]
        line = connection.execute(text("SELECT subject, details FROM audit_entry ORDER BY seq DESC LIMIT 1")).one()
    assert line[0] == "client"
    with pytest.raises(errors.NotFound):
        erasure.extent(host, CODE)


@contextmanager
def secure_delete(on: bool) -> Iterator[None]:
    def turn(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA secure_delete = {int(on)}")

    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "connect", turn)
    try:
        yield
    finally:
        event.remove(db.engine, "connect", turn)
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("on", [True, False])
def test_without_secure_delete_the_bytes_stay_in_the_file(cast_: cast.Cast, host: Actor, on: bool) -> None:
    """The same deletion without writing the file anew afterwards: only the setting decides."""
    if db.engine.name != "sqlite":
        return
    planted.client(cast_)
    with secure_delete(on):
        with context.work(host) as ctx:
            store.erase(ctx.session, ctx.session.get_one(Client, planted.PERSON), "h" * 64, ctx.now)
        assert (in_files() == 0) is on


def test_an_older_backup_does_not_bring_them_back(cast_: cast.Cast, host: Actor, tmp_path: Path, clock: Any) -> None:
    planted.client(cast_)
    backup.save(host, tmp_path / "older")
    erasure.erase(host, CODE)
    backup.save(host, tmp_path / "newer")
    backup.restore(host, tmp_path / "older", over=True)
    assert needles() == 0
    assert "backup.erase_anew" in [line.verb for line in audit.entries(host).lines]
    clock.forward(minutes=1)
    # The list came along: the next one is no way back either.
    backup.restore(host, tmp_path / "older", over=True)
    assert needles() == 0
    assert audit.first_broken(host) is None
    backup.restore(host, tmp_path / "newer", over=True)
    assert needles() == 0


def test_without_the_list_they_would_be_back(cast_: cast.Cast, host: Actor, tmp_path: Path) -> None:
    planted.client(cast_)
    backup.save(host, tmp_path / "older")
    erasure.erase(host, CODE)
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM erasure"))
    backup.restore(host, tmp_path / "older", over=True)
    assert needles() > 20


def test_the_list_holds_keyed_hashes_only(cast_: cast.Cast, host: Actor) -> None:
    planted.client(cast_)
    erasure.erase(host, CODE)
    with db.engine.connect() as connection:
        rows = connection.execute(text("SELECT hash FROM erasure")).all()
    assert rows == [(cast_.clinic.keyed("erasure", planted.PERSON),)]


def test_who_works_here_as_well_is_refused_whole(cast_: cast.Cast, host: Actor) -> None:
    planted.client(cast_)
    with context.work(host) as ctx:
        ctx.session.add(Diary(id=902, kind="interpreter"))
        ctx.session.flush()
        ctx.session.add(Interpreter(id=planted.PERSON, diary_id=902, modes=[], skills=[], credentials=[]))
    before = folders.dump(())
    for verb in (erasure.extent, erasure.erase):
        with pytest.raises(errors.Conflict) as refused:
            verb(host, CODE)
        assert refused.value.code == "also_staff"
    assert folders.dump(()) == before


@pytest.mark.parametrize("name", ["kora", "thea", "ines", "lena", "ada", "aud"])
def test_nobody_erases_from_a_page(cast_: cast.Cast, host: Actor, name: str) -> None:
    planted.client(cast_)
    for verb in (erasure.extent, erasure.erase):
        with pytest.raises(errors.NotFound):
            verb(getattr(cast_, name), CODE)
    assert [row.id for row in people.listed(cast_.kora, "clients").rows if row.id == planted.PERSON] != []
