"""Sentences for what speaks for and against an interpreter. One per code; a code without one fails a test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from triad.domain import merits
from triad.domain.timespans import TimeSpan
from triad.web import i18n
from triad.web.i18n import gettext, lazy
from triad.web.pictures import geometry

AGAINST = {
    "ROLE_FAMILY": lazy("Relatives and friends do not interpret"),
    "ROLE_MINOR": lazy("Minors do not interpret"),
    "ETHICS": lazy("No ethics agreement on that day"),
    "CHECK_EXPIRED": lazy("Background check not valid on that day"),
    "LANG_PAIR": lazy("Does not speak %(language)s"),
    "LANG_DIRECTION": lazy("Interprets %(language)s one way only: %(works)s"),
    "LANG_DIALECT": lazy("%(dialect)s is not understood"),
    "LANG_LEVEL": lazy("Level %(level)s is below %(needed)s"),
    "CRED_INVALID": lazy("%(credential)s is not valid on that day"),
    "TRAINING_HOURS": lazy("%(hours)s of %(needed)s hours of training"),
    "CLIENT_CHOICE": lazy("Not available for this client"),
    "GENDER": lazy("Not as the client wishes: %(gender)s"),
    "WISH_MISSING": lazy("Wished for and missing: %(attribute)s"),
    "WISH_AVOIDED": lazy("Not wished for: %(attribute)s"),
    "CONFLICT_OPEN": lazy("An open question of acquaintance"),
    "MODE": lazy("Does not work %(mode)s"),
    "TIME_OFF": lazy("Away"),
    "AVAILABILITY": lazy("Outside working hours"),
    "OVERLAP": lazy("Already booked at that time"),
    "GAP": lazy("Needs %(needed)s minutes between sessions, has %(has)s"),
    "LOAD_MAX": lazy("The week is full: %(booked)s of %(max)s minutes"),
    "EXPOSURE_CAP": lazy("The week is full: %(booked)s of %(max)s sessions"),
}
FOR = {
    "USUAL": lazy("usual interpreter"),
    "KNOWN": lazy("%(times)s sessions with this client"),
    "NEW_TO_CLIENT": lazy("new to this client"),
    "GENDER_AS_WISHED": lazy("gender as wished"),
    "AS_WISHED": lazy("as wished: %(attribute)s"),
    "LEVEL": lazy("level %(level)s"),
    "CREDENTIAL": lazy("certified: %(credential)s"),
    "DIALECT": lazy("understands %(dialect)s"),
    "SAME_SITE": lazy("at this site that day"),
    "TRAVEL": lazy("%(minutes)s min travel"),
    "WISH_UNMET": lazy("hoped for, not met: %(attribute)s"),
}
WORDS = {
    "in_person": lazy("in person"),
    "video": lazy("by video"),
    "telephone": lazy("by telephone"),
    "woman": lazy("woman"),
    "man": lazy("man"),
    "other": lazy("another gender"),
    "from": lazy("from it"),
    "into": lazy("into it"),
    "mental_health": lazy("trained in mental health"),
    "trauma": lazy("trained in trauma work"),
    "children": lazy("used to children and families"),
    "lgbtiq": lazy("trained in LGBTIQ matters"),
    "younger": lazy("under 35"),
    "older": lazy("over 50"),
}
MODES = {"in_person": lazy("In person"), "video": lazy("Video"), "telephone": lazy("Telephone")}
ATTRIBUTES = {
    "mental_health": lazy("Trained in mental health"),
    "trauma": lazy("Trained in trauma work"),
    "children": lazy("Used to children and families"),
    "lgbtiq": lazy("Trained in LGBTIQ matters"),
    "younger": lazy("Under 35"),
    "older": lazy("Over 50"),
}
DIRECTIONS = {
    "both": lazy("Both ways"),
    "from": lazy("Only from this language"),
    "into": lazy("Only into this language"),
}


def against(code: str, details: Mapping[str, Any]) -> str:
    return gettext(AGAINST[code]) % _shown(details)


def in_favour(code: str, details: Mapping[str, Any]) -> str:
    return gettext(FOR[code]) % _shown(details)


def why(one: Any) -> list[tuple[str, str]]:
    """Sign and sentence for a Fit's points or a Misfit's reasons, in their order."""
    if hasattr(one, "points"):
        signs = ["dash" if point.code in merits.COSTS else "check" for point in one.points]
        return list(zip(signs, points(one.points), strict=True))
    return [("cross", against(reason.code, reason.details)) for reason in one.reasons]


def points(found: Iterable[merits.Point]) -> list[str]:
    return [in_favour(*point) for point in found]


def mode(code: str) -> str:
    return gettext(MODES.get(code, code))


def attribute(code: str) -> str:
    """What an interpreter says about themselves, as a line of its own; in a sentence it is a `word`."""
    return gettext(ATTRIBUTES.get(code, code))


def way(code: str) -> str:
    """Which way is interpreted, seen from the client's language."""
    return gettext(DIRECTIONS.get(code, code))


def word(code: str) -> str:
    return gettext(WORDS.get(code, code))


def _shown(details: Mapping[str, Any]) -> dict[str, str]:
    shown = {key: _one(value) for key, value in details.items()}
    for key in ("language", "dialect"):
        if key in details:
            named = language(details[key])
            shown[key] = _own(named) if named == details[key] else named
    return shown


def _one(value: Any) -> str:
    if isinstance(value, date):
        return i18n.day_text(value)
    if isinstance(value, TimeSpan):
        return f"{value.start:%H:%M}"
    return _own(value) if isinstance(value, str) and value not in WORDS else word(str(value))


def _own(words: str) -> str:
    """The clinic's own words, which must not turn the sentence they stand in."""
    return geometry.isolated(words) if words else ""


def language(tag: str) -> str:
    """The language's name for staff in the reader's language; the tag itself when it is not registered."""
    return i18n.language_text(tag) if tag else ""
