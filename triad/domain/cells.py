"""Reading one cell of an imported table: what a clinic wrote becomes a value, or a rule it breaks with a hint."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, time
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from triad.domain import errors, languages

GENDERS = ("woman", "man", "other")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
YEARS = range(1900, 2201)
SEPARATOR = "|"

# Words clinics write for what has one name here: offered as a hint, never taken for it.
MEANT = {
    **dict.fromkeys(("f", "w", "female", "frau", "weiblich"), "woman"),
    **dict.fromkeys(("m", "male", "mann", "männlich"), "man"),
    **dict.fromkeys(("d", "x", "diverse", "non-binary"), "other"),
    **dict.fromkeys(("phone", "audio", "call"), "telephone"),
    **dict.fromkeys(("online", "remote", "zoom", "videocall"), "video"),
    **dict.fromkeys(("onsite", "on site", "face to face", "in person", "presence"), "in_person"),
    **dict.fromkeys(("canceled", "cancel"), "cancelled"),
    **dict.fromkeys(("done", "attended", "completed", "took place"), "held"),
    **dict.fromkeys(("planned", "booked", "open"), "scheduled"),
}

Reader = Callable[[str], Any]


class Misread(Exception):
    """A cell that breaks `rule`; `hints` are values that would fit, the likeliest first, none without a guess."""

    def __init__(self, rule: str, *hints: str) -> None:
        self.rule, self.hints = rule, hints
        super().__init__(rule)


def nearest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Up to two of `known` that look like `word`, whatever the case."""
    by_folded = {entry.casefold(): entry for entry in known}
    found = difflib.get_close_matches(word.casefold(), by_folded, n=2, cutoff=0.6)
    return tuple(by_folded[entry] for entry in found)


def text(longest: int) -> Reader:
    def read(cell: str) -> str:
        if len(cell) > longest:
            raise Misread("too_long", cell[:longest])
        if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in cell):
            raise Misread("characters")
        return cell

    return read


def one_of(*words: str) -> Reader:
    def read(cell: str) -> str:
        folded = cell.casefold()
        if folded in words:
            return folded
        meant = MEANT.get(folded)
        raise Misread("unknown", *((meant,) if meant in words else nearest(cell, words) or words[:6]))

    return read


def many(read_one: Reader) -> Reader:
    """A list parted by `|`; empty entries and repetitions are dropped, the order is kept."""

    def read(cell: str) -> tuple[Any, ...]:
        parts = (part.strip() for part in cell.split(SEPARATOR))
        return tuple(dict.fromkeys(read_one(part) for part in parts if part))

    return read


def whole(low: int, high: int) -> Reader:
    """A whole number in the digits of any script."""

    def read(cell: str) -> int:
        if not cell.isdecimal() or len(cell) > 9:
            raise Misread("number", *re.findall(r"^\d{1,9}", latin(cell)))
        if not low <= int(cell) <= high:
            raise Misread("range", f"{low}–{high}")
        return int(cell)

    return read


def yes_no(cell: str) -> bool:
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if cell.casefold() not in words:
        raise Misread("unknown", "yes", "no")
    return words[cell.casefold()]


def email(cell: str) -> str:
    if not re.fullmatch(r"[^\s@,;<>]+@[^\s@,;<>.]+(\.[^\s@,;<>.]+)+", cell) or len(cell) > 254:
        raise Misread("email")
    return cell


def day(cell: str) -> date:
    """ISO only. A date in another order is never guessed: the hints are all days it could mean."""
    plain = latin(cell)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", plain):
        found = _readings(plain)
        raise Misread("date_order" if len(found) > 1 else "date", *found)
    try:
        found_day = date.fromisoformat(plain)
    except ValueError:
        raise Misread("no_such_day") from None
    if found_day.year not in YEARS:
        raise Misread("range", f"{YEARS.start}–{YEARS.stop - 1}")
    return found_day


def _readings(cell: str) -> tuple[str, ...]:
    parts = re.fullmatch(r"(\d{1,4})[./\- ](\d{1,2})[./\- ](\d{1,4})\.?", cell)
    if not parts:
        return ()
    first, second, third = (int(part) for part in parts.groups())
    orders = [(first, second, third)] if first > 31 else [(third, second, first), (third, first, second)]
    found = []
    for year, month, number in orders:
        try:
            found.append(date(year + 2000 if year < 100 else year, month, number).isoformat())
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))


def clock(cell: str) -> time:
    """`14:30`, or with the offset where the clock is put back: `02:30+01:00`. Aware only if an offset is given."""
    plain = latin(cell)
    parts = re.fullmatch(r"(\d{1,2}):(\d{2})(?::00)?([+-]\d{2}:\d{2}|Z)?", plain)
    if not parts:
        loose = re.fullmatch(r"(\d{1,2})[.:hH ]?(\d{2})(?: ?(?:uhr|h))?", plain)
        raise Misread("time", *([f"{int(loose[1]):02}:{loose[2]}"] if loose and int(loose[1]) < 24 else []))
    try:
        return time.fromisoformat(f"{int(parts[1]):02}:{parts[2]}{parts[3] or ''}")
    except ValueError:
        raise Misread("time") from None


def wall_clock(cell: str) -> str:
    """Hours of a weekly table, as `14:30`; an offset makes no sense there."""
    found = clock(cell)
    if found.tzinfo is not None:
        raise Misread("time", f"{found:%H:%M}")
    return f"{found:%H:%M}"


def weekday(cell: str) -> int:
    """0 Monday to 6 Sunday, from an English name, its first three letters, or 1 (Monday) to 7."""
    folded = latin(cell.casefold())
    if folded.isdecimal() and len(folded) == 1 and 1 <= int(folded) <= 7:
        return int(folded) - 1
    for number, name in enumerate(WEEKDAYS):
        if folded in (name, name[:3]):
            return number
    raise Misread("unknown", *(nearest(cell, WEEKDAYS) or ("monday", "1–7")))


@lru_cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone(cell: str) -> str:
    if cell in zones():
        return cell
    cities = {name.rpartition("/")[2].replace("_", " "): name for name in sorted(zones()) if "/" in name}
    found = [cities[city] for city in nearest(cell.rpartition("/")[2], cities)]
    raise Misread("unknown_zone", *(found or nearest(cell, zones())))


@lru_cache
def _language_names() -> dict[str, str]:
    entries: list[languages.Language | languages.Variety] = [*languages.LANGUAGES, *languages.VARIETIES.values()]
    return {
        name: entry.tag for entry in entries for name in (entry.english, entry.endonym, entry.tag, *entry.aliases)
    }


def language(cell: str) -> str:
    """The registry's tag of a language or variety. "Arabic" names several: the hints are their tags."""
    try:
        return languages.canonical(cell)
    except KeyError:
        names = _language_names()
        raise Misread("unknown_language", *dict.fromkeys(names[name] for name in nearest(cell, names))) from None
    except errors.Unfit as error:
        raise Misread("which_variety", *error.details["choices"]) from None


def written_language(cell: str) -> str:
    """A language in which forms can be read; of a spoken variety, the hint is the one it is written as."""
    tag = language(cell)
    if tag in languages.VARIETIES:
        raise Misread("spoken_only", languages.VARIETIES[tag].of)
    return tag


def dialect(cell: str) -> str:
    """A variety's tag if the registry knows it, else the clinic's own word."""
    try:
        return languages.canonical(cell)
    except (KeyError, errors.Unfit):
        return str(text(40)(cell))


def split_variety(tag: str, spoken: str = "") -> tuple[str, str]:
    """(language, dialect) of a tag: a variety is filed under the language it is written as."""
    variety = languages.VARIETIES.get(tag)
    return (variety.of, spoken or variety.tag) if variety else (tag, spoken)


def latin(cell: str) -> str:
    """Digits of other scripts as ASCII; nothing else changes."""
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in cell)
