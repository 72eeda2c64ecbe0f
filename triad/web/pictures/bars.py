"""Shares as bars from 0 to 100 %, row under row, each with a whisker for the interval it may lie in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from triad.web.pictures import geometry
from triad.web.pictures.geometry import Sheet

WIDTH = 380.0
START, END = 14.0, 366.0
HEIGHT = 12.0
TICKS = (0, 25, 50, 75, 100)


class Bar(NamedTuple):
    """One row; all three in percent. `value` None: nothing was counted."""

    label: str
    value: float | None
    low: float = 0.0
    high: float = 0.0


def bars(
    rows: Sequence[Bar], title: str, words: Mapping[str, str] | None = None, uid: str = "bars", rtl: bool = False
) -> Markup:
    """One axis for all rows. ValueError for what is no share or lies outside its interval."""
    said = geometry.worded(words)
    sheet, y, told = Sheet(WIDTH, rtl), 18.0, []
    for row in rows:
        shown = shown_as(row, said)
        y = _row(sheet, y, row, shown)
        told.append(said["bars_row"] % {"label": geometry.composed(row.label), "value": shown})
    if not told:
        sheet.text(START, y, said["nothing_counted"], "word-3", 13, fill="#6f6b65")
        return sheet.svg(uid, y + 10, title, said["nothing_counted"])
    for tick in TICKS:
        sheet.text(_x(tick), y + 2, f"{tick} %", "word-2", 12.5, "middle", fill="#4d4a46")
    return sheet.svg(uid, y + 12, title, " ".join(told))


def shown_as(row: Bar, said: Mapping[str, str]) -> str:
    """ "91.1 % (90.4 to 91.8 %)"; the words for nothing where nothing was counted."""
    if row.value is None:
        return said["nothing_counted"]
    value, low, high = (geometry.figure(number, said["decimal"]) for number in (row.value, row.low, row.high))
    return said["share"] % {"value": value, "low": low, "high": high}


def _x(share: float) -> float:
    return START + 4 + (END - START - 16) * share / 100


def _row(sheet: Sheet, y: float, row: Bar, shown: str) -> float:
    """Label and numbers on one line when both fit, the bar below them over the whole width."""
    if row.value is not None and not 0 <= row.low <= row.value <= row.high <= 100:
        raise ValueError(f"no share within its interval: {row!r}")
    room = END - START
    apart = geometry.width_of(row.label, 13) + geometry.width_of(shown, 13) + 12 > room
    y = sheet.lines(START, y, geometry.composed(row.label), 13, room, 3, fill="#1c1b1a") - (0 if apart else 17.55)
    quiet: dict[str, Any] = {"class_": "word-2" if row.value is not None else "word-3", "fill": "#4d4a46"}
    sheet.text(END, y, shown, size=13, anchor="end", **quiet)
    y += 8
    sheet.parts.append('<g data-row="">' if row.value is None else f'<g data-row="{row.value:.6f}">')
    for tick in TICKS:
        look: dict[str, Any] = {"stroke": "#d9d4cc" if tick else "#1c1b1a", "stroke_width": 1}
        sheet.line((_x(tick), y - 2), (_x(tick), y + HEIGHT + 2), "grid" if tick else "zero", **look)
    if row.value is not None:
        _bar(sheet, y, row)
    sheet.parts.append("</g>")
    return y + HEIGHT + 24


def _bar(sheet: Sheet, y: float, row: Bar) -> None:
    spots = [(_x(0), y), (_x(row.value or 0), y), (_x(row.value or 0), y + HEIGHT), (_x(0), y + HEIGHT)]
    sheet.path(spots, "bar", closed=True, fill="#8fb5bd")
    middle = y + HEIGHT / 2
    sheet.line((_x(row.low), middle), (_x(row.high), middle), "range", stroke="#1c1b1a", stroke_width=1.5)
    for end in (row.low, row.high):
        sheet.line((_x(end), middle - 4), (_x(end), middle + 4), "range", stroke="#1c1b1a", stroke_width=1.5)
