"""Requests that somebody else's page could cause, and the headers of every answer there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.walks import foreign, writes
from tests.walks.clinic import NOBODY, House
from triad.services import cases

ELSEWHERE = "https://elsewhere.example"
FORGERIES: dict[str, dict[str, Any]] = {
    "without a token": {"fields": {"csrf_token": ""}},
    "with a made-up token": {"fields": {"csrf_token": "x" * 91}},
    "with another login's token": {"fields": {"csrf_token": "kora"}},
    "from another site": {"headers": {"Origin": ELSEWHERE}},
    "from another port": {"headers": {"Origin": "http://localhost:8080"}},
    "from a site like ours": {"headers": {"Origin": "http://localhost.elsewhere.example"}},
    "across sites": {"headers": {"Sec-Fetch-Site": "cross-site"}},
    "from a neighbour": {"headers": {"Sec-Fetch-Site": "same-site"}},
    "from nowhere": {"headers": {"Origin": "null"}},
}
WANTED = {
    "Content-Security-Policy": ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"),
    "X-Content-Type-Options": ("nosniff",),
    "X-Frame-Options": ("DENY",),
    "Referrer-Policy": ("no-referrer",),
}
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


def forge(house: House, every: int = 1) -> tuple[list[str], int]:
    """Forged requests that were let in or left something behind, and how many were sent."""
    wrong, count = [], 0
    before = foreign.dump()
    routes = writes.unsafe(house.app)
    for number, (method, rule) in enumerate(routes):
        for name, forgery in list(FORGERIES.items())[number % every :: every]:
            answer = _send(house, method, rule, forgery)
            if answer is None:
                continue
            count += 1
            if answer.status_code not in (400, 401):
                wrong.append(f"{method} {rule.rule} {name}: {answer.status_code}")
                house.restore()
    wrong += ["something was written"] if set(foreign.dump()) - set(before) else []
    return wrong, count


def _send(house: House, method: str, rule: Rule, forgery: Mapping[str, Any]) -> TestResponse | None:
    """The request that works, forged; None where there is nothing to forge. Programs have no login to borrow."""
    work = writes.WORKS[rule.endpoint]
    path = writes.address(rule, writes.values(rule, house.ids["own"], work.state))
    fields = writes.body(house, rule, "own")
    if path.startswith(writes.API):
        if "fields" in forgery:
            # The cookie of a login alone, as a foreign page could make a browser send it.
            answer = house.browser(work.by).open(path, method=method, json=fields, headers={"If-Match": '"1"'})
        else:
            answer = writes.send(house, work.by, method, path, fields, headers=forgery["headers"])
    else:
        token = forgery.get("fields", {})
        if token.get("csrf_token") == "kora":
            token = {"csrf_token": house.tokens["kora" if work.by != "kora" else "thea"]}
        answer = writes.send(house, work.by, method, path, fields | token, headers=forgery.get("headers", {}))
    answer.close()
    return answer


def bare(house: House, every: int = 1) -> tuple[list[str], Counter[int]]:
    """Answers that lack a header, and how many answers there were of each status; every n-th of the usual ones."""
    wrong, seen = [], Counter[int]()
    for label, answer in _answers(house, every):
        seen[answer.status_code] += 1
        for name, parts in WANTED.items():
            held = answer.headers.get(name, "")
            wrong += (
                [f"{label}: {answer.status_code} without {name}"] if any(one not in held for one in parts) else []
            )
        if " /static/" not in label and answer.headers.get("Cache-Control") != "no-store":
            wrong.append(f"{label}: {answer.status_code} may be kept")
        answer.close()
    return wrong, seen


def _answers(house: House, every: int) -> Iterator[tuple[str, TestResponse]]:
    """Every route by every method, as whom it is for and as others; then what is refused for its own reason."""
    by_path = {rule.rule: rule for _, rule in sorted(writes.rules(house.app), key=lambda one: one[0] in CHANGING)}
    asked = product(by_path.values(), ("GET", "HEAD", "OPTIONS", *CHANGING), ("", "ivo", NOBODY))
    for rule, method, who in islice(asked, 0, None, every):
        work = writes.WORKS.get(rule.endpoint)
        name = who or (work.by if work else foreign.owner(rule))
        path = writes.address(rule, writes.values(rule, house.ids["own"], work.state if work else "ahead"))
        fields = writes.body(house, rule, "own") if work else {}
        yield f"{method} {path}", writes.send(house, name, method, path, fields)
        if method in CHANGING:
            house.restore()
    yield from _refused(house)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cases, "listed", lambda *_: 1 / 0)
        for path in ("/cases", "/api/cases"):
            yield f"GET {path}", writes.send(house, "kora", "GET", path, {})


def _refused(house: House) -> Iterator[tuple[str, TestResponse]]:
    client, key = house.app.test_client(), {"Authorization": f"Bearer {house.keys['kora']}"}
    json = {"headers": key, "content_type": "application/json"}
    for path in ("/nothing", "/api/nothing", "/static/nothing", "/cases/", "//", "/sessions/%00"):
        yield f"GET {path}", client.get(path)
    yield "GET /", client.get("/", headers={"Host": "elsewhere.example"})
    yield "GET /api/sites", client.get("/api/sites", headers=key | {"Accept": "text/html"})
    for sent in ({"data": "x" * 1_000_001, **json}, {"data": "{", **json}, {"data": "name=x", "headers": key}):
        yield "POST /api/sites", client.post("/api/sites", **sent)
    yield "POST /sign-in", client.post("/sign-in", data={"email": "x" * 1_000_001})
    path = f"/api/encounters/{house.ids['own']['ahead']}/cancel"
    for seen in ({}, {"If-Match": '"7"'}, {"If-Match": "7"}):
        yield f"POST {path}", client.post(path, json={"by": "client"}, headers=key | seen)
