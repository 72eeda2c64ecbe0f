"""A clinic's licensed form as a file (`triad-licensed-form/1`): read strictly, each refusal by its place in the file.

Whether what was read goes together is not judged here.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from importlib import resources
from typing import Any, TypeVar

from triad.domain import errors, languages
from triad.domain.licensed import METHODS, Band, Edition, Item, Licence, LicensedForm, Reliability, Subscale, Text
from triad.domain.packs import TURNING

FORMAT = "triad-licensed-form/1"
KEY = re.compile(r"[a-z0-9][a-z0-9.-]{0,59}", re.ASCII)
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
LONG, SHORT = 4000, 200
MOST = 2000
"""Lines of one list: more is no form that somebody answers."""
WIDEST = 1000
"""The most a scale may reach, up or down."""
Made = TypeVar("Made")
Row = dict[str, Any]


def skeleton() -> str:
    """An empty file of this kind, to be filled in with a form the clinic has a licence for."""
    return (resources.files("triad") / "instruments" / "licensed-form.json").read_text("utf-8")


def read(row: Row) -> LicensedForm:
    """Unfit by place, such as `items[2].reverse`, with everything that is of the wrong shape."""
    reader = _Reader()
    form = reader.form(row)
    # What stands inside of something that is not there is no fault of its own.
    off = tuple(f"{at}{sign}" for at in reader.wrong for sign in ".[")
    if wrong := {at: code for at, code in reader.wrong.items() if not at.startswith(off)}:
        raise errors.Unfit(wrong)
    return form


class _Reader:
    """Takes each field as what it has to be, and goes on after what is wrong."""

    def __init__(self) -> None:
        self.wrong: dict[str, str] = {}

    def form(self, row: Row) -> LicensedForm:
        names = ("format", "key", "version", "title", "licence", "range", "items", "subscales", "wordings")
        row = self.fields(row, "", names)
        if row.get("format") != FORMAT:
            self.fail("format", "format")
        scale = self.fields(row.get("range"), "range", ("minimum", "maximum"))
        return LicensedForm(
            key=self.word(row, "key", "", KEY),
            version=self.word(row, "version", "", ID),
            title=self.text(row, "title", ""),
            licence=self.licence(row.get("licence")),
            minimum=self.whole(scale, "minimum", "range", WIDEST),
            maximum=self.whole(scale, "maximum", "range", WIDEST),
            items=self.each(row, "items", "", self.item),
            subscales=self.each(row, "subscales", "", self.subscale),
            editions=self.each(row, "wordings", "", self.edition),
        )

    def licence(self, held: Any) -> Licence:
        at = "licence"
        row = self.fields(held, at, ("holder", "evidence", "date", "expires", "may"))
        may = self.fields(row.get("may"), "licence.may", ("electronic", "translate", "redistribute"))
        return Licence(
            holder=self.text(row, "holder", at, empty=True),
            evidence=self.text(row, "evidence", at, LONG, empty=True),
            granted_on=self.day(row, "date", at),
            expires_on=self.day(row, "expires", at),
            electronic=self.flag(may, "electronic", "licence.may"),
            translate=self.flag(may, "translate", "licence.may"),
            redistribute=self.flag(may, "redistribute", "licence.may"),
        )

    def item(self, held: Any, at: str) -> Item:
        row = self.fields(held, at, ("id", "directions", "reverse"))
        slots = self.each(row, "directions", at, self.plain)
        return Item(self.word(row, "id", at, ID), slots, self.flag(row, "reverse", at))

    def subscale(self, held: Any, at: str) -> Subscale:
        names = ("id", "title", "items", "method", "answered_at_least", "reliability", "thresholds")
        row = self.fields(held, at, names)
        if row.get("method") not in METHODS:
            self.fail(f"{at}.method", "choose_one")
        return Subscale(
            id=self.word(row, "id", at, ID),
            title=self.text(row, "title", at),
            items=self.each(row, "items", at, self.plain),
            method=str(row.get("method")),
            least=self.whole(row, "answered_at_least", at, MOST),
            reliabilities=self.each(row, "reliability", at, self.reliability),
            bands=self.each(row, "thresholds", at, self.band),
        )

    def reliability(self, held: Any, at: str) -> Reliability:
        row = self.fields(held, at, ("kind", "value", "citation"))
        found = (self.text(row, "kind", at), self.number(row, "value", at), self.text(row, "citation", at, LONG))
        return Reliability(*found)

    def band(self, held: Any, at: str) -> Band:
        row = self.fields(held, at, ("from", "to", "label", "citation"))
        low, high = self.number(row, "from", at), self.number(row, "to", at)
        return Band(low, high, self.text(row, "label", at), self.text(row, "citation", at, LONG))

    def edition(self, held: Any, at: str) -> Edition:
        row = self.fields(held, at, ("language", "official", "instructions", "anchors", "texts"))
        if row.get("language") not in languages.CLIENT_LANGUAGES:
            self.fail(f"{at}.language", "unknown")
        return Edition(
            language=str(row.get("language")),
            official=self.flag(row, "official", at),
            instructions=self.text(row, "instructions", at, LONG, empty=True),
            anchors=self.each(row, "anchors", at, self.plain),
            texts=self.each(row, "texts", at, self.said),
        )

    def said(self, held: Any, at: str) -> Text:
        row = self.fields(held, at, ("item", "direction", "text"))
        return Text(self.text(row, "item", at), self.text(row, "direction", at), self.text(row, "text", at, LONG))

    # What a field can be

    def fail(self, at: str, code: str) -> None:
        self.wrong.setdefault(at, code)

    def fields(self, held: Any, at: str, names: tuple[str, ...]) -> Row:
        """Exactly these names: what is spelt wrong would else be left out in silence."""
        if not isinstance(held, dict):
            self.fail(at, "object" if held is not None else "required")
            return {}
        for name in held:
            if name not in names:
                self.fail(_place(at, name[:60] if name.isprintable() else "?"), "unknown_field")
        for name in names:
            if name not in held:
                self.fail(_place(at, name), "required")
        return held

    def each(self, row: Mapping[str, Any], name: str, at: str, make: Callable[[Any, str], Made]) -> tuple[Made, ...]:
        held = row.get(name)
        if not isinstance(held, list) or len(held) > MOST:
            self.fail(_place(at, name), "too_long" if isinstance(held, list) else "list")
            return ()
        return tuple(make(one, f"{_place(at, name)}[{n}]") for n, one in enumerate(held))

    def plain(self, held: Any, at: str) -> str:
        return self._text(held, at, SHORT)

    def text(self, row: Mapping[str, Any], name: str, at: str, most: int = SHORT, empty: bool = False) -> str:
        return self._text(row.get(name), _place(at, name), most, empty)

    def _text(self, held: Any, at: str, most: int, empty: bool = False) -> str:
        if not isinstance(held, str):
            self.fail(at, "text")
            return ""
        if len(held) > most:
            self.fail(at, "too_long")
        elif not held.strip() and not empty:
            self.fail(at, "required")
        elif any((unicodedata.category(sign) in ("Cc", "Cs") and sign != "\n") or sign in TURNING for sign in held):
            self.fail(at, "characters")
        return held.strip()

    def word(self, row: Mapping[str, Any], name: str, at: str, pattern: re.Pattern[str]) -> str:
        held = self.text(row, name, at)
        if held and not pattern.fullmatch(held):
            self.fail(_place(at, name), "characters")
        return held

    def whole(self, row: Mapping[str, Any], name: str, at: str, most: int) -> int:
        held = row.get(name)
        if not isinstance(held, int) or isinstance(held, bool) or abs(held) > most:
            self.fail(_place(at, name), "number")
            return 0
        return held

    def number(self, row: Mapping[str, Any], name: str, at: str) -> float:
        held = row.get(name)
        if not isinstance(held, int | float) or isinstance(held, bool) or not -1e9 <= held <= 1e9:
            self.fail(_place(at, name), "a_number")
            return math.nan
        return held

    def flag(self, row: Mapping[str, Any], name: str, at: str) -> bool:
        held = row.get(name)
        if not isinstance(held, bool):
            self.fail(_place(at, name), "yes_or_no")
        return held is True

    def day(self, row: Mapping[str, Any], name: str, at: str) -> date | None:
        held = row.get(name)
        if held is None:
            return None
        try:
            if isinstance(held, str) and DAY.fullmatch(held):
                return date.fromisoformat(held)
        except ValueError:
            pass
        self.fail(_place(at, name), "date")
        return None


def _place(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name
