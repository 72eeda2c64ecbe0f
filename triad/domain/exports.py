"""What a row taken out for research holds. Codes only: no name, no clock time, nothing its reader does not see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from triad.domain import asymmetry, instruments
from triad.domain.asymmetry import Triangle
from triad.domain.instruments import InstrumentVersion, Line
from triad.domain.parties import DIRECTIONS, DYADS, PARTIES, Role

READ_BY_RATED = "read_by_rated"
DRAFT = "draft_wording"


class Meeting(NamedTuple):
    """The session a row belongs to. `session` counts within the case; `day` is the session's own, not the form's.

    `encounter`, `therapist` and `interpreter` are codes of one reader's files; the two people are "" where the
    reader takes out own forms only, or nobody interpreted.
    """

    case: str
    client: str
    encounter: str
    session: int
    day: date
    therapist: str
    interpreter: str


class Row(NamedTuple):
    """One answer: a line of `ratings.csv`, whose columns are these names.

    `target` is a role, or `triad` for what is asked about the three; `question` names the sentence in the
    codebook. `value` is the mark as given, never turned round; None with a code in `missing`.
    """

    case: str
    client: str
    encounter: str
    session: int
    day: date
    therapist: str
    interpreter: str
    rater: str
    target: str
    direction: str
    facet: str
    item: str
    question: str
    value: int | None
    missing: str
    mode: str
    flags: str
    language: str
    instrument: str
    version: str
    edition: str
    wording: str
    provenance: str
    revision: int


COLUMNS = Row._fields
WIDE = (
    *Meeting._fields,
    *(dyad.key for dyad in DIRECTIONS),
    *(f"gap_{dyad.key}" for dyad in DYADS),
    *(f"level_{dyad.key}" for dyad in DYADS),
)
"""Columns of `triads_wide.csv`: six bonds, three gaps, three levels, from 0 to 100."""


Places = Callable[[Any], tuple[int, int, Line, InstrumentVersion]]


class Triad(NamedTuple):
    """One session in one line: what the reader sees of its six bonds, and what follows from those."""

    meeting: Meeting
    triangle: Triangle

    @property
    def cells(self) -> tuple[object, ...]:
        """In the order of `WIDE`; None where a number is not available."""
        one = self.triangle
        gaps = [one.asymmetry[dyad.key] for dyad in DYADS]
        levels = [one.mutual[dyad.key] for dyad in DYADS]
        return (*self.meeting, *(one.scores[dyad.key] for dyad in DIRECTIONS), *gaps, *levels)


@dataclass(frozen=True)
class Export:
    """Everything one reader takes out at one moment, in order of case, session, rater and question.

    Answers to `licensed` forms stand apart from all others: their marks mean something else.
    """

    rows: tuple[Row, ...]
    triads: tuple[Triad, ...]
    taken_at: datetime
    licensed: tuple[Row, ...] = ()


def triad(meeting: Meeting, scores: Mapping[str, float | None]) -> Triad | None:
    """None where no score is available: a session without one leaves no line, whatever the reason."""
    if all(score is None for score in scores.values()):
        return None
    return Triad(meeting, asymmetry.picture(scores))


def lines(version: InstrumentVersion, edition: str, rater: Role) -> dict[tuple[str, str], tuple[int, Line]]:
    """(item, slot) to its place in the rater's form and its line. KeyError as `instruments.lines`."""
    return {(line.item_id, line.slot): (n, line) for n, line in enumerate(instruments.lines(version, edition, rater))}


def places(versions: Mapping[str, InstrumentVersion]) -> Places:
    """Of an answer whose form it is of, which line of that, the line, and the form's version. `versions` are by the
    key a form is stored under."""

    @cache
    def lines_of(key: str, edition: str, rater: Role) -> dict[tuple[str, str], tuple[int, Line]]:
        return lines(versions[key], edition, rater)

    def placed(answer: Any) -> tuple[int, int, Line, InstrumentVersion]:
        rater = Role(answer.party)
        place, line = lines_of(answer.version_key, answer.edition, rater)[answer.item, answer.direction]
        return PARTIES.index(rater), place, line, versions[answer.version_key]

    return placed


def question(line: Line) -> str:
    """`bond.1:CT`; about the three each rater has an own sentence: `triad.1:triad_client`."""
    return ":".join(line.text_key)


def target(line: Line) -> str:
    return line.direction.about.value if line.direction else instruments.TRIAD


def wording_code(hash_: str) -> str:
    """Short enough to read; the letter keeps a spreadsheet from taking it for a number."""
    return f"w-{hash_[:12]}"


def flags(read_by_rated: bool, draft: bool) -> str:
    """Codes with a space between them, in this order: `read_by_rated`, `draft_wording`."""
    return " ".join(code for code, holds in ((READ_BY_RATED, read_by_rated), (DRAFT, draft)) if holds)
