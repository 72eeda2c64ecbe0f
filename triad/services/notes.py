"""Notes: what one person in a case expects, and remarks about the language. Never what a culture does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from triad.domain import errors
from triad.domain.notes import AUDIENCES, TOPICS, Fields
from triad.domain.parties import PARTIES
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store.cases import Case, CulturalNote, LanguageNote

LONGEST = 2_000
"""Characters of one note."""
Written = Mapping[str, str]


@dataclass(frozen=True)
class NotesPage:
    case: Case
    notes: Sequence[CulturalNote]
    language_notes: Sequence[LanguageNote]
    today: date


@dataclass(frozen=True)
class Briefing:
    """What an interpreter may know of a case: the pseudonym, never the name."""

    client_code: str
    therapist: str
    needs: Sequence[tuple[str, str]]
    """Language and dialect ("" where none is known) of each need."""
    notes: Sequence[CulturalNote]
    language_notes: Sequence[LanguageNote]


def listed(actor: Actor, case_id: str) -> NotesPage:
    """All notes of a case, newest first; for its therapist alone."""
    with context.look(actor) as ctx:
        case = _case(ctx, case_id, May.SEE_ALL_NOTES)
        ctx.audit("notes.read", case.id)
        return NotesPage(case, _notes(ctx, case), _language_notes(ctx, case), ctx.now.date())


def briefing(actor: Actor, case_id: str) -> Briefing:
    """The shared notes. NotFound for an interpreter outside the hours around an own encounter."""
    with context.look(actor) as ctx:
        case = _case(ctx, case_id, May.SEE_SHARED_NOTES)
        ctx.audit("notes.read_shared", case.id)
        return Briefing(
            case.client.code,
            case.therapist.person.name,
            [(need.language, need.dialect) for need in case.needs],
            _notes(ctx, case, shared=True),
            _language_notes(ctx, case),
        )


def show(actor: Actor, case_id: str, note_id: str) -> tuple[Case, CulturalNote]:
    with context.look(actor) as ctx:
        case = _case(ctx, case_id, May.WRITE_NOTE)
        ctx.audit("notes.read", case.id)
        return case, _note(ctx, case, note_id)


def add(actor: Actor, case_id: str, written: Written) -> str:
    """The new note's id. Fields: topic, whose, source, confirmed, text, language, audience, review_on."""
    with context.work(actor) as ctx:
        case = _case(ctx, case_id, May.WRITE_NOTE)
        fields = Fields(written)
        note = CulturalNote(id=ctx.fresh_id(), case_id=case.id, author_id=actor.person_id, written_at=ctx.now)
        _fill(note, fields)
        fields.settle()
        ctx.session.add(note)
        ctx.audit("notes.add", note.id, case=case.id, audience=note.audience)
        return note.id


def change(actor: Actor, case_id: str, note_id: str, written: Written) -> None:
    """As `add`, and `version` as it was read: Stale when somebody changed the note since."""
    with context.work(actor) as ctx:
        case = _case(ctx, case_id, May.WRITE_NOTE)
        note = _note(ctx, case, note_id)
        fields = Fields(written)
        version = fields.whole("version", 1, 10**9)
        _fill(note, fields)
        fields.settle()
        _bump(note, version)
        ctx.audit("notes.change", note.id, case=case.id, audience=note.audience)


def confirm(actor: Actor, case_id: str, note_id: str, written: Written) -> None:
    """The client said that it is so. Needs `version` as it was read, like `change`."""
    with context.work(actor) as ctx:
        case = _case(ctx, case_id, May.WRITE_NOTE)
        note = _note(ctx, case, note_id)
        fields = Fields(written)
        version = fields.whole("version", 1, 10**9)
        fields.settle()
        _bump(note, version)
        note.confirmed = True
        ctx.audit("notes.confirm", note.id, case=case.id)


def add_language(actor: Actor, case_id: str, written: Written) -> str:
    """A remark about the language, shared with all three; its id. Fields: text, language."""
    with context.work(actor) as ctx:
        case = _case(ctx, case_id, May.WRITE_NOTE)
        fields = Fields(written)
        text, language = fields.text("text", LONGEST), fields.language("language")
        fields.settle()
        note = LanguageNote(
            id=ctx.fresh_id(),
            case_id=case.id,
            author_id=actor.person_id,
            text=text,
            language=language,
            written_at=ctx.now,
        )
        ctx.session.add(note)
        ctx.audit("notes.add_language", note.id, case=case.id)
        return note.id


def _case(ctx: Context, case_id: str, to: May) -> Case:
    """Whoever may see the case but not its notes learns not even that there are any."""
    try:
        return access.case(ctx, case_id, to=to)
    except errors.NotAllowed:
        raise errors.NotFound from None


def _note(ctx: Context, case: Case, note_id: str) -> CulturalNote:
    query = select(CulturalNote).where(CulturalNote.id == note_id, CulturalNote.case_id == case.id)
    note = ctx.session.scalars(query.with_for_update()).one_or_none()
    if note is None:
        raise errors.NotFound
    return note


def _fill(note: CulturalNote, fields: Fields) -> None:
    note.topic = fields.choice("topic", TOPICS)
    note.whose = fields.choice("whose", PARTIES)
    note.source = fields.choice("source", PARTIES)
    note.confirmed = fields.yes("confirmed")
    note.text = fields.text("text", LONGEST)
    note.language = fields.language("language")
    note.audience = fields.choice("audience", AUDIENCES)
    note.review_on = fields.day("review_on", optional=True)


def _bump(note: CulturalNote, version: int | None) -> None:
    if note.version != version:
        raise errors.Stale
    note.version += 1


def _notes(ctx: Context, case: Case, shared: bool = False) -> Sequence[CulturalNote]:
    query = select(CulturalNote).where(CulturalNote.case_id == case.id)
    if shared:
        query = query.where(CulturalNote.audience == "all")
    return ctx.session.scalars(query.order_by(CulturalNote.written_at.desc(), CulturalNote.id)).all()


def _language_notes(ctx: Context, case: Case) -> Sequence[LanguageNote]:
    query = select(LanguageNote).where(LanguageNote.case_id == case.id)
    return ctx.session.scalars(query.order_by(LanguageNote.written_at.desc(), LanguageNote.id)).all()
