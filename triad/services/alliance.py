"""The picture of three: scores a reader may see, gathered for one encounter, one case, or all cases of the lead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from statistics import fmean
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, select

from triad.domain import asymmetry, errors, flags, instruments, meetings, scales, signals
from triad.domain.asymmetry import Norm, Tracks
from triad.domain.flags import Entry, Signals
from triad.domain.meetings import Meeting
from triad.domain.release import Viewer
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import alliance as reads
from triad.store import frozen
from triad.store.cases import Case, Goal
from triad.store.marks import MarkAnswer
from triad.store.people import Person

SCALE = scales.SCALES["2x5"]
"""That of the edition people are given."""

Order = Literal["marks", "lowest", "changed"]
REASON = 500


@dataclass(frozen=True)
class Picture:
    """One case for one viewer. `shown` is the encounter asked for, else the latest with a score, else the last.

    `goals` are the days on which the case's goals were reached, None for those that are open; empty for a lead.
    """

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
    sample_sd: float | None
    goals: tuple[date | None, ...]
    entries: tuple[Entry, ...]

    def paired(self, dyad: str) -> list[Meeting]:
        """The meetings whose dyad is seen from both sides."""
        return [one for one in self.meetings if one.triangle.asymmetry[dyad] is not None]

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


def for_case(actor: Actor, case_id: str) -> Picture:
    """NotFound for whoever may not see it, a coordinator of the same case included."""
    with context.look(actor) as ctx, _unseen():
        return _picture(ctx, access.case(ctx, case_id, May.SEE_PICTURE))


def for_encounter(actor: Actor, encounter_id: str) -> Picture:
    """The case's picture with this encounter `shown`. NotFound also before the encounter has begun."""
    with context.look(actor) as ctx, _unseen():
        case_id = access.encounter(ctx, encounter_id, May.SEE_PICTURE).case_id
        return _picture(ctx, access.case(ctx, case_id, May.SEE_PICTURE), encounter_id)


def answer(actor: Actor, case_id: str, key: str, step: str, reason: str = "") -> None:
    """Say what became of an entry: therapist and lead each for themselves, since they may not see the same.

    Unfit: `step` unknown, or a `reason` missing where one closes the entry. NotFound for an entry not seen (now).
    """
    with context.work(actor) as ctx, _unseen():
        picture = _picture(ctx, access.case(ctx, case_id, May.ANSWER_MARK))
        entry = next((one for one in picture.entries if one.key == key), None)
        if entry is None:
            raise errors.NotFound
        if wrong := flags.unfit(step, reason, REASON):
            raise errors.Unfit(wrong)
        ctx.session.add(
            MarkAnswer(
                id=ctx.fresh_id(),
                case_id=case_id,
                viewer=picture.viewer,
                key=key,
                step=step,
                reason=reason.strip(),
                by=actor.account_id,
                at=ctx.now,
                found=flags.stored(entry.flag),
            )
        )
        ctx.audit("alliance.answer", case_id, step=step)


def for_lead(actor: Actor, order: Order = "marks") -> list[Line]:
    """Cases with something released: most to talk about, lowest mean of six, or most changed first.

    Those without the value asked for come last.

    A lead's own cases are not among them. Nothing is grouped by interpreter.
    """
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_ALL_PICTURES)
        foreign = Case.therapist_id != actor.person_id
        query = select(Case.id, Case.code, Person.name).join(Person, Person.id == Case.therapist_id).where(foreign)
        met = _by(reads.met(ctx.session, foreign, ctx.now), "case_id")
        forms = _by(reads.forms(ctx.session, foreign), "encounter_id")
        answers = _by(_answers(ctx, "lead", foreign), "case_id")
        figures = frozen.latest(ctx.session, instruments.GIVEN_OUT)
        reader = _reader(ctx, "lead")
        lines = []
        for id_, code, name in ctx.session.execute(query):
            seen = meetings.seen(reader, met.get(id_, ()), forms)
            entries = flags.entries(_signals(figures, seen), seen, answers.get(id_, ()))
            lines.append(_line(id_, code, name, seen, entries))
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
    if order == "marks":
        value = -line.marks or None
    return value is None, value or 0.0, line.code


def _line(case_id: str, code: str, therapist: str, seen: Sequence[Meeting], entries: Sequence[Entry]) -> Line:
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


def _picture(ctx: Context, case: Case, encounter_id: str = "") -> Picture:
    viewer: Viewer = "therapist" if case.therapist_id == ctx.actor.person_id else "lead"
    this_case = Case.id == case.id
    forms = _by(reads.forms(ctx.session, this_case, ("bond", "goal", "task")), "encounter_id")
    met = reads.met(ctx.session, this_case, ctx.now)
    seen = meetings.seen(_reader(ctx, viewer), met, forms, case.ending_from)
    asked = [one for one in seen if one.id == encounter_id]
    if encounter_id and not asked:
        raise errors.NotFound
    with_scores = [one for one in seen if one.anything]
    figures = frozen.latest(ctx.session, instruments.GIVEN_OUT)
    found = _signals(figures, seen)
    return Picture(
        case_id=case.id,
        code=case.code,
        language=case.needs[0].language if case.needs else "",
        therapist=case.therapist.person.name,
        viewer=viewer,
        meetings=tuple(seen),
        shown=next(reversed(asked or with_scores or seen), None),
        tracks=asymmetry.series([one.row for one in seen]),
        norms=frozen.norms(figures),
        signals=found,
        sample_sd=figures.get("spreads", {}).get("sample"),
        goals=_goals(ctx, viewer, case.id),
        entries=flags.entries(found, seen, _answers(ctx, viewer, this_case)),
    )


def _goals(ctx: Context, viewer: Viewer, case_id: str) -> tuple[date | None, ...]:
    if viewer != "therapist":
        return ()
    query = select(Goal.attained_on).where(Goal.case_id == case_id).order_by(Goal.attained_on)
    return tuple(ctx.session.scalars(query))


def _reader(ctx: Context, viewer: Viewer) -> meetings.Reader:
    return meetings.Reader(viewer, ctx.actor.person_id, ctx.now, timedelta(days=ctx.settings.window_days))


def _signals(figures: Mapping[str, Mapping[str, Any]], seen: Sequence[Meeting]) -> Signals:
    rows, spreads = [one.row for one in seen], frozen.spreads(figures, SCALE)
    return signals.read(rows, SCALE, spreads, norms=frozen.norms(figures))


def _answers(ctx: Context, viewer: Viewer, which: ColumnElement[bool]) -> Sequence[Any]:
    query = (
        select(MarkAnswer.case_id, MarkAnswer.key, MarkAnswer.step, MarkAnswer.reason, MarkAnswer.at)
        .join(Case, Case.id == MarkAnswer.case_id)
        .where(which, MarkAnswer.viewer == viewer)
        .order_by(MarkAnswer.case_id, MarkAnswer.at, MarkAnswer.id)
    )
    return ctx.session.execute(query).all()


def _by(rows: Iterable[Row[Any]], column: str) -> dict[str, list[Row[Any]]]:
    """Rows by a column they are already sorted by."""
    return {key: list(group) for key, group in groupby(rows, key=lambda row: getattr(row, column))}
