"""What the clock does to offers and to sessions nobody was found for."""

from __future__ import annotations

from triad.services import closures, offers
from triad.services.context import Actor


def keep(actor: Actor) -> None:
    offers.expire(actor)
    offers.release_tiers(actor)
    closures.close_past(actor)
