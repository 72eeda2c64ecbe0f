"""Estimates with the range each may lie in, row under row against one line at zero, in named groups."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from markupsafe import Markup

from triad.web.pictures import geometry
from triad.web.pictures.geometry import Sheet

WIDTH = 380.0
START, END = 14.0, 366.0
BEYOND = 2.0
"""A range reaching further than this many times the largest estimate is cut with an arrowhead, not shrunk to."""


class Estimate(NamedTuple):
    """One row. `value` None: nothing can be estimated; `low`, `high` None: the value without a range."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""


class _Axis(NamedTuple):
    low: float
    high: float
    step: float
    places: int

    def ticks(self) -> list[float]:
        first, last = math.ceil(self.low / self.step), math.floor(self.high / self.step)
        return [n * self.step for n in range(first, last + 1)]

    def x(self, value: float) -> float:
        return START + (END - START) * (min(self.high, max(self.low, value)) - self.low) / (self.high - self.low)


def forest(
    rows: Mapping[str, Sequence[Estimate]],
    words: Mapping[str, str] | None = None,
    uid: str = "forest",
    rtl: bool = False,
    span: tuple[float, float] | None = None,
) -> Markup:
    """`rows` by name of group, in order; all in one unit, because all share one axis, from end to end of `span`.

    Without a span the axis goes as far as the estimates. Mirrored for right-to-left like all pictures: zero and what
    is above it run in the reading direction. ValueError for a number that is not finite and for a range that ends
    before it begins.
    """
    said = geometry.worded(words)
    sheet = Sheet(WIDTH, rtl)
    axis = _axis([_sound(row) for row in chain.from_iterable(rows.values())], span)
    y, told = 18.0, []
    for group, estimates in rows.items():
        if not estimates:
            continue
        y = sheet.lines(START, y, geometry.plain(group), 15, END - START, 3, font_weight=650, fill="#1c1b1a") + 3
        for row in estimates:
            shown = _shown(row, axis, said)
            y = _row(sheet, axis, y, row, shown)
            held = {"group": geometry.isolated(group), "label": geometry.composed(row.label), "value": shown}
            told.append(said["forest_row"] % held)
        y = _scale(sheet, axis, y, said) + 34
    if not told:
        sheet.text(START, y, said["nothing_estimated"], "word-3", 13, fill="#6f6b65")
        return sheet.svg(uid, y + 10, said["forest"], said["nothing_estimated"])
    return sheet.svg(uid, y - 26, said["forest"], " ".join(told))


def _sound(row: Estimate) -> Estimate:
    numbers = [number for number in row[1:4] if isinstance(number, int | float)]
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError(f"no estimate: {row!r}")
    if row.low is not None and row.high is not None and row.low > row.high:
        raise ValueError(f"range ends before it begins: {row!r}")
    return row


def _ranged(row: Estimate) -> bool:
    return None not in (row.value, row.low, row.high)


def _axis(rows: Sequence[Estimate], span: tuple[float, float] | None) -> _Axis:
    """In about five round steps."""
    low, high = span or _reach(rows)
    wide = (high - low) or 1.0
    scale = 10.0 ** math.floor(math.log10(wide / 4))
    step = next(step for step in (scale, 2 * scale, 5 * scale, 10 * scale) if wide / step <= 5)
    rim = 0.0 if span else wide * 0.03
    places = max(0, -math.floor(math.log10(step)))
    return _Axis(low - rim if low else 0.0, high + rim if high or not low else 0.0, step, places)


def _reach(rows: Sequence[Estimate]) -> tuple[float, float]:
    """From 0 or below to all values and, unless very wide, all ranges."""
    values = [row.value for row in rows if row.value is not None] or [1.0]
    ends = [end for row in rows if _ranged(row) for end in (row.low, row.high) if end is not None]
    furthest = BEYOND * max(map(abs, values)) or 1.0
    low = min([0.0, *values, *(max(end, -furthest) for end in ends)])
    return low, max([0.0, *values, *(min(end, furthest) for end in ends)])


def _shown(row: Estimate, axis: _Axis, said: Mapping[str, str]) -> str:
    if row.value is None:
        return said["not_estimable"]
    value, low, high = (
        "" if number is None else geometry.figure(number, said["decimal"], min(4, axis.places + 1))
        for number in row[1:4]
    )
    if not _ranged(row):
        return said["no_interval"] % {"value": value}
    return said["interval"] % {"value": value, "low": low, "high": high}


def _row(sheet: Sheet, axis: _Axis, y: float, row: Estimate, shown: str) -> float:
    """Label and numbers on one line when both fit, the range below them over the whole width."""
    room = END - START
    apart = geometry.width_of(row.label, 13) + geometry.width_of(shown, 13) + 12 > room
    y = sheet.lines(START, y, geometry.composed(row.label), 13, room, 3, fill="#1c1b1a") - (0 if apart else 17.55)
    quiet: dict[str, Any] = {"class_": "word-2" if row.value is not None else "word-3", "fill": "#4d4a46"}
    sheet.text(END, y, shown, size=13, anchor="end", **quiet)
    y += 14
    sheet.parts.append('<g data-row="">' if row.value is None else f'<g data-row="{row.value:g}">')
    for tick in axis.ticks():
        zero = tick == 0
        look: dict[str, Any] = {"stroke": "#1c1b1a" if zero else "#d9d4cc", "stroke_width": 1.5 if zero else 1}
        sheet.line((axis.x(tick), y - 8), (axis.x(tick), y + 8), "zero" if zero else "grid", **look)
    if not _ranged(row):
        sheet.line((START, y), (END, y), "absent", stroke="#8b857c", stroke_width=1.5, stroke_dasharray="3 6")
    elif row.low is not None and row.high is not None:
        _range(sheet, axis, y, row.low, row.high)
    if row.value is not None:
        solid = _ranged(row)
        look = {"fill": "#1c1b1a" if solid else "#fbfaf8", "stroke": "#1c1b1a", "stroke_width": 1.75}
        place: dict[str, Any] = {"cx": float(sheet.x(axis.x(row.value))), "cy": y, "r": 4.5}
        sheet.put("circle", class_="estimate" if solid else "estimate-open", **place, **look)
    sheet.parts.append("</g>")
    y += 20
    if row.note:
        y = 6 + sheet.lines(START, y + 4, geometry.composed(row.note), 12.5, room, 4, "word-3", fill="#6f6b65")
    return y + 10


def _range(sheet: Sheet, axis: _Axis, y: float, low: float, high: float) -> None:
    """The line of a range; an arrowhead where it goes on beyond the axis, a short stop where it ends."""
    a, b = axis.x(low), axis.x(high)
    sheet.line((a, y), (b, y), "range", stroke="#4d4a46", stroke_width=2.5)
    for end, inside, cut in ((a, b, low < axis.low), (b, a, high > axis.high)):
        if cut:
            sheet.head((inside, y), (end, y), 9, class_="range-head", fill="#4d4a46")
        else:
            sheet.line((end, y - 4.5), (end, y + 4.5), "range", stroke="#4d4a46", stroke_width=2)


def _scale(sheet: Sheet, axis: _Axis, y: float, said: Mapping[str, str]) -> float:
    """The numbers of the axis under each group; a tall picture does not show one axis for all at once."""
    for tick in axis.ticks():
        written = geometry.figure(tick, said["decimal"], axis.places)
        sheet.text(axis.x(tick), y + 6, written, "word-2", 12.5, "middle", fill="#4d4a46")
    return y
