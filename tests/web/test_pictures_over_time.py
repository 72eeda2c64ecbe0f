"""The strip says every number once, signs are neutral and told in words, and the expected band stays behind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from tests.web.test_pictures import HOSTILE, LONG, NAMES, STATIC, SVG, is_red, luminance, shown
from triad.web import pictures
from triad.web.pictures import Mark, Point, series, signs
from triad.web.pictures.strip import FAINT, STRONG

WAYS = ("TI", "TC", "IT", "IC", "CT", "CI")
ISOLATES = str.maketrans("", "", "\u2066\u2068\u2069")
FLAGS = (
    Mark("TC", 2, "fell", ("CT",)),
    Mark("TC", 2, "fell", ("TC", "CT")),
    Mark("TC", 3, "back", ("TC", "CT")),
    Mark("TI", 2, "watch", ("IT",)),
    Mark("TI", 4, "shift", ("TI",)),
    Mark("IC", 4, "apart", ("IC", "CI")),
)


def points(count: int, changed: int | None = None, missing: Sequence[str] = ()) -> list[Point]:
    """Scores that differ from cell to cell; directions in `missing` have none in session 2."""
    return [
        Point(
            n,
            f"day {n}",
            n == changed,
            {
                way: None if n == 2 and way in missing else (n * 7 + place * 15) % 101
                for place, way in enumerate(WAYS)
            },
        )
        for n in range(1, count + 1)
    ]


def cells(picture: str) -> dict[tuple[str, str], float | None]:
    found: dict[tuple[str, str], float | None] = {}
    for row in ElementTree.fromstring(picture).iter(f"{SVG}g"):
        for cell in row.findall(".//*[@data-session]") if row.get("data-direction") else ():
            value = cell.get("data-value")
            found[row.get("data-direction", ""), cell.get("data-session", "")] = (
                None if value is None else float(value)
            )
    return found


def told(picture: str) -> str:
    descriptions = ElementTree.fromstring(picture).iter(f"{SVG}desc")
    return " ".join(text.text or "" for text in descriptions).translate(ISOLATES)


def drawn(picture: str) -> list[tuple[str, str]]:
    groups = ElementTree.fromstring(picture).iter(f"{SVG}g")
    return [(g.get("data-mark", ""), g.get("data-number", "")) for g in groups if g.get("data-mark")]


@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize("count", [1, 12, 14, 15, 29, 60])
def test_strip_values_are_those_given(count: int, rtl: bool) -> None:
    given = points(count, missing=("CT", "IC"))
    picture = pictures.strip(given, NAMES, rtl=rtl)
    assert cells(picture) == {(way, str(p.number)): p.scores[way] for p in given for way in WAYS}
    figures = [text for text in shown(picture) if text.isdigit()]
    whole = [str(score) for p in given for score in p.scores.values() if score is not None]
    assert sorted(figures) == sorted([*whole, *(str(p.number) for p in given)])


def test_strip_says_every_number_in_words() -> None:
    given = [Point(n, "day", False, {**dict.fromkeys(WAYS, 40 + n / 2), "CI": None}) for n in (1, 2, 3)]
    assert told(pictures.strip(given, NAMES)) == (
        "Thea about Ines, session 1–3: 41, 41, 42. Thea about Cleo, session 1–3: 41, 41, 42. "
        "Ines about Thea, session 1–3: 41, 41, 42. Ines about Cleo, session 1–3: 41, 41, 42. "
        "Cleo about Thea, session 1–3: 41, 41, 42. "
        "Cleo about Ines, session 1–3: not available, not available, not available."
    )


def test_strip_empty_says_so() -> None:
    assert shown(pictures.strip([], NAMES)) == ["No ratings yet."]


def test_strip_hatches_what_is_missing_and_explains_it() -> None:
    def hatched(missing: Sequence[str]) -> tuple[int, bool]:
        picture = pictures.strip(points(3, missing=missing), NAMES)
        return picture.count('class="hatch"'), "not available" in shown(picture)

    assert hatched(()) == (0, False)
    # One more than is missing: the sample in the key.
    assert hatched(("CT", "TC")) == (3, True)


def test_strip_hue_grows_with_the_number() -> None:
    given = [Point(n, "day", False, dict.fromkeys(WAYS, n * 10)) for n in range(11)]
    root = ElementTree.fromstring(pictures.strip(given, NAMES))
    tones = root.findall(f".//{SVG}rect[@fill-opacity]")
    strengths = [float(rect.get("fill-opacity", "")) for rect in tones[:11]]
    assert strengths == sorted(set(strengths))
    assert (strengths[0], strengths[-1]) == (FAINT, STRONG)
    hues = [node.get("fill") for node in root.iter() if node.get("class") == "tone"]
    assert hues == ["#0b5c6b"] * (6 + 2)


THEMES = re.findall(r":root \{(.*?)\}", (STATIC / "css/tokens.css").read_text(), re.S)[:4]
THEMES += re.findall(r":root \{(.*?)\}", (STATIC / "css/print.css").read_text(), re.S)[:1]


@pytest.mark.parametrize("theme", THEMES, ids=["light", "dark", "contrast", "contrast dark", "print"])
def test_strip_number_is_readable_on_every_tone(theme: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text, on the accent mixed with what it lies on."""
    # A theme says only what it changes.
    token = dict(re.findall(r"--([\w-]+): (#\w{6})", THEMES[0] + theme))

    def contrast(page: str, strength: float) -> float:
        mixed = [
            round(int(token["accent"][n : n + 2], 16) * strength + int(token[page][n : n + 2], 16) * (1 - strength))
            for n in (1, 3, 5)
        ]
        low, high = sorted((luminance(token["ink"]), luminance("#" + "".join(f"{part:02x}" for part in mixed))))
        return (high + 0.05) / (low + 0.05)

    for page in ("paper", "surface"):
        assert min(contrast(page, strength) for strength in (FAINT, STRONG)) >= 4.5
    assert min(contrast(page, 0.8) for page in ("paper", "surface")) < 4.5


@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize("count", [1, 12, 28, 60])
def test_strip_numbers_never_touch(count: int, rtl: bool) -> None:
    """Digits are at most .6 of their size wide in the fonts of the product."""
    given = [Point(n, "day", False, dict.fromkeys(WAYS, 100)) for n in range(1, count + 1)]
    for svg in ElementTree.fromstring(pictures.strip(given, NAMES, rtl=rtl)):
        rows: dict[float, list[tuple[float, float]]] = {}
        inherited = {text: group.get("font-size") for group in svg.iter(f"{SVG}g") for text in group}
        for text in svg.iter(f"{SVG}text"):
            if (text.text or "").isdigit():
                half = len(text.text or "") * float(text.get("font-size") or inherited[text] or "nan") * 0.3
                assert 0 <= float(text.get("x", "")) - half < float(text.get("x", "")) + half <= 380
                rows.setdefault(float(text.get("y", "")), []).append((float(text.get("x", "")), half))
        assert rows
        for row in rows.values():
            row.sort()
            assert all(b - a > x + y for (a, x), (b, y) in pairwise(row))


@pytest.mark.parametrize("score", [-1, 100.5, float("nan")])
def test_strip_score_outside_the_scale_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="score outside"):
        pictures.strip([Point(1, "day", False, {"TC": score})], NAMES)


def test_strip_goes_on_in_bands_of_equal_columns() -> None:
    def bands(count: int) -> list[int]:
        picture = ElementTree.fromstring(pictures.strip(points(count), NAMES))
        return [len(svg.findall(".//*[@data-session]")) // 6 for svg in picture]

    assert bands(14) == [14]
    assert bands(15) == [8, 7]
    assert bands(60) == [12, 12, 12, 12, 12]


def test_strip_time_runs_with_the_reading_direction() -> None:
    def first_before_last(rtl: bool) -> bool:
        root = ElementTree.fromstring(
            pictures.strip([Point(1, "", False, {}), Point(2, "", False, {})], NAMES, rtl=rtl)
        )
        at = {text.text: float(text.get("x", "")) for text in root.iter(f"{SVG}text")}
        return at["1"] < at["2"]

    assert (first_before_last(False), first_before_last(True)) == (True, False)


def test_strip_rules_a_new_interpreter() -> None:
    def ruled(count: int, changed: int | None) -> tuple[int, list[str]]:
        picture = pictures.strip(points(count, changed), NAMES)
        return picture.count('class="rule"'), [text for text in shown(picture) if text.startswith("Upright")]

    assert ruled(6, None) == ruled(6, 1) == (0, [])
    assert ruled(6, 4) == (1, ["Upright line: new interpreter from session 4."])
    # The first column of the second band is no first session.
    assert ruled(20, 11) == (1, ["Upright line: new interpreter from session 11."])


def test_strip_signs_stand_over_their_columns() -> None:
    picture = pictures.strip(points(4), NAMES, flags=(*FLAGS, Mark("TC", 99, "fell", ("CT",))))
    assert drawn(picture) == [("fell", "2"), ("watch", "2"), ("back", "3"), ("shift", "4"), ("apart", "4")]
    assert picture.count('class="frame"') == 2 + 2 + 3 + 1
    assert {"fell", "back again", "stays lower", "stays apart", "a dip, may be chance"} <= set(shown(picture))
    assert told(picture).endswith(
        "fell: session 2 (Cleo about Thea). fell: session 2 (Thea and Cleo). back again: session 3 (Thea and Cleo). "
        "stays lower: session 4 (Thea about Ines). stays apart: session 4 (Ines and Cleo). "
        "a dip, may be chance: session 2 (Ines about Thea)."
    )
    assert drawn(pictures.strip(points(4), NAMES)) == []


def test_tracks_signs_are_drawn_once_and_told() -> None:
    picture = pictures.tracks(points(4), NAMES, flags=(*FLAGS, Mark("TC", 99, "fell", ("CT",))))
    assert drawn(picture) == [("shift", "4"), ("watch", "2"), ("fell", "2"), ("back", "3"), ("apart", "4")]
    words = ["fell: session 2 (Cleo)", "fell: session 2 (both)", "back again: session 3 (both)"]
    assert set(words) <= set(shown(picture))
    assert told(picture).count("fell: session 2 (Cleo). fell: session 2 (both). back again: session 3 (both).") == 1
    assert "99" not in told(picture)
    plain = pictures.tracks(points(4), NAMES)
    assert drawn(plain) == []
    assert told(plain) == told(pictures.tracks(points(4), NAMES, flags=[]))


@pytest.mark.parametrize("count", [4, 12, 60])
@pytest.mark.parametrize("score", [0, 50, 100, None])
def test_tracks_signs_stay_inside_and_apart(count: int, score: float | None) -> None:
    given = [Point(n, "day", False, {"TC": score, "CT": 50}) for n in range(1, count + 1)]
    marks = [Mark("TC", n, kind, ("TC", "CT")) for n, kind in ((2, "fell"), (2, "apart"), (3, "watch"), (4, "back"))]
    root = ElementTree.fromstring(pictures.tracks(given, NAMES, flags=marks))
    spots = []
    for group in root.iter(f"{SVG}g"):
        if group.get("data-mark"):
            d = group.findall(f"{SVG}path")[0].get("d", "")
            pairs = [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", d)]
            spots.append([sum(axis) / len(axis) for axis in zip(*pairs, strict=True)])
    assert len(spots) == 4
    level = [float(path.get("d", "").split()[-1]) for path in root.iter(f"{SVG}path") if path.get("class") == "axis"]
    assert all(level[0] - 112 - 1 <= y <= level[0] + 1 for _, y in spots)
    close = [
        (a, b) for n, a in enumerate(spots) for b in spots[:n] if abs(a[0] - b[0]) < 10 and abs(a[1] - b[1]) < 10
    ]
    assert close == []


def test_marks_that_mean_nothing_are_refused() -> None:
    for mark in (
        Mark("TC", 1, "rupture", ("TC",)),
        Mark("TC", 1, "fell", ("TI",)),
        Mark("TC", 1, "fell", ()),
    ):
        for draw in (pictures.strip, pictures.tracks):
            with pytest.raises(ValueError, match="no such mark"):
                draw(points(3), NAMES, flags=[mark])


def test_tracks_band_lies_behind_and_is_named() -> None:
    def banded(band: Mapping[str, Sequence[tuple[float, float] | None]] | None) -> tuple[int, int, bool]:
        picture = pictures.tracks(points(6), NAMES, band=band)
        texts = " ".join(shown(picture))
        return picture.count('class="band-T"'), picture.count('class="band-C"'), "Pale band" in texts

    expected = [None, None, None, (40, 80), (45, 85), (45.0, 120.0)]
    assert banded(None) == banded({}) == banded({"TC": [None] * 6}) == (0, 0, False)
    assert banded({"TC": expected}) == (1, 0, True)
    assert banded({"TC": expected, "CT": [None, None, None, (1, 2), None, (3, 4)]}) == (1, 2, True)
    picture = pictures.tracks(points(6), NAMES, band={"TC": expected})
    panel = ElementTree.fromstring(picture)[1]
    order = [
        node.get("class", "") for node in panel.iter() if node.get("class") in ("band-T", "grid", "gap", "line-T")
    ]
    # Fill, its lower edge in the dash of the rater, then all the rest; the last is the lead to the label.
    assert order == ["band-T", "line-T", "grid", "grid", "gap", "line-T", "grid", "grid"]
    with pytest.raises(ValueError, match="for each point"):
        pictures.tracks(points(6), NAMES, band={"TC": expected[:3]})


def test_tracks_band_breaks_at_a_new_interpreter() -> None:
    def stretches(changed: int | None) -> int:
        given = points(6, changed)
        band = {way: [(40.0, 80.0)] * 6 for way in ("TI", "TC")}
        return pictures.tracks(given, NAMES, band=band).count('class="band-T"')

    assert (stretches(None), stretches(4)) == (2, 3)


@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize("count", [0, 1, 12, 60])
@pytest.mark.parametrize("names", [NAMES, HOSTILE, LONG, {}])
def test_pictures_over_time_are_whole_and_harmless(names: dict[str, str], count: int, rtl: bool) -> None:
    given = points(count, 3, ("TC", "CT"))
    band = {"CT": [(50.0, 70.0)] * count}
    ids: list[str] = []
    for picture in (
        pictures.strip(given, names, uid="a", rtl=rtl, flags=FLAGS),
        pictures.tracks(given, names, uid="b", rtl=rtl, flags=FLAGS, band=band),
    ):
        root = ElementTree.fromstring(picture)
        tags = {node.tag.removeprefix(SVG) for node in root.iter()}
        assert tags <= {"div", "svg", "title", "desc", "g", "path", "circle", "rect", "text"}
        attributes = {key for node in root.iter() for key in node.attrib}
        assert not {key for key in attributes if key == "style" or key.startswith("on") or "href" in key}
        assert [svg for svg in root if svg.get("role") != "img" or not svg.findtext(f"{SVG}desc")] == []
        ids += [node.attrib["id"] for node in root.iter() if "id" in node.attrib]
        assert not {"nan", "<script", "<b", "\u202e"} & set(re.findall(r"nan|<script|<b\b|\u202e", picture))
        assert [c for c in sorted(set(re.findall(r"#[0-9a-f]{6}", picture))) if is_red(c)] == []
    assert len(ids) == len(set(ids))


def test_no_word_shouts() -> None:
    said = " ".join(map(str, pictures.WORDS.values())).casefold()
    assert [word for word in ("rupture", "bad", "alarm", "poor", "warning") if word in said] == []
    assert {*signs.SHAPES} <= {*pictures.WORDS}


def test_ranges_join_neighbours() -> None:
    assert series.ranges([1, 2, 3, 7]) == "1–3, 7"
