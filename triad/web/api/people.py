"""Interpreters and what they can."""

from __future__ import annotations

from typing import Any

from triad.services import hours, people, skills
from triad.services.policy import May
from triad.web import exchange, guard
from triad.web.exchange import Noun
from triad.web.schemas import people as shapes
from triad.web.schemas.base import CreatedOut

bp = Noun("people")
TAB = "interpreters"


@bp.get("/interpreters")
@guard.needs(May.SEE_PEOPLE)
@bp.answers(shapes.InterpreterPageOut, asks=shapes.SearchIn, refuses=(422,))
def listed(asked: dict[str, Any]) -> Any:
    """Interpreters by name, those whose name contains `text`; also who is no longer active."""
    number = asked.get("page", 1)
    found = people.listed(guard.actor(), TAB, asked.get("text", ""), number, gone=True)
    return exchange.part(found.rows, number, found.count)


@bp.post("/interpreters")
@guard.needs(May.CHANGE_PEOPLE)
@bp.answers(CreatedOut, 201, takes=shapes.InterpreterIn, once=True)
def add(body: dict[str, Any]) -> Any:
    """A new interpreter, with a diary of their own."""
    return {"id": people.add(guard.actor(), TAB, _written(body))}


@bp.get("/interpreters/<interpreter_id>")
@guard.needs(May.SEE_PEOPLE)
@bp.answers(shapes.InterpreterOutForCoordinator, versioned=True)
def show(interpreter_id: str) -> Any:
    """One interpreter; the ETag is needed to change what is written here."""
    found = hours.offered(guard.actor(), interpreter_id).interpreter
    return exchange.tagged(found, found.version)


@bp.put("/interpreters/<interpreter_id>")
@guard.needs(May.CHANGE_PEOPLE)
@bp.answers(status=204, takes=shapes.InterpreterIn, seen=True)
def change(body: dict[str, Any], interpreter_id: str, seen: int) -> None:
    """All fields anew: what is left out is empty afterwards."""
    people.change(guard.actor(), TAB, interpreter_id, {**_written(body), "version": str(seen)})


@bp.post("/interpreters/<interpreter_id>/skills")
@guard.needs(May.CHANGE_PEOPLE)
@bp.answers(CreatedOut, 201, takes=shapes.SkillIn, once=True)
def add_skill(body: dict[str, Any], interpreter_id: str) -> Any:
    """A language this interpreter works from and into, with a level from 1 to 5."""
    return {"id": skills.add(guard.actor(), interpreter_id, exchange.written(body))}


def _written(body: dict[str, Any]) -> dict[str, str]:
    return exchange.written(exchange.ticked(exchange.ticked(body, "modes"), "attributes", people.ATTRIBUTE))
