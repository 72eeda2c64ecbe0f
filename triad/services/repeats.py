"""A request that is sent again: one effect, and the same answer as the first time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from triad.domain import errors
from triad.services import context
from triad.services.context import Actor
from triad.store.ledger import Repeat

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """`key` is the sender's own word for it, `route` what it was sent to, `body` a hash of what it held."""

    key: str
    route: str
    body: str
    status: int


def once(actor: Actor, request: Request, act: Callable[[], Answer]) -> tuple[Answer, int, bool]:
    """The answer, its status, and whether it is one given before. `act` calls one verb, in this same transaction.

    A refusal by the verb is raised and nothing is kept. Unfit for the same key with another body; Conflict when
    the same request is just running elsewhere.
    """
    with context.work(actor) as ctx:
        keys = ctx.hashes("repeat", "\0".join((actor.account_id, request.route, request.key)))
        bodies = ctx.hashes("repeat-body", request.body)
        kept = next(filter(None, (ctx.session.get(Repeat, key) for key in keys)), None)
        if kept is not None:
            if kept.body_hash not in bodies:
                raise errors.Unfit({"idempotency_key": "other_body"})
            return json.loads(kept.answer), kept.status, True
        row = Repeat(key=keys[0], body_hash=bodies[0], status=request.status, answer="", at=ctx.now)
        ctx.session.add(row)
        # Before the verb: who sends the same at the same time waits here, and is then refused by the table.
        ctx.session.flush()
        answer = act()
        row.answer = json.dumps(answer, sort_keys=True)
        return answer, request.status, False
