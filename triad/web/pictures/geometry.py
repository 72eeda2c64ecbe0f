"""What the pictures share: a sheet to draw on, text that fits, shapes of the parties, names made harmless."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from markupsafe import Markup, escape

from triad.web.pictures.words import WORDS

Spot = tuple[float, float]

COLOURS = {"T": "#0072b2", "I": "#8a5a00", "C": "#222222"}
DASHES = {"T": None, "I": "9 5", "C": "1 6"}
UNREADABLE = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])


def plain(text: object) -> str:
    """One line without control characters and without marks that turn the text around it."""
    return " ".join(_harmless(str(text)).split())


def _harmless(text: str) -> str:
    # Marks and control characters are not printable; nearly every name is.
    if text.isprintable():
        return text
    return "".join(
        " " if letter.isspace() else letter
        for letter in text.translate(UNREADABLE)
        if letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cs", "Cn")
    )


def isolated(text: object) -> str:
    """What `<bdi>` is in a page: the text keeps its own direction and cannot turn its neighbours."""
    return f"\u2068{plain(text)}\u2069"


def composed(text: object) -> str:
    """The same for words with names in them that are isolated already: these stay so, marks left open go."""
    parts = re.split("\u2068([^\u2066-\u2069]*)\u2069", str(text))
    whole = "".join(f"\u2068{_harmless(part)}\u2069" if n % 2 else _harmless(part) for n, part in enumerate(parts))
    return f"\u2068{' '.join(whole.split())}\u2069"


def figure(value: float, decimal: str = ".", places: int = 1) -> str:
    """At most `places` decimals, halves away from zero; the minus stays in front in every direction of writing."""
    rounded = f"{math.floor(abs(value) * 10**places + 0.5) / 10**places:.{places}f}"
    written = (rounded.rstrip("0").rstrip(".") if places else rounded).replace(".", decimal)
    return f"\u2066−{written}\u2069" if value < 0 and written != "0" else written


def checked(value: float | None) -> float | None:
    """The score itself, 0..100, or None; ValueError for a number that is no score."""
    if value is None or 0 <= value <= 100:
        return value
    raise ValueError(f"score outside 0..100: {value!r}")


def worded(words: Mapping[str, str] | None) -> dict[str, str]:
    return {key: str(text) for key, text in {**WORDS, **(words or {})}.items()}


def named(names: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    """T, I, C to a name for the screen; the word for the role stands in for a missing name."""
    return {letter: plain(names.get(letter) or "") or words[letter] for letter in "TIC"}


def width_of(text: str, size: float) -> float:
    """A generous estimate in sheet units; the server has no font to measure with."""
    return size * sum(map(_em, text))


@cache
def _em(letter: str) -> float:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn"):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in "iljtf.,:;|!'’I ()":
        return 0.34
    if letter in "mwMW@%" or "\u1200" <= letter <= "\u139f":
        return 0.88
    return 0.7 if letter.isupper() else 0.6


def wrapped(text: str, size: float, room: float, limit: int) -> tuple[list[str], bool]:
    """Lines no wider than `room`, at most `limit` of them, and whether anything had to be cut off."""
    lines: list[str] = []
    for word in re.findall(r"[^\s\-–]+[\-–]*\s*|[\-–]+\s*", text):
        if lines and width_of((lines[-1] + word).rstrip(), size) <= room:
            lines[-1] += word
            continue
        lines.append(word)
        while width_of(lines[-1].rstrip(), size) > room and len(lines[-1]) > 1:
            fits = max(1, sum(width_of(lines[-1][:n], size) <= room for n in range(1, len(lines[-1]) + 1)))
            lines[-1:] = [lines[-1][:fits], lines[-1][fits:]]
    lines = [line.rstrip() for line in lines]
    if len(lines) <= limit:
        return lines, False
    last = lines[limit - 1]
    while last and width_of(f"{last}…", size) > room:
        last = last[:-1]
    return [*lines[: limit - 1], f"{last.rstrip()}…"], True


def _closed(rows: Sequence[str]) -> list[str]:
    """Each line of a wrapped text is a paragraph of its own: isolation left open goes on in the next."""
    open_, closed = "", []
    for row in rows:
        whole = open_ + row
        open_ = ""
        for letter in whole:
            open_ = open_ + letter if letter in "\u2066\u2068" else open_[:-1] if letter == "\u2069" else open_
        closed.append(whole + "\u2069" * len(open_))
    return closed


def spread(wanted: Sequence[float], apart: Sequence[float], low: float, high: float) -> list[float]:
    """Places as near to those wanted as can be, each `apart[n]` wide, none overlapping, all within low..high.

    Order is kept; when there is no room for all, they run over `high`.
    """
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    placed = list(wanted)
    floor = low
    for n in order:
        placed[n] = max(wanted[n], floor + apart[n] / 2)
        floor = placed[n] + apart[n] / 2
    ceiling = max(high, low + sum(apart))
    for n in reversed(order):
        placed[n] = min(placed[n], ceiling - apart[n] / 2)
        ceiling = placed[n] - apart[n] / 2
    return placed


# A picture of many sessions has thousands of numbers and attributes, most of them many times over.
@lru_cache(maxsize=4096)
def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


@lru_cache(maxsize=4096, typed=True)
def _attribute(key: str, held: object) -> str:
    shown = _short(held) if isinstance(held, float) else escape(held)
    return f' {key.rstrip("_").replace("_", "-")}="{shown}"'


class Sheet:
    """Collects shapes; mirrored about the middle for right-to-left, so callers always think left to right."""

    def __init__(self, width: float, rtl: bool = False) -> None:
        self.width = width
        self.rtl = rtl
        self.parts: list[str] = []

    def x(self, value: float) -> float:
        return self.width - value if self.rtl else value

    def put(self, tag: str, body: str = "", d: str = "", **attributes: Any) -> None:
        """`body` is markup already, `d` nothing but numbers; attributes are escaped, None leaves one out.

        `_` is written as `-`.
        """
        told = "".join([_attribute(key, held) for key, held in attributes.items() if held is not None])
        told = f'{told} d="{d}"' if d else told
        self.parts.append(f"<{tag}{told}>{body}</{tag}>" if body else f"<{tag}{told}/>")

    def line(self, start: Spot, end: Spot, class_: str, **attributes: Any) -> None:
        self.path([start, end], class_, **attributes)

    def path(self, spots: Sequence[Spot], class_: str, closed: bool = False, **attributes: Any) -> None:
        d = "L".join([f"{_short(self.x(x))} {_short(y)}" for x, y in spots])
        self.put("path", d=f"M{d}Z" if closed else f"M{d}", class_=class_, **attributes)

    def curve(self, start: Spot, bend: Spot, end: Spot, class_: str, **attributes: Any) -> None:
        spots = [f"{_short(self.x(x))} {_short(y)}" for x, y in (start, bend, end)]
        self.put("path", d=f"M{spots[0]}Q{spots[1]} {spots[2]}", class_=class_, fill="none", **attributes)

    def stroke(self, letter: str) -> dict[str, Any]:
        """How the lines of a rater look: colour and dash together."""
        return {
            "class_": f"line-{letter}",
            "stroke": COLOURS[letter],
            "stroke_dasharray": DASHES[letter],
            "stroke_linecap": "round" if letter == "C" else None,
        }

    def mark(self, letter: str, x: float, y: float, size: float) -> None:
        """Therapist circle, interpreter triangle, client square; `size` is half the height."""
        look: dict[str, Any] = {"class_": f"mark-{letter}", "fill": COLOURS[letter]}
        if letter == "T":
            self.put("circle", cx=float(self.x(x)), cy=float(y), r=float(size), **look)
        elif letter == "I":
            side = size * 1.15
            self.path([(x, y - size), (x + side, y + size), (x - side, y + size)], closed=True, **look)
        else:
            side = size * 0.9
            self.put("rect", x=self.x(x) - side, y=y - side, width=2 * side, height=2 * side, **look)

    def head(self, bend: Spot, tip: Spot, size: float, **look: Any) -> None:
        """An arrowhead at `tip`, coming from `bend`."""
        along = math.atan2(tip[1] - bend[1], tip[0] - bend[0])
        wings = [
            (tip[0] - size * math.cos(along + side), tip[1] - size * math.sin(along + side)) for side in (0.45, -0.45)
        ]
        self.path([tip, *wings], closed=True, **look)

    def text(
        self, x: float, y: float, words: str, class_: str = "", size: float = 13, anchor: str = "start", **more: Any
    ) -> None:
        """`title` in `more` is what a cut text says in full."""
        title = more.pop("title", None)
        body = str(escape(words)) + (f"<title>{escape(title)}</title>" if title else "")
        anchored = None if anchor == "start" else anchor
        x = float(self.x(x))
        self.put("text", body, x=x, y=float(y), class_=class_ or None, font_size=size, text_anchor=anchored, **more)

    def lines(
        self, x: float, y: float, words: str, size: float, room: float, limit: int, class_: str = "", **more: Any
    ) -> float:
        """Wrapped text from the first baseline `y`; answers the baseline after the last line."""
        fitting, cut = wrapped(words, size, room, limit)
        for row in _closed(fitting):
            self.text(x, y, row, class_, size, title=words if cut else None, **more)
            y += size * 1.35
        return y

    def svg(self, uid: str, height: float, title: str, told: str) -> Markup:
        """The picture; ids are made of `uid`, ValueError when that could not be an id."""
        if not re.fullmatch(r"[A-Za-z][\w-]*", uid, re.ASCII):
            raise ValueError(f"no id: {uid!r}")
        way = "rtl" if self.rtl else "ltr"
        size = f"{_short(self.width)} {_short(height)}"
        return Markup(  # noqa: S704 - every part was escaped when it was put
            f'<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" viewBox="0 0 {size}"'
            f' direction="{way}" aria-labelledby="{uid}-title" aria-describedby="{uid}-desc">'
            f'<title id="{uid}-title">{escape(title)}</title><desc id="{uid}-desc">{escape(told)}</desc>'
            f"{''.join(self.parts)}</svg>"
        )
