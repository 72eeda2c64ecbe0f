"""The clinic over all cases, as it was frozen this month: never one person's value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triad.domain import instruments
from triad.services import access, context
from triad.services.context import Actor
from triad.services.policy import May
from triad.store import frozen

KINDS = ("relations", "coverage")


def latest(actor: Actor) -> Mapping[str, Mapping[str, Any]]:
    """What `monthly.freeze` wrote, each with its `period`; {} before the first month. NotFound for all but a lead.

    `relations`, how the three roles rate and are rated: either `refused` (a code), or the fit with `estimates` and
    `se` in squared points, `means` by direction, `cautions` as (code, names). `coverage` as in `domain.coverage`,
    with the `month` of the clients' rate.
    """
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_RELATIONS)
        found = frozen.latest(ctx.session, instruments.GIVEN_OUT)
        return {kind: found[kind] for kind in KINDS if kind in found}
