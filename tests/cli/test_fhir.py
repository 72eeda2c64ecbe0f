"""`triad fhir` on a clinic of its own: the plan out, appointments looked at and then taken in."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests import cast
from tests.formats.test_fhir_intake import PATIENT, appointment, bundle
from triad import cli, create_app
from triad.store.db import db
from triad.store.types import Base


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("TRIAD_CONFIG", "testing")
    monkeypatch.setenv("TRIAD_DATABASE_URL", f"sqlite:///{tmp_path / 'triad.db'}")
    app = create_app()
    with app.app_context():
        Base.metadata.create_all(db.engine)
        cast.encounter(cast.enter(app.extensions["triad"]), date(2025, 3, 3), interpreter="p-ines", id_="e1")
        db.session.remove()
        db.engine.dispose()
    mask = os.umask(0o022)
    yield tmp_path
    os.umask(mask)


def run(*words: object) -> Result:
    return CliRunner().invoke(cli.main, ["fhir", *map(str, words)])


def test_plan_is_written_for_its_owner_alone_and_never_over_a_file(clinic: Path) -> None:
    file = clinic / "plan.json"
    out = run("out", file, "--first", "2025-03-03", "--last", "2025-03-03")
    assert (out.exit_code, out.output) == (0, "Appointments: 1. Patients: 1. Staff: 4.\n")
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_bytes())["resourceType"] == "Bundle"
    again = run("out", file, "--first", "2025-03-03", "--last", "2025-03-03")
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    assert run("out", clinic / "x", "--first", "2025-03-03", "--last", "2025-03-02").exit_code == 1


def test_bundle_is_looked_at_and_taken_in_only_when_asked(clinic: Path) -> None:
    file = clinic / "in.json"
    file.write_text(json.dumps(bundle(appointment(start="2150-03-09T14:30:00Z"), PATIENT)))
    assert run("in", file).output == "Requests: 1. Arrivals: 0.\nTo take them in: add --accept\n"
    assert run("in", file, "--accept").output == "Requests: 1. Arrivals: 0.\nTaken in: 1 requests.\n"
    refused = run("in", file)
    assert (refused.exit_code, "entry.0.start: taken" in refused.output) == (1, True)
    file.write_text("[]")
    assert "holds no bundle" in run("in", file).output
    file.write_text("{")
    assert "is no JSON" in run("in", file).output
