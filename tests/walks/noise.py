"""Requests no browser would send: every route with methods, addresses, headers and bodies bent until they break."""

from __future__ import annotations

import io
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote_from_bytes

from werkzeug.routing import AnyConverter, Rule

from tests.walks import writes
from tests.walks.clinic import STAFF, House
from tests.walks.oddities import ASKED, HEADERS, LINES, METHODS, ODD, TYPES, WORTH
from tests.walks.works import WORKS

UNANSWERED = 599
FRESH = 150
"""After so many requests the clinic is put back."""


class Raw(NamedTuple):
    """One request as the gateway hands it over."""

    endpoint: str
    environ: dict[str, Any]


@dataclass
class Heard:
    answers: Counter[int] = field(default_factory=Counter)
    endpoints: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    """Requests that were answered 5xx, or not at all."""

    @property
    def requests(self) -> int:
        return sum(self.answers.values())


def play(house: House, count: int, number: int = 1, only: str = "") -> Heard:
    heard, chance = Heard(), random.Random(number)
    routes = [one for one in writes.rules(house.app) if only in one[1].rule]
    for sent, raw in enumerate(_requests(house, routes, chance, count), 1):
        status = _sent(house, raw)
        heard.answers[status] += 1
        heard.endpoints.add(raw.endpoint)
        if status >= 500:
            heard.broken.append(f"{raw.environ['REQUEST_METHOD'][:20]} {raw.environ['PATH_INFO'][:80]!r}: {status}")
        if sent % FRESH == 0:
            house.restore()
    house.restore()
    return heard


def _sent(house: House, raw: Raw) -> int:
    """The status; UNANSWERED where the application left the gateway without an answer."""
    told: list[str] = []

    def start(status: str, _: list[tuple[str, str]], __: Any = None) -> Callable[[bytes], object]:
        told.append(status)
        return told.append  # type: ignore[return-value]

    with house.app.app_context():
        try:
            body = house.app.wsgi_app(raw.environ, start)
            for _ in body:
                pass
            getattr(body, "close", lambda: None)()
        except Exception:
            return UNANSWERED
    return int(told[-1].split()[0])


def _requests(house: House, routes: Sequence[tuple[str, Rule]], chance: random.Random, count: int) -> Iterator[Raw]:
    """Half of them would work but for one or two places; half of them are wrong all over. Every route in turn."""
    for number in range(count):
        method, rule = routes[number % len(routes)]
        yield (_nearly if chance.random() < 0.5 else _wild)(house, method, rule, chance)


def _nearly(house: House, method: str, rule: Rule, chance: random.Random) -> Raw:
    """A request that works, from whom it works for, with one or two values exchanged."""
    work = WORKS.get(rule.endpoint)
    name = work.by if work else chance.choice(STAFF)
    given = _given(house, rule, work.state if work else "ahead")
    path = writes.address(rule, given).partition("?")[0]
    fields = writes.body(house, rule, "own") if work else {}
    for place in chance.sample(sorted(fields), min(len(fields), chance.choice((1, 1, 2)))):
        fields[place] = chance.choice(ODD)
    json_ = path.startswith(writes.API)
    body, kind = _as_json(fields) if json_ else _as_form({"csrf_token": writes.stamp(house, name, path), **fields})
    query = b"" if chance.random() < 0.6 else _query(chance)
    environ = _environ(house, method, path.encode(), query, body if method not in writes.SAFE else b"", kind, chance)
    return Raw(rule.endpoint, environ | _shown(house, name, json_))


def _given(house: House, rule: Rule, state: str) -> dict[str, Any]:
    """What stands in each place; something that is not there where nobody has named one yet."""
    try:
        found = writes.values(rule, house.ids["own"], state)
    except StopIteration:
        found = {name: 1 if name == "number" else "no-such-thing" for name in rule.arguments}
    options = {name: sorted(one.items) for name, one in rule._converters.items() if isinstance(one, AnyConverter)}
    return found | {name: one[-1] for name, one in options.items()}


def _wild(house: House, method: str, rule: Rule, chance: random.Random) -> Raw:
    method = chance.choice(METHODS) if chance.random() < 0.5 else method
    name = chance.choice((*STAFF, "nobody"))
    path = rule.rule.encode()
    for place in rule.arguments:
        value = str(house.ids["own"].get(place.removesuffix("_id"), "x")).encode()
        path = path.replace(_place(rule, place), value if chance.random() < 0.3 else chance.choice(ODD))
    if chance.random() < 0.2:
        cut = chance.randrange(len(path) + 1)
        path = path[:cut] + chance.choice(ODD) + path[cut:]
    body = chance.choice((_garbage, _form_like, _json_like, _multipart_like))(chance)
    environ = _environ(house, method, path, _query(chance), body, chance.choice(TYPES), chance)
    environ |= _shown(house, name, rule.rule.startswith(writes.API)) if chance.random() < 0.7 else {}
    for header in chance.sample(HEADERS, chance.randrange(4)):
        odd = chance.choice(ODD).decode("latin-1")
        environ[f"HTTP_{header}"] = chance.choice(LINES) if chance.random() < 0.6 else odd
    if chance.random() < 0.1:
        environ["CONTENT_LENGTH"] = chance.choice(("", "-1", "x", "9" * 30, "0", "3"))
    return Raw(rule.endpoint, environ)


def _place(rule: Rule, name: str) -> bytes:
    found = re.search(rf"<[^<>]*\b{name}>", rule.rule)
    assert found, (rule.rule, name)
    return found[0].encode()


def _environ(
    house: House, method: str, path: bytes, query: bytes, body: bytes, kind: str, chance: random.Random
) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}",
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def _shown(house: House, name: str, to_api: bool) -> dict[str, str]:
    """The key or the cookies of this one."""
    if to_api:
        shown = {} if name == "nobody" else {"HTTP_AUTHORIZATION": f"Bearer {house.keys[name]}"}
        return shown | {"HTTP_IF_MATCH": '"1"'}
    browser = house.browser(name)
    held = {cookie: browser.get_cookie(cookie, path=path) for cookie, path in (("triad", "/"), ("form", "/f"))}
    return {"HTTP_COOKIE": "; ".join(f"{one}={cookie.value}" for one, cookie in held.items() if cookie)}


def _query(chance: random.Random) -> bytes:
    pairs = []
    for _ in range(chance.randrange(4)):
        value = chance.choice(ODD)
        value = quote_from_bytes(value).encode() if chance.random() < 0.7 else value
        pairs.append(chance.choice(ASKED).encode() + chance.choice((b"=", b"=", b"", b"[]=")) + value)
    return b"&".join(pairs)


def _as_form(fields: dict[str, Any]) -> tuple[bytes, str]:
    parts = []
    for name, held in fields.items():
        for one in held if isinstance(held, list) else [held]:
            kind = b'; filename="sites.csv"' if name == "files" else b""
            value = one if isinstance(one, bytes) else str(one).encode()
            head = b'--cut\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n' % (name.encode(), kind)
            parts.append(head + value + b"\r\n")
    return b"".join(parts) + b"--cut--\r\n", "multipart/form-data; boundary=cut"


def _as_json(fields: dict[str, Any]) -> tuple[bytes, str]:
    """Bytes that were put in a place become text, or something that is no text at all."""
    held = {
        name: WORTH[len(one) % len(WORTH)] if isinstance(one, bytes) and len(one) % 2 else one
        for name, one in fields.items()
    }
    held = {name: one.decode("latin-1") if isinstance(one, bytes) else one for name, one in held.items()}
    return json.dumps(held).encode(), "application/json"


def _garbage(chance: random.Random) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 40, 3_000)))


def _form_like(chance: random.Random) -> bytes:
    return b"&".join(_query(chance) for _ in range(3)) + chance.choice(ODD)


def _json_like(chance: random.Random) -> bytes:
    odd = chance.choice(ODD).decode("latin-1")
    made = json.dumps({odd: chance.choice(WORTH), "answers": {odd: chance.choice(WORTH)}, "files": odd})
    texts = (made, "[" * 9_000, '{"a":' * 3_000, "{", "NaN", '"\\ud800"', "\ufeff{}", f"[{odd}]", "1e999")
    return chance.choice(texts).encode("utf-8", "surrogatepass")


def _multipart_like(chance: random.Random) -> bytes:
    odd = chance.choice(ODD)
    heads = (
        b'form-data; name="' + odd + b'"', b"form-data", b'form-data; name="files"; filename="' + odd + b'"',
        b'form-data; name="files"; filename*=utf-8\'\'%ff', b"attachment", odd,
    )  # fmt: skip
    parts = [
        b"--cut\r\nContent-Disposition: " + chance.choice(heads) + b"\r\n\r\n" + odd
        for _ in range(chance.randrange(4))
    ]
    return b"\r\n".join(parts) + chance.choice((b"\r\n--cut--\r\n", b"\r\n--cut", b""))
