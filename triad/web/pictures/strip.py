"""All encounters of a case at a glance: six rows of numbers, one hue that grows stronger with the number."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from markupsafe import Markup

from triad.domain import parties
from triad.web.pictures import geometry, series, signs
from triad.web.pictures.geometry import Sheet
from triad.web.pictures.series import Point
from triad.web.pictures.signs import Mark, Paint

WIDTH = 380.0
START, END = 54.0, 376.0
TALL, WIDEST, MOST = 21.0, 32.0, 14
EDGE = 3.0
HUE = "#0b5c6b"
FAINT, STRONG, BENT = 0.03, 0.48, 1.6
"""How much of the hue shows at 0 and at 100: beyond .48 the number would fall under 4.5 to 1 in the dark theme.

Bent upwards, because most ratings lie above 50 and would look alike on a straight scale.
"""


class _Case(NamedTuple):
    people: Mapping[str, str]
    said: Mapping[str, str]
    flags: Sequence[Mark]
    begun: Sequence[int]
    wide: float
    columns: Sequence[tuple[str, str]]
    kinds: Mapping[int, Sequence[str]]
    rtl: bool


def strip(
    points: Sequence[Point],
    names: Mapping[str, str],
    words: Mapping[str, str] | None = None,
    uid: str = "strip",
    rtl: bool = False,
    flags: Sequence[Mark] = (),
) -> Markup:
    """Six rows, a column for each encounter, oldest first; from the 15th on in several bands of equal columns.

    A band is a picture of its own (ids `uid`-1, -2...), so that bands stand side by side where there is room and
    the numbers stay as large as other words. Marks of other encounters are left out. ValueError for no score.
    """
    said = geometry.worded(words)
    bands = max(1, math.ceil(len(points) / MOST))
    most = max(1, math.ceil(len(points) / bands))
    wide = min(WIDEST, (END - START) / most)
    known, begun = signs.known(flags, points), series.changes(points)
    at = {point.number: {mark.kind for mark in known if mark.number == point.number} for point in points}
    kinds = {number: [kind for kind in signs.SHAPES if kind in held] for number, held in at.items()}
    columns = _columns(Sheet(WIDTH, rtl), wide, most)
    case = _Case(geometry.named(names, said), said, known, begun, wide, columns, kinds, rtl)
    drawn = Markup("").join(
        _band(case, points[n * most : (n + 1) * most], f"{uid}-{n + 1}", n == bands - 1, points) for n in range(bands)
    )
    return Markup('<div class="picture-set" role="group" aria-label="{}">{}</div>').format(said["strip"], drawn)


def _columns(sheet: Sheet, wide: float, count: int) -> list[tuple[str, str]]:
    """Where each column's cell begins and where its middle is, as they are written."""
    starts = [START + wide * n for n in range(count)]
    return [(f"{_box(sheet, x, 0, wide)['x']:.1f}", f"{sheet.x(x + wide / 2):.1f}") for x in starts]


def _band(case: _Case, points: Sequence[Point], uid: str, last: bool, whole: Sequence[Point]) -> Markup:
    said = case.said
    sheet = Sheet(WIDTH, case.rtl)
    if not points:
        sheet.text(EDGE, 18, said["empty"], "word-3", 13, fill="#6f6b65")
        return sheet.svg(uid, 28, said["strip"], said["empty"])
    y = _signs(sheet, case, points)
    top, told = y, []
    framed = {(mark.number, way) for mark in case.flags if mark.kind != "watch" for way in mark.directions}
    for n, way in enumerate(parties.DIRECTIONS):
        # A little air between the raters makes three pairs of rows out of six.
        y = top + n * TALL + n // 2 * 5
        _way(sheet, way.key, y + TALL / 2)
        _row(sheet, case, points, way.key, y, framed)
        told.append(_told(case, points, way.key))
    y += TALL
    for n, point in enumerate(points):
        x = START + case.wide * n
        if point.number in case.begun:
            sheet.line((x, top - 6), (x, y + 6), "rule", stroke="#1c1b1a", stroke_width=2)
        sheet.text(x + case.wide / 2, y + 15, str(point.number), "word-2", 12.5, "middle", fill="#4d4a46")
    if geometry.width_of(said["session"], 12.5) <= START - EDGE:
        sheet.text(START - 2, y + 15, said["session"], "word-2", 12.5, "end", fill="#4d4a46")
    else:
        y += 15
        sheet.text(EDGE, y + 15, said["session"], "word-2", 12.5, fill="#4d4a46")
    y += 40
    if last:
        y = _key(sheet, case, whole, y)
    marks = [mark for mark in case.flags if mark.number in {point.number for point in points}]
    told += [f"{text}." for _, text in signs.told(marks, said, lambda mark: _whose(case, mark))]
    return sheet.svg(uid, y - 10, said["strip"], " ".join(told))


def _signs(sheet: Sheet, case: _Case, points: Sequence[Point]) -> float:
    """Signs stacked over their columns, each kind once; answers where the rows begin."""
    # The tallest stack of the case, not of the band: bands side by side have their rows on one level.
    floor = 8 + 15.0 * max(map(len, case.kinds.values()))
    for n, point in enumerate(points):
        for step, kind in enumerate(case.kinds[point.number]):
            sheet.parts.append(f'<g data-mark="{kind}" data-number="{point.number}">')
            signs.draw(sheet, kind, START + case.wide * (n + 0.5), floor - 10 - 15 * step)
            sheet.parts.append("</g>")
    return floor


def _way(sheet: Sheet, key: str, y: float) -> None:
    """Who rates whom, as shapes: the names would not fit beside each row."""
    sheet.mark(key[0], 9, y, 5.5)
    sheet.line((18, y), (27, y), "axis", stroke="#8b857c", stroke_width=1.5)
    sheet.head((18, y), (31, y), 7, class_="absent-head", fill="#8b857c")
    sheet.mark(key[1], 40, y, 5.5)


def _row(
    sheet: Sheet, case: _Case, points: Sequence[Point], way: str, y: float, framed: set[tuple[int, str]]
) -> None:
    tones, figures = [], []
    box = f'y="{y + 1:.1f}" width="{case.wide - 2:.1f}" height="{TALL - 2:.1f}"'
    level = f'y="{y + TALL / 2 + 4.5:.1f}"'
    sheet.parts.append(f'<g data-direction="{way}">')
    for n, point in enumerate(points):
        score = geometry.checked(point.scores.get(way))
        if score is None:
            _cell(sheet, None, START + case.wide * n, y, case.wide, data_session=point.number)
            continue
        # Written as they are: hundreds of cells, and each is nothing but numbers.
        left, middle = case.columns[n]
        tones.append(f'<rect data-session="{point.number:d}" {_tone(score)} x="{left}" {box}/>')
        figures.append(f'<text x="{middle}" {level}>{_whole(score)}</text>')
    sheet.put("g", "".join(tones), class_="tone", fill=HUE)
    sheet.put("g", "".join(figures), font_size=13.0 if case.wide > 25 else 12.5, text_anchor="middle")
    for n, point in enumerate(points):
        if (point.number, way) in framed:
            _frame(sheet, START + case.wide * n, y, case.wide)
    sheet.parts.append("</g>")


def _strength(score: float) -> float:
    return FAINT + (STRONG - FAINT) * (score / 100) ** BENT


@lru_cache(maxsize=256)
def _tone(score: float) -> str:
    return f'data-value="{score:g}" fill-opacity="{_strength(score):.3f}"'


def _cell(sheet: Sheet, score: float | None, x: float, y: float, wide: float, **more: Any) -> None:
    """Hatched without a score; else the hue, as strong as the score is high."""
    box = _box(sheet, x, y, wide)
    if score is None:
        sheet.put("path", d=_hatch(**box), class_="hatch", stroke="#8b857c", stroke_width=1, fill="none", **more)
    else:
        sheet.put("rect", class_="tone", fill=HUE, fill_opacity=f"{_strength(score):.3f}", **box, **more)


def _frame(sheet: Sheet, x: float, y: float, wide: float) -> None:
    sheet.put("rect", class_="frame", fill="none", stroke="#1c1b1a", stroke_width=1.75, **_box(sheet, x, y, wide))


def _box(sheet: Sheet, x: float, y: float, wide: float) -> dict[str, Any]:
    return {"x": sheet.x(x + wide if sheet.rtl else x) + 1, "y": y + 1, "width": wide - 2, "height": TALL - 2}


def _hatch(x: float, y: float, width: float, height: float) -> str:
    """Slanted lines across a box; drawn one by one, because a pattern would need an id in every page."""
    lines = []
    for n in range(1, math.ceil((width + height) / 5)):
        reach = n * 5.0
        start = x + max(0.0, reach - height), y + min(reach, height)
        end = x + min(reach, width), y + max(0.0, reach - width)
        lines.append(f"M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}")
    return "".join(lines)


def _key(sheet: Sheet, case: _Case, points: Sequence[Point], y: float) -> float:
    """Names of the shapes, what the hue says, what the signs mean."""
    said, room = case.said, WIDTH - 2 * EDGE
    y = sheet.lines(EDGE, y, said["strip_key"], 13, room, 3, "word-3", fill="#6f6b65") + 3
    people = [(_shape(sheet, letter), geometry.isolated(case.people[letter])) for letter in "TIC"]
    y = signs.key(sheet, EDGE, y, room, people)
    tones = [(_sample(sheet, 0), f"0 {said['low']}"), (_sample(sheet, 100), f"100 {said['high']}")]
    if any(point.scores.get(way.key) is None for point in points for way in parties.DIRECTIONS):
        tones.append((_sample(sheet, None), said["missing"]))
    y = signs.key(sheet, EDGE, y, room, tones)
    kinds = [kind for kind in signs.SHAPES if any(mark.kind == kind for mark in case.flags)]
    entries = [signs.entry(sheet, kind, said[kind]) for kind in kinds]
    if {*kinds} - {"watch"}:
        entries.append((lambda x, y: _frame(sheet, x - 8, y - TALL / 2, 16), said["framed"]))
    y = signs.key(sheet, EDGE, y, room, entries)
    if case.begun:
        changed = said["changed"] % {"sessions": ", ".join(map(str, case.begun))}
        y = sheet.lines(EDGE, y, changed, 13, room, 4, "word-3", fill="#6f6b65")
    return y


def _shape(sheet: Sheet, letter: str) -> Paint:
    return lambda x, y: sheet.mark(letter, x, y, 5.5)


def _sample(sheet: Sheet, score: float | None) -> Paint:
    return lambda x, y: _cell(sheet, score, x - 8, y - TALL / 2, 16)


@lru_cache(maxsize=256)
def _whole(score: float) -> str:
    return str(math.floor(score + 0.5))


def _told(case: _Case, points: Sequence[Point], way: str) -> str:
    scores = [point.scores.get(way) for point in points]
    held = {
        "way": _named(case, way),
        "sessions": series.ranges([point.number for point in points]),
        "values": ", ".join(case.said["missing"] if score is None else _whole(score) for score in scores),
    }
    return case.said["strip_row"] % held


def _whose(case: _Case, mark: Mark) -> str:
    if len({*mark.directions}) == 1:
        return _named(case, mark.directions[0])
    one, other = (geometry.isolated(case.people[letter]) for letter in mark.dyad)
    return case.said["pair"] % {"one": one, "other": other}


def _named(case: _Case, way: str) -> str:
    rater, about = (geometry.isolated(case.people[letter]) for letter in way)
    return case.said["way"] % {"rater": rater, "about": about}
