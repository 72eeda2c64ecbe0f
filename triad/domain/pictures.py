"""What a picture of a case holds for one reader, and the lines of lists of cases. Values only; it draws nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Literal

from triad.domain import asymmetry
from triad.domain.asymmetry import Norm
from triad.domain.flags import Entry, Signals
from triad.domain.meetings import Meeting
from triad.domain.pooling import Spreads
from triad.domain.release import Viewer
from triad.domain.signals import Range
from triad.domain.subscales import Track

Order = Literal["marks", "lowest", "changed"]


@dataclass(frozen=True)
class Picture:
    """One case for one viewer. `shown` is the encounter asked for, else the latest with a score, else the last.

    `bands` say by direction where each meeting's rating was expected, None before the fourth; `goals` are the days
    on which the case's goals were reached, None for those that are open; empty for a lead. What stands beside the
    picture, by licensed forms, is only in that of a whole case.
    """

    case_id: str
    code: str
    language: str
    therapist: str
    viewer: Viewer
    meetings: tuple[Meeting, ...]
    shown: Meeting | None
    norms: Mapping[str, Norm]
    spreads: Spreads
    signals: Signals
    bands: Mapping[str, Sequence[Range | None]]
    sample_sd: float | None
    goals: tuple[date | None, ...]
    entries: tuple[Entry, ...]
    licensed: tuple[Track, ...] = ()

    def paired(self, dyad: str) -> list[Meeting]:
        """The meetings whose dyad is seen from both sides."""
        return [one for one in self.meetings if one.triangle.asymmetry[dyad] is not None]

    def usual(self, dyad: str) -> float | None:
        """The gap that is usual here; None while there is no norm."""
        norm = self.norms.get(dyad)
        return norm.value if norm else None

    def against_norm(self, dyad: str, meeting: Meeting) -> float | None:
        return asymmetry.against_norm(meeting.triangle.asymmetry[dyad], self.norms.get(dyad))


@dataclass(frozen=True)
class Line:
    """One case of the lead's list: newest mean of six, and how far it lies from the mean of the earlier ones.

    Both are None where no encounter has all six scores; `seen` counts the encounters with at least one, `marks` the
    entries that wait for a conversation.
    """

    case_id: str
    code: str
    therapist: str
    seen: int
    complete: int
    latest: float | None
    change: float | None
    marks: int

    def rank(self, order: Order) -> tuple[bool, float, str]:
        """To sort by; a line without the value asked for comes last."""
        value = self.latest
        if order == "changed":
            value = None if self.change is None else -abs(self.change)
        if order == "marks":
            value = -self.marks or None
        return value is None, value or 0.0, self.code


def line(case_id: str, code: str, therapist: str, seen: Sequence[Meeting], entries: Sequence[Entry]) -> Line:
    levels = [one.triangle.level for one in seen if one.triangle.level is not None]
    earlier = levels[:-1]
    return Line(
        case_id=case_id,
        code=code,
        therapist=therapist,
        seen=sum(one.anything for one in seen),
        complete=len(levels),
        latest=levels[-1] if levels else None,
        change=levels[-1] - fmean(earlier) if earlier else None,
        marks=sum(entry.waits for entry in entries),
    )


@dataclass(frozen=True)
class Waiting:
    """A case of a therapist with the entries that wait for a conversation, newest first."""

    case_id: str
    code: str
    entries: tuple[Entry, ...]
