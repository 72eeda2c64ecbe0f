"""Small neutral signs for what happened to a bond: something to talk about, so never a colour that shouts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from triad.domain import parties
from triad.web.pictures import geometry, series
from triad.web.pictures.geometry import Sheet, Spot

SHAPES: Mapping[str, Sequence[Sequence[Spot]]] = {
    "fell": (((0, -5), (0, 5)), ((-4, 1), (0, 5), (4, 1))),
    "back": (((0, 5), (0, -5)), ((-4, -1), (0, -5), (4, -1))),
    "shift": (((0, -5.5), (0, 2)), ((-4, -2), (0, 2), (4, -2)), ((-5, 5.5), (5, 5.5))),
    "apart": (((-6, 0), (6, 0)), ((-3, -3.5), (-6, 0), (-3, 3.5)), ((3, -3.5), (6, 0), (3, 3.5))),
    "watch": (((-4, -2), (0, 2), (4, -2)),),
}
Paint = Callable[[float, float], None]
Entry = tuple[Paint, str]


class Mark(NamedTuple):
    """Something about `dyad` ("TC") at the encounter with this `number`; `directions` are those it is about.

    `kind`: "fell" (alert), "back" (returned), "shift" (stays lower), "apart" (lasting asymmetry), "watch" (a dip that
    may be chance).
    """

    dyad: str
    number: int
    kind: str
    directions: tuple[str, ...]


def known(flags: Sequence[Mark], points: Sequence[series.Point]) -> list[Mark]:
    """Marks of the sessions shown, in their order; ValueError for a kind or a direction that does not exist."""
    for mark in flags:
        if mark.kind not in SHAPES or not {*mark.directions} <= {mark.dyad, mark.dyad[::-1]} or not mark.directions:
            raise ValueError(f"no such mark: {mark!r}")
        parties.directed(mark.dyad)
    numbers = {point.number for point in points}
    return sorted((mark for mark in flags if mark.number in numbers), key=lambda mark: mark.number)


def draw(sheet: Sheet, kind: str, x: float, y: float) -> None:
    """The sign around (x, y), about 12 high, on a rim in the colour of the page so that a line behind it stops."""
    d = "".join("M" + "L".join(f"{sheet.x(x) + dx:.1f} {y + dy:.1f}" for dx, dy in stroke) for stroke in SHAPES[kind])
    quiet = kind == "watch"
    look: dict[str, Any] = {"d": d, "fill": "none", "stroke_linecap": "round", "stroke_linejoin": "round"}
    sheet.put("path", class_="rim", stroke="#fbfaf8", stroke_width=5.5, **look)
    stroke: dict[str, Any] = {"stroke": "#6f6b65" if quiet else "#1c1b1a", "stroke_width": 1.4 if quiet else 1.9}
    sheet.put("path", class_="sign-quiet" if quiet else "sign", **stroke, **look)


def place(
    sheet: Sheet, marks: Sequence[Mark], spots: Mapping[tuple[int, str], tuple[float, float | None]], reach: Spot
) -> None:
    """Signs by the points they are about: `spots` by number and direction, y None without a score.

    One sign for each kind and encounter, within `reach`, clear of other signs and, where there is room, of points.
    """
    about: dict[tuple[int, str], set[str]] = {}
    for mark in sorted(marks, key=lambda mark: mark.kind == "watch"):
        about.setdefault((mark.number, mark.kind), set()).update(mark.directions)
    taken: list[Spot] = []
    for (number, kind), ways in about.items():
        x = next(spot[0] for (at, _), spot in spots.items() if at == number)
        own = sorted(y for way in ways if (y := spots[number, way][1]) is not None)
        dots = [dot for a, dot in spots.values() if dot is not None and abs(a - x) < 10]
        y = _free(x, _wanted(kind, own or [reach[0]]), reach, dots, taken)
        taken.append((x, y))
        sheet.parts.append(f'<g data-mark="{kind}" data-number="{number}">')
        draw(sheet, kind, x, y)
        sheet.parts.append("</g>")


def _wanted(kind: str, own: Sequence[float]) -> list[float]:
    """Heights from best to worst (y grows downwards): a return above, what is apart between the two, else below."""
    steps = (13, 22, 31, 40, 53, 66)
    over, under = [own[0] - step for step in steps], [own[-1] + step for step in steps]
    pairs = zip(over, under, strict=True) if kind == "back" else zip(under, over, strict=True)
    between = [(own[0] + own[-1]) / 2] if kind == "apart" and own[-1] - own[0] >= 20 else []
    return [*between, *chain.from_iterable(pairs)]


def _free(x: float, wanted: Sequence[float], reach: Spot, dots: Sequence[float], taken: Sequence[Spot]) -> float:
    anywhere = [reach[0] + step for step in range(0, int(reach[1] - reach[0]) + 1, 5)]
    inside = [y for y in chain(wanted, anywhere) if reach[0] <= y <= reach[1]]
    near = [b for a, b in taken if abs(x - a) < 13]
    # One after another, since the first that fits is taken.
    alone = (y for y in inside if all(abs(y - b) >= 13 for b in near))
    clear = (y for y in inside if all(abs(y - dot) >= 10 for dot in dots) and all(abs(y - b) >= 13 for b in near))
    return next(chain(clear, alone, inside))


def entry(sheet: Sheet, kind: str, text: str) -> Entry:
    return lambda x, y: draw(sheet, kind, x, y), text


def told(marks: Sequence[Mark], said: Mapping[str, str], who: Callable[[Mark], str]) -> list[tuple[str, str]]:
    """Kind and sentence ("fell: session 7, 9 (Cleo)"), one for each kind and those it is about."""
    at: dict[tuple[str, str], list[int]] = {}
    for mark in sorted(marks, key=lambda mark: [*SHAPES].index(mark.kind)):
        at.setdefault((mark.kind, who(mark)), []).append(mark.number)
    return [
        (kind, said["mark"] % {"what": said[kind], "sessions": series.ranges(sorted({*numbers})), "who": whose})
        for (kind, whose), numbers in at.items()
    ]


def key(sheet: Sheet, x: float, y: float, room: float, entries: Sequence[Entry], size: float = 13) -> float:
    """A legend: signs with their words one after another, wrapped; answers the baseline after it."""
    at, last = x, y
    for paint, text in entries:
        wide = 22 + geometry.width_of(text, size)
        if at > x and at + wide > x + room:
            at, last = x, last + size * 1.6
        paint(at + 7, last - 4.5)
        bottom = sheet.lines(at + 20, last, text, size, room - 20, 4, "word-2", fill="#4d4a46")
        last = max(last, bottom - size * 1.35)
        at += wide + 14
    return last + size * 1.6 if entries else y
