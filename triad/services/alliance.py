"""The picture of three: scores a reader may see, gathered for one encounter, one case, or all cases of the lead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from triad.domain import batches, errors, flags, instruments, meetings, pictures, scales, signals, subscales
from triad.domain.flags import Entry
from triad.domain.meetings import Meeting
from triad.domain.parties import Role
from triad.domain.pictures import Line, Order, Picture, Waiting
from triad.domain.subscales import Track
from triad.services import access, context, policy
from triad.services.context import Actor, Context
from triad.services.policy import May, Subject
from triad.store import alliance as reads
from triad.store import frozen
from triad.store.alliance import ANYBODYS, Chronicle, Which, Whose
from triad.store.marks import MarkAnswer

SCALE = scales.SCALES["2x5"]
"""That of the edition people are given."""
REASON = 500


def for_case(actor: Actor, case_id: str) -> Picture:
    """NotFound for whoever may not see it, a coordinator of the same case included."""
    with context.look(actor) as ctx:
        found = _one(ctx, "case", case_id, May.SEE_PICTURE)
        ctx.audit("alliance.read", found.id)
        picture = _picture(ctx, found)
        return replace(picture, licensed=_licensed(ctx, found, picture))


def for_encounter(actor: Actor, encounter_id: str) -> Picture:
    """The case's picture with this encounter `shown`. NotFound also before the encounter has begun."""
    with context.look(actor) as ctx:
        found = _one(ctx, "encounter", encounter_id, May.SEE_PICTURE)
        ctx.audit("alliance.read", found.id)
        return _picture(ctx, found, encounter_id)


def answer(actor: Actor, case_id: str, key: str, step: str, reason: str = "") -> None:
    """Say what became of an entry: therapist and lead each for themselves, since they may not see the same.

    Unfit: `step` unknown, or a `reason` missing where one closes the entry. NotFound for an entry not seen (now).
    """
    with context.work(actor) as ctx:
        picture = _picture(ctx, _one(ctx, "case", case_id, May.ANSWER_MARK))
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

    A lead's own cases are not among them. Nothing is grouped by interpreter.
    """
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_ALL_PICTURES)
        ctx.audit("alliance.read_all", "released")
        found = (
            pictures.line(one.id, one.code, one.therapist, seen, entries)
            for one, seen, entries in _each(ctx, "foreign")
        )
        return sorted((line for line in found if line.seen), key=lambda line: line.rank(order))


def waiting(actor: Actor) -> list[Waiting]:
    """What waits for a conversation in the actor's own cases as their therapist, by code; no other role has any."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_OWN_WEEK)
        if not actor.has(Role.THERAPIST):
            return []
        found = (
            Waiting(one.id, one.code, tuple(entry for entry in entries if entry.waits))
            for one, _, entries in _each(ctx, "own")
        )
        return [one for one in found if one.entries]


def _one(ctx: Context, which: Which, id_: str, to: May) -> Chronicle:
    """The door: whoever knows the case but may not see its picture learns no more than a stranger.

    Nothing is gathered that may not be seen: what is somebody else's takes no longer than what is not there.
    """
    of = tuple(policy.allows(to, ctx.actor, _of(person)) for person in (ctx.actor.person_id, "another"))
    found = next(_read(ctx, which, id_, Whose(*of)), None)
    if found is None or not policy.allows(to, ctx.actor, _subject(found)):
        raise errors.NotFound
    return found


def _each(ctx: Context, which: Which) -> Iterator[tuple[Chronicle, list[Meeting], tuple[Entry, ...]]]:
    """Case after case, so that a thousand need no more memory than one."""
    for one in _read(ctx, which):
        if policy.allows(May.SEE_PICTURE, ctx.actor, _subject(one)):
            seen = _seen(ctx, one)
            rows, spreads = [meeting.row for meeting in seen], frozen.spreads(one.figures, SCALE)
            found = signals.read(rows, SCALE, spreads, norms=frozen.norms(one.figures))
            yield one, seen, flags.entries(found, seen, one.said)


def _read(ctx: Context, which: Which, id_: str = "", whose: Whose = ANYBODYS) -> Iterator[Chronicle]:
    return reads.chronicles(ctx.session, which, ctx.actor.person_id, ctx.now, instruments.GIVEN_OUT, id_, whose)


def _subject(case: Chronicle) -> Subject:
    return _of(case.therapist_id)


def _of(therapist_id: str) -> Subject:
    return Subject(therapist=therapist_id, parties=frozenset({therapist_id}))


def _seen(ctx: Context, case: Chronicle) -> list[Meeting]:
    own = ctx.settings
    rule = batches.rule(own.window_days, own.batch_day, own.batch_hour, own.zone)
    reader = meetings.Reader(_viewer(ctx, case), ctx.actor.person_id, ctx.now, rule)
    return meetings.seen(reader, case.met, case.forms, case.ending_from)


def _licensed(ctx: Context, case: Chronicle, picture: Picture) -> tuple[Track, ...]:
    """Through the same door as every other number: a form is read only where something of it may be seen."""
    shown = subscales.visible(case.licensed, picture.meetings)
    forms = dict(access.brought_along(ctx, id_) for id_ in dict.fromkeys(one.file for one in shown))
    return subscales.tracks(forms, shown, picture.meetings)


def _viewer(ctx: Context, case: Chronicle) -> meetings.Viewer:
    return "therapist" if case.therapist_id == ctx.actor.person_id else "lead"


def _picture(ctx: Context, case: Chronicle, encounter_id: str = "") -> Picture:
    viewer, seen = _viewer(ctx, case), _seen(ctx, case)
    asked = [one for one in seen if one.id == encounter_id]
    if encounter_id and not asked:
        raise errors.NotFound
    with_scores = [one for one in seen if one.anything]
    rows, spreads, norms = [one.row for one in seen], frozen.spreads(case.figures, SCALE), frozen.norms(case.figures)
    found = signals.read(rows, SCALE, spreads, norms=norms)
    return Picture(
        case_id=case.id,
        code=case.code,
        language=case.language,
        therapist=case.therapist,
        viewer=viewer,
        meetings=tuple(seen),
        shown=next(reversed(asked or with_scores or seen), None),
        norms=norms,
        spreads=spreads,
        signals=found,
        bands=signals.bands(rows, SCALE, spreads),
        sample_sd=case.figures.get("spreads", {}).get("sample"),
        goals=tuple(case.goals) if viewer == "therapist" else (),
        entries=flags.entries(found, seen, case.said),
    )
