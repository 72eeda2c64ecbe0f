"""A program that speaks: one that is there, one that is not, and what comes of what it writes."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import pytest

from tests import sounds
from triad.domain import errors
from triad.formats import speech


def refused(text: str = "Yes.", language: str = "en") -> str:
    with pytest.raises(errors.Conflict) as found:
        speech.spoken(text, language)
    return found.value.code


def test_without_the_program_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused() == "no_speech"


def test_a_text_reaches_the_program_by_its_input_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = tmp_path / "sound.wav"
    sound.write_bytes(sounds.wav(1))
    sounds.speaker(tmp_path / "bin", monkeypatch, f'echo "$@" > {tmp_path}/words; cat > {tmp_path}/text; cat {sound}')
    made = speech.spoken("-f /etc/passwd", "zh-Hans")
    assert (tmp_path / "words").read_text("utf-8") == "-v cmn --stdin --stdout\n"
    assert (tmp_path / "text").read_text("utf-8") == "-f /etc/passwd"
    with wave.open(io.BytesIO(made)) as told:
        assert (told.getframerate(), told.getsampwidth(), told.getnchannels()) == (8000, 1, 1)
        assert told.getnframes() == 8000
        assert set(told.readframes(8000)) == {(0x2010 >> 8) + 128}


def test_where_it_can_be_packed_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = tmp_path / "packed"
    packed.write_bytes(sounds.OGG)
    sounds.speaker(tmp_path / "bin", monkeypatch, "cat; echo sound")
    sounds.speaker(tmp_path / "bin", monkeypatch, f"cat > {tmp_path}/given; cat {packed}", "opusenc")
    assert speech.spoken("Yes.", "en") == sounds.OGG
    assert (tmp_path / "given").read_text("utf-8") == "Yes.sound\n"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("cat > /dev/null; exit 1", "no_voice"),
        ("cat > /dev/null", "no_voice"),
        ("cat > /dev/null; echo no sound", "speech_failed"),
    ],
)
def test_what_is_no_sound_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, code: str) -> None:
    sounds.speaker(tmp_path / "bin", monkeypatch, body)
    assert refused() == code


@pytest.mark.parametrize("sound", [sounds.wav(width=1), sounds.wav(rate=4000), b"RIFF", b""])
def test_a_sound_of_another_make_is_not_narrowed(sound: bytes) -> None:
    with pytest.raises(errors.Conflict) as found:
        speech.narrow(sound)
    assert found.value.code == "speech_failed"
