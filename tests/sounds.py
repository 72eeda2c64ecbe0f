"""The beginnings of sounds, by kind, and what only looks like one."""

from __future__ import annotations

import io
import os
import wave
from pathlib import Path

import pytest


def wav(seconds: float = 0.1, rate: int = 22050, width: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(b"\x10\x20"[:width] * int(seconds * rate))
    return out.getvalue()


OGG = b"OggS\x00\x02" + bytes(20) + b"\x01\x13" + b"OpusHead\x01\x01" + bytes(200)
MP3 = b"\xff\xfb\x90\x64" + bytes(400)
TAGGED = b"ID3\x04" + bytes(400)
M4A = b"\x00\x00\x00\x20ftypM4A " + bytes(200)
WAV = wav()
KINDS = {"ogg": OGG, "mp3": MP3, "m4a": M4A, "wav": WAV}
OTHERS = {
    "vorbis": b"OggS\x00\x02" + bytes(22) + b"\x01vorbis" + bytes(200),
    "page": b"<!doctype html><script>1</script>",
    "layer_two": b"\xff\xfd\x90\x64" + bytes(400),
    "no_rate": b"\xff\xfb\xf0\x64" + bytes(400),
    "film": b"\x00\x00\x00\x20ftypqt  " + bytes(200),
    "picture": b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(200),
    "short": b"\xff\xfb",
}


def speaker(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str, name: str = "espeak-ng") -> None:
    """A program of this name, the only thing on the PATH besides the shell's own tools."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n", "utf-8")
    path.chmod(0o700)
    monkeypatch.setenv("PATH", os.pathsep.join((str(folder), "/bin")))
