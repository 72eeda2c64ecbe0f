"""The coordinator's desk: what has no interpreter, and beside it who could take one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import candidates, queries, waiting
from triad.store.clinic import Interpreter
from triad.store.encounters import Encounter


@dataclass(frozen=True)
class Desk:
    """`panel` is None when nothing waits and nothing was chosen."""

    unfilled: Sequence[waiting.Unfilled]
    panel: candidates.Panel | None


def show(actor: Actor, chosen: str = "") -> Desk:
    """List and panel from one gathering. `chosen` is an encounter's id; "" takes the first of the list."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_UNFILLED)
        people = queries.interpreters(ctx.session, Interpreter.active.is_(True))
        unfilled = waiting.unfilled(ctx.session, people, ctx.now)
        encounter = _chosen(ctx, [one.encounter for one in unfilled], chosen)
        if encounter is None:
            return Desk(unfilled, None)
        return Desk(unfilled, candidates.panel(ctx.session, encounter, people, candidates.Rules.of(ctx.settings)))


def _chosen(ctx: Context, listed: Sequence[Encounter], chosen: str) -> Encounter | None:
    """Mostly one of those listed, which need not be loaded again."""
    found = next((row for row in listed if chosen in ("", row.id)), None)
    if found:
        access.admit(ctx, found, to=May.SEE_CANDIDATES)
    elif chosen:
        found = access.encounter(ctx, chosen, to=May.SEE_CANDIDATES)
    return found
