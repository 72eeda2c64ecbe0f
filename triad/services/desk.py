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

    @property
    def place(self) -> int:
        """Which of the list the panel shows, from 1; 0 for one that is not on it."""
        ids = [one.encounter.id for one in self.unfilled]
        return ids.index(self.panel.encounter.id) + 1 if self.panel and self.panel.encounter.id in ids else 0

    @property
    def next_id(self) -> str:
        """The open session after the one in the panel, or the first of the others; "" when there is no other."""
        ids = [one.encounter.id for one in self.unfilled]
        here = ids.index(self.panel.encounter.id) if self.panel and self.panel.encounter.id in ids else len(ids)
        return next(iter([*ids[here + 1 :], *ids[:here]]), "")


def waiting_count(actor: Actor) -> int:
    """Sessions to come that nobody interprets yet."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_UNFILLED)
        return waiting.count(ctx.session, ctx.now)


def show(actor: Actor, chosen: str = "", if_open: str = "") -> Desk:
    """List and panel from one gathering. `chosen` is an encounter's id.

    "" takes `if_open` when it is still on the list, else the first of the list.
    """
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_UNFILLED)
        people = queries.interpreters(ctx.session, Interpreter.active.is_(True))
        unfilled = waiting.unfilled(ctx.session, people, ctx.now)
        listed = [one.encounter for one in unfilled]
        wanted = chosen or (if_open if if_open in {row.id for row in listed} else "")
        encounter = _chosen(ctx, listed, wanted)
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
