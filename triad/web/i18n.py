"""Interface text: catalogues read once at start, chosen by `catalog` folder, never by a raw tag from outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, dates
from babel.messages.pofile import read_po
from flask import current_app, g, has_request_context, request
from flask_security import current_user

from triad.domain import languages
from triad.settings import shipped

STAFF = ("en", "ar")
RIGHT_TO_LEFT = frozenset({"ar"})


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
    path = shipped("translations") / language / "LC_MESSAGES" / "messages.po"
    return Catalogue(path if path.is_file() else None)


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
    return "rtl" if (tag or language()) in RIGHT_TO_LEFT else "ltr"


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


# Two languages that most tables of names throw together.
KURDISH = {"kmr": lazy("Kurdish (Kurmanji)"), "ckb": lazy("Kurdish (Sorani)")}


@lru_cache(maxsize=2_000)
def _language(tag: str, reader: str) -> str:
    if tag in KURDISH:
        return catalogue(reader).one(KURDISH[tag])
    try:
        known = languages.written(tag)
    except KeyError:
        return tag
    return Locale.parse(reader).languages.get(
        known.babel.split("_")[0] if known.tag != "prs" else "fa_AF", known.english
    )


def language_text(tag: str) -> str:
    """A language's name for staff in the reader's language; the tag itself where it is not registered."""
    return _language(tag, language())


def city(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")
