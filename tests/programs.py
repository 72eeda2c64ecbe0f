"""Programs that call the API: each holds a key of one of the cast, with all scopes unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from triad.services import keys
from triad.services.context import Actor

NO_END = "2027-12-31"
ALL = tuple(keys.SCOPES)


def key_of(actor: Actor, scopes: Iterable[str] = ALL) -> str:
    return keys.create(actor, {"name": f"{actor.name}'s program", "expires_on": NO_END}, scopes)


@dataclass
class Program:
    """Answers are the client's own; `seen` is the ETag a change needs."""

    client: FlaskClient
    value: str

    def send(self, method: str, path: str, body: Any = None, seen: str = "", key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self.value}"}
        headers |= {"If-Match": seen} if seen else {}
        headers |= {"Idempotency-Key": key} if key else {}
        return self.client.open(f"/api{path}", method=method, json=body, headers=headers)

    def get(self, path: str) -> Any:
        return self.send("GET", path)

    def post(self, path: str, body: Any = None, seen: str = "", key: str = "") -> Any:
        return self.send("POST", path, body, seen, key)


def program(app: Flask, actor: Actor, scopes: Iterable[str] = ALL) -> Program:
    return Program(app.test_client(), key_of(actor, scopes))


def told(answer: Any) -> tuple[int, Any]:
    """Status and refusal code (or None) of an answer whose refusal has the one shape."""
    body = answer.get_json(silent=True)
    if answer.status_code < 400:
        return answer.status_code, None
    assert set(body) == {"error", "message", "fields"}, body
    return answer.status_code, body["error"]
