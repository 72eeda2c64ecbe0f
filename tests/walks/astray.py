"""Requests that would lead somewhere else: after a sign-in, by a foreign name, out of a folder."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests import cast
from tests.exam.corpora import ABROAD, TREASURE
from tests.walks import served, works, writes
from tests.walks.clinic import House

HOME = "http://localhost"
FORWARDED = ("X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-Host", "X-Forwarded-Server", "X-Rewrite-URL")


def sent_abroad(app: Flask, places: Sequence[str]) -> list[str]:
    """Places a browser would follow to from a sign-in, asked for in the address, in the form, or in both."""
    wrong = []
    for number, place in enumerate(places):
        client = app.test_client()
        query = {"next": place} if number % 3 != 1 else {}
        page = client.get("/sign-in", query_string=query).text
        fields = {"email": "kora@example.org", "password": cast.PASSWORD, "csrf_token": cast.token(page)}
        fields |= {"next": place} if number % 3 else {}
        answer = client.post("/sign-in", query_string=query, data=fields)
        gone = _follows(answer.headers.get("Location", "/"))
        wrong += [f"{place!r} leads to {gone}"] if urlsplit(gone).hostname != "localhost" or ABROAD in page else []
        assert answer.status_code in (200, 302, 303, 422), answer.status_code
    return wrong


def _follows(location: str) -> str:
    """As browsers read it: backslashes are slashes, tabs and line ends are nothing."""
    read = location.replace("\\", "/").translate({9: None, 10: None, 13: None}).strip()
    return urljoin(HOME, read)


def misnamed(house: House, hosts: Sequence[str]) -> list[str]:
    """Names under which something was answered, and headers by which a link could be made to lead to one."""
    wrong = []
    for number, host in enumerate(hosts):
        path = ("/sign-in", "/", "/api/sites", "/f/x")[number % 4]
        status, headers, body = _asked(house.app, "GET", path, {"Host": host})
        if status != 400 or ABROAD in body or ABROAD in str(headers):
            wrong.append(f"Host: {host}: {status}")
    path = f"/sessions/{house.ids['own']['begun']}/form"
    for name in FORWARDED:
        given = {name: f"host={ABROAD}" if name == "Forwarded" else ABROAD}
        page = writes.send(house, "thea", "POST", path, {"language": "ar"}, headers=given).text
        wrong += [f"{name} leads a link astray"] if ABROAD in page or 'value="http://localhost/f/' not in page else []
    return wrong


def climbed(app: Flask, addresses: Sequence[str]) -> list[str]:
    """Addresses that showed a file of ours, or broke something."""
    wrong = []
    for address in addresses:
        for path in (address, f"{address}%00.css", f"{address}.csv"):
            status, _, body = _asked(app, "GET", path, {"Host": "localhost"})
            if status == 200 or status >= 500 or any(one in body for one in TREASURE):
                wrong.append(f"{path}: {status}")
    return wrong


def _asked(app: Flask, method: str, path: str, headers: dict[str, str]) -> tuple[int, Any, str]:
    """Straight to the application, as a server would hand it over: clients would tidy the address first."""
    path, _, query = path.partition("?")
    environ = EnvironBuilder(path="/", method=method, base_url=HOME).get_environ()
    # WSGI: the path unquoted, byte by byte.
    environ |= {"PATH_INFO": unquote(path, "latin-1"), "QUERY_STRING": query, "HTTP_HOST": headers["Host"]}
    with app.app_context():
        body, status, answered = run_wsgi_app(app, environ)
        text = b"".join(body).decode("utf-8", "replace")
        if close := getattr(body, "close", None):
            close()
    return int(status.split()[0]), answered, text


def oversized(house: House) -> tuple[list[str], int]:
    """Bodies at their limits and over them that were answered otherwise than they should be; and how many."""
    found = [*_large(house), *_endless()]
    return [f"{what}: {got} for {want}" for what, want, got in found if got != want], len(found)


def _large(house: House) -> Iterator[tuple[str, int, int]]:
    """What was sent, the status that is wanted, and the status it got."""
    own, key = house.ids["own"], {"Authorization": f"Bearer {house.keys['kora']}"}
    client, kora, token = house.app.test_client(), house.browser("kora"), house.tokens["kora"]
    json = {"headers": key, "content_type": "application/json"}
    for size, want in ((900_000, 422), (1_000_001, 413), (5_000_001, 413)):
        text = '{"name": "' + "x" * (size - 12) + '"}'
        yield f"{size} bytes of JSON", want, client.post("/api/sites", data=text, **json).status_code
    for size, want in ((900_000, 422), (1_000_001, 413)):
        fields = {"csrf_token": token, "name": "x" * size}
        yield f"a form of {size}", want, kora.post("/people/new/sites", data=fields).status_code
    for size, want in ((2_000_000, 200), (5_000_001, 413)):
        files = '{"files": {"sites": "external_ref,name,zone\\n' + "x" * size + '"}}'
        yield f"an import of {size}", want, client.post("/api/imports/preview", data=files, **json).status_code
        table = b"external_ref,name,zone\n" + b"x" * size
        yield (
            f"an upload of {size}",
            want,
            writes.send(house, "kora", "POST", "/import", {"files": table}).status_code,
        )
    yield (
        "an upload elsewhere",
        413,
        writes.send(house, "kora", "POST", f"/sessions/{own['ahead']}/cancel", {"by": b"x" * 1_000_001}).status_code,
    )
    many = {"csrf_token": token, **{f"f{number}": "x" for number in range(1_200)}}
    parts = kora.post("/people/new/sites", data=many, content_type="multipart/form-data").status_code
    yield "1,200 parts", 413, parts
    for text in ("[" * 100_000, '{"a":' * 50_000, "{", "\xff", '{"name": NaN}', ""):
        yield (
            f"{text[:12]!r} as JSON",
            400,
            client.post("/api/sites", data=text.encode("latin-1"), **json).status_code,
        )


def _endless() -> Iterator[tuple[str, int, int]]:
    """To the server itself, before the application: a length nobody means, and a body that does not say how long."""
    with TemporaryDirectory() as folder, served.Servers(f"sqlite:///{folder}/none.db", 1) as servers:
        [port] = servers.ports
        head = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n"
        said = head + b"Content-Length: 900000000\r\n\r\n"
        yield "a length of 900 MB", 413, _status(port, [said])
        chunk = b"%x\r\n" % 65_536 + b"x" * 65_536 + b"\r\n"
        chunks = [head + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 90, b"0\r\n\r\n"]
        yield "6 MB in chunks", 413, _status(port, chunks)


def _status(port: int, parts: Sequence[bytes]) -> int:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        with contextlib.suppress(OSError):
            for part in parts:
                line.sendall(part)
        return int((line.recv(100).split() or [b"", b"0"])[1])


def unseen(house: House) -> tuple[list[str], int]:
    """Routes of the API that change what is there, and did so for who had not seen it; and how many there are."""
    wrong, count = [], 0
    for method, rule in writes.unsafe(house.app):
        given = house.app.view_functions[rule.endpoint].__dict__.get("_apidoc", {})
        asked = [one.get("name") for one in given.get("manual_doc", {}).get("parameters", ())]
        if "If-Match" not in asked:
            wrong += [f"{method} {rule.rule} asks for none"] if method in ("PUT", "PATCH") else []
            continue
        count += 1
        work = writes.WORKS[rule.endpoint]
        path = writes.address(rule, writes.values(rule, house.ids["own"], work.state))
        key = {"Authorization": f"Bearer {house.keys[work.by]}"}
        for seen, want in ((None, 428), ('"7"', 412), ("*", 412), ('W/"1"', 412), ("1", 412), ('"1", "7"', 412)):
            headers = key | ({} if seen is None else {"If-Match": seen})
            fields = writes.body(house, rule, "own")
            got = house.app.test_client().open(path, method=method, json=fields or None, headers=headers).status_code
            wrong += [f"{method} {path} with If-Match {seen}: {got}"] if got != want else []
    return wrong, count


def at_once(house: House, writers: int) -> Counter[int]:
    """How so many edits of one note were answered, all by who had seen the same version."""
    path = f"/api/cases/{house.ids['own']['case']}/notes/{house.ids['own']['note']}"
    key = {"Authorization": f"Bearer {house.keys['thea']}"}
    seen = house.app.test_client().get(path, headers=key).headers["ETag"]
    gate = threading.Barrier(writers)

    def edit(number: int) -> int:
        gate.wait()
        headers = key | {"If-Match": seen}
        body = {**works.NOTE, "text": f"edit {number}"}
        return house.app.test_client().put(path, json=body, headers=headers).status_code

    with ThreadPoolExecutor(writers) as desk:
        return Counter(desk.map(edit, range(writers)))
