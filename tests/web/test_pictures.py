"""The three pictures say what they were given and nothing else; fonts and style sheets are what they claim to be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

import triad.web
from triad.web import pictures
from triad.web.pictures import Point, geometry

WEB = Path(triad.web.__file__).parent
STATIC = WEB / "static"
SVG = "{http://www.w3.org/2000/svg}"
NAMES = {"T": "Thea", "I": "Ines", "C": "Cleo"}
HOSTILE = {
    "T": '"><script>alert(1)</script>',
    "I": "I&\x00\x1b\ud800<b style='x'>",
    "C": "Cleo\u202e%(rater)s {0} %s\u2069",
}
LONG = dict.fromkeys("TIC", "Maria-Theresia von Hohenlohe-Langenburg-Schillingsfürst III.")
FULL: Mapping[str, float | None] = {"TI": 75, "TC": 81.25, "IT": 78, "IC": 72, "CT": 56.25, "CI": 0}
HALF: Mapping[str, float | None] = {"TI": None, "TC": 81.25, "IT": 78, "CT": None}


def three(names: dict[str, str], scores: Mapping[str, float | None], rtl: bool = False) -> list[Markup]:
    """All three pictures of one case with the same scores."""
    rows = [(key, scores.get(key), scores.get(key[::-1]), -8.0) for key in ("TI", "TC", "IC")]
    points = [
        Point(1, "Mon 21 Sep", False, FULL),
        Point(2, "Mon 28 Sep", True, scores),
        Point(3, "Mon 5 Oct", False, FULL),
    ]
    return [
        pictures.triangle(scores, names, uid="a", rtl=rtl),
        pictures.dumbbell(rows, names, uid="b", rtl=rtl),
        pictures.tracks(points, names, uid="c", rtl=rtl),
    ]


def shown(picture: str) -> list[str]:
    """Every text a reader sees, without the marks that keep names in their direction."""
    found = ElementTree.fromstring(picture).iter(f"{SVG}text")
    return ["".join(char for char in text.text or "" if char not in "\u2066\u2068\u2069") for text in found]


def values(picture: str) -> dict[str, float | None]:
    groups = ElementTree.fromstring(picture).iter(f"{SVG}g")
    return {g.get("data-direction", ""): float(v) if (v := g.get("data-value")) else None for g in groups}


def test_triangle_values_are_those_given() -> None:
    picture = pictures.triangle(FULL, NAMES)
    assert values(picture) == FULL
    figures = [text for text in shown(picture) if text[0].isdigit()]
    assert figures == ["75", "81.3", "78", "72", "56.3", "0"]


def test_triangle_missing_is_named_and_dashed() -> None:
    picture = pictures.triangle(HALF, NAMES)
    assert values(picture) == {**HALF, "IC": None, "CI": None}
    assert shown(picture).count("not") == shown(picture).count("available") == 4
    assert picture.count('class="absent"') == 4
    assert "available" not in shown(pictures.triangle(FULL, NAMES))


def test_triangle_nodes_ignore_the_scores() -> None:
    def nodes(picture: str) -> list[dict[str, str]]:
        root = ElementTree.fromstring(picture)
        return [mark.attrib for mark in root if (mark.get("class") or "").startswith("mark-")]

    low, high = (pictures.triangle(dict.fromkeys(FULL, score), NAMES) for score in (0, 100))
    assert nodes(low) == nodes(high)
    assert [mark["class"] for mark in nodes(low)] == ["mark-T", "mark-I", "mark-C"]


def test_triangle_therapist_at_the_start_of_the_line() -> None:
    places = []
    for rtl in (False, True):
        circle = ElementTree.fromstring(pictures.triangle(FULL, NAMES, rtl=rtl)).find(f"{SVG}circle")
        assert circle is not None
        places.append(float(circle.get("cx", "")))
    assert places == [66, geometry.Sheet(380).width - 66]


def test_triangle_says_all_six_in_words() -> None:
    told = ElementTree.fromstring(pictures.triangle(HALF, NAMES)).findtext(f"{SVG}desc") or ""
    assert told.replace("\u2068", "").replace("\u2069", "") == (
        "Thea about Ines: not available. Thea about Cleo: 81.3. Ines about Thea: 78. "
        "Ines about Cleo: not available. Cleo about Thea: not available. Cleo about Ines: not available."
    )


def test_dumbbell_rows_by_size_of_gap() -> None:
    texts = shown(pictures.dumbbell([("TI", 75, 78, 2), ("IC", None, 40, -3), ("TC", 56, 81, -8)], NAMES))
    assert texts == [
        *("Thea and Cleo", "gap −25, usual here −8", "56 Thea", "81 Cleo"),
        *("Thea and Ines", "gap −3, usual here 2", "75 Thea", "78 Ines"),
        *("Ines and Cleo", "Ines: not available", "40 Cleo"),
        *("0 not at all", "100 completely", "50"),
        *("Upright mark: where the first one named would be at", "the usual gap."),
    ]


def test_dumbbell_usual_gap_only_when_known() -> None:
    def marks(usual: float | None) -> int:
        return pictures.dumbbell([("TC", 56, 81, usual)], NAMES).count('class="usual"')

    assert (marks(-8), marks(None)) == (1, 0)


def test_tracks_values_are_those_given() -> None:
    points = [Point(1, "day", False, {"TC": 60, "CT": 62.5}), Point(2, "day", False, {"TC": 66, "CT": None})]
    groups = ElementTree.fromstring(pictures.tracks(points, NAMES)).iter(f"{SVG}g")
    drawn = {(g.get("data-session"), g.get("data-of")): float(g.get("data-value", "nan")) for g in groups}
    assert drawn == {("0", "T"): 60, ("1", "T"): 66, ("0", "C"): 62.5}


def test_tracks_line_breaks_where_a_rating_is_missing() -> None:
    def lines(middle: float | None) -> tuple[int, list[str]]:
        points = [Point(n, "day", False, {"TC": 60, "CT": 50 if n != 3 else middle}) for n in range(1, 6)]
        picture = pictures.tracks(points, NAMES)
        return picture.count('class="line-C"'), [text for text in shown(picture) if text.startswith("Cleo: not")]

    never = "Cleo: not available (session 1–5)."
    assert lines(None) == (2, ["Cleo: not available (session 3).", never])
    assert lines(55) == (1, [never])


def test_tracks_new_interpreter_is_ruled_and_starts_new_lines() -> None:
    def lines(changed: int | None) -> tuple[int, int, int, int]:
        picture = pictures.tracks([Point(n, "day", n == changed, FULL) for n in range(1, 7)], NAMES)
        return tuple(picture.count(f'class="{kind}"') for kind in ("rule", "line-T", "line-I", "line-C"))  # type: ignore[return-value]

    assert lines(None) == (0, 2, 2, 2)
    assert lines(4) == (3, 3, 4, 3)
    assert lines(1) == (0, 2, 2, 2)


def test_tracks_time_runs_with_the_reading_direction() -> None:
    points = [Point(n, f"day {n}", False, FULL) for n in (1, 2)]

    def first_before_last(rtl: bool) -> bool:
        root = ElementTree.fromstring(pictures.tracks(points, NAMES, rtl=rtl))
        at = {text.text: float(text.get("x", "")) for text in root.iter(f"{SVG}text")}
        return at["day 1"] < at["day 2"]

    assert (first_before_last(False), first_before_last(True)) == (True, False)


def test_labels_at_the_line_ends_never_overlap() -> None:
    for a, b in ((50, 50), (0, 0), (100, 99), (3, 0), (80, 20)):
        root = ElementTree.fromstring(pictures.tracks([Point(1, "day", False, {"TC": a, "CT": b})], NAMES))
        ys = [float(t.get("y", "")) for t in root.iter(f"{SVG}text") if (t.get("class") or "").startswith("of-")]
        assert len(ys) == 2
        assert abs(ys[0] - ys[1]) >= 19


@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize("scores", [FULL, HALF, {}])
@pytest.mark.parametrize("names", [NAMES, HOSTILE, LONG, {}])
def test_pictures_are_whole_and_harmless(
    names: dict[str, str], scores: Mapping[str, float | None], rtl: bool
) -> None:
    ids: list[str] = []
    for picture in three(names, scores, rtl):
        root = ElementTree.fromstring(picture)
        tags = {node.tag.removeprefix(SVG) for node in root.iter()}
        assert tags <= {"div", "svg", "title", "desc", "g", "path", "circle", "rect", "text"}
        names_of_attributes = {key for node in root.iter() for key in node.attrib}
        assert not {key for key in names_of_attributes if key == "style" or key.startswith("on") or "href" in key}
        for svg in root.iter(f"{SVG}svg"):
            assert svg.get("role") == "img"
            assert svg.findtext(f"{SVG}title")
            assert svg.findtext(f"{SVG}desc")
        ids += [node.attrib["id"] for node in root.iter() if "id" in node.attrib]
        assert "nan" not in picture
    assert len(ids) == len(set(ids)) == 10


def test_hostile_names_are_shown_as_text() -> None:
    triangle, dumbbell, tracks = three(HOSTILE, FULL)
    assert '"><script>alert(1)</script>' in "".join(shown(triangle))
    for picture in (triangle, dumbbell, tracks):
        assert "<script" not in picture
        assert "<b" not in picture
        assert "\u202e" not in picture
        assert "&lt;script&gt;" in picture


def test_long_names_are_never_cut_without_a_title() -> None:
    for picture in three(LONG, FULL):
        cut = [text for text in ElementTree.fromstring(picture).iter(f"{SVG}text") if "…" in (text.text or "")]
        assert [text.findtext(f"{SVG}title") for text in cut] == [LONG["T"]] * len(cut)
    assert "…" in three(LONG, FULL)[2]


def test_every_line_of_a_wrapped_name_keeps_its_own_direction() -> None:
    texts = [text.text or "" for text in ElementTree.fromstring(pictures.triangle(FULL, LONG)).iter(f"{SVG}text")]
    rows = [text for text in texts if "Hohenlohe-" in text]
    assert len(rows) == 3
    assert all(text[0] == "\u2068" and text[-1] == "\u2069" for text in rows)


def test_words_are_those_given() -> None:
    words = {"missing": "غير متاح", "edge": "%(rater)s ← %(about)s = %(value)s", "T": "المعالِجة", "decimal": ","}
    texts = shown(pictures.triangle({"TI": 62.5}, {}, words, rtl=True))
    assert texts.count("غير متاح") == 5
    assert {"المعالِجة", "62,5"} <= set(texts)


@pytest.mark.parametrize("score", [-1, 100.5, float("nan")])
def test_score_outside_the_scale_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="score outside"):
        pictures.triangle({"TC": score}, NAMES)
    with pytest.raises(ValueError, match="score outside"):
        pictures.dumbbell([("TC", score, 50, None)], NAMES)
    with pytest.raises(ValueError, match="score outside"):
        pictures.tracks([Point(1, "day", False, {"TC": score})], NAMES)


def test_uid_that_could_not_be_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match="no id"):
        pictures.triangle(FULL, NAMES, uid='x" onload="y')


def test_empty_tracks_say_so() -> None:
    assert shown(pictures.tracks([], NAMES)).count("No ratings yet.") == 3


def is_red(colour: str) -> bool:
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return red > 100 and red > 1.8 * max(green, blue)


def test_pictures_hold_no_red() -> None:
    colours = {colour for picture in three(NAMES, HALF) for colour in re.findall(r"#[0-9a-f]{6}", picture)}
    tokens = (STATIC / "css/tokens.css").read_text()
    for token in ("therapist", "interpreter", "client", "gap", "line", "edge"):
        colours |= set(re.findall(rf"--{token}: (#[0-9a-f]{{6}})", tokens))
    assert [colour for colour in sorted(colours) if is_red(colour)] == []
    assert is_red("#a4262c")


PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-)?(?:left|right|top|bottom)(?:-\w+)*\s*:|:\s*(?:left|right)\b"
)


def test_style_sheets_are_logical_and_self_contained() -> None:
    for sheet in sorted((STATIC / "css").glob("*.css")):
        css = sheet.read_text()
        assert PHYSICAL.findall(css) == []
        assert [url for url in re.findall(r"url\(([^)]*)\)", css) if not url.startswith('"../fonts/')] == []
        assert "@import" not in css
        if sheet.name not in ("tokens.css", "print.css"):
            assert re.findall(r"#[0-9a-f]{3,8}\b|rgb\(", css) == []
    assert PHYSICAL.findall("a { margin-left: 1px; text-align: right }") != []


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1])
def test_words_stand_out_from_the_page(theme: int) -> None:
    """WCAG 2.2, 1.4.3 and 1.4.11: 4.5 to 1 for text, 3 to 1 for the edge of a control."""
    block = re.findall(r":root \{(.*?)\}", (STATIC / "css/tokens.css").read_text(), re.S)[theme]
    token = dict(re.findall(r"--([\w-]+): (#\w{6})", block))

    def contrast(one: str, other: str) -> float:
        low, high = sorted((luminance(token[one]), luminance(token[other])))
        return (high + 0.05) / (low + 0.05)

    words = ["ink", "ink-2", "ink-3", "accent", "therapist", "interpreter", "client", "wait", "warn", "stop", "ok"]
    weak = [(word, page) for word in words for page in ("paper", "surface") if contrast(word, page) < 4.5]
    assert weak == []
    assert min(contrast("accent-ink", "accent") - 1.5, contrast("edge", "paper"), contrast("edge", "surface")) > 3


def test_templates_hold_no_inline_style_or_script() -> None:
    inline = re.compile(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)|javascript:")
    templates = list((WEB / "templates").rglob("*.html"))
    assert [path.name for path in templates if inline.search(path.read_text())] == []
    assert len(templates) > 60
    assert inline.search('<p style="x">')
