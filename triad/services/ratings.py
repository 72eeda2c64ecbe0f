"""The staff's own forms: what is asked, sending it once, correcting it while that is still possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select

from triad.domain import errors, forms, giving, instruments, scoring
from triad.domain.giving import Given
from triad.domain.instruments import InstrumentVersion, Wording
from triad.domain.parties import Role
from triad.formats import wordings
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import queries
from triad.store import ratings as store
from triad.store.encounters import Encounter
from triad.store.queries import Outline
from triad.store.ratings import Rating

ANSWERABLE = ("scheduled", "held", "abandoned")

State = Literal["early", "open", "sent", "locked", "over"]
"""Not begun; to be filled; sent and still to be corrected; sent for good; the window closed without it."""


@dataclass(frozen=True)
class Question:
    """`about` is None for what is asked about the three together; `key` names the form field."""

    key: str
    about: Role | None
    text: str


@dataclass(frozen=True)
class Form:
    """One party's form, `given` as it is asked now. `held` has the reader's own answers while they can be corrected,
    else nothing."""

    encounter: Encounter
    party: Role
    state: State
    questions: tuple[Question, ...]
    given: Given
    held: Mapping[str, str]
    locked_at: datetime | None
    closes_at: datetime


@dataclass(frozen=True)
class Own:
    """What the actor sent: answers by question key (a mark or "declined"), scores 0..100 by (direction, facet).

    `subscales` are those of a licensed form by (direction, subscale), in its makers' unit.
    """

    revision: int
    submitted_at: datetime
    locked_at: datetime
    answers: Mapping[str, str]
    scores: Mapping[tuple[str, str], float | None]
    subscales: Mapping[tuple[str, str], float | None]


def sent(actor: Actor, encounter_ids: Sequence[str]) -> frozenset[str]:
    """Of these encounters those the actor has sent the own form about."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_OWN_WEEK)
        own = select(Rating.encounter_id).where(
            Rating.encounter_id.in_(encounter_ids), Rating.rater_id == actor.person_id, Rating.party != Role.CLIENT
        )
        return frozenset(ctx.session.scalars(own))


def form(actor: Actor, encounter_id: str, language: str = "en") -> Form:
    """The actor's form about this encounter, worded in `language` where a fit wording exists, else in English."""
    with context.look(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.RATE)
        outline = queries.outline_of(encounter)
        party = _party(ctx, outline)
        stored = _stored(ctx, outline, party)
        state = _state(ctx, outline, stored)
        given = _given(ctx, outline, party, stored, language)
        return Form(
            encounter=encounter,
            party=party,
            state=state,
            questions=tuple(
                Question(line.key, line.direction.about if line.direction else None, given.wording.text(line))
                for line in given.lines
            ),
            given=given,
            held=_told(stored) if stored and state == "sent" else {},
            locked_at=stored.locked_at if stored and state in ("sent", "locked") else None,
            closes_at=encounter.ends_at + timedelta(days=ctx.settings.window_days),
        )


def submit(actor: Actor, encounter_id: str, answers: Mapping[str, str], language: str = "en", seen: str = "") -> None:
    """Store the actor's answers: question key to a mark of the form or "declined", every question answered.

    Sent again within the grace it replaces the earlier answers as the next revision; the very same answers
    change nothing. Unfit by question key; BadTransition before the start; Closed after lock or window; Stale where
    the `seen` key is not that of the form that is asked now.
    """
    with context.work(actor) as ctx:
        # Two taps at once: the second waits at the door and then finds what the first has stored.
        outline = access.outline(ctx, encounter_id, to=May.RATE, lock=True)
        party = _party(ctx, outline)
        stored = _stored(ctx, outline, party)
        _ensure_open(_state(ctx, outline, stored))
        asked = _given(ctx, outline, party, stored, language)
        if seen not in ("", asked.key):
            raise errors.Stale
        given = _read(asked, answers)
        if stored and _told(stored) == dict(answers):
            return
        rating_id = _correct(ctx, stored, asked) if stored else _add(ctx, outline, party, asked)
        worded = dict.fromkeys(given, asked.wording.hash)
        store.fill(ctx.session, rating_id, given, worded, asked.scored(given))
        ctx.audit("ratings.correct" if stored else "ratings.submit", outline.id, party=party.value)


def own(actor: Actor, encounter_id: str) -> Own | None:
    """What the actor sent about this encounter; None while nothing was."""
    with context.look(actor) as ctx:
        outline = access.outline(ctx, encounter_id, to=May.RATE)
        stored = _stored(ctx, outline, _party(ctx, outline))
        if stored is None or stored.rater_id != actor.person_id:
            return None
        scores = {(row.direction, row.facet): row.pomp for row in stored.scores}
        when = (stored.submitted_at, stored.locked_at)
        return Own(stored.revision, *when, _told(stored), scores, store.subscales(ctx.session, stored))


def _party(ctx: Context, outline: Outline) -> Role:
    """Which form is the actor's; the door has already made sure that it is one of the two."""
    return Role.THERAPIST if outline.therapist_id == ctx.actor.person_id else Role.INTERPRETER


def _stored(ctx: Context, outline: Outline, party: Role) -> Rating | None:
    return store.sent(ctx.session, outline.id, party.value)


def _state(ctx: Context, outline: Outline, stored: Rating | None) -> State:
    if stored and (stored.rater_id != ctx.actor.person_id or stored.withdrawn_at):
        return "over"
    if stored:
        return "sent" if ctx.now < stored.locked_at else "locked"
    if outline.status not in ANSWERABLE or ctx.now >= outline.ends_at + timedelta(days=ctx.settings.window_days):
        return "over"
    return "early" if ctx.now < outline.starts_at else "open"


def _ensure_open(state: State) -> None:
    if state == "early":
        raise errors.BadTransition(noun="rating", state=state, event="submit")
    if state in ("locked", "over"):
        raise errors.Closed


def _given(ctx: Context, outline: Outline, party: Role, stored: Rating | None, language: str) -> Given:
    """What was sent is corrected as the form it was sent as."""
    interpreted = outline.interpreter_id is not None
    if stored is None:
        found = access.usable(ctx, outline.form_key)
    elif stored.version_key == wordings.DEFAULT:
        found = None
    else:
        found = access.brought_along(ctx, stored.version_key)
    base = wordings.wording(wordings.SOURCE)
    for tag in (language, wordings.SOURCE, *([stored.language] if stored else [])):
        if found and (given := giving.from_file(*found, party, interpreted, tag, base)):
            return given
    version = wordings.version()
    wording = _wording(ctx, version, party, language)
    return giving.own(version, instruments.GIVEN_OUT, party, interpreted, wording)


def _wording(ctx: Context, version: InstrumentVersion, party: Role, language: str) -> Wording:
    """Drafts nobody has reviewed are shown in a demo only."""
    drafts = ctx.settings.offer_drafts_to_clients
    for found in access.worded(ctx, version.key) if language != wordings.SOURCE else ():
        fit = forms.reviewed(found) or (drafts and found.provenance != "retired")
        if fit and found.language == language and found.covers(version, instruments.GIVEN_OUT, party):
            return found
    return wordings.wording(wordings.SOURCE, version.key)


def _read(asked: Given, answers: Mapping[str, str]) -> dict[scoring.Key, int | str]:
    scale = {str(value): value for value in asked.values}
    keys = {line.key for line in asked.lines}
    wrong = {key: "unknown_field" for key in answers if key not in keys}
    given: dict[scoring.Key, int | str] = {}
    for line in asked.lines:
        text = answers.get(line.key, "")
        if text in scale or text == scoring.DECLINED:
            given[line.item_id, line.slot] = scale.get(text, scoring.DECLINED)
        else:
            wrong[line.key] = "choose_one" if text else "required"
    if wrong:
        raise errors.Unfit(wrong)
    return given


def _told(rating: Rating) -> dict[str, str]:
    marks = ((row, row.missing if row.value is None else row.value) for row in rating.answers)
    return {f"{row.item}:{row.direction}": str(mark) for row, mark in marks}


def _add(ctx: Context, outline: Outline, party: Role, asked: Given) -> str:
    return store.add(
        ctx.session,
        id=ctx.fresh_id(),
        encounter_id=outline.id,
        party=party.value,
        rater_id=ctx.actor.person_id,
        interpreter_id=outline.interpreter_id,
        version_key=asked.key,
        edition=asked.edition,
        language=asked.wording.language,
        mode="own_device",
        choice="therapist",
        policy=ctx.settings.release_policy,
        submitted_at=ctx.now,
        locked_at=ctx.now + timedelta(minutes=ctx.settings.grace_minutes),
    )


def _correct(ctx: Context, rating: Rating, asked: Given) -> str:
    """The lock stays where the first sending put it, else a form could be kept open for ever."""
    store.put_by(ctx.session, rating.id, rating.revision)
    rating.revision += 1
    rating.submitted_at = ctx.now
    rating.language = asked.wording.language
    return rating.id
