"""Requests that are no requests: bytes that are no text, parts without a name, a host that is not ours."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

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
