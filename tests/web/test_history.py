"""What changed, as pages and for programs: sentences with names, and nothing that the reader may not know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from tests.cast import Cast
from tests.programs import program, told
from tests.services.test_history import FULL, busy
from triad.services import skills

SignIn = Callable[[Any], Any]
TYPED = ("funeral", "Trauma", "Snow.")


def test_every_kind_of_change_has_its_sentence(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    id_ = busy(cast_, clock)
    page = sign_in(cast_.kora).get(f"/sessions/{id_}/changes").text
    for words in (
        "\u2068Ines\u2069 interprets",
        "\u2068Ines\u2069 said yes",
        "Moved from \u2068Tue 2 Mar 14:30\u2069 to \u2068Tue 2 Mar 15:00\u2069",
        "\u2068Ines\u2069 does not interpret any more",
        "The search is closed",
        "Nobody is free",
        "Cancelled by: Client",
        "Late, set aside",
        "Restored",
    ):
        assert words in page, words
    assert (page.count("<tr><td"), [word in page for word in TYPED]) == (len(FULL), [True, False, True])


def test_others_read_no_typed_word(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    id_ = busy(cast_, clock)
    for who in (cast_.thea, cast_.ines):
        page = sign_in(who).get(f"/sessions/{id_}/changes").text
        assert ([word in page for word in TYPED], "interprets" in page) == ([False] * 3, True)
    assert "T-1001" not in sign_in(cast_.ines).get(f"/sessions/{id_}/changes").text


def test_day_and_person_have_pages(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    id_, client = busy(cast_, clock), sign_in(cast_.kora)
    skills.add(cast_.kora, "p-ines", {"language": "fr", "into": "en", "level": "4"})
    assert "/week/2027-03-02/changes" in client.get("/day?day=2027-03-02").text
    page = client.get("/week/2027-03-02/changes").text
    assert (f'href="/sessions/{id_}"' in page, "Cancelled by: Client" in page) == (True, True)
    assert "No sessions on this day." in client.get("/week/2027-03-03/changes").text
    assert [client.get(f"/week/{day}/changes").status_code for day in ("soon", "2027-02-30")] == [404, 404]
    assert "/people/interpreters/p-ines/changes" in client.get("/people/interpreters/p-ines").text
    page = client.get("/people/interpreters/p-ines/changes").text
    assert ("A language was added" in page, page.count("interprets<") == 3) == (True, True)
    assert client.get("/people/interpreters/p-thea/changes").status_code == 404


def test_programs_read_the_same(app: Flask, cast_: Cast, clock: Any) -> None:
    id_ = busy(cast_, clock)
    items = program(app, cast_.kora).get(f"/encounters/{id_}/changes").get_json()["items"]
    assert sorted((one["kind"], one["who"], one["why"]) for one in items) == sorted(FULL)
    (moved,) = [one for one in items if one["kind"] == "moved"]
    assert (moved["was"], moved["to"]) == ("2027-03-02 14:30", "2027-03-02 15:00")
    found = program(app, cast_.thea).get(f"/encounters/{id_}/changes").get_json()["items"]
    assert {one["why"] for one in found} == {""}
    assert told(program(app, cast_.otto).get(f"/encounters/{id_}/changes")) == (404, "not_found")
