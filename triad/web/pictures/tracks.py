"""Encounter after encounter: one small panel for each dyad, both directions as lines, the gap between them grey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from triad.domain import parties
from triad.web.pictures import geometry, series, signs
from triad.web.pictures.geometry import Sheet, Spot
from triad.web.pictures.series import Point
from triad.web.pictures.signs import Mark

WIDTH = 380.0
START, END = 8.0, 228.0
HEIGHT = 112.0
Lines = Mapping[str, Sequence[float | None]]
Band = Sequence[tuple[float, float] | None]


class _Case(NamedTuple):
    """What the three panels have in common."""

    points: Sequence[Point]
    people: Mapping[str, str]
    said: Mapping[str, str]
    flags: Sequence[Mark]
    band: Mapping[str, Band]
    rtl: bool


def tracks(
    points: Sequence[Point],
    names: Mapping[str, str],
    words: Mapping[str, str] | None = None,
    uid: str = "tracks",
    rtl: bool = False,
    flags: Sequence[Mark] = (),
    band: Mapping[str, Band] | None = None,
) -> Markup:
    """Three pictures in one group, oldest encounter at the start of the line; ids are `uid`-TI, -TC, -IC.

    Lines break where a score is missing, and at a new interpreter for the two dyads the interpreter is in. `band`
    holds per direction what is expected at each point as (low, high), cut to 0..100, None where nothing is (before
    the 4th rating). Marks of other encounters are left out. ValueError for a number that is no score.
    """
    said = geometry.worded(words)
    case = _Case(points, geometry.named(names, said), said, signs.known(flags, points), band or {}, rtl)
    headings = {dyad.key: said["pair"] % _pair(dyad.key, case.people) for dyad in parties.DYADS}
    # One height for the three headings keeps the three axes level when they stand side by side.
    rows = max(len(geometry.wrapped(text, 15, WIDTH - 2 * START, 4)[0]) for text in headings.values())
    panels = Markup("").join(
        _panel(case, key, text, 20.25 * rows + 16, f"{uid}-{key}") for key, text in headings.items()
    )
    return Markup('<div class="picture-set" role="group" aria-label="{}">{}</div>').format(said["tracks"], panels)


def _pair(key: str, people: Mapping[str, str]) -> dict[str, str]:
    return {"one": geometry.isolated(people[key[0]]), "other": geometry.isolated(people[key[1]])}


def _panel(case: _Case, key: str, heading: str, y: float, uid: str) -> Markup:
    points, people, said = case.points, case.people, case.said
    sheet = Sheet(WIDTH, case.rtl)
    sheet.lines(START, 16, heading, 15, WIDTH - 2 * START, 4, font_weight=650, fill="#1c1b1a")
    lines = {way[0]: [geometry.checked(point.scores.get(way)) for point in points] for way in (key, key[::-1])}
    if not points:
        sheet.text(START, y, said["empty"], "word-3", 13, fill="#6f6b65")
        return sheet.svg(uid, y + 8, heading, said["empty"])
    xs = _columns(len(points))
    breaks = {n for n, point in enumerate(points) if point.changed and "I" in key}
    top = y + 12
    banded = [_band(sheet, top, xs, way[0], case.band.get(way, ()), breaks) for way in (key, key[::-1])]
    _frame(sheet, top, said)
    for n, point in enumerate(points):
        if point.changed and n:
            x = (xs[n - 1] + xs[n]) / 2
            sheet.line((x, top - 4), (x, top + HEIGHT), "rule", stroke="#6f6b65", stroke_width=1.5)
    one, other = lines.values()
    _gaps(sheet, top, xs, one, other, breaks)
    for letter, scores in lines.items():
        _line(sheet, top, xs, letter, scores, breaks)
    marks = [mark for mark in case.flags if {*mark.dyad} == {*key}]
    spots = {
        (point.number, way): (x, None if (score := point.scores.get(way)) is None else _level(top, score))
        for point, x in zip(points, xs, strict=True)
        for way in (key, key[::-1])
    }
    signs.place(sheet, marks, spots, (top + 6, top + HEIGHT - 6))
    _labels(sheet, top, lines, people, said)
    y = _ticks(sheet, top + HEIGHT + 36, xs, points, said)
    happened = signs.told(marks, said, lambda mark: _whose(mark, people, said))
    y = signs.key(sheet, START, y, WIDTH - 2 * START, [signs.entry(sheet, *told) for told in happened])
    for note in [*_notes(points, lines, people, said), *([said["band"]] if any(banded) else [])]:
        y = sheet.lines(START, y, note, 13, WIDTH - 2 * START, 8, "word-3", fill="#6f6b65")
    told = " ".join([_told(lines, key, people, said), *(f"{text}." for _, text in happened)])
    return sheet.svg(uid, y - 6, heading, told)


def _whose(mark: Mark, people: Mapping[str, str], said: Mapping[str, str]) -> str:
    return said["both"] if len({*mark.directions}) == 2 else geometry.isolated(people[mark.directions[0][0]])


def _columns(count: int) -> list[float]:
    if count == 1:
        return [(START + END) / 2]
    return [START + 6 + (END - START - 12) * n / (count - 1) for n in range(count)]


def _level(top: float, score: float) -> float:
    return top + HEIGHT * (1 - score / 100)


def _frame(sheet: Sheet, top: float, said: Mapping[str, str]) -> None:
    for mark in (0, 50, 100):
        level = _level(top, mark)
        sheet.line((START, level), (END, level), "axis" if mark == 0 else "grid", stroke="#d9d4cc", stroke_width=1)
    sheet.text(START, top - 7, f"100 {said['high']}", "word-2", 12, fill="#4d4a46")
    sheet.text(START, top + HEIGHT + 15, f"0 {said['low']}", "word-2", 12, fill="#4d4a46")


def _band(sheet: Sheet, top: float, xs: Sequence[float], letter: str, band: Band, breaks: set[int]) -> bool:
    """The expected range behind the line of one rater; whether there was any."""
    if len(band) not in (0, len(xs)):
        raise ValueError("a band has one range, or None, for each point")
    stretches = series.runs([span is not None for span in band], breaks)
    for run in stretches:
        reach = [(xs[n], *sorted(band[n] or ())) for n in run]
        if len(run) == 1:
            reach = [(reach[0][0] + aside, *reach[0][1:]) for aside in (-4, 4)]
        low, high = ([(spot[0], _level(top, min(100, max(0, spot[n])))) for spot in reach] for n in (1, 2))
        look: dict[str, Any] = {"fill": geometry.COLOURS[letter], "fill_opacity": 0.1}
        sheet.path([*high, *reversed(low)], f"band-{letter}", closed=True, **look)
        # The lower edge alone, with the dash of the rater: a fall is below it, and in grey it tells whose band it is.
        sheet.path(low, fill="none", stroke_width=0.75, stroke_opacity=0.7, **sheet.stroke(letter))
    return bool(stretches)


def _gaps(
    sheet: Sheet, top: float, xs: Sequence[float], one: Sequence[Any], other: Sequence[Any], breaks: set[int]
) -> None:
    both = [a is not None and b is not None for a, b in zip(one, other, strict=True)]
    for run in series.runs(both, breaks):
        over: list[Spot] = [(xs[n], _level(top, one[n])) for n in run]
        under: list[Spot] = [(xs[n], _level(top, other[n])) for n in reversed(run)]
        if len(run) == 1:
            sheet.line(over[0], under[0], "gap", stroke="#e6e2da", stroke_width=6)
        else:
            sheet.path([*over, *under], "gap", closed=True, fill="#e6e2da", stroke="none")


def _line(
    sheet: Sheet, top: float, xs: Sequence[float], letter: str, scores: Sequence[float | None], breaks: set[int]
) -> None:
    runs = series.runs([score is not None for score in scores], breaks)
    spots = {n: (xs[n], _level(top, score)) for n, score in enumerate(scores) if score is not None}
    for run in runs:
        if len(run) > 1:
            sheet.path([spots[n] for n in run], fill="none", stroke_width=2.5, **sheet.stroke(letter))
    # On a long case marks at every encounter would melt together; the ends of each stretch always have one.
    every = max(1, round(14 * (len(scores) - 1) / (END - START)))
    for run in runs:
        for place, n in enumerate(run):
            if place % every == 0 or n == run[-1]:
                sheet.parts.append(f'<g data-session="{n}" data-of="{letter}" data-value="{scores[n]:g}">')
                sheet.mark(letter, *spots[n], 4.5)
                sheet.parts.append("</g>")


def _labels(
    sheet: Sheet,
    top: float,
    lines: Lines,
    people: Mapping[str, str],
    said: Mapping[str, str],
) -> None:
    """Latest value and name at the end of each line; a line that ended earlier is named without a value."""
    last = {letter: next((s for s in reversed(scores) if s is not None), None) for letter, scores in lines.items()}
    there = [(letter, score) for letter, score in last.items() if score is not None]
    wanted = [_level(top, score) for _, score in there]
    spots = geometry.spread(wanted, [19.0] * len(there), top - 8, top + HEIGHT + 8)
    for (letter, score), level, y in zip(there, wanted, spots, strict=True):
        sheet.line((END, level), (END + 8, y), "grid", stroke="#d9d4cc", stroke_width=1)
        sheet.mark(letter, END + 15, y, 4.5)
        shown = f"{geometry.figure(score, said['decimal'])} " if lines[letter][-1] is not None else ""
        room = WIDTH - END - 24 - geometry.width_of(shown, 13)
        short, cut = geometry.wrapped(people[letter], 13, room, 1)
        look: dict[str, Any] = {"class_": f"of-{letter}", "fill": geometry.COLOURS[letter], "font_weight": 650}
        full = people[letter] if cut else None
        sheet.text(END + 24, y + 4.5, f"{shown}{geometry.isolated(short[0])}", size=13, title=full, **look)


def _ticks(sheet: Sheet, y: float, xs: Sequence[float], points: Sequence[Point], said: Mapping[str, str]) -> float:
    """Numbers of the first, the last and every session with a new interpreter; days below the ends."""
    look = {"class_": "word-2", "fill": "#4d4a46"}
    taken: list[float] = []
    ends = [0, len(points) - 1]
    for n in dict.fromkeys([*ends, *(n for n, point in enumerate(points) if point.changed)]):
        if all(abs(xs[n] - x) > 22 for x in taken):
            sheet.text(xs[n], y, str(points[n].number), size=13, anchor="middle", **look)
            taken.append(xs[n])
    sheet.text(END + 10, y, said["session"], size=13, **look)
    first, last = points[0].day_text, points[-1].day_text
    y += 17
    if len(points) == 1:
        sheet.text(xs[0], y, first, size=12, anchor="middle", **look)
        return y + 22
    sheet.text(START, y, first, size=12, **look)
    if geometry.width_of(first, 12) + geometry.width_of(last, 12) > END - START:
        y += 16
    sheet.text(END, y, last, size=12, anchor="end", **look)
    return y + 22


def _notes(
    points: Sequence[Point],
    lines: Lines,
    people: Mapping[str, str],
    said: Mapping[str, str],
) -> list[str]:
    """What the lines leave out, in words: where a rating is missing and since when the interpreter is new."""
    notes = []
    if begun := series.changes(points):
        notes.append(said["changed"] % {"sessions": ", ".join(map(str, begun))})
    for letter, scores in lines.items():
        absent = [point.number for point, score in zip(points, scores, strict=True) if score is None]
        if absent:
            notes.append(
                said["missing_at"] % {"name": geometry.isolated(people[letter]), "sessions": series.ranges(absent)}
            )
    return notes


def _told(lines: Lines, key: str, people: Mapping[str, str], said: Mapping[str, str]) -> str:
    edges = []
    for rater, about in ((key[0], key[1]), (key[1], key[0])):
        given = [score for score in lines[rater] if score is not None]
        first, latest = (geometry.figure(given[n], said["decimal"]) if given else said["missing"] for n in (0, -1))
        held = {
            "rater": geometry.isolated(people[rater]),
            "about": geometry.isolated(people[about]),
            "count": len(given),
            "all": len(lines[rater]),
            "first": first,
            "latest": latest,
        }
        edges.append(said["track"] % held)
    return " ".join(edges)
