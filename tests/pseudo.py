"""A language nobody speaks: every letter of a text wears a mark, and the text is longer, as translations are.

A word without marks on a page in this language has not come from its wording.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from types import MappingProxyType

from triad.domain.instruments import Wording

MARK = "\u0331"
"""A line below: it goes with every letter, and no language of ours writes all of its letters with it."""
LETTER, PLACE = re.compile(r"[A-Za-z]"), re.compile(r"(\{\w+\}|%\(\w+\)s)")
WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|{MARK})+")
SPOKEN = ("aria-label", "alt", "title", "placeholder")
UNSEEN = ("script", "style")


def worded(text: str) -> str:
    """40 % longer, and marked all over; what is filled in later stays as it is."""
    parts = (
        part if PLACE.fullmatch(part) else LETTER.sub(lambda one: one[0] + MARK, part) for part in PLACE.split(text)
    )
    return "".join(parts) + f" {('o' + MARK) * (len(text) * 2 // 5)}"


def of(source: Wording, language: str) -> Wording:
    """The source as it would be in this language."""
    return replace(
        source,
        language=language,
        provenance="machine_draft",
        texts=MappingProxyType({key: worded(text) for key, text in source.texts.items()}),
        anchors=tuple(map(worded, source.anchors)),
        ui=MappingProxyType({key: worded(text) for key, text in source.ui.items()}),
    )


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag in UNSEEN:
            self.inside.append(tag)
        self.said += [text for name in SPOKEN if (text := held.get(name))]
        if tag == "input" and held.get("type") in ("submit", "button"):
            self.said.append(held.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.said.append(data)


def unmarked(page: str) -> list[str]:
    """Words of a page, seen or read aloud, that wear no mark."""
    read = _Page()
    read.feed(page)
    return [word for text in read.said for word in WORD.findall(text) if MARK not in word]
