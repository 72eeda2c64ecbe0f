"""The page for FHIR bundles: looked at with every place that does not fit, taken in whole or not at all; and out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from sqlalchemy import func, select

from tests import cast
from tests.cast import Cast
from tests.formats.test_fhir_intake import PATIENT, appointment, bundle
from triad.services import attendance, context, requests
from triad.store.ledger import OutboxMessage
from triad.store.requests import Request

SignIn = Callable[[Any], Any]
KIND = "multipart/form-data; boundary=cut"
OWN = {"system": "urn:triad:encounter", "value": "e-today"}


def look(client: Any, body: Any) -> Any:
    """As a browser sends it; written by hand, since the test client leaves large bodies in files behind."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    token = cast.token(client.get("/exchange").text).encode()
    parts = [(b'name="csrf_token"', token), (b'name="file"; filename="bundle.json"', content)]
    sent = [b"--cut\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % part for part in parts]
    return client.post("/exchange", data=b"".join(sent) + b"--cut--\r\n", content_type=KIND)


def kept(page: str) -> list[str]:
    return re.findall(r'name="content" value="([^"]+)"', page)


def rows(who: Cast) -> int:
    with context.look(who.kora) as ctx:
        return sum(ctx.session.scalar(select(func.count()).select_from(one)) or 0 for one in (Request, OutboxMessage))


def test_bundle_is_looked_at_and_then_taken_in(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    cast.encounter(cast_, date(2027, 3, 1), id_="e-today")
    clock.forward(hours=5)
    client = sign_in(cast_.kora)
    assert 'href="/exchange"' in client.get("/import").text
    seen = look(client, bundle(appointment(priority=1), appointment(status="arrived", identifier=[OWN]), PATIENT))
    words = ("2 lines can be taken in", "Tue 9 Mar 2027", "14:30", "Tigrinya", "T-1001", "K-cleo", "Urgent", "Came")
    assert (seen.status_code, [word in seen.text for word in words]) == (200, [True] * len(words))
    assert rows(cast_) == 0
    (content,) = kept(seen.text)
    answer = cast.post(client, "/exchange/in", {"content": content}, page="/exchange")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/requests")
    assert "1 request waits for an answer" in client.get("/requests").text
    assert [(one.day, one.state) for one in requests.listed(cast_.kora)] == [(date(2027, 3, 9), "submitted")]
    there = {one.party: one.mark for one in attendance.of(cast_.kora, "e-today")}
    assert there["client"] == "arrived"
    # The same file again, from a page that was left open: nothing of it comes in twice.
    before = rows(cast_)
    again = cast.post(client, "/exchange/in", {"content": content}, page="/exchange")
    assert (again.status_code, "entry.0.start" in again.text, rows(cast_)) == (422, True, before)
    assert ("This is taken already." in again.text, kept(again.text)) == (True, [])


def test_what_does_not_fit_is_named_with_place_value_and_sentence(cast_: Cast, sign_in: SignIn) -> None:
    wrong = appointment(status="<b>maybe\ud800", start="2027-02-30T14:30:00Z")
    page = look(sign_in(cast_.kora), bundle(appointment(), wrong, PATIENT))
    assert page.status_code == 200
    line = r'<code>([^<]*)</code>.*?<bdi dir="auto">(.*?)</bdi>.*?<span>(.*?)</span>'
    found = re.findall(line, page.text)
    assert ("entry.1.status", "&lt;b&gt;maybe\ufffd", "This is not on the list.") in found
    assert ("1 thing to mend" in page.text, kept(page.text), rows(cast_)) == (True, [], 0)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no json", "This is no JSON, or a field of it comes twice."),
        (b"\xff\xfe{", "This file is not in UTF-8."),
        (b"[1]", "This is no FHIR bundle."),
        (b'{"resourceType": "Patient"}', "This is no FHIR bundle."),
    ],
)
def test_file_that_is_none_is_told_beside_the_field(
    cast_: Cast, sign_in: SignIn, content: bytes, sentence: str
) -> None:
    page = look(sign_in(cast_.kora), content)
    assert page.status_code == 422
    assert sentence in page.text.split('id="file-error"')[1].split("</div>")[0]
    assert rows(cast_) == 0


def test_no_file_and_a_file_that_was_tampered_with_are_refused(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    answer = cast.post(client, "/exchange", {})
    assert (answer.status_code, "Choose a file." in answer.text) == (422, True)
    for content in ("", "%%%", "eJw=", "ÿ"):
        answer = cast.post(client, "/exchange/in", {"content": content}, page="/exchange")
        assert (answer.status_code, "did not arrive whole" in answer.text) == (422, True)
    assert rows(cast_) == 0


def test_limits_are_those_of_programs_and_of_the_other_import(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    many = look(client, bundle(*[PATIENT] * 201))
    assert (many.status_code, "This is too long." in many.text) == (200, True)
    large = look(client, bundle(appointment(description="x" * 4_000_000), PATIENT))
    assert (large.status_code, "1 line can be taken in" in large.text) == (200, True)
    assert look(client, bundle(appointment(description="x" * 5_000_000), PATIENT)).status_code == 413


def test_plan_goes_out_as_a_file(cast_: Cast, sign_in: SignIn) -> None:
    cast.encounter(cast_, interpreter="p-ines", id_="e1")
    client = sign_in(cast_.kora)
    fields = {"first": "2027-03-01", "last": "2027-03-07", "profile": "us-core"}
    answer = cast.post(client, "/exchange/out", fields, page="/exchange")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="plan.fhir.json"'
    found = json.loads(answer.data)
    Bundle.model_validate(found)
    assert ("us-core-interpreter-needed" in answer.text, "Cleo" in answer.text) == (True, False)
    assert [one["resource"]["id"] for one in found["entry"] if one["resource"]["resourceType"] == "Appointment"] == [
        "e1"
    ]
    for wrong, sentence in (
        ({"last": "2027-02-01"}, "The end lies before the start."),
        ({"last": "2027-12-31"}, "This date is too far away."),
        ({"first": "soon"}, "Write the date as 2027-03-28."),
        ({"profile": "x"}, "This is not on the list."),
    ):
        refused = cast.post(client, "/exchange/out", fields | wrong, page="/exchange")
        assert (refused.status_code, sentence in refused.text) == (422, True)


def test_only_coordinators_find_it(cast_: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast_.kora).get("/exchange").status_code == 200
    for actor in (cast_.thea, cast_.ines, cast_.lena, cast_.ada, cast_.aud):
        assert sign_in(actor).get("/exchange").status_code == 404
