"""Whether the single keys of the desk work for somebody: a choice of the account, wherever its holder sits."""

from __future__ import annotations

from triad.services import access, context
from triad.services.context import Actor
from triad.services.policy import May
from triad.store.people import Account


def change(actor: Actor, on: bool) -> None:
    with context.work(actor) as ctx:
        access.need(ctx, May.SEE_OWN_ACCOUNT)
        ctx.session.get_one(Account, actor.account_id).single_keys = on
