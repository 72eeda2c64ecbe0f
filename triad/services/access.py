"""The doors, one per noun: load and check in one call. What may not be known is NotFound, for everybody alike."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from triad.domain import errors, forms, giving, instruments, licensed, packs, release, reviews
from triad.domain.forms import PAPER, State
from triad.domain.giving import Given
from triad.domain.instruments import Wording
from triad.domain.licensed import LicensedForm
from triad.domain.parties import Role
from triad.domain.reviews import Desk
from triad.formats import licensed as files
from triad.formats import wordings
from triad.services import context, policy
from triad.services.context import Context
from triad.services.policy import May, Subject
from triad.store import forms as filling
from triad.store import instruments as brought
from triad.store import offers, queries, requests
from triad.store import reviews as reviewed
from triad.store import voices as spoken
from triad.store.cases import Case
from triad.store.diaries import Diary
from triad.store.encounters import Encounter
from triad.store.forms import Beside, Seen
from triad.store.instruments import LicensedFile
from triad.store.offers import Offer
from triad.store.queries import Outline
from triad.store.ratings import Invitation
from triad.store.requests import Request


def need(ctx: Context, to: May) -> None:
    """For verbs about no one thing in particular. NotFound, so that nobody learns what pages there are."""
    if not policy.allows(to, ctx.actor):
        raise errors.NotFound


def about_case(ctx: Context, id_: str) -> Subject | None:
    """The people of a case, as the policy sees them; notes are open to an interpreter around an encounter."""
    found = queries.case_outline(ctx.session, id_, ctx.actor.person_id)
    if found is None:
        return None
    settings = ctx.settings
    before, after = timedelta(hours=settings.note_before_hours), timedelta(hours=settings.note_after_hours)
    return Subject(
        therapist=found.therapist_id,
        interpreter=ctx.actor.person_id if found.spans else "",
        notes_open=any(start - before <= ctx.now < end + after for start, end in found.spans),
        parties=frozenset({found.therapist_id}),
    )


def about_encounter(encounter: Encounter) -> Subject:
    return about_outline(queries.outline_of(encounter))


def about_outline(outline: Outline) -> Subject:
    return Subject(
        therapist=outline.therapist_id,
        interpreter=outline.interpreter_id or "",
        parties=frozenset({outline.therapist_id}),
    )


# Each door asks before it loads: what is somebody else's takes no longer than what is not there.


def case(ctx: Context, id_: str, to: May) -> Case:
    """The case with client, therapist, usual interpreter, site and needs loaded."""
    subject = about_case(ctx, id_)
    # One that never was is judged like somebody else's: else the time it takes would tell the two apart.
    _check(ctx, to, May.SEE_CASE, subject or Subject())
    row = queries.case(ctx.session, id_) if subject else None
    if row is None or subject is None or row.therapist_id != subject.therapist:
        raise errors.NotFound
    return row


def encounter(ctx: Context, id_: str, to: May, seen: int | None = None) -> Encounter:
    """The encounter with case (its people and needs), site, room, slot, need and all assignments loaded.

    `seen` is the version somebody had before them: Stale when it is no longer that one, and nobody else
    changes it meanwhile.
    """
    outline(ctx, id_, to, lock=seen is not None)
    row = queries.encounter(ctx.session, id_)
    if row is None:
        raise errors.NotFound
    admit(ctx, row, to)
    if seen not in (None, row.version):
        raise errors.Stale
    return row


def admit(ctx: Context, row: Encounter, to: May) -> None:
    """The same door for an encounter that a list has loaded already, as whole as `encounter` does."""
    _check(ctx, to, May.SEE_ENCOUNTER, about_encounter(row))


def outline(ctx: Context, id_: str, to: May, lock: bool = False) -> Outline:
    """The same door where when and who are enough. With `lock` nobody else changes the encounter meanwhile."""
    found = queries.outline(ctx.session, id_, lock)
    if found is None:
        raise errors.NotFound
    _check(ctx, to, May.SEE_ENCOUNTER, about_outline(found))
    return found


def offer(ctx: Context, id_: str, to: May) -> tuple[Offer, Encounter, Diary]:
    """An offer of the actor's own with its encounter, whole, and their diary. Diary and encounter are locked, in that
    order as everywhere, so that of many who answer at once each sees what the one before them did.
    """
    found = offers.interpreter_of(ctx.session, id_)
    if found is None:
        raise errors.NotFound
    interpreter_id, diary_id, encounter_id = found
    if not policy.allows(to, ctx.actor, Subject(interpreter=interpreter_id)):
        raise errors.NotFound
    diary = queries.lock_diaries(ctx.session, [diary_id])[diary_id]
    queries.outline(ctx.session, encounter_id, lock=True)
    row, encounter = ctx.session.get_one(Offer, id_), queries.encounter(ctx.session, encounter_id)
    if encounter is None or row.opens_at > ctx.now:
        # What the clock has not let out yet is not there.
        raise errors.NotFound
    return row, encounter, diary


def request(ctx: Context, id_: str, to: May, seen: int | None = None) -> Request:
    """A request with its case, the people of it, and its need; locked where `seen` is given: Stale if older."""
    row = requests.request(ctx.session, id_, lock=seen is not None)
    if row is None:
        raise errors.NotFound
    subject = Subject(therapist=row.case.therapist_id, parties=frozenset({row.case.therapist_id}))
    # What a coordinator has not been sent yet is its author's own.
    if row.state == "draft" and row.asked_by != ctx.actor.person_id:
        raise errors.NotFound
    _check(ctx, to, May.REQUEST, subject)
    if seen not in (None, row.version):
        raise errors.Stale
    return row


def worded(ctx: Context, key: str = wordings.DEFAULT, news: tuple[Any, ...] = ()) -> tuple[Wording, ...]:
    """Every wording of a form as this clinic has it: its own texts, the state they reached, whether a lead let them
    out. For everybody: who may be shown which of them, `domain/forms` says. Whoever knows the `news` of the reviews
    is given what was read when there were the same."""
    found: tuple[Wording, ...]
    last, found = ctx.actor.clinic.worded.get(key, ((), ()))
    if news and last == news:
        return found
    source, standing = wordings.wording(wordings.SOURCE, key), reviewed.standings(ctx.session, key)
    found = tuple(packs.worded(one, source, standing.get(one.language)) for one in wordings.every(key))
    if news and context.WORKING not in ctx.session.info:
        # What a writer reads may never come to be.
        ctx.actor.clinic.worded[key] = news, found
    return found


def offered(ctx: Context, news: tuple[Any, ...] = ()) -> tuple[Wording, ...]:
    """The words clients of this clinic may be shown: drafts only where it is a demo. `news` as for `worded`."""
    drafts = ctx.settings.offer_drafts_to_clients
    return forms.offered(worded(ctx, news=news), wordings.version(), instruments.GIVEN_OUT, drafts)


def wording(ctx: Context, language: str, to: May) -> Desk:
    """A wording under review, with what was said of its texts. NotFound where there is none, and for the source."""
    need(ctx, to)
    key = wordings.DEFAULT
    if language not in wordings.languages(key) or language == wordings.SOURCE:
        raise errors.NotFound
    standing = reviewed.standings(ctx.session, key).get(language)
    said = reviewed.opinions(ctx.session, key, language).get(language, [])
    signed = reviewed.signed_source(ctx.session, standing.number) if standing else None
    return reviews.desk(wordings.wording(language), wordings.wording(wordings.SOURCE), standing, said, signed)


def today(ctx: Context) -> date:
    """The day it is at the clinic."""
    return ctx.now.astimezone(ZoneInfo(ctx.settings.zone)).date()


def usable(ctx: Context, key: str | None) -> tuple[str, LicensedForm] | None:
    """The licensed form of this key as it may be given out today, and the id of its file; None where none may."""
    for row in brought.in_use(ctx.session, key) if key else ():
        found = files.read(row.document)
        return (row.id, found) if licensed.is_offered(found, row.state, today(ctx)) else None
    return None


def brought_along(ctx: Context, id_: str) -> tuple[str, LicensedForm]:
    """What something was answered on, whether it may still be given out or not."""
    row = _file(ctx, id_)
    return row.id, files.read(row.document)


def form(ctx: Context, row: Invitation | Seen, beside: Beside | None = None) -> State:
    """Where the client's form stands. Closed when its language has been withdrawn since, or its licence is over:
    better no form than words nobody stands for. A sheet that was filled in has been shown already: it can still be
    typed in."""
    beside = beside or filling.beside(ctx.session, row.id)
    found = offered(ctx, beside.news)
    on_paper = row.progress.get("way") == PAPER
    shown = worded(ctx, news=beside.news) if on_paper else found
    wording = next((one for one in shown if one.language == row.language), None)
    if wording is None:
        raise errors.Closed
    given = _clients(ctx, row, wording, beside.interpreted, kept=on_paper or row.spent_at is not None)
    drafts = ctx.settings.offer_drafts_to_clients
    return State(
        given=given,
        offered=found,
        done=beside.done | frozenset(row.progress.get("done", ())),
        sent=row.spent_at is not None,
        contact_asked="contact" in row.progress,
        ahead=filling.keeps(row),
        policy=row.policy if row.spent_at else release.stricter(row.policy, ctx.settings.release_policy),
        clips={} if on_paper or not beside.voiced else spoken.heard(ctx.session, given.key, wording, drafts),
    )


def _file(ctx: Context, id_: str) -> LicensedFile:
    row = brought.one(ctx.session, id_)
    if row is None:
        raise errors.NotFound
    return row


def _clients(ctx: Context, row: Invitation | Seen, wording: Wording, interpreted: bool, kept: bool) -> Given:
    """In a language a licensed form does not have it is Triad's own, and all of it."""
    if row.version_key != wordings.DEFAULT:
        file = _file(ctx, row.version_key)
        held = files.read(file.document)
        found = giving.from_file(file.id, held, Role.CLIENT, interpreted, row.language, wording)
        if found and not (kept or licensed.is_offered(held, file.state, today(ctx))):
            raise errors.Closed
        if found:
            return found
    return giving.own(wordings.version(), row.edition, Role.CLIENT, interpreted, wording)


def _check(ctx: Context, to: May, see: May, subject: Subject) -> None:
    if policy.allows(to, ctx.actor, subject):
        return
    raise errors.NotAllowed if policy.allows(see, ctx.actor, subject) else errors.NotFound
