"""The picture of three: scores a reader may see, gathered for one encounter, one case, or all cases of the lead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from statistics import fmean
from typing import Any, Literal

from sqlalchemy import Row, select

from triad.domain import asymmetry, errors, instruments, release, scales, signals
from triad.domain.asymmetry import Norm, Tracks, Triangle
from triad.domain.flags import Signals
from triad.domain.parties import Role
from triad.domain.release import Viewer
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import alliance as reads
from triad.store import frozen
from triad.store.cases import Case
from triad.store.people import Person

FOUNDATION = 5
"""The case's first interpreted encounters, before the working phase."""

SCALE = scales.SCALES["2x5"]
"""That of the edition people are given."""

Phase = Literal["foundation", "working", "ending"]
Order = Literal["lowest", "changed"]


@dataclass(frozen=True)
class Meeting:
    """One encounter that has begun. A score is None where it is not available, whatever the reason.

    `changed` marks another interpreter than before; `own_in`, that the reading therapist has sent the own form.
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

    @property
    def scores(self) -> Mapping[str, float | None]:
        return self.triangle.scores

    @property
    def anything(self) -> bool:
        return any(score is not None for score in self.scores.values())


@dataclass(frozen=True)
class Picture:
    """One case for one viewer. `shown` is the encounter asked for, else the latest with a score, else the last."""

    case_id: str
    code: str
    language: str
    therapist: str
    viewer: Viewer
    meetings: tuple[Meeting, ...]
    shown: Meeting | None
    tracks: Tracks
    norms: Mapping[str, Norm]
    signals: Signals

    def paired(self, dyad: str) -> list[Meeting]:
        """The meetings whose dyad is seen from both sides."""
        return [one for one in self.meetings if one.triangle.asymmetry[dyad] is not None]

    def against_norm(self, dyad: str, meeting: Meeting) -> float | None:
        return asymmetry.against_norm(meeting.triangle.asymmetry[dyad], self.norms.get(dyad))


@dataclass(frozen=True)
class Line:
    """One case of the lead's list: newest mean of six, and how far it lies from the mean of the earlier ones.

    Both are None where no encounter has all six scores; `seen` counts the encounters with at least one.
    """

    case_id: str
    code: str
    therapist: str
    seen: int
    complete: int
    latest: float | None
    change: float | None


def for_case(actor: Actor, case_id: str) -> Picture:
    """NotFound for whoever may not see it, a coordinator of the same case included."""
    with context.look(actor) as ctx, _unseen():
        return _picture(ctx, access.case(ctx, case_id, May.SEE_PICTURE))


def for_encounter(actor: Actor, encounter_id: str) -> Picture:
    """The case's picture with this encounter `shown`. NotFound also before the encounter has begun."""
    with context.look(actor) as ctx, _unseen():
        case_id = access.encounter(ctx, encounter_id, May.SEE_PICTURE).case_id
        return _picture(ctx, access.case(ctx, case_id, May.SEE_PICTURE), encounter_id)


def for_lead(actor: Actor, order: Order = "lowest") -> list[Line]:
    """Cases with something released: lowest mean of six first, or most changed first; those without a mean last.

    A lead's own cases are not among them. Nothing is grouped by interpreter.
    """
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_ALL_PICTURES)
        foreign = Case.therapist_id != actor.person_id
        query = select(Case.id, Case.code, Person.name).join(Person, Person.id == Case.therapist_id).where(foreign)
        met = _by(reads.met(ctx.session, foreign, ctx.now), "case_id")
        forms = _by(reads.forms(ctx.session, foreign), "encounter_id")
        lines = [
            _line(id_, code, name, _meetings(ctx, "lead", met.get(id_, ()), forms, None))
            for id_, code, name in ctx.session.execute(query)
        ]
        return sorted((line for line in lines if line.seen), key=lambda line: _rank(line, order))


@contextmanager
def _unseen() -> Iterator[None]:
    """Whoever knows the case but may not see its picture learns no more than a stranger."""
    try:
        yield
    except errors.NotAllowed:
        raise errors.NotFound from None


def _rank(line: Line, order: Order) -> tuple[bool, float, str]:
    value = line.latest
    if order == "changed":
        value = None if line.change is None else -abs(line.change)
    return value is None, value or 0.0, line.code


def _line(case_id: str, code: str, therapist: str, meetings: Sequence[Meeting]) -> Line:
    levels = [one.triangle.level for one in meetings if one.triangle.level is not None]
    earlier = levels[:-1]
    return Line(
        case_id=case_id,
        code=code,
        therapist=therapist,
        seen=sum(one.anything for one in meetings),
        complete=len(levels),
        latest=levels[-1] if levels else None,
        change=levels[-1] - fmean(earlier) if earlier else None,
    )


def _picture(ctx: Context, case: Case, encounter_id: str = "") -> Picture:
    viewer: Viewer = "therapist" if case.therapist_id == ctx.actor.person_id else "lead"
    this_case = Case.id == case.id
    forms = _by(reads.forms(ctx.session, this_case), "encounter_id")
    meetings = _meetings(ctx, viewer, reads.met(ctx.session, this_case, ctx.now), forms, case.ending_from)
    asked = [one for one in meetings if one.id == encounter_id]
    if encounter_id and not asked:
        raise errors.NotFound
    with_scores = [one for one in meetings if one.anything]
    rows = [asymmetry.Row(one.number, one.day, one.interpreter_id, one.scores) for one in meetings]
    figures = frozen.latest(ctx.session, instruments.GIVEN_OUT)
    norms = frozen.norms(figures)
    return Picture(
        case_id=case.id,
        code=case.code,
        language=case.needs[0].language if case.needs else "",
        therapist=case.therapist.person.name,
        viewer=viewer,
        meetings=tuple(meetings),
        shown=next(reversed(asked or with_scores or meetings), None),
        tracks=asymmetry.series(rows),
        norms=norms,
        signals=signals.read(rows, SCALE, frozen.spreads(figures, SCALE), norms=norms),
    )


def _by(rows: Iterable[Row[Any]], column: str) -> dict[str, list[Row[Any]]]:
    """Rows by a column they are already sorted by."""
    return {key: list(group) for key, group in groupby(rows, key=lambda row: getattr(row, column))}


def _meetings(
    ctx: Context,
    viewer: Viewer,
    met: Sequence[Row[Any]],
    forms: Mapping[str, Sequence[Row[Any]]],
    ending_from: date | None,
) -> list[Meeting]:
    meetings: list[Meeting] = []
    interpreted, before = 0, None
    for number, row in enumerate(met, 1):
        slots, triangle = _seen(ctx, viewer, row, forms.get(row.id, ()))
        meetings.append(
            Meeting(
                id=row.id,
                number=number,
                day=row.day,
                interpreter_id=row.interpreter_id,
                interpreter=row.interpreter or "",
                phase=_phase(interpreted, row.day, ending_from),
                changed=None not in (before, row.interpreter_id) and before != row.interpreter_id,
                own_in=viewer == "therapist" and any(slot.party == Role.THERAPIST for slot in slots),
                triangle=triangle,
            )
        )
        interpreted += row.interpreter_id is not None
        before = row.interpreter_id or before
    return meetings


def _phase(interpreted: int, day: date, ending_from: date | None) -> Phase:
    """`interpreted` counts the interpreted encounters before this one."""
    if ending_from and day >= ending_from:
        return "ending"
    return "foundation" if interpreted < FOUNDATION else "working"


def _seen(
    ctx: Context, viewer: Viewer, row: Row[Any], forms: Sequence[Row[Any]]
) -> tuple[Sequence[release.Slot], Triangle]:
    window = timedelta(days=ctx.settings.window_days)
    slots, keys, _ = release.opened(viewer, ctx.actor.person_id, forms, ctx.now, row.ends_at, window)
    return slots, asymmetry.picture({form.direction: form.pomp for form in forms if form.direction in keys})
