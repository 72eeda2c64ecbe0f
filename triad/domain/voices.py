"""A form read aloud: which of its texts may have a clip, what a clip must be, and which clips still fit.

A clip belongs to one text of one language: one changed character there, and it is off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from triad.domain import instruments
from triad.domain.instruments import Line, Wording

RECORDED, SYNTHETIC = "recorded", "synthetic"
ORIGINS = (RECORDED, SYNTHETIC)
LARGEST = 40_000
"""Bytes of one clip: it is loaded on a telephone, by a tap, with a question in mind."""
KINDS = {"ogg": "audio/ogg", "mp3": "audio/mpeg", "wav": "audio/wav", "m4a": "audio/mp4"}
"""What is taken, by the word it is stored under, and what browsers call it."""
WHO_SEES, WHO_SEES_NEVER = "ui:who_sees_body", "ui:who_sees_never"
ABOUT_INTERPRETER = ":CI"
LONGEST_NAME = 120
_SEPARATOR = re.compile(r"[:_-]+")
_BRANDS = (b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso5", b"iso6", b"dash")


@dataclass(frozen=True)
class Clip:
    """All of a clip but its sound. `text_hash` stands for the text that is spoken, `wording_hash` for the wording it
    was taken from, `interprets` for a voice that is an interpreter's of this clinic; `by` is an account."""

    id: str
    unit: str
    origin: str
    text_hash: str
    wording_hash: str
    kind: str
    size: int
    hash: str
    interprets: bool
    by: str
    at: datetime

    @property
    def is_synthetic(self) -> bool:
        return self.origin == SYNTHETIC


def unit(line: Line) -> str:
    """By what word `packs.units` has a line's text."""
    return ":".join(line.text_key)


def anchor(place: int) -> str:
    """The same of an answer, 1 the lowest."""
    return f"anchor:{place}"


def texts(wording: Wording, lines: Iterable[Line], who_sees: tuple[str, ...]) -> dict[str, str]:
    """Unit to text, of all that is read aloud: who sees the answers, each question, each answer."""
    said = {name: wording.ui[name.partition(":")[2]] for name in who_sees}
    asked = {unit(line): wording.text(line) for line in lines}
    return said | asked | {anchor(place): text for place, text in enumerate(wording.anchors, 1)}


def text_hash(language: str, text: str) -> str:
    return instruments.fingerprint([language, text])


def fitting(
    clips: Iterable[Clip], language: str, spoken: Mapping[str, str], synthetic: bool = True
) -> dict[str, Clip]:
    """Unit to the clip that is heard: of a text as it stands now, a recording before a voice that was made.

    Without `synthetic` made voices are left out: what clients of a real clinic may hear.
    """
    found: dict[str, Clip] = {}
    for clip in sorted(clips, key=lambda one: ORIGINS.index(one.origin)):
        text = spoken.get(clip.unit)
        if text is not None and clip.text_hash == text_hash(language, text) and (synthetic or not clip.is_synthetic):
            found.setdefault(clip.unit, clip)
    return found


def kind(content: bytes) -> str:
    """A key of KINDS, by its first bytes; "" for what is no sound of ours, whatever its name says."""
    if content[:4] == b"OggS" and b"OpusHead" in content[:64]:
        return "ogg"
    if content[:3] == b"ID3" or _is_mpeg_frame(content[:4]):
        return "mp3"
    if content[:4] == b"RIFF" and content[8:16] == b"WAVEfmt ":
        return "wav"
    if content[4:8] == b"ftyp" and content[8:12] in _BRANDS:
        return "m4a"
    return ""


def unfit(content: bytes, unit_key: str, interprets: bool) -> str:
    """A code for what is against these bytes as the clip of a text; "" for nothing.

    Who interprets here is not the voice of what is asked about interpreters.
    """
    if not content:
        return "empty"
    if len(content) > LARGEST:
        return "clip_too_large"
    if not kind(content):
        return "no_sound"
    if interprets and unit_key.endswith(ABOUT_INTERPRETER):
        return "interpreters_voice"
    return ""


def named(filename: str, units: Iterable[str]) -> str:
    """The unit a file is named after: `bond.1_CT.ogg`, since no file can be called `bond.1:CT`; "" for none."""
    stem = _folded(re.sub(r"\.\w{1,5}$", "", filename.strip()))
    return next((one for one in units if _folded(one) == stem), "")


def file_name(unit_key: str) -> str:
    """What a file for this text is called, without its ending."""
    return unit_key.replace(":", "_")


def _folded(name: str) -> str:
    return _SEPARATOR.sub("_", name).lower()


def _is_mpeg_frame(head: bytes) -> bool:
    """Sync, layer III, and a bit rate and sampling rate that exist: two bytes of sync alone are met by chance."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return version != 1 and layer == 1 and head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3
