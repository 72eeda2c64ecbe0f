"""Words for licensed forms: where they stand, what stands against their use, what is wrong in a file."""

from __future__ import annotations

from collections.abc import Iterable

from triad.services.instruments import Line
from triad.web import errors
from triad.web.i18n import gettext, lazy

AGAINST = {
    "no_holder": lazy("The file names nobody who holds the rights."),
    "no_evidence": lazy("The file gives no evidence of the licence: its text, or where it lies."),
    "no_date": lazy("The file does not say from which day the licence holds."),
    "not_yet": lazy("The licence does not hold yet."),
    "expired": lazy("The licence has expired."),
    "not_electronic": lazy("The licence does not allow use on a screen."),
    "too_many_choices": lazy("A question has more than 11 answers to choose from: this cannot be shown yet."),
}
FAULTS = {
    "unknown_field": lazy("No such field is read here: look at its spelling."),
    "format": lazy("This is not “triad-licensed-form/1”."),
    "not_json": lazy("This is no JSON, or a field of it comes twice."),
    "not_utf8": lazy("This file is not in UTF-8."),
    "object": lazy("Fields in curly brackets are needed here."),
    "list": lazy("A list in square brackets is needed here."),
    "text": lazy("A text is needed here."),
    "a_number": lazy("A number is needed here."),
    "yes_or_no": lazy("Write true or false."),
    "twice": lazy("This comes twice."),
    "in_use": lazy("This version is or was in use, and is never changed: give the new file another version."),
    "other_directions": lazy("All items of a subscale must be asked in the same directions."),
    "overlap": lazy("This overlaps with the threshold before."),
    "out_of_range": lazy("This number is too small or too large."),
    "may_not_translate": lazy("The licence does not allow translations of one's own."),
    "anchors": lazy("Name every answer, or the lowest and the highest."),
    "missing_texts": lazy("Texts are missing: every item needs one in each of its directions."),
}


def sentence(code: str) -> str:
    return gettext(FAULTS[code]) if code in FAULTS else errors.sentence(code)


def against(codes: Iterable[str]) -> list[str]:
    return [gettext(AGAINST[code]) for code in codes]


def standing(line: Line) -> tuple[str, str, str]:
    """Tone, word and sign."""
    if line.offered:
        return "ok", gettext("In use"), "check"
    if line.state == "ended":
        return "", gettext("Ended"), "dash"
    if "expired" in line.against:
        return "stop", gettext("Expired"), "notice"
    if line.state == "active":
        return "warn", gettext("Not offered"), "notice"
    return ("wait", gettext("Not ready"), "half") if line.against else ("wait", gettext("Ready to use"), "ring")


def number(value: float) -> str:
    """As the file has it: 12 and not 12.0."""
    return f"{value:g}"
