"""Interface text: catalogues read once at start, chosen by `catalog` folder, never by a raw tag from outside."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import dates
from babel.messages.pofile import read_po
from flask import current_app, g, has_request_context, request
from flask_security import current_user

from triad.domain import language_names, languages
from triad.settings import shipped

STAFF = languages.STAFF_LANGUAGES
UNREVIEWED = frozenset(STAFF) - {"en"}
"""Catalogues that no named person has read yet: whoever chooses one is told."""


TRANSLATIONS = shipped("translations")
FONTS = Path(__file__).parent / "static" / "fonts"
PLURALS = re.compile(r"nplurals\s*=\s*(\d+);\s*plural\s*=\s*([^;]+);")


class Catalogue:
    """Messages of one language; an absent or fuzzy message falls back to English."""

    def __init__(self, path: Path | None) -> None:
        self.texts: dict[Any, Any] = {}
        self.plural: Callable[[int], int] = lambda n: int(n != 1)
        if path is None:
            return
        with path.open("rb") as file:
            catalogue = read_po(file)
        self.plural = c2py(catalogue.plural_expr)
        for message in catalogue:
            if message.id and message.string and not message.fuzzy:
                key = message.id[0] if isinstance(message.id, tuple) else message.id
                self.texts[(message.context, key)] = message.string

    def one(self, text: str, context: str | None = None) -> str:
        found = self.texts.get((context, text), text)
        return found if isinstance(found, str) else (found[0] or text)

    def many(self, single: str, plural: str, count: int) -> str:
        forms = self.texts.get((None, single))
        if isinstance(forms, tuple):
            return forms[self.plural(count)] or (single if count == 1 else plural)
        return single if count == 1 else plural


@lru_cache
def catalogue(language: str) -> Catalogue:
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    return Catalogue(path if path.is_file() else None)


def check(home: Path = TRANSLATIONS) -> None:
    """RuntimeError naming every language that cannot be shown as the registry promises; read from headers alone."""
    faults = [fault for tag in STAFF if tag != "en" for fault in _catalogue_faults(home, languages.written(tag))]
    faults += [f"{one.tag}: no name of its own" for one in languages.LANGUAGES if not one.endonym]
    drawn = {path.stem for path in FONTS.glob("*.woff2")}
    faults += [
        f"{one.tag}: no font" for one in languages.LANGUAGES if not (one.fonts and drawn.issuperset(one.fonts))
    ]
    if faults:
        raise RuntimeError("Languages: " + "; ".join(faults))


def _catalogue_faults(home: Path, known: languages.Language) -> list[str]:
    path = home / known.catalog / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return [f"{known.tag}: no catalogue"]
    head = path.read_text("utf-8")[:2_000].partition("\n\n#:")[0].replace('"\n"', "")
    found = PLURALS.search(head)
    if not found or int(found[1]) != known.plurals:
        return [f"{known.tag}: its catalogue counts in another way"]
    zero_is_singular = c2py(found[2])(0) == c2py(found[2])(1)
    return (
        []
        if known.plurals != 2 or zero_is_singular == known.zero_is_singular
        else [f"{known.tag}: zero is counted wrong"]
    )


def language() -> str:
    """The language of this answer to staff: chosen on the account, asked for by the browser, or the clinic's own."""
    if not has_request_context():
        return "en"
    if "language" not in g:
        g.language = _chosen()
    return g.language


def _chosen() -> str:
    chosen = getattr(current_user, "locale", "") if current_user else ""
    if chosen in STAFF:
        return chosen
    own: str = current_app.extensions["triad"].settings.locale
    return request.accept_languages.best_match(STAFF, own) or own


def direction(tag: str = "") -> str:
    return languages.direction(tag or language())


def gettext(text: str, **values: Any) -> str:
    found = catalogue(language()).one(text)
    return found % values if values else found


def ngettext(single: str, plural: str, n: int, **values: Any) -> str:
    return catalogue(language()).many(single, plural, n) % {"n": n, "num": n, **values}


def plain(text: str) -> str:
    """For templates, which put the values in themselves."""
    return catalogue(language()).one(text)


def plain_count(single: str, plural: str, n: int) -> str:
    return catalogue(language()).many(single, plural, n)


def lazy(text: str) -> str:
    """Marks a text for the catalogues; it is translated where it is shown."""
    return text


@lru_cache(maxsize=20_000)
def _formatted(day: date, pattern: str, tag: str) -> str:
    return dates.format_date(day, pattern, locale=tag)


def day_text(day: date, pattern: str = "EEE d MMM") -> str:
    return _formatted(day, pattern, language())


def time_text(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def moment_text(moment: datetime, zone: str) -> str:
    """ "Tue 24 Nov 14:30", on the wall clock of `zone`."""
    shown = moment.astimezone(ZoneInfo(zone))
    return f"{day_text(shown.date())} {shown:%H:%M}"


def language_text(tag: str) -> str:
    """A language's name for staff in the reader's language; the tag itself where it is not registered."""
    return language_names.name(tag, language()) or languages.english(tag)


def city(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")
