"""Starting, weight, memory: create_app in a fresh program, the client's page as sent, a worker on the demo clinic.

`python -m benchmarks.start`. Memory is read from /proc, so that figure needs Linux.
"""

from __future__ import annotations

import gzip
import http.cookiejar
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from html import unescape
from pathlib import Path

from flask.testing import FlaskClient

from tests import cast
from tests.conftest import FreshClient
from tests.walks import crowd, served
from triad.app import create_app
from triad.services import demo, invitations

ROUNDS, EACH = 5, 2
ASKED_SECONDS, ASKED_KIB, ASKED_MIB = 2.0, 60, 130

LIBRARIES = (
    "alembic babel.messages.pofile flask_security flask_smorest flask_sqlalchemy flask_wtf marshmallow psycopg segno "
    "sqlalchemy.orm structlog"
)
STARTS = {
    "create_app": "from triad.app import create_app; create_app('testing')",
    "libraries": f"import {', '.join(LIBRARIES.split())}",
}
"""What a fresh program does; the second is the baseline."""


def main() -> int:
    start()
    weigh()
    remember()
    return 0


def start() -> None:
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in STARTS}
    with tempfile.TemporaryDirectory() as compiled:
        # As on any machine but a developer's: what was compiled once is kept.
        kept = {name: held for name, held in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        kept["PYTHONPYCACHEPREFIX"] = compiled
        for number in range(ROUNDS + 1):
            for name, program in STARTS.items():
                began, used = time.perf_counter(), _used()
                subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True, env=kept)
                if number:  # the first one compiles
                    took[name].append((time.perf_counter() - began, _used() - used))
    for place, kind in enumerate(("on the clock", "of a processor")):
        ours, bare = ([found[place] for found in took[name]] for name in STARTS)
        ratio = statistics.median(one / other for one, other in zip(ours, bare, strict=True))
        print(
            f"create_app in a fresh program {statistics.median(ours):.2f} s {kind} (asked <= {ASKED_SECONDS} s), "
            f"its libraries alone {statistics.median(bare):.2f} s, ratio {ratio:.2f}"
        )


def _used() -> float:
    """Seconds of a processor all programs have used that were started here and have ended."""
    times = os.times()
    return times.children_user + times.children_system


def weigh() -> None:
    """The heaviest screen of the client's form with its styles and scripts, gzipped one by one, fonts left out."""
    with tempfile.TemporaryDirectory() as folder, served.opened(f"sqlite:///{Path(folder) / 'form.db'}") as app:
        app.test_client_class = FreshClient
        who = crowd.people(app)
        [id_] = crowd.encounters(who, 1, crowd.just_begun)
        token = invitations.issue(who.thea, id_, "ti")
        client = app.test_client()
        page = client.get(f"/f/{token}").text
        client.post(f"/f/{token}", data={"csrf_token": cast.token(page)})
        heaviest, parts, screens = 0, dict[str, int](), 0
        while True:
            screens += 1
            page = client.get("/f/").text
            linked = {path: client.get(path).data for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page)}
            sizes = {path: len(gzip.compress(body)) for path, body in {"page": page.encode(), **linked}.items()}
            if sum(sizes.values()) > heaviest:
                heaviest, parts = sum(sizes.values()), sizes
            if not _next(client, page):
                break
        assert screens > 10, "the form was not walked through"
        plain = ", ".join(f"{Path(path).name} {size / 1024:.1f}" for path, size in parts.items())
        print(
            f"client's page {heaviest / 1024:.1f} KiB gzipped without fonts, the heaviest of {screens} screens "
            f"(asked <= {ASKED_KIB}): {plain}"
        )


def _next(client: FlaskClient, page: str) -> bool:
    """Answer whatever this screen asks, by its first choice; False on the last."""
    action = re.search(r'<form[^>]*action="(/f/(?:language|step|answer|send))"', page)
    if not action or action[1].endswith("/send"):
        return False
    form = page[action.start() : page.index("</form>", action.start())]
    fields: dict[str, str] = {}
    for field in re.findall(r"<(?:input|button)[^>]*>", form):
        known = dict(re.findall(r'(name|value)="([^"]*)"', field))
        if "name" in known:
            fields.setdefault(known["name"], unescape(known.get("value", "")))
    fields.pop("missing", None)
    return client.post(action[1], data=fields).status_code == 303


def remember() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "demo.db"
        command = [sys.executable, "-m", "triad.cli", "demo", "--database", str(database)]
        began = time.perf_counter()
        subprocess.run([*command, "--build-only"], check=True, stdout=subprocess.DEVNULL)
        print(f"demo clinic built in {time.perf_counter() - began:.1f} s")
        port = served.free_port()
        serving = subprocess.Popen([*command, "--keep", "--port", str(port)], stdout=subprocess.DEVNULL)
        try:
            app = create_app("demo", database_url=f"sqlite:///{database}")
            kinds: Counter[str] = Counter()
            before = None
            for email, _ in demo.sign_ins():
                visitor = Visitor(f"http://127.0.0.1:{port}", app.url_map.bind("127.0.0.1"), kinds)
                visitor.sign_in(email)
                before = before or _rss(serving.pid)
                visitor.walk()
            print(
                f"worker {_rss(serving.pid):.0f} MiB after {kinds.total()} pages of {len(kinds)} kinds "
                f"(asked <= {ASKED_MIB}), {before:.0f} MiB after the first"
            )
        finally:
            serving.kill()
            serving.wait()


def _rss(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1024


class Visitor:
    """Signs in over the wire and follows links: up to three pages of each kind, however many there are."""

    def __init__(self, base: str, routes: object, kinds: Counter[str]) -> None:
        self.base, self.routes, self.kinds = base, routes, kinds
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.own: Counter[str] = Counter()

    def fetch(self, path: str, fields: dict[str, str] | None = None) -> str:
        sent = urllib.parse.urlencode(fields).encode() if fields else None
        try:
            answer = self.opener.open(self.base + path, sent, timeout=30)
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{path} answers {refused.code}") from None
        with answer:
            return str(answer.read().decode("utf-8", "replace"))

    def sign_in(self, email: str) -> None:
        for _ in range(200):
            try:
                page = self.fetch("/sign-in")
                break
            except OSError:
                time.sleep(0.05)
        self.fetch("/sign-in", {"email": email, "password": demo.PASSWORD, "csrf_token": cast.token(page)})

    def walk(self) -> None:
        waiting, known = ["/"], {"/"}
        while waiting:
            path = waiting.pop(0)
            endpoint = self.routes.match(path.partition("?")[0], method="GET")[0]  # type: ignore[attr-defined]
            if self.own[endpoint] >= EACH:
                continue
            self.own[endpoint] += 1
            self.kinds[endpoint] += 1
            page = self.fetch(path)
            for found in re.findall(r'(?:href|src)="(/[^"#]*)', page):
                link = unescape(found)
                if link not in known:
                    known.add(link)
                    waiting.append(link)


if __name__ == "__main__":
    sys.exit(main())
