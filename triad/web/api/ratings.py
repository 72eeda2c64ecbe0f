"""A staff member's own form about one encounter, and the own scores. Nobody else's are here."""

from __future__ import annotations

from typing import Any

from triad.domain import errors
from triad.services import ratings
from triad.services.policy import May
from triad.web import guard, i18n
from triad.web.exchange import Noun
from triad.web.schemas import ratings as shapes
from triad.web.schemas.base import CreatedOut

bp = Noun("ratings")


@bp.get("/encounters/<encounter_id>/rating-form")
@guard.needs(May.RATE)
@bp.answers(shapes.RatingFormOut, asks=shapes.LanguageIn, refuses=(403, 422))
def form(asked: dict[str, Any], encounter_id: str) -> Any:
    """What is asked, worded in `language` where a fit wording exists, else in English."""
    return ratings.form(guard.actor(), encounter_id, asked.get("language") or i18n.language())


@bp.get("/encounters/<encounter_id>/rating")
@guard.needs(May.RATE)
@bp.answers(shapes.RatingOutForRater, refuses=(403,))
def own(encounter_id: str) -> Any:
    """What one sent oneself about this encounter."""
    found = ratings.own(guard.actor(), encounter_id)
    if found is None:
        raise errors.NotFound
    scores = [{"direction": key, "facet": facet, "value": value} for (key, facet), value in found.scores.items()]
    names = ("revision", "submitted_at", "locked_at", "answers")
    subscales = [
        {"direction": key, "subscale": name, "value": value} for (key, name), value in found.subscales.items()
    ]
    return {name: getattr(found, name) for name in names} | {"scores": scores, "subscales": subscales}


@bp.post("/encounters/<encounter_id>/rating")
@guard.needs(May.RATE)
@bp.answers(CreatedOut, 201, takes=shapes.RatingIn, once=True, refuses=(403, 410, 412))
def submit(body: dict[str, Any], encounter_id: str) -> Any:
    """Send the own form; sent again within the grace it replaces what was sent. The id is the encounter's."""
    language = body.get("language") or i18n.language()
    ratings.submit(guard.actor(), encounter_id, body["answers"], language, body.get("form") or "")
    return {"id": encounter_id}
