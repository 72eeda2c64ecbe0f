"""A therapist's notes of a case: what one person in it expects."""

from __future__ import annotations

from typing import Any

from triad.services import notes
from triad.services.policy import May
from triad.web import exchange, guard
from triad.web.exchange import Noun
from triad.web.schemas import cases as shapes
from triad.web.schemas.base import CreatedOut, PageIn

bp = Noun("notes")


@bp.get("/cases/<case_id>/notes")
@guard.needs(May.SEE_ALL_NOTES)
@bp.answers(shapes.NotePageOut, asks=PageIn, refuses=(422,))
def listed(asked: dict[str, Any], case_id: str) -> Any:
    """All notes of a case, newest first."""
    return exchange.page(notes.listed(guard.actor(), case_id).notes, asked.get("page", 1))


@bp.post("/cases/<case_id>/notes")
@guard.needs(May.WRITE_NOTE)
@bp.answers(CreatedOut, 201, takes=shapes.NoteIn, once=True)
def add(body: dict[str, Any], case_id: str) -> Any:
    """A new note, in the language it is written in."""
    return {"id": notes.add(guard.actor(), case_id, exchange.written(body))}


@bp.get("/cases/<case_id>/notes/<note_id>")
@guard.needs(May.WRITE_NOTE)
@bp.answers(shapes.NoteOutForTherapist, versioned=True)
def show(case_id: str, note_id: str) -> Any:
    """One note; its ETag is needed to change it."""
    _, note = notes.show(guard.actor(), case_id, note_id)
    return exchange.tagged(note, note.version)


@bp.put("/cases/<case_id>/notes/<note_id>")
@guard.needs(May.WRITE_NOTE)
@bp.answers(status=204, takes=shapes.NoteIn, seen=True)
def change(body: dict[str, Any], case_id: str, note_id: str, seen: int) -> None:
    """All fields anew: what is left out is empty afterwards."""
    notes.change(guard.actor(), case_id, note_id, {**exchange.written(body), "version": str(seen)})
