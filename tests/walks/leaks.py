"""A client's way from the link to the thanks: where its token, the names behind it, or an answer could be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

import segno
from flask import Flask
from flask.testing import FlaskClient

from tests import cast
from tests.walks import canaries, foreign, writes
from tests.walks.clinic import House
from triad.domain.parties import Role
from triad.services import backup, invitations
from triad.services.context import Actor

NAMES = ("Thea", "Ines", "Cleo", "Dora", "T-1001", "K-cleo", "case-", "p-ines", "Test clinic", "Triad", "begun-own")
"""What would say whose form it is, or what for."""
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
OUTWARD = re.compile(r"""(?:href|src|action|content)=["']?\s*(?:[a-z]+:)?//""", re.IGNORECASE)
LINE = re.compile(r'name="line" value="([^"]+)"')
LAST_STEPS = ({"screen": "who_helped", "helped": "nobody"}, {"screen": "review"})


class Way:
    """A browser without scripts that fills the form in, and what it was shown: addresses, headers, pages."""

    def __init__(self, app: Flask, token: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.token = token
        self.addresses: list[str] = []
        self.pages: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.page = ""

    def walk(self, mark: str, choice: str) -> str:
        """From the link to the thanks; the page value the browser held."""
        self._ask("GET", f"/f/{self.token}")
        self.addresses.clear()
        self._post(f"/f/{self.token}")
        cookie = self.client.get_cookie("form", path="/f")
        assert cookie is not None
        self._post("/f/language", language="ar", at="")
        self._post("/f/step", screen="who_sees")
        self._post("/f/step", screen="practice", practice="3")
        while found := LINE.search(self.page):
            self._post("/f/answer", line=found[1], answer=mark)
        self.again = [self._ask("GET", f"/f/at/{number}") for number in range(1, 14)]
        self._ask("GET", "/f/")
        for fields in LAST_STEPS:
            self._post("/f/step", **fields)
        self._post("/f/send", choice=choice)
        self._ask("GET", "/f/said")
        return cookie.value

    def _post(self, path: str, **fields: str) -> None:
        self._ask("POST", path, {"csrf_token": cast.token(self.page), **fields})

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> str:
        answer = self.client.open(path, method=method, data=fields)
        assert answer.status_code in (200, 303), (path, answer.status_code)
        self.headers.append({**answer.headers})
        if answer.status_code == 303:
            return self._ask("GET", answer.location)
        self.page = unescape(answer.text)
        self.addresses.append(path)
        self.pages.append(answer.text)
        return answer.text


def play(house: House) -> tuple[list[str], int]:
    """What was left where it should not be, and how many answers, files and lines were searched."""
    token = invitations.issue(house.who.thea, house.ids["own"]["begun"], "ar")
    way = Way(house.app, token)
    with canaries.logged() as lines:
        value = way.walk("1", "therapist")
        link, handed = _hand_over(house)
    secrets = (token, value, link.rpartition("/")[2])
    wrong = [f"a token in the address {one}" for one in way.addresses[1:] if token in one or value in one]
    wrong += _in_pages(way, secrets[:2])
    for headers in way.headers:
        wrong += [] if headers.get("Referrer-Policy") == "no-referrer" else ["a referrer is sent"]
        plain = {name: held for name, held in headers.items() if name != "Set-Cookie"}
        wrong += ["a token in a header"] if any(one in str(plain) for one in secrets) else []
    wrong += _drawn(handed, link)
    searched = {"the log": "\n".join(lines), "the tables": "\n".join(foreign.dump())}
    searched |= {"a message or the trail": canaries.leftovers(house), **_files(house)}
    wrong += [f"a token in {place}" for place, text in searched.items() for one in secrets if one in text]
    return wrong, len(way.pages) + len(way.headers) + len(lines) + len(searched)


def _in_pages(way: Way, secrets: Sequence[str]) -> list[str]:
    wrong = []
    for page in way.pages:
        title = TITLE.search(page)
        wrong += ["a token in a page"] if any(one in page for one in secrets) else []
        wrong += [f"{name} in a page" for name in NAMES if name in page]
        wrong += ["a page without a title"] if not title or not title[1].strip() else []
        wrong += ["a page leads outward"] if OUTWARD.search(page) else []
        wrong += ["a page without no-referrer"] if '<meta name="referrer" content="no-referrer">' not in page else []
    return wrong


def _hand_over(house: House) -> tuple[str, str]:
    """The link and the page a therapist is shown once; what the same page shows afterwards is searched as well."""
    path = f"/sessions/{house.ids['own']['held']}/form"
    page = writes.send(house, "thea", "POST", path, {"language": "ar"}).text
    found = re.search(r'id="link" value="([^"]+)"', page)
    assert found, page
    again = writes.send(house, "thea", "GET", path, {}).text
    assert found[1] not in again
    return found[1], page


def _drawn(page: str, link: str) -> list[str]:
    """The QR code is the link and nothing else."""
    want = str(segno.make(link, error="m").svg_inline(scale=6, border=2, omitsize=True))
    return [] if want in page and "<title" not in want and "<desc" not in want else ["the QR code says more"]


def _files(house: House) -> dict[str, str]:
    """A backup, as it is kept and as whoever holds its key reads it, and every file the database keeps."""
    admin = Actor(house.who.clinic, "a-ada", roles=frozenset({Role.ADMIN}), source="cli")
    assert house.file is not None
    with TemporaryDirectory() as folder:
        backup.save(admin, Path(folder) / "copy")
        backup._open(house.who.clinic, Path(folder) / "copy", Path(folder) / "read")
        copy = b"\n".join((Path(folder) / name).read_bytes() for name in ("copy", "read"))
    beside = [path for path in house.file.parent.iterdir() if path.is_file()]
    return {"a backup": copy.decode("latin-1")} | {path.name: path.read_bytes().decode("latin-1") for path in beside}


def told_back(house: House) -> list[str]:
    """Screens of the form that look different when other answers were given: nothing that was said comes back."""
    seen = []
    for mark, choice in (("1", "therapist"), ("5", "statistics_only")):
        way = Way(house.app, house.ids["own"]["token"])
        way.walk(mark, choice)
        seen.append([cast.unstamped(page) for page in way.pages])
        house.restore()
    return [f"page {number}" for number, pair in enumerate(zip(*seen, strict=True)) if pair[0] != pair[1]]
