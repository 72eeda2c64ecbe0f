"""The columns of each table a clinic arrives with, and what a blank cell in them means."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from triad.domain import cells, modes, proofs, wishes
from triad.domain.cancelling import CANCELLERS
from triad.domain.cells import Reader

KEY = "external_ref"

STATUSES = ("scheduled", "held", "abandoned", "cancelled")
REF = cells.text(80)


@dataclass(frozen=True)
class Column:
    """`blank` is what an empty cell means. With `keeps` it means nothing at all where the row is known already.

    `formerly` is another heading it may stand under, in files written for an older house.
    """

    name: str
    read: Reader
    required: bool = False
    blank: Any = ""
    keeps: bool = False
    formerly: str = ""

    def heading(self, given: Container[str]) -> str:
        """The one of its names that is among the headings of a file; its own when none is."""
        return self.formerly if self.formerly in given and self.name not in given else self.name


def _must(name: str, read: Reader) -> Column:
    return Column(name, read, required=True)


def _may(name: str, read: Reader, blank: Any = "", keeps: bool = False, formerly: str = "") -> Column:
    return Column(name, read, blank=blank, keeps=keeps, formerly=formerly)


_MODE = cells.one_of(*modes.MODES)
_LANGUAGES = cells.many(cells.language)
_WISH = (
    _may("gender_wish", cells.one_of(*cells.GENDERS), keeps=True),
    _may("wish_kind", cells.one_of(*wishes.KINDS), "none", keeps=True),
)

COLUMNS: dict[str, tuple[Column, ...]] = {
    "sites": (
        _must(KEY, REF),
        _must("name", cells.text(120)),
        _must("zone", cells.zone),
        _may("address", cells.text(300)),
        _may("rooms", cells.many(cells.text(80)), ()),
    ),
    "interpreters": (
        _must(KEY, REF),
        _must("name", cells.text(200)),
        _may("email", cells.email, None),
        _may("phone", cells.text(40), None),
        _may("gender", cells.one_of(*cells.GENDERS)),
        _must("zone", cells.zone),
        _may("site", REF),
        _must("modes", cells.many(_MODE)),
        _may("attributes", cells.many(cells.one_of(*wishes.ATTRIBUTES)), (), keeps=True),
        _must("skills", cells.many(proofs.skill)),
        _may("credentials", cells.many(proofs.credential), ()),
        _may("training_hours", cells.whole(0, 100_000), 0),
        _may("ethics_on", cells.day, None),
        _may("check_expires", cells.day, None),
        _must("adult", cells.yes_no),
        _may("max_week", cells.whole(1, 80), None),
    ),
    "therapists": (
        _must(KEY, REF),
        _must("name", cells.text(200)),
        _may("email", cells.email, None),
        _must("zone", cells.zone),
        _may("site", REF),
        _may("languages", _LANGUAGES, ()),
    ),
    "clients": (
        _must(KEY, REF),
        _must("client_code", cells.text(40)),
        _may("name", cells.text(200), keeps=True),
        _must("spoken", _LANGUAGES),
        _may("dialect", cells.dialect),
        _may("read", cells.written_language),
        _may("form_language", cells.written_language),
        *_WISH,
        _may("mode_wish", _MODE, keeps=True),
        _may("zone", cells.zone, keeps=True),
    ),
    "cases": (
        _must(KEY, cells.text(40)),
        _must("client_ref", REF),
        _must("therapist_ref", REF),
        _may("site", REF),
        _must("opened_on", cells.day),
        _may("closed_on", cells.day, None),
        _may("usual_interpreter_ref", REF),
        _must("language", cells.language),
        _may("dialect", cells.dialect),
        _may("strict", cells.yes_no, False),
        _may("level", cells.whole(1, 5), 3),
        _may("direction", cells.one_of(*modes.DIRECTIONS), modes.DIRECTIONS[0], keeps=True),
        *_WISH,
        _may("wishes", cells.many(proofs.wish), (), keeps=True),
        _may("modes", proofs.seats, modes.ALL_IN_PERSON, keeps=True, formerly="mode"),
    ),
    "availability": (
        _must(KEY, REF),
        _must("person_ref", REF),
        _must("weekday", cells.weekday),
        _must("from", cells.wall_clock),
        _must("to", cells.wall_clock),
        _must("zone", cells.zone),
        _may("valid_from", cells.day, None),
        _may("valid_to", cells.day, None),
    ),
    "time_off": (
        _must(KEY, REF),
        _must("person_ref", REF),
        _must("from_date", cells.day),
        _may("from_time", cells.clock, None),
        _must("to_date", cells.day),
        _may("to_time", cells.clock, None),
        _must("zone", cells.zone),
    ),
    "encounters": (
        _must(KEY, REF),
        _must("case_ref", REF),
        _must("date", cells.day),
        _must("start", cells.clock),
        _must("minutes", cells.whole(5, 480)),
        _must("zone", cells.zone),
        _may("site", REF),
        _may("room", cells.text(80)),
        _may("mode_t", _MODE, "in_person", keeps=True),
        _may("mode_i", _MODE, "in_person", keeps=True),
        _may("mode_c", _MODE, "in_person", keeps=True),
        _must("language", cells.language),
        _may("dialect", cells.dialect),
        _may("interpreter_ref", REF, keeps=True),
        _may("status", cells.one_of(*STATUSES), "scheduled", keeps=True),
        _may("cancelled_by", cells.one_of(*CANCELLERS), keeps=True),
        _may("cancelled_at", cells.text(25), None, keeps=True),
        _may("series_ref", REF, keeps=True),
    ),
}
FILES = tuple(COLUMNS)
"""In the order in which rows may refer to each other."""
NAMED = re.compile(r"(.*?)(?:-rejected)?(?: ?\(\d+\))?(?:\.csv)?", re.DOTALL)
"""A file's name as it comes back: the refused rows mended, or a second copy of a download."""


def file_of(name: str) -> str:
    """Which of `FILES` a file is by its name, in small letters; one that is none of them as it is called."""
    found = NAMED.fullmatch(name.strip().lower())
    return found[1].strip() if found else name


def blanks(file: str) -> dict[str, Any]:
    """What a new row has where its file says nothing."""
    return {column.name: column.blank for column in COLUMNS[file] if not column.required}
