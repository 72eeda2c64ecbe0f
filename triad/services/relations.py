"""How the three roles rate and are rated over all cases, as it was frozen this month; never one person's value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triad.domain import instruments
from triad.services import access, context
from triad.services.context import Actor
from triad.services.policy import May
from triad.store import frozen


def latest(actor: Actor) -> Mapping[str, Any] | None:
    """What `monthly.freeze` wrote, with its `period`; None before the first month. NotFound for all but a lead.

    Either `refused` (a code) with what can still be said, or the fit: `estimates` and `se` in squared points,
    `means` by direction, `cautions` as (code, names).
    """
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_RELATIONS)
        return frozen.latest(ctx.session, instruments.GIVEN_OUT).get("relations")
