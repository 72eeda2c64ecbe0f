"""The pages that give files out: what they say, to whom nothing is there, and how a file leaves the house."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zipfile import ZipFile

import pytest

from tests import answered, cast
from tests.conftest import NOW
from triad.services import exports

DAY = date(2027, 2, 26)
LOCKED = datetime(2027, 2, 26, 15, 0, tzinfo=NOW.tzinfo)
Enter = Callable[[Any], Any]


@pytest.fixture
def met(cast_: cast.Cast) -> str:
    return cast.encounter(cast_, DAY, interpreter="p-ines", held=True, id_="enc-met")


def page(browser: Any, url: str) -> tuple[int, str]:
    """Status and page, without the one thing that differs on every load."""
    answer = browser.get(url)
    return answer.status_code, cast.unstamped(answer.text)


def places(cast_: cast.Cast) -> dict[str, tuple[str, Any]]:
    """Each page with one who may open it."""
    return {
        f"/cases/{cast_.case_id}/take-out": ("thea", cast_.thea),
        "/take-out": ("lena", cast_.lena),
        "/take-out/mine": ("ines", cast_.ines),
    }


def test_every_file_leaves_as_an_attachment_that_nothing_keeps(cast_: cast.Cast, met: str, sign_in: Enter) -> None:
    answered.all_three(cast_, met, LOCKED)
    browser, url = sign_in(cast_.thea), f"/cases/{cast_.case_id}/take-out"
    shown = re.findall(r'name="file" value="([^"]+)"', browser.get(url).text)
    assert shown == [exports.ALL, *exports.names()]
    export = exports.for_case(cast_.thea, cast_.case_id)
    for name in shown:
        answer = cast.post(browser, url, {"file": name})
        assert (answer.status_code, answer.data) == (200, exports.content(export, name))
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
        assert name.isascii()


def test_each_page_gives_out_what_its_verb_takes(cast_: cast.Cast, met: str, sign_in: Enter) -> None:
    answered.all_three(cast_, met, LOCKED)
    counts = {}
    for url, (name, actor) in places(cast_).items():
        content = cast.post(sign_in(actor), url, {"file": exports.ALL}).data
        with ZipFile(io.BytesIO(content)) as archive:
            counts[name] = archive.read("ratings.csv").count(b"\r\n") - 1
    assert counts == {"thea": 19, "lena": 19, "ines": 5}


def test_pages_are_the_same_bytes_before_and_after_a_release(cast_: cast.Cast, met: str, sign_in: Enter) -> None:
    browsers = {url: sign_in(actor) for url, (_, actor) in places(cast_).items()}
    before = {url: page(browser, url) for url, browser in browsers.items()}
    answered.all_three(cast_, met, LOCKED)
    assert {url: page(browser, url) for url, browser in browsers.items()} == before
    assert {status for status, _ in before.values()} == {200}


@pytest.mark.parametrize("name", ["otto", "kora", "lena", "ada", "aud", "ines", "ivo"])
def test_case_page_for_everybody_else_is_the_404_of_no_case(
    cast_: cast.Cast, met: str, sign_in: Enter, name: str
) -> None:
    answered.all_three(cast_, met, LOCKED)
    browser = sign_in(getattr(cast_, name))
    token = cast.token(browser.get("/me").text)
    asked = {"file": "ratings.csv", "csrf_token": token}
    found = []
    for case_id in (cast_.case_id, "none"):
        url = f"/cases/{case_id}/take-out"
        answer = browser.post(url, data=asked)
        found.append((page(browser, url), answer.status_code, answer.data))
    assert found[0] == found[1]
    assert (found[0][0][0], found[0][1]) == (404, 404)


@pytest.mark.parametrize("file", ["", "people.csv", "../ratings.csv", 'x"; filename="y'])
def test_file_that_is_none_is_not_found(cast_: cast.Cast, met: str, sign_in: Enter, file: str) -> None:
    for url, (_, actor) in places(cast_).items():
        assert cast.post(sign_in(actor), url, {"file": file}).status_code == 404


def test_picture_of_the_own_case_leads_to_its_files(cast_: cast.Cast, met: str, sign_in: Enter) -> None:
    url = f"/cases/{cast_.case_id}/take-out"
    assert f'href="{url}"' in sign_in(cast_.thea).get(f"/cases/{cast_.case_id}/picture").text
    assert f'href="{url}"' not in sign_in(cast_.lena).get(f"/cases/{cast_.case_id}/picture").text
