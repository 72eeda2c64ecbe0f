"""Small neutral signs for what happened to a bond: something to talk about, so never a colour that shouts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

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
    d = "".join(
        "M" + "L".join(f"{sheet.x(x) + dx:.1f} {y + dy:.1f}" for dx, dy in stroke) for stroke in SHAPES[kind]
    )
    quiet = kind == "watch"
    look = {"d": d, "fill": "none", "stroke_linecap": "round", "stroke_linejoin": "round"}
    sheet.put("path", class_="rim", stroke="#fbfaf8", stroke_width=5.5, **look)
    stroke = {"stroke": "#6f6b65" if quiet else "#1c1b1a", "stroke_width": 1.4 if quiet else 1.9}
    sheet.put("path", class_="sign-quiet" if quiet else "sign", **stroke, **look)


def free(
    x: float, low: float, high: float, reach: Spot, dots: Sequence[Spot], taken: Sequence[Spot], over: bool
) -> float:
    """Where a sign at `x` fits: below `low` or above `high` (y grows downwards), first `over` or first under.

    Within `reach`, clear of `taken` signs, and clear of `dots` as long as that is possible.
    """
    near = [(level, sign * step) for step in (13, 22, 31, 40, 53, 66) for level, sign in ((low, 1), (high, -1))]
    wanted = [level + step for level, step in near]
    if over:
        wanted = [y for pair in zip(wanted[1::2], wanted[::2], strict=True) for y in pair]
    inside = [y for y in wanted if reach[0] <= y <= reach[1]]
    alone = [y for y in inside if all(abs(y - b) >= 13 or abs(x - a) >= 13 for a, b in taken)]
    clear = [y for y in alone if all(abs(y - b) >= 10 for _, b in dots)]
    return (clear or alone or inside or [reach[0]])[0]


def entry(sheet: Sheet, kind: str, text: str) -> Entry:
    return lambda x, y: draw(sheet, kind, x, y), text


def told(
    marks: Sequence[Mark], said: Mapping[str, str], who: Callable[[Mark], str]
) -> list[tuple[str, str]]:
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
