"""One encounter as three rows on one axis: what the two of each dyad gave, and how far apart that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from triad.web.pictures import geometry
from triad.web.pictures.geometry import Sheet

WIDTH = 380.0
START, END = 12.0, 368.0
Row = tuple[str, float | None, float | None, float | None]


def dumbbell(
    rows: Sequence[Row],
    names: Mapping[str, str],
    words: Mapping[str, str] | None = None,
    uid: str = "dumbbell",
    rtl: bool = False,
) -> Markup:
    """Each row: dyad ("TC"), its score 0..100, the score back ("CT"), the usual gap here (signed) or None.

    The gap is first minus second, -100..100. Rows are drawn by size of gap, incomplete ones last.
    ValueError for a number that is no score.
    """
    said = geometry.worded(words)
    people = geometry.named(names, said)
    sheet = Sheet(WIDTH, rtl)
    ordered = sorted(
        rows, key=lambda row: -1.0 if row[1] is None or row[2] is None else abs(row[1] - row[2]), reverse=True
    )
    y, told = 16.0, []
    for row in ordered:
        y = _row(sheet, y, row, people, said)
        told.append(_told(row, people, said))
    _axis(sheet, y, said)
    y += 38
    if any(usual is not None and None not in (a, b) for _, a, b, usual in rows):
        y = sheet.lines(START, y, said["usual"], 13, END - START, 3, "word-3", fill="#6f6b65")
    return sheet.svg(uid, y, said["dumbbell"], " ".join(told) or said["empty"])


def _place(score: float) -> float:
    return START + (END - START) * min(100.0, max(0.0, score)) / 100


def _row(sheet: Sheet, y: float, row: Row, people: Mapping[str, str], said: Mapping[str, str]) -> float:
    key, a, b, usual = row[0], geometry.checked(row[1]), geometry.checked(row[2]), row[3]
    y = sheet.lines(START, y, _pair(key, people, said), 15, END - START, 4, font_weight=650, fill="#1c1b1a")
    for words in _gap(row, people, said):
        y = sheet.lines(START, y, words, 13, END - START, 4, "word-2", fill="#4d4a46")
    y += 26 if (a, b) != (None, None) else 6
    sheet.parts.append(f'<g data-dyad="{key}">')
    for mark in (0, 50, 100):
        sheet.line((_place(mark), y - 14), (_place(mark), y + 14), "grid", stroke="#d9d4cc", stroke_width=1)
    if a is None or b is None:
        sheet.line((START, y), (END, y), "absent", stroke="#8b857c", stroke_width=1.5, stroke_dasharray="3 6")
    else:
        sheet.line((START, y), (END, y), "grid", stroke="#d9d4cc", stroke_width=1)
        sheet.line((_place(a), y), (_place(b), y), "gap", stroke="#e6e2da", stroke_width=12)
        if usual is not None:
            tick = _place(b + usual)
            sheet.line((tick, y - 15), (tick, y + 15), "usual", stroke="#4d4a46", stroke_width=2.5)
    close = a is not None and b is not None and abs(_place(a) - _place(b)) < 16
    there = [(letter, score) for letter, score in zip(key, (a, b), strict=True) if score is not None]
    for n, (letter, score) in enumerate(there):
        sheet.mark(letter, _place(score), y + (14 * n - 7 if close else 0), 7.5 if not close else 6.5)
    _values(sheet, y - 19, there, people, said)
    sheet.parts.append("</g>")
    return y + 44


def _values(
    sheet: Sheet, y: float, there: Sequence[tuple[str, float]], people: Mapping[str, str], said: Mapping[str, str]
) -> None:
    """Value and name over each mark, pushed apart so that they never overlap."""
    labels = []
    for letter, score in there:
        shown = geometry.figure(score, said["decimal"])
        lines, cut = geometry.wrapped(people[letter], 14, 120, 1)
        labels.append((letter, shown, lines[0], people[letter] if cut else None))
    widths = [geometry.width_of(f"{shown} {short}", 14) + 14 for _, shown, short, _ in labels]
    spots = geometry.spread([_place(score) for _, score in there], widths, START - 6, END + 6)
    for (letter, shown, short, full), x in zip(labels, spots, strict=True):
        look: dict[str, Any] = {"class_": f"of-{letter}", "fill": geometry.COLOURS[letter], "anchor": "middle"}
        sheet.text(x, y, f"{shown} {geometry.isolated(short)}", size=14, font_weight=650, title=full, **look)


def _axis(sheet: Sheet, y: float, said: Mapping[str, str]) -> None:
    y -= 8
    sheet.line((START, y), (END, y), "axis", stroke="#8b857c", stroke_width=1)
    for mark in (0, 50, 100):
        sheet.line((_place(mark), y), (_place(mark), y + 5), "axis", stroke="#8b857c", stroke_width=1)
    for x, anchor, words in ((START, "start", f"0 {said['low']}"), (END, "end", f"100 {said['high']}")):
        sheet.text(x, y + 20, words, "word-2", 13, anchor, fill="#4d4a46")
    sheet.text(_place(50), y + 20, "50", "word-2", 13, "middle", fill="#4d4a46")


def _pair(key: str, people: Mapping[str, str], said: Mapping[str, str]) -> str:
    return said["pair"] % {"one": geometry.isolated(people[key[0]]), "other": geometry.isolated(people[key[1]])}


def _gap(row: Row, people: Mapping[str, str], said: Mapping[str, str]) -> list[str]:
    key, a, b, usual = row
    if a is not None and b is not None:
        held = {"gap": geometry.figure(a - b, said["decimal"])}
        if usual is None:
            return [said["gap"] % held]
        return [said["gap_usual"] % {**held, "usual": geometry.figure(usual, said["decimal"])}]
    absent = [letter for letter, score in zip(key, (a, b), strict=True) if score is None]
    return [f"{geometry.isolated(people[letter])}: {said['missing']}" for letter in absent]


def _told(row: Row, people: Mapping[str, str], said: Mapping[str, str]) -> str:
    key, a, b, _ = row
    edges = []
    for rater, about, score in ((key[0], key[1], a), (key[1], key[0], b)):
        shown = said["missing"] if score is None else geometry.figure(score, said["decimal"])
        pair = {"rater": geometry.isolated(people[rater]), "about": geometry.isolated(people[about])}
        edges.append(said["edge"] % {**pair, "value": shown})
    return " ".join(edges)
