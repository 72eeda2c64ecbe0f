"""Weekly hours and time off: an interpreter's own, or anybody's by a coordinator."""

from __future__ import annotations

from typing import Any

from triad.services import hours
from triad.services.policy import May
from triad.web import exchange, guard
from triad.web.exchange import Noun
from triad.web.schemas import people as shapes
from triad.web.schemas.base import CreatedOut

bp = Noun("hours")
OWN, THEIRS = "/my-hours", "/interpreters/<interpreter_id>/hours"
OWN_OFF, THEIR_OFF = "/my-time-off", "/interpreters/<interpreter_id>/time-off"


@bp.get(OWN)
@guard.needs(May.CHANGE_OWN_HOURS)
@bp.answers(shapes.HoursOut)
def mine() -> Any:
    """One's own hours and time off."""
    return hours.mine(guard.actor())


@bp.post(OWN)
@guard.needs(May.CHANGE_OWN_HOURS)
@bp.answers(CreatedOut, 201, takes=shapes.HoursIn, once=True)
def add_mine(body: dict[str, Any]) -> Any:
    """Hours one offers on a weekday."""
    return {"id": hours.add(guard.actor(), exchange.written(body))}


@bp.delete(f"{OWN}/<hours_id>")
@guard.needs(May.CHANGE_OWN_HOURS)
@bp.answers(status=204)
def remove_mine(hours_id: str) -> None:
    """Hours one no longer offers."""
    hours.remove(guard.actor(), hours_id)


@bp.post(OWN_OFF)
@guard.needs(May.CHANGE_OWN_HOURS)
@bp.answers(CreatedOut, 201, takes=shapes.TimeOffIn, once=True)
def add_my_off(body: dict[str, Any]) -> Any:
    """Time in which one is away."""
    return {"id": hours.add_off(guard.actor(), exchange.written(body))}


@bp.delete(f"{OWN_OFF}/<off_id>")
@guard.needs(May.CHANGE_OWN_HOURS)
@bp.answers(status=204)
def remove_my_off(off_id: str) -> None:
    """Time in which one is there after all."""
    hours.remove_off(guard.actor(), off_id)


@bp.get(THEIRS)
@guard.needs(May.CHANGE_PEOPLE)
@bp.answers(shapes.HoursOut)
def theirs(interpreter_id: str) -> Any:
    """An interpreter's hours and time off."""
    return hours.of(guard.actor(), interpreter_id)


@bp.post(THEIRS)
@guard.needs(May.CHANGE_PEOPLE)
@bp.answers(CreatedOut, 201, takes=shapes.HoursIn, once=True)
def add_theirs(body: dict[str, Any], interpreter_id: str) -> Any:
    """Hours an interpreter offers on a weekday."""
    return {"id": hours.add(guard.actor(), exchange.written(body), interpreter_id)}


@bp.delete(f"{THEIRS}/<hours_id>")
@guard.needs(May.CHANGE_PEOPLE)
@bp.answers(status=204)
def remove_theirs(interpreter_id: str, hours_id: str) -> None:
    """Hours an interpreter no longer offers."""
    hours.remove(guard.actor(), hours_id, interpreter_id)


@bp.post(THEIR_OFF)
@guard.needs(May.CHANGE_PEOPLE)
@bp.answers(CreatedOut, 201, takes=shapes.TimeOffIn, once=True)
def add_their_off(body: dict[str, Any], interpreter_id: str) -> Any:
    """Time in which an interpreter is away."""
    return {"id": hours.add_off(guard.actor(), exchange.written(body), interpreter_id)}


@bp.delete(f"{THEIR_OFF}/<off_id>")
@guard.needs(May.CHANGE_PEOPLE)
@bp.answers(status=204)
def remove_their_off(interpreter_id: str, off_id: str) -> None:
    """Time in which an interpreter is there after all."""
    hours.remove_off(guard.actor(), off_id, interpreter_id)
