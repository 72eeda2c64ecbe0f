"""`triad instruments load FILE`: read or refused by its places; the empty file it starts from."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from tests import made_up
from tests.cli.test_voices import clinic
from triad import cli
from triad.formats import licensed

__all__ = ["clinic"]


def run(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(cli.main, ["instruments", *words])
    return found.exit_code, found.output


def test_a_file_is_read_and_what_stands_against_its_use_is_said(clinic: Path) -> None:
    path = clinic / "kettle.json"
    row = made_up.changed("licence.holder", "")
    row["licence"]["expires"] = "2026-01-04"
    row["licence"]["date"] = "2025-01-04"
    path.write_bytes(made_up.file(row))
    assert run("load", str(path)) == (
        0,
        "Read: kettle-scale 1.\n"
        "Not to be used yet: no holder of the rights is named.\n"
        "Not to be used yet: the licence has expired.\n",
    )


def test_a_file_that_does_not_fit_is_refused_by_its_places(clinic: Path) -> None:
    path = clinic / "kettle.json"
    path.write_bytes(made_up.file(made_up.changed("items.1.colour", made_up.NEEDLE)))
    assert run("load", str(path)) == (1, "Error: Nothing was kept.\nitems[1].colour: no such field is read.\n")
    assert run("load", str(clinic / "none.json"))[0] == 2


def test_the_empty_file_is_printed_and_has_every_field(clinic: Path) -> None:
    code, told = run("skeleton")
    assert (code, told, set(json.loads(told))) == (0, licensed.skeleton(), set(made_up.form()))
