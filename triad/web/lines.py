"""One line for each request in the log: a number, which route, what came of it, who; nothing that anybody wrote."""

from __future__ import annotations

import structlog
from flask import Flask, Response, current_app, g, request

from triad.formats import logs
from triad.web import guard

log = structlog.get_logger()
DENIED = (400, 401, 403, 404, 410, 429)
SECRET = ("room", "feeds")
"""The client's form and calendars: their addresses hold secrets."""


def register(app: Flask) -> None:
    """Before every other step, so that whatever is logged on the way has the number."""
    logs.configure()
    app.before_request(begin)
    app.after_request(end)


def number() -> str:
    """By which somebody who was told of a fault can be found in the log."""
    if "number" not in g:
        # No id: those are counted in tests, and their order must not tell how many have asked.
        g.number = guard.clinic().secret()[:8].replace("-", "x").replace("_", "x")
    return str(g.number)


def begin() -> None:
    g.began = guard.clinic().ticks()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(number=number())


def end(answer: Response) -> Response:
    if request.endpoint in ("static", "security.static"):
        return answer
    denied = answer.status_code in DENIED and request.endpoint is not None
    if not denied and not guard.clinic().settings.log_requests:
        return answer
    actor = g.get("actor")
    fields = {
        "number": number(),
        "method": request.method,
        "endpoint": (request.endpoint or "none").lower(),
        "status": answer.status_code,
        "ms": round((guard.clinic().ticks() - g.get("began", guard.clinic().ticks())) * 1000),
        "account": actor.account_id if actor and actor.account_id else "nobody",
    }
    if denied:
        _note_denial(fields)
    else:
        log.info("request", **fields)
    return answer


def _note_denial(fields: dict[str, object]) -> None:
    verb = guard.verb_of(current_app, request.endpoint or "")
    named = next((value for value in (request.view_args or {}).values() if isinstance(value, str)), "none")
    subject = "none" if request.blueprint in SECRET else named
    log.warning("denied", verb=verb.value if verb else "none", subject=subject, **fields)
