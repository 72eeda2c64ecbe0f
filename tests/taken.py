"""Two sessions as they are taken out: rows made by hand, for every format alike."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from triad.domain import exports, instruments
from triad.domain.exports import Export, Meeting, Row
from triad.domain.parties import PARTIES
from triad.formats import wordings

VERSION, ENGLISH = wordings.version(), wordings.wording("en")
ALL = [wordings.wording(tag) for tag in wordings.languages()]
DAY = date(2027, 2, 26)
MARKS: dict[str, tuple[int | str, ...]] = {
    "therapist": (4, 3, 4, 2, 5, 4, 4),
    "interpreter": (5, 5, 3, "untouched", "not_understood"),
    "client": (2, 3, 4, "declined", 5, "not_reached", 3),
}


def meeting(number: int = 1, **more: Any) -> Meeting:
    held = Meeting("T-1", "K-1", f"e-{number:010}", number, DAY, "t-0123456789", "i-abcdef0123")
    return held._replace(**more)


def rows(one: Meeting, language: str = "en", without: tuple[str, ...] = ()) -> list[Row]:
    """The three forms of a session, without these directions."""
    wording, found = wordings.wording(language), []
    for party in PARTIES:
        for line, mark in zip(instruments.lines(VERSION, "brief", party), MARKS[party], strict=True):
            number, missing = (None, mark) if isinstance(mark, str) else (mark, "")
            found.append(
                Row(
                    *one,
                    rater=party.value,
                    target=exports.target(line),
                    direction=line.slot,
                    facet=line.facet,
                    item=line.item_id,
                    question=exports.question(line),
                    value=number,
                    missing=missing,
                    mode="own_device",
                    flags=exports.flags(False, language != "en"),
                    language=language,
                    instrument=VERSION.key,
                    version=VERSION.version,
                    edition="brief",
                    wording=exports.wording_code(wording.hash),
                    provenance=wording.provenance,
                    revision=1,
                )
            )
    return [row for row in found if row.direction not in without]


def triad(one: Meeting, **scores: float) -> exports.Triad:
    found = exports.triad(one, scores)
    assert found is not None
    return found


def export(*found: Row, triads: tuple[exports.Triad, ...] = ()) -> Export:
    return Export(found, triads, datetime(2027, 3, 1, 9, 30, tzinfo=UTC))


TWO = export(*rows(meeting(1)), *rows(meeting(2), "ti", without=("CI",)))
