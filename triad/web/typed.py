"""A day and a time that somebody typed, in the reader's language or in English."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel import dates

from triad.domain import errors, typed_times
from triad.domain.typed_times import Typed, Words
from triad.web import i18n, weeks
from triad.web.i18n import lazy

LONGEST = 40
NEAR = (lazy("Today"), lazy("Tomorrow"))


def read(text: str) -> Typed:
    """Unfit `when` for what is neither day nor time, or may mean two."""
    return typed_times.read(text, weeks.day_of(""), _words(i18n.language()))


def day(text: str) -> date | None:
    """The day that this names by itself; None where it is something else."""
    try:
        return read(text[:LONGEST]).day
    except errors.Unfit:
        return None


@lru_cache
def _words(language: str) -> Words:
    near = {word.lower(): number for number, word in enumerate(NEAR)}
    near |= {i18n.catalogue(language).one(word).lower().replace("’", "'"): number for number, word in enumerate(NEAR)}
    english, own = (dates.get_day_names("wide", locale=tag) for tag in ("en", language))
    # Where both languages have a word, the reader's own counts.
    named = {name.lower(): number for names in (english, own) for number, name in names.items()}
    return Words(named, near)
