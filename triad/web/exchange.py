"""How programs and verbs meet: bodies read strictly, versions seen, repeats answered, every answer documented."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial, wraps
from http import HTTPStatus
from typing import Any, NoReturn

import flask_smorest
from flask import Request, Response, jsonify, request
from marshmallow import RAISE, ValidationError
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.exceptions import BadRequest, PreconditionRequired, UnsupportedMediaType

from triad.domain import errors
from triad.services import repeats
from triad.web import guard

PAGE = 50
View = Callable[..., Any]

ALWAYS = (400, 401, 404, 406, 429, 503)
"""What any route may answer besides its success."""
WITH_BODY = (413, 415, 422)
ETAG = re.compile(r'"([0-9]{1,9})"')
KEY = re.compile(r"[\x21-\x7e]{1,200}")

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the version you saw.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Your own word for this request. Sent again with the same body it has one effect and one answer.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}
REPLAY = {"Idempotent-Replay": {"description": "This answer was given before.", "schema": {"const": "true"}}}
VERSION = {"ETag": {"description": "The version, for If-Match.", "schema": {"type": "string"}}}


class Reader(FlaskParser):
    """JSON and nothing else; what is no JSON, or too deep to be meant, was not understood."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"query": RAISE}  # noqa: RUF012

    def _raw_load_json(self, req: Request) -> Any:
        if not is_json_request(req):
            raise UnsupportedMediaType
        try:
            return json.loads(req.get_data(cache=True), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise BadRequest from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _refuse(error: ValidationError, *_: Any, **__: Any) -> NoReturn:
    (messages,) = error.messages_dict.values()
    raise errors.Unfit(dict(_flat(messages, ())))


def _flat(messages: Any, path: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    """Field names with dots between them, and the first code against each."""
    if not isinstance(messages, Mapping):
        yield ".".join(path) or "body", str(messages[0])
        return
    for name, inner in messages.items():
        yield from _flat(inner, path if name in ("_schema", "key", "value") else (*path, str(name)))


class Noun(flask_smorest.Blueprint):
    """The routes of one noun under `/api`."""

    ARGUMENTS_PARSER = Reader(error_handler=_refuse)

    def __init__(self, name: str) -> None:
        super().__init__(f"api-{name}", f"triad.web.api.{name}", url_prefix="/api")

    def register_views_in_doc(self, api: Any, *given: Any, **more: Any) -> None:
        api.undrawn.append(partial(super().register_views_in_doc, api, *given, **more))

    def answers(
        self,
        gives: Any = None,
        status: int = 200,
        *,
        takes: Any = None,
        asks: Any = None,
        versioned: bool = False,
        seen: bool = False,
        once: bool = False,
        refuses: Sequence[int] = (),
    ) -> Callable[[View], View]:
        """What the route takes (a body) or asks (a query), what it gives, and what it may refuse with.

        `versioned`: the answer has an ETag. `seen`: If-Match is needed, and the view is given `seen`, a version.
        `once`: Idempotency-Key is honoured; the view calls one verb and returns plain values.
        """
        refusals = {*ALWAYS, *refuses, *(WITH_BODY if takes else ()), *((412, 428) if seen else ())}
        refusals |= {409, 422} if once else set()
        refusals |= set() if gives or takes else {422}
        parameters = [IF_MATCH] * seen + [IDEMPOTENCY_KEY] * once
        told: dict[str, Any] = {"responses": {refusal: HTTPStatus(refusal).name for refusal in sorted(refusals)}}
        told |= {"parameters": parameters} if parameters else {}
        headers = (VERSION if versioned else {}) | (REPLAY if once else {})

        def dressed(view: View) -> View:
            view = _answered_once(view, status) if once else view if gives else _answered_empty(view)
            view = view if takes else _taking_nothing(view)
            view = _version_seen(view) if seen else view
            view = self.response(status, gives, headers=headers or None)(view)
            for shape, location in ((takes, "json"), (asks, "query")):
                view = self.arguments(shape, location=location)(view) if shape else view
            # All at once: each `alt_response` would wrap the view once more and copy its whole description.
            return self.doc(**told)(view)

        return dressed


def _taking_nothing(view: View) -> View:
    """A body that nobody asked for is refused, not passed over."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if request.method not in guard.SAFE and request.get_data().strip() not in (b"", b"{}"):
            raise errors.Unfit({"body": "unknown_field"})
        return view(*args, **kwargs)

    return checked


def _answered_empty(view: View) -> View:
    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        view(*args, **kwargs)
        return Response(status=204)

    return answered


def _version_seen(view: View) -> View:
    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        shown = request.headers.get("If-Match")
        if shown is None:
            raise PreconditionRequired
        found = ETAG.fullmatch(shown.strip())
        if found is None:
            raise errors.Stale
        return view(*args, seen=int(found[1]), **kwargs)

    return checked


def _answered_once(view: View, status: int) -> View:
    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(*args, **kwargs)
        if not KEY.fullmatch(key):
            raise errors.Unfit({"idempotency_key": "characters"})
        body = hashlib.sha256(request.get_data(cache=True)).hexdigest()
        asked = repeats.Request(key, f"{request.method} {request.path}", body, status)
        answer, status_then, again = repeats.once(guard.actor(), asked, lambda: view(*args, **kwargs))
        return jsonify(answer), status_then, {"Idempotent-Replay": "true"} if again else {}

    return answered


def tagged(shown: Any, version: int) -> tuple[Any, dict[str, str]]:
    return shown, {"ETag": f'"{version}"'}


def page(rows: Sequence[Any], number: int = 1) -> dict[str, Any]:
    """One page of rows that are all there."""
    start = (number - 1) * PAGE
    return part(rows[start : start + PAGE], number, len(rows))


def part(rows: Sequence[Any], number: int, count: int) -> dict[str, Any]:
    """Rows that are a page already, of `count` in all."""
    return {"items": rows, "next": number + 1 if number * PAGE < count else None}


def written(body: Mapping[str, Any]) -> dict[str, str]:
    """A body as a form would have sent it: "yes" for true, nothing for false, commas between several."""
    # By identity: a weekday of 0 is no refusal.
    return {name: _as_text(value) for name, value in body.items() if value is not None and value is not False}


def _as_text(value: Any) -> str:
    if value is True:
        return "yes"
    if isinstance(value, date):
        return value.isoformat()
    return ",".join(value) if isinstance(value, list) else str(value)


def ticked(body: Mapping[str, Any], name: str, prefix: str = "") -> dict[str, Any]:
    """The body with the list `name` as boxes of a form, each ticked under `prefix` and its own word."""
    rest = {key: value for key, value in body.items() if key != name}
    return rest | {f"{prefix}{word}": True for word in body.get(name, ())}


def named(row: Any) -> dict[str, str] | None:
    """Id and name of a place, or of whoever is one with a person; None for nobody."""
    return row and {"id": row.id, "name": row.person.name if hasattr(row, "person") else row.name}
