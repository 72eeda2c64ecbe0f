"""The line about a client who wants to be contacted: where it stands, and the button that closes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.web.test_room import Visitor
from triad.formats import wordings
from triad.services import invitations

LINE = "would like to be contacted"
Enter = Callable[[Any], Any]


@pytest.fixture
def form(app: Flask, cast_: cast.Cast) -> Visitor:
    """The client's browser at the first question."""
    held = cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)
    visitor = Visitor(app)
    visitor.begin(invitations.issue(cast_.thea, held, "ar"))
    return visitor


def places(cast_: cast.Cast, sign_in: Enter) -> dict[tuple[str, str], int]:
    """How many lines each reader finds on the page of the case and on its picture."""
    found = {}
    for name in ("kora", "thea", "lena"):
        client = sign_in(getattr(cast_, name))
        for page in ("", "/picture"):
            found[name, page] = client.get(f"/cases/{cast_.case_id}{page}").text.count(LINE)
    return {place: count for place, count in found.items() if count}


def test_the_line_stands_where_therapist_and_lead_look(cast_: cast.Cast, sign_in: Enter, form: Visitor) -> None:
    assert places(cast_, sign_in) == {}
    form.post("/f/contact")
    assert places(cast_, sign_in) == dict.fromkeys([(n, p) for n in ("thea", "lena") for p in ("", "/picture")], 1)


def test_about_the_therapist_the_therapists_pages_stay_as_they_were(
    cast_: cast.Cast, sign_in: Enter, form: Visitor
) -> None:
    form.post("/f/contact", contact_lead="yes")
    assert form.status == 200
    assert places(cast_, sign_in) == {("lena", ""): 1, ("lena", "/picture"): 1}


@pytest.mark.parametrize(("at", "page"), [("case", ""), ("picture", "/picture")])
def test_done_closes_it_and_leads_back(cast_: cast.Cast, sign_in: Enter, form: Visitor, at: str, page: str) -> None:
    form.post("/f/contact")
    lena = sign_in(cast_.lena)
    here = f"/cases/{cast_.case_id}{page}"
    (action,) = {part.split('"')[0] for part in lena.get(here).text.split('action="')[1:] if "/contact/" in part}
    answer = cast.post(lena, action, {"at": at}, page=here)
    assert (answer.status_code, answer.location) == (303, here)
    assert places(cast_, sign_in) == {}


def test_another_interpreter_stands_where_coordinators_work_until_it_is_arranged(
    cast_: cast.Cast, sign_in: Enter, form: Visitor, statements: Any
) -> None:
    kora, here = sign_in(cast_.kora), f"/cases/{cast_.case_id}"
    to_come = cast.encounter(cast_, date(2027, 3, 9), interpreter="p-ines")
    pages = {}
    for page in ("/unfilled", here):
        with statements() as before:
            assert "Another interpreter is asked for" not in kora.get(page).text
        pages[page] = len(before)
    asked = form.page
    heard = form.post("/f/contact", another_interpreter="yes")
    thanks = wordings.wording("ar").ui["thanks_title"]
    # Said once, above the question; then the form looks as if nothing had been asked.
    assert (thanks in heard.partition("<h1>")[0], form.get("/f/") == asked) == (True, True)
    assert thanks not in asked.partition("<h1>")[0]
    for page, count in pages.items():
        with statements() as after:
            text = kora.get(page).text
        assert len(after) == count
        assert "Another interpreter is asked for" in text
        assert f'href="/sessions/{to_come}/replace"' in text
    for at, then in (("case", here), ("", "/unfilled")):
        (action,) = {part.split('"')[0] for part in kora.get(then).text.split('action="')[1:] if "/another-" in part}
        answer = cast.post(kora, action, {"at": at}, page=then)
        assert (answer.status_code, answer.location) == (303, then)
        assert "Another interpreter is asked for" not in kora.get(then).text
        form.post("/f/contact", another_interpreter="yes")
