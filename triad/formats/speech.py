"""A text spoken by a program of this machine, small enough to be sent to a telephone: a draft, and never more."""

from __future__ import annotations

import io
import shutil
import subprocess
import wave

from triad.domain import errors

SPEAKER, PACKER = "espeak-ng", "opusenc"
VOICES = {"prs": "fa", "kmr": "ku", "zh-Hans": "cmn"}
"""What the program calls a language where that is not its tag."""
PATIENCE = 30
"""Seconds for one text."""
RATE = 8000
"""Samples a second of what is not packed: a telephone's."""


def spoken(text: str, language: str) -> bytes:
    """Ogg/Opus where that can be packed here, else a narrow WAV, which may well be too large to keep.

    Conflict: `no_speech` without the program, `no_voice` where it does not speak the language, `speech_failed`.
    """
    found = shutil.which(SPEAKER)
    if found is None:
        raise errors.Conflict("no_speech")
    # By its input, not among the words: a text may begin with a dash, and lists of programs show words.
    said = _run([found, "-v", VOICES.get(language, language), "--stdin", "--stdout"], text.encode())
    if not said:
        raise errors.Conflict("no_voice", language=language)
    if packer := shutil.which(PACKER):
        return _run([packer, "--quiet", "--bitrate", "16", "--downmix-mono", "-", "-"], said) or _failed()
    return narrow(said)


def narrow(sound: bytes) -> bytes:
    """A WAV of 16 bits as one of 8 bits and 8 kHz: a sixth of the size, and understood. Conflict `speech_failed`."""
    try:
        with wave.open(io.BytesIO(sound)) as source:
            channels, width, rate = source.getnchannels(), source.getsampwidth(), source.getframerate()
            # A stream has no length in its head: what is there counts.
            frames = source.readframes(len(sound))
    except (wave.Error, EOFError):
        return _failed()
    if (channels, width) != (1, 2) or rate < RATE:
        return _failed()
    samples = memoryview(frames[: len(frames) // 2 * 2]).cast("h")
    count = len(samples) * RATE // rate
    narrowed = bytearray()
    for number in range(count):
        first, after = number * rate // RATE, max((number + 1) * rate // RATE, number * rate // RATE + 1)
        part = samples[first:after]
        narrowed.append((sum(part) // len(part) >> 8) + 128)
    out = io.BytesIO()
    with wave.open(out, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(1)
        target.setframerate(RATE)
        target.writeframes(bytes(narrowed))
    return out.getvalue()


def _run(words: list[str], given: bytes) -> bytes:
    """What the program wrote; empty when it refused."""
    try:
        told = subprocess.run(  # noqa: S603
            words, input=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return _failed()
    return b"" if told.returncode else told.stdout


def _failed() -> bytes:
    raise errors.Conflict("speech_failed")
