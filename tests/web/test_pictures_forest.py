"""The forest shows each estimate with its range on one axis, and says where there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from tests.web.test_pictures import HOSTILE, SVG, is_red, shown
from triad.web import pictures
from triad.web.pictures import Estimate

ROWS: Mapping[str, Sequence[Estimate]] = {
    "How they rate": [Estimate("Therapists", 34.25, 12.1, 61.7), Estimate("Interpreters", 8.4, -6.3, 25)],
    "How they are rated": [Estimate("Clients", 12, note="exploratory"), Estimate("Interpreters", None)],
    "Reciprocity": [],
}
LABEL = "Client about therapist, " * 8


def values(picture: str) -> list[str]:
    return [g.get("data-row", "") for g in ElementTree.fromstring(picture).iter(f"{SVG}g")]


def dots(picture: str) -> list[float]:
    return [float(dot.get("cx", "")) for dot in ElementTree.fromstring(picture).iter(f"{SVG}circle")]


@pytest.mark.parametrize("rtl", [False, True])
def test_forest_values_are_those_given(rtl: bool) -> None:
    picture = pictures.forest(ROWS, rtl=rtl)
    assert values(picture) == ["34.25", "8.4", "12", ""]
    texts = shown(picture)
    assert [text for text in texts if "(" in text or "estimable" in text] == [
        *("34.3 (12.1 to 61.7)", "8.4 (−6.3 to 25)", "12 (range not estimable)", "not estimable")
    ]
    assert {"How they rate", "How they are rated", "exploratory"} <= set(texts)
    assert "Reciprocity" not in texts
    told = ElementTree.fromstring(picture).findtext(f"{SVG}desc") or ""
    assert re.sub("[\u2066\u2068\u2069]", "", told) == (
        "How they rate, Therapists: 34.3 (12.1 to 61.7). How they rate, Interpreters: 8.4 (−6.3 to 25). "
        "How they are rated, Clients: 12 (range not estimable). How they are rated, Interpreters: not estimable."
    )


def test_forest_without_a_range_is_dashed_and_hollow() -> None:
    def looks(row: Estimate) -> tuple[int, int, int, int]:
        picture = pictures.forest({"Group": [row]})
        return tuple(picture.count(f'class="{kind}"') for kind in ("absent", "range", "estimate", "estimate-open"))  # type: ignore[return-value]

    assert looks(Estimate("a", 5, 1, 9)) == (0, 3, 1, 0)
    assert looks(Estimate("a", 5)) == looks(Estimate("a", 5, low=1)) == (1, 0, 0, 1)
    assert looks(Estimate("a", None)) == looks(Estimate("a", None, 1, 9)) == (1, 0, 0, 0)


def test_forest_axis_runs_with_the_reading_direction() -> None:
    rows = {"Group": [Estimate("a", 2, 1, 3), Estimate("b", 8, 7, 9)]}
    low, high = dots(pictures.forest(rows))
    assert low < high
    assert dots(pictures.forest(rows, rtl=True)) == [pytest.approx(380 - low), pytest.approx(380 - high)]


def test_forest_groups_share_one_axis_with_zero() -> None:
    rows = {"One": [Estimate("a", 40, 30, 50)], "Two": [Estimate("b", -10, -20, 0), Estimate("c", 40)]}
    picture = pictures.forest(rows)
    assert dots(picture)[0] == dots(picture)[2]
    assert picture.count('class="zero"') == 3
    assert shown(picture).count("0") == 2
    assert shown(pictures.forest({"One": [Estimate("a", 40, 30, 50)]})).count("0") == 1


def test_forest_axis_runs_from_end_to_end_of_the_span() -> None:
    def ticks(span: tuple[float, float] | None) -> list[str]:
        texts = shown(pictures.forest({"Group": [Estimate("a", 40, 30, 50)]}, span=span))
        return [text for text in texts if re.fullmatch(r"−?\d+", text)]

    assert ticks((0, 100)) == ["0", "20", "40", "60", "80", "100"]
    assert ticks((-50, 50)) == ["−40", "−20", "0", "20", "40"]
    assert ticks(None) == ["0", "10", "20", "30", "40", "50"]
    picture = pictures.forest({"Group": [Estimate("a", 0, -10, 10), Estimate("b", 50, 40, 100)]}, span=(-50, 50))
    assert dots(picture) == [190.0, 366.0]


def test_forest_label_keeps_the_direction_of_the_names_in_it() -> None:
    label = "\u2068\u0644\u0637\u064a\u0641\u0647\u2069 and \u2068the client\u2069"
    assert f">\u2068{label}\u2069<" in pictures.forest({"Group": [Estimate(label, 1, 0, 2)]})
    assert ">\u2068left open\u2069<" in pictures.forest({"Group": [Estimate("\u2068left open\u202e", 1, 0, 2)]})


def test_forest_very_wide_range_is_cut_with_an_arrowhead() -> None:
    def heads(high: float) -> tuple[int, float]:
        picture = pictures.forest({"Group": [Estimate("a", 10, 5, high), Estimate("b", 8, 6, 10)]})
        return picture.count('class="range-head"'), dots(picture)[1]

    assert heads(19)[0] == 0
    assert heads(20_000) == heads(900)
    assert heads(900)[0] == 1
    assert "20000" in " ".join(shown(pictures.forest({"Group": [Estimate("a", 10, 5, 20_000)]})))


@pytest.mark.parametrize("size", [0.001, 0.3, 1, 25, 900, 1e6])
def test_forest_numbers_are_as_fine_as_the_axis(size: float) -> None:
    texts = shown(pictures.forest({"Group": [Estimate("a", size, size / 2, size * 1.5)]}))
    ticks = [text for text in texts if re.fullmatch(r"[\d.]+", text)]
    assert 3 <= len(ticks) <= 6
    assert len(ticks) == len(set(ticks))


@pytest.mark.parametrize("decimal", [".", ","])
def test_forest_words_are_those_given(decimal: str) -> None:
    words = {"interval": "%(value)s [%(low)s; %(high)s]", "not_estimable": "nicht schätzbar", "decimal": decimal}
    texts = shown(pictures.forest(ROWS, words))
    assert {f"8{decimal}4 [−6{decimal}3; 25]", "nicht schätzbar"} <= set(texts)


@pytest.mark.parametrize("rows", [{}, {"Group": []}])
def test_forest_empty_says_so(rows: Mapping[str, Sequence[Estimate]]) -> None:
    assert shown(pictures.forest(rows)) == ["Nothing can be estimated yet."]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (Estimate("a", float("nan")), "no estimate"),
        (Estimate("a", 1, 0, float("inf")), "no estimate"),
        (Estimate("a", 1, 2, 0), "ends before it begins"),
    ],
)
def test_forest_numbers_that_are_none_are_refused(row: Estimate, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        pictures.forest({"Group": [row]})


@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize("label", ["Therapists", *HOSTILE.values(), LABEL])
def test_forest_is_whole_and_harmless(label: str, rtl: bool) -> None:
    rows = {label: [Estimate(label, 0.0, 0.0, 0.0, label), Estimate(label, None, note=label)]}
    picture = pictures.forest(rows, rtl=rtl)
    root = ElementTree.fromstring(picture)
    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "g",
        "path",
        "circle",
        "text",
    }
    assert (root.get("role"), bool(root.findtext(f"{SVG}title"))) == ("img", True)
    assert re.findall(r"<script|<b\b|\u202e|nan", picture) == []
    assert [c for c in set(re.findall(r"#[0-9a-f]{6}", picture)) if is_red(c)] == []


@pytest.mark.parametrize("label", ["Therapists", LABEL])
def test_forest_lines_of_text_never_overlap(label: str) -> None:
    rows = {label: [Estimate(label, 5, -4, 9, label), Estimate(label, 7, 1, 9)], "Next": [Estimate("b", 1, 0, 2)]}
    texts = list(ElementTree.fromstring(pictures.forest(rows)).iter(f"{SVG}text"))
    ys = sorted({float(text.get("y", "")) for text in texts})
    assert min(b - a for a, b in pairwise(ys)) >= 13
    assert min(float(text.get("font-size", "")) for text in texts) * 343 / 380 >= 11
