"""`triad erase` and `triad export-person` on a clinic of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests import cast, planted
from triad import cli, create_app
from triad.domain.parties import Role
from triad.services import backup
from triad.services.context import Actor
from triad.store import migrations
from triad.store.db import db
from triad.store.types import Base


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("TRIAD_CONFIG", "testing")
    monkeypatch.setenv("TRIAD_DATABASE_URL", f"sqlite:///{tmp_path / 'triad.db'}")
    app = create_app()
    with app.app_context():
        Base.metadata.create_all(db.engine)
        planted.client(cast.enter(app.extensions["triad"]))
        db.session.remove()
        db.engine.dispose()
    mask = os.umask(0o022)
    yield tmp_path
    os.umask(mask)


def run(*words: str) -> Result:
    return CliRunner().invoke(cli.main, words)


def needles(folder: Path) -> int:
    return sum(file.read_bytes().count(planted.NEEDLE.encode()) for file in folder.glob("triad.db*"))


def test_erase_tells_first_and_erases_when_told(clinic: Path) -> None:
    told = run("erase", planted.CODE)
    assert (told.exit_code, "case: 1\n" in told.output, "Nothing was erased" in told.output) == (0, True, True)
    assert needles(clinic) > 20
    done = run("erase", planted.CODE, "--yes")
    assert (done.exit_code, "Erased." in done.output, needles(clinic)) == (0, True, 0)
    again = run("erase", planted.CODE, "--yes")
    assert (again.exit_code, "There is no client with this code." in again.output) == (1, True)


def test_export_person_writes_for_its_owner_alone_and_never_over_a_file(clinic: Path) -> None:
    folder = clinic / "out"
    done = run("export-person", planted.CODE, str(folder))
    assert done.exit_code == 0, done.output
    modes = {path.name: path.stat().st_mode & 0o077 for path in folder.iterdir()}
    assert modes == {"answers.csv": 0, "person.json": 0}
    assert json.loads((folder / "person.json").read_bytes())["person"]["code"] == planted.CODE
    again = run("export-person", planted.CODE, str(folder))
    assert (again.exit_code, "name an empty folder" in again.output) == (1, True)
    nobody = run("export-person", "K-nobody", str(clinic / "other"))
    assert (nobody.exit_code, "There is no client" in nobody.output) == (1, True)


def test_a_backup_from_before_there_was_a_list_is_brought_forward(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAD_CONFIG", "testing")
    monkeypatch.setenv("TRIAD_DATABASE_URL", f"sqlite:///{tmp_path / 'triad.db'}")
    app = create_app()
    with app.app_context():
        host = Actor(app.extensions["triad"], source="cli", roles=frozenset({Role.ADMIN}))
        migrations.up(db.engine, "0004")
        backup.save(host, tmp_path / "older")
        migrations.up(db.engine)
        backup.restore(host, tmp_path / "older", over=True)
        assert migrations.current(db.engine) == migrations.head()
        assert migrations.differences(db.engine) == []
        db.session.remove()
        db.engine.dispose()
