"""What changed, with who and why."""

from __future__ import annotations

from typing import Any

from triad.services import history
from triad.services.policy import May
from triad.web import exchange, guard
from triad.web.exchange import Noun
from triad.web.schemas import history as shapes
from triad.web.schemas.base import PageIn

bp = Noun("history")
DETAILS = ("party", "mark", "was", "to")
"""What of the details may be told: nothing that comes to be kept there later goes out by itself."""


@bp.get("/encounters/<encounter_id>/changes")
@guard.needs(May.SEE_ENCOUNTER)
@bp.answers(shapes.ChangePageOut, asks=PageIn, refuses=(422,))
def of_encounter(asked: dict[str, Any], encounter_id: str) -> Any:
    """Oldest first, as far as whoever asks may know."""
    _, events = history.of_encounter(guard.actor(), encounter_id)
    return exchange.page([_change(one) for one in events], asked.get("page", 1))


def _change(one: history.Event) -> dict[str, Any]:
    shown = {"at": one.at, "kind": one.kind, "who": one.who, "about": one.about, "why": one.why}
    return shown | {name: str(one.details.get(name, "")) for name in DETAILS}
