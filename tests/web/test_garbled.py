"""Requests that are no requests: bytes that are no text, parts without a name, a host that is not ours."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.cast import Cast

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


@pytest.mark.parametrize("host", ["evil.example", "a b", "[::1", "localhost:99999", "\xff", ""])
def test_a_host_that_is_not_ours_is_told_so_without_a_page(app: Flask, cast_: Cast, host: str) -> None:
    answer = asked(app, "/sign-in", HTTP_HOST=host)
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert answer.text == "This request was not understood."
    told = asked(app, "/api/cases", HTTP_HOST=host)
    assert (told.status_code, told.get_json()["error"]) == (400, "bad_request")
