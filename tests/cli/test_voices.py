"""`triad voices draft LANG` with a program that speaks, and without one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests import sounds
from triad import cli, create_app
from triad.services import voices
from triad.store.db import db
from triad.store.types import Base
from triad.store.voices import VoiceClip


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("TRIAD_CONFIG", "testing")
    monkeypatch.setenv("TRIAD_DATABASE_URL", f"sqlite:///{tmp_path / 'triad.db'}")
    app = create_app()
    with app.app_context():
        Base.metadata.create_all(db.engine)
        db.engine.dispose()
    mask = os.umask(0o022)
    yield tmp_path
    os.umask(mask)


def run(language: str = "uk") -> tuple[int, str]:
    found = CliRunner().invoke(cli.main, ["voices", "draft", language])
    return found.exit_code, found.output


def kept() -> set[tuple[str, str]]:
    app = create_app()
    with app.app_context():
        rows = {(row.origin, row.by) for row in db.session.query(VoiceClip)}
        db.session.remove()
        db.engine.dispose()
    return rows


def speaks(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    (folder / "short.wav").write_bytes(sounds.wav(1))
    (folder / "long.wav").write_bytes(sounds.wav(6))
    sounds.speaker(folder / "bin", monkeypatch, body)


def test_every_text_is_spoken_and_marked_as_made(clinic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speaks(clinic, monkeypatch, f"cat > /dev/null; cat {clinic}/short.wav")
    assert run() == (0, "14 texts are spoken.\n")
    assert kept() == {(voices.SYNTHETIC, "-")}


def test_what_is_too_large_is_named(clinic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = f'test "$(cat | wc -c)" -gt 200 && cat {clinic}/long.wav || cat {clinic}/short.wav'
    speaks(clinic, monkeypatch, body)
    code, told = run()
    assert (code, told.splitlines()) == (
        0,
        [
            "12 texts are spoken.",
            *(
                f"ui:{name}: larger than 40 kB, not kept. With opusenc on this machine it would fit."
                for name in ("who_sees_body", "who_sees_never")
            ),
        ],
    )


@pytest.mark.parametrize(
    ("body", "language", "told"),
    [
        ("", "uk", "There is no espeak-ng on this machine: install it, or upload recordings instead."),
        ("cat > /dev/null; exit 1", "uk", "espeak-ng does not speak this language: upload recordings instead."),
        ("cat", "uk", "espeak-ng or opusenc gave no sound that can be used. Nothing was kept."),
        ("cat", "xx", "No form is worded in xx."),
    ],
)
def test_what_keeps_it_from_speaking_is_said_plainly(
    clinic: Path, monkeypatch: pytest.MonkeyPatch, body: str, language: str, told: str
) -> None:
    if body:
        speaks(clinic, monkeypatch, body)
    else:
        monkeypatch.setenv("PATH", str(clinic))
    assert run(language) == (1, f"Error: {told}\n")
    assert kept() == set()
