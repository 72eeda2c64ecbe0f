"""Links and keys that open nothing: how many were tried from where. One that is good is never asked about."""

from __future__ import annotations

from triad.domain import errors, throttling
from triad.domain.throttling import Origin
from triad.services import context
from triad.services.context import Actor
from triad.store import tries


def missed(actor: Actor, origin: Origin, purpose: str = "link") -> None:
    """Somebody there tried a `link` or a `key` that opens nothing. TooOften from the 31st within ten minutes on."""
    with context.look(actor) as ctx:
        keys = throttling.keys(ctx.keyed, purpose, origin)
        seconds = tries.wait(ctx.session, keys, ctx.now)
    if seconds:
        raise errors.TooOften(seconds)
    with context.work(actor) as ctx:
        tries.ensure(ctx.session, keys, ctx.now)
        tries.add(ctx.session, ctx.fresh_id(), keys.values(), ctx.now)
