"""Requests that are no requests: bytes that are no text, parts without a name, a host that is not ours."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.cast import Cast
from tests.programs import program, told

NAMELESS = b"--cut\r\nContent-Disposition: form-data\r\n\r\nx\r\n--cut--\r\n"


def asked(app: Flask, path: str, **environ: Any) -> Any:
    return app.test_client().get(path, environ_overrides=environ)


@pytest.mark.parametrize("path", ["/sign-in", "/search", "/api/cases", "/f/", "/no-such-page"])
@pytest.mark.parametrize("query", ["q=\xff", "q=\xed\xa0\x80", "\xc3=1"])
def test_a_query_that_is_no_text_is_not_understood(app: Flask, path: str, query: str) -> None:
    assert asked(app, path, QUERY_STRING=query).status_code == 400
    assert asked(app, "/sign-in", QUERY_STRING="q=a").status_code == 200


@pytest.mark.parametrize("path", ["/sign-in", "/import", "/f/send", "/sign-out"])
def test_a_part_without_a_name_is_not_understood(app: Flask, path: str) -> None:
    answer = app.test_client().post(path, data=NAMELESS, content_type="multipart/form-data; boundary=cut")
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/sign-in", "/search", "/f/", "/calendar"])
@pytest.mark.parametrize("body", ["1e999", '{"email": 1}', "[", "{}"])
def test_json_is_for_the_api_alone(app: Flask, path: str, body: str) -> None:
    browser = app.test_client()
    answers = [ask(path, data=body, content_type="application/json") for ask in (browser.get, browser.post)]
    assert [one.status_code for one in answers] == [415, 415]
    assert browser.post("/api/sites", data="{}", content_type="application/json").status_code == 401


def test_a_password_of_any_length_is_a_wrong_one(app: Flask, cast_: Cast) -> None:
    browser = app.test_client()
    fields = {"email": "thea@example.org", "csrf_token": cast.token(browser.get("/sign-in").text)}
    answers = [browser.post("/sign-in", data={**fields, "password": said}) for said in ("x" * 5_000, "ﷺ" * 300, "y")]
    assert len({(one.status_code, cast.unstamped(one.text)) for one in answers}) == 1


@pytest.mark.parametrize("origin", ["https://[", "http://[::1", "null", "\xff"])
def test_an_origin_that_is_none_is_a_foreign_one(app: Flask, origin: str) -> None:
    assert app.test_client().post("/sign-out", headers={"Origin": origin}).status_code == 400
    assert app.test_client().post("/api/sites", headers={"Origin": origin}).status_code == 400


@pytest.mark.parametrize("host", ["evil.example", "a b", "[::1", "localhost:99999", "\xff", ""])
def test_a_host_that_is_not_ours_is_told_so_without_a_page(app: Flask, cast_: Cast, host: str) -> None:
    answer = asked(app, "/sign-in", HTTP_HOST=host)
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert answer.text == "This request was not understood."
    told = asked(app, "/api/cases", HTTP_HOST=host)
    assert (told.status_code, told.get_json()["error"]) == (400, "bad_request")


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_end_of_time_does_not_fit(app: Flask, cast_: Cast, day: str) -> None:
    body = {"from_day": "2027-07-01", "to_day": day}
    assert told(program(app, cast_.ines).post("/my-time-off", body)) == (422, "unfit")
