"""One encounter as a triangle: client at the bottom, six arrows, each with the value its rater gave."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from triad.domain import parties
from triad.web.pictures import geometry
from triad.web.pictures.geometry import Sheet, Spot

WIDTH = 380.0
NODE = 21.0
CLEAR = 32.0
ASIDE = 9.0
BEND = 44.0
NAME_ROOM = 176.0
NAME_LINES = 4


def triangle(
    scores: Mapping[str, float | None],
    names: Mapping[str, str],
    words: Mapping[str, str] | None = None,
    uid: str = "triangle",
    rtl: bool = False,
) -> Markup:
    """`scores` by direction ("TC": therapist about client), 0..100; None or absent is drawn as not available.

    `names` by letter T, I, C. No node grows or shrinks with a score. ValueError for a number that is no score.
    """
    said = geometry.worded(words)
    people = geometry.named(names, said)
    sheet = Sheet(WIDTH, rtl)
    top = max(len(geometry.wrapped(people[letter], 15, NAME_ROOM, NAME_LINES)[0]) for letter in "TI")
    y = 20.25 * top + 46
    places: dict[str, Spot] = {"T": (66, y), "I": (WIDTH - 66, y), "C": (WIDTH / 2, y + 214)}
    told = []
    for way in parties.DIRECTIONS:
        value = geometry.checked(scores.get(way.key))
        shown = said["missing"] if value is None else geometry.figure(value, said["decimal"])
        rater, about = way.key[0], way.key[1]
        _arrow(sheet, way.key, places[rater], places[about], value, shown)
        pair = {"rater": geometry.isolated(people[rater]), "about": geometry.isolated(people[about])}
        told.append(said["edge"] % {**pair, "value": shown})
    for letter, (x, node_y) in places.items():
        sheet.mark(letter, x, node_y, NODE)
    for letter in "TI":
        rows = len(geometry.wrapped(people[letter], 15, NAME_ROOM, NAME_LINES)[0])
        _label(sheet, letter, places[letter][0], 15 + 20.25 * (top - rows), people[letter], said)
    end = _label(sheet, "C", WIDTH / 2, places["C"][1] + 46, people["C"], said)
    return sheet.svg(uid, end, said["triangle"], " ".join(told))


def _label(sheet: Sheet, letter: str, x: float, y: float, name: str, said: Mapping[str, str]) -> float:
    look: dict[str, Any] = {"class_": f"of-{letter}", "fill": geometry.COLOURS[letter], "font_weight": 650}
    room = NAME_ROOM if letter != "C" else WIDTH - 20
    half = max(geometry.width_of(row, 15) for row in geometry.wrapped(name, 15, room, NAME_LINES)[0]) / 2 + 4
    x = min(max(x, half), WIDTH - half)
    y = sheet.lines(x, y, geometry.isolated(name), 15, room, NAME_LINES, anchor="middle", **look)
    if name.casefold() == said[letter].casefold():
        return y - 10
    sheet.text(x, y - 2, said[letter], "word-2", 13, "middle", fill="#4d4a46")
    return y + 8


def _arrow(sheet: Sheet, key: str, start: Spot, end: Spot, value: float | None, shown: str) -> None:
    """Each arrow bends to its own left, so the two of a dyad never meet and TI, IC, CT run round the outside."""
    length = math.dist(start, end)
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)

    def spot(share: float, aside: float) -> Spot:
        on = start[0] + along[0] * share, start[1] + along[1] * share
        return on[0] + along[1] * aside, on[1] - along[0] * aside

    tail, bend, tip = spot(CLEAR, ASIDE), spot(length / 2, BEND), spot(length - CLEAR, ASIDE)
    neck = _toward(tip, bend, 9)
    middle = (tail[0] + 2 * bend[0] + neck[0]) / 4, (tail[1] + 2 * bend[1] + neck[1]) / 4
    sheet.parts.append(
        f'<g data-direction="{key}"' + (' class="missing">' if value is None else f' data-value="{value:g}">')
    )
    if value is None:
        sheet.curve(tail, bend, neck, "absent", stroke="#8b857c", stroke_width=1.5, stroke_dasharray="3 6")
        sheet.head(bend, tip, 11, class_="absent-head", fill="#8b857c")
        _plate(sheet, middle, shown, 13, 74, class_="word-3", fill="#6f6b65")
    else:
        rater = key[0]
        sheet.curve(tail, bend, neck, stroke_width=3, **sheet.stroke(rater))
        sheet.head(bend, tip, 15, class_=f"mark-{rater}", fill=geometry.COLOURS[rater])
        look: dict[str, Any] = {"class_": f"of-{rater}", "fill": geometry.COLOURS[rater], "font_weight": 700}
        _plate(sheet, middle, shown, 19, 90, **look)
    sheet.parts.append("</g>")


def _plate(sheet: Sheet, middle: Spot, shown: str, size: float, room: float, **look: Any) -> None:
    """The words on the arrow, on a plate in the colour of the page so that the line does not cross them."""
    rows, _ = geometry.wrapped(shown, size, room, 3)
    wide = max(geometry.width_of(row, size) for row in rows) + 10
    tall = size * 1.2 * len(rows) + 4
    x, y = middle
    sheet.put(
        "rect", class_="plate", fill="#fbfaf8", x=sheet.x(x) - wide / 2, y=y - tall / 2, width=wide, height=tall, rx=4
    )
    for n, row in enumerate(rows):
        sheet.text(x, y - tall / 2 + 2 + size * (0.95 + 1.2 * n), row, size=size, anchor="middle", **look)


def _toward(spot: Spot, goal: Spot, distance: float) -> Spot:
    share = distance / math.dist(spot, goal)
    return spot[0] + (goal[0] - spot[0]) * share, spot[1] + (goal[1] - spot[1]) * share
