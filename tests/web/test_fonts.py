"""Our own fonts: none changed, none missing, and a letter for every character a form is worded in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

import triad
from triad.domain.languages import CLIENT_LANGUAGES
from triad.formats import wordings

STATIC = Path(triad.__file__).parent / "web" / "static"
FACE = re.compile(r"@font-face \{(.*?)\}", re.DOTALL)
RANGE = re.compile(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?")
NASTALIQ = "noto-nastaliq-urdu.woff2"


def faces() -> Iterator[tuple[str, frozenset[int]]]:
    """File and the code points for which a browser takes it and finds a letter in it."""
    for face in FACE.findall((STATIC / "css/fonts.css").read_text("utf-8")):
        [name] = re.findall(r"fonts/([\w-]+\.woff2)", face)
        ranges = [(int(first, 16), int(last or first, 16)) for first, last in RANGE.findall(face)]
        with TTFont(STATIC / "fonts" / name) as font:
            yield name, frozenset(code for code in font.getBestCmap() if any(a <= code <= z for a, z in ranges))


@pytest.fixture(scope="module")
def drawn() -> dict[str, frozenset[int]]:
    return dict(faces())


def letters(tag: str) -> set[int]:
    one = wordings.wording(tag)
    return set(map(ord, "".join([*one.texts.values(), *one.anchors, *one.ui.values()])))


@pytest.mark.parametrize("tag", CLIENT_LANGUAGES)
def test_every_character_of_a_form_is_in_a_font_of_ours(tag: str, drawn: dict[str, frozenset[int]]) -> None:
    assert sorted(map(chr, letters(tag) - frozenset().union(*drawn.values()))) == []


@pytest.mark.parametrize(
    ("tag", "start"), [("ti", "noto-sans-ethiopic"), ("vi", "noto-sans-v"), ("zh-Hans", "noto-sans-sc")]
)
def test_without_its_font_characters_are_missing(tag: str, start: str, drawn: dict[str, frozenset[int]]) -> None:
    others = (codes for name, codes in drawn.items() if not name.startswith(start))
    missing = letters(tag) - frozenset().union(*others)
    assert len(missing) > (5 if tag == "vi" else 100)


def test_urdu_is_whole_in_nastaliq(drawn: dict[str, frozenset[int]]) -> None:
    arabic = {code for code in letters("ur") if 0x600 <= code <= 0x6FF}
    assert (len(arabic) > 30, arabic - drawn[NASTALIQ]) == (True, set())


def test_chinese_of_the_form_needs_the_small_fonts_only(drawn: dict[str, frozenset[int]]) -> None:
    written = {code for code in letters("zh-Hans") if code >= 0x2E80}
    assert written - drawn["noto-sans-sc-form.woff2"] == written - drawn["noto-sans-sc-form-bold.woff2"] == set()


def test_fonts_are_the_ones_listed() -> None:
    fonts = STATIC / "fonts"
    listed = {line[66:]: line[:64] for line in (fonts / "HASHES").read_text().splitlines()}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in fonts.iterdir() if path.name != "HASHES"
    }
    assert found == listed
    used = set(re.findall(r"fonts/([\w-]+\.woff2)", (STATIC / "css/fonts.css").read_text()))
    assert used == {name for name in listed if name.endswith(".woff2")}
