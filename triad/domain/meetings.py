"""The encounters of one case as one reader may see them: numbered, with phase, interpreter and six scores or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from triad.domain import asymmetry, phases, release
from triad.domain.asymmetry import Row, Triangle
from triad.domain.batches import Opening, Rule
from triad.domain.parties import Role
from triad.domain.phases import Phase
from triad.domain.release import Opened, Viewer

BOND = "bond"
NOTHING = Opened((), frozenset(), frozenset())


@dataclass(frozen=True)
class Meeting:
    """One encounter that has begun. A score is None where it is not available, whatever the reason.

    `changed` marks another interpreter than before; `own_in`, that the reading therapist has sent the own form;
    `aims` are the scores of goal and task, by (direction, facet), which therapist and client alone are asked about;
    `opened` is what of it lies open to the reader.
    """

    id: str
    number: int
    day: date
    interpreter_id: str | None
    interpreter: str
    phase: Phase
    changed: bool
    own_in: bool
    triangle: Triangle
    aims: Mapping[tuple[str, str], float | None]
    opened: Opened = NOTHING

    @property
    def scores(self) -> Mapping[str, float | None]:
        return self.triangle.scores

    @property
    def anything(self) -> bool:
        return any(score is not None for score in self.scores.values())

    @property
    def row(self) -> Row:
        return Row(self.number, self.day, self.interpreter_id, self.scores)


@dataclass(frozen=True)
class Reader:
    """Who looks, as what, when; `rule` says from when forms are let out."""

    viewer: Viewer
    person_id: str
    now: datetime
    rule: Rule


def seen(
    reader: Reader, met: Sequence[Any], forms: Mapping[str, Sequence[Any]], ending_from: date | None = None
) -> list[Meeting]:
    """`met`: encounters in order of time (id, day, ends_at, interpreter_id, interpreter); `forms` by encounter, each
    what `release.Form` has, with its `scores` (direction, facet, pomp).
    """
    rows = [Row(number, row.day, row.interpreter_id, {}) for number, row in enumerate(met, 1)]
    changed = {one.number for one in phases.substitutions(rows)}
    openings = reader.rule.openings([row.ends_at for row in met])
    each = zip(met, openings, rows, phases.phases(rows, ending_from), strict=True)
    return [
        _meeting(reader, row, forms.get(row.id, ()), opening, bare.number, phase, changed)
        for row, opening, bare, phase in each
    ]


def _meeting(
    reader: Reader,
    row: Any,
    forms: Iterable[Any],
    opening: Opening,
    number: int,
    phase: Phase,
    changed: set[int],
) -> Meeting:
    forms = tuple(forms)
    opened = release.opened(reader.viewer, reader.person_id, forms, reader.now, opening)
    shown = {
        (direction, facet): pomp
        for form in forms
        for direction, facet, pomp in form.scores
        if direction in opened.directions
    }
    return Meeting(
        id=row.id,
        number=number,
        day=row.day,
        interpreter_id=row.interpreter_id,
        interpreter=row.interpreter or "",
        phase=phase,
        changed=number in changed,
        own_in=reader.viewer == "therapist" and any(slot.party == Role.THERAPIST for slot in opened.slots),
        triangle=asymmetry.picture({key: pomp for (key, facet), pomp in shown.items() if facet == BOND}),
        aims={place: pomp for place, pomp in shown.items() if place[1] != BOND},
        # Not the forms that counted: a reader who compares would find who kept one back.
        opened=opened._replace(slots=()),
    )
