"""`triad export DIR` on a clinic of its own."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests import answered, cast
from triad import cli, create_app
from triad.services import exports
from triad.store.db import db
from triad.store.types import Base

DAY = date(2025, 3, 3)
"""Long ago: the command asks the real clock."""


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two sessions, whose clients chose the lead and nobody."""
    monkeypatch.setenv("TRIAD_CONFIG", "testing")
    monkeypatch.setenv("TRIAD_DATABASE_URL", f"sqlite:///{tmp_path / 'triad.db'}")
    app = create_app()
    with app.app_context():
        Base.metadata.create_all(db.engine)
        people = cast.enter(app.extensions["triad"])
        for n, choice in enumerate(("lead_only", "statistics_only")):
            id_ = cast.encounter(people, DAY.replace(day=3 + n), interpreter="p-ines", held=True, id_=f"enc-{n}")
            answered.all_three(people, id_, datetime(2025, 3, 4, tzinfo=UTC), choice)
        db.session.remove()
        db.engine.dispose()
    mask = os.umask(0o022)
    yield tmp_path
    os.umask(mask)


def run(folder: Path) -> Result:
    return CliRunner().invoke(cli.main, ["export", str(folder)])


def test_export_writes_what_the_lead_may_see_and_never_over_a_file(clinic: Path) -> None:
    folder = clinic / "out"
    found = run(folder)
    assert (found.exit_code, found.output) == (0, f"Answers: 31. Sessions: 2. Files: {len(exports.names())}.\n")
    assert {path.name: path.stat().st_mode & 0o077 for path in folder.iterdir()} == dict.fromkeys(exports.names(), 0)
    with (folder / "ratings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["session"], row["rater"]) for row in rows} == {
        *(("1", party) for party in ("therapist", "interpreter", "client")),
        *(("2", party) for party in ("therapist", "interpreter")),
    }
    again = run(folder)
    assert (again.exit_code, "name an empty folder" in again.output) == (1, True)
