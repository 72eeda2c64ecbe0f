"""What changed: of a session, of an interpreter, of the sessions of a day."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template

from triad.domain import errors
from triad.services import history
from triad.services.policy import May
from triad.web import guard
from triad.web import history as words

bp = Blueprint("history", __name__)
bp.add_app_template_filter(words.sentence, "happened")
bp.add_app_template_filter(words.because, "unassigned_because")


@bp.get("/sessions/<id_>/changes")
@guard.needs(May.SEE_ENCOUNTER)
def of_encounter(id_: str) -> str:
    row, events = history.of_encounter(guard.actor(), id_)
    return render_template("pages/history_encounter.html", row=row, events=events)


@bp.get("/people/interpreters/<id_>/changes")
@guard.needs(May.SEE_PEOPLE)
def of_person(id_: str) -> str:
    who, events = history.of_person(guard.actor(), id_)
    return render_template("pages/history_person.html", who=who, events=events)


@bp.get("/week/<day>/changes")
@guard.needs(May.SEE_BOARD)
def of_day(day: str) -> str:
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        raise errors.NotFound from None
    return render_template("pages/history_day.html", day=asked, found=history.of_day(guard.actor(), asked))
