"""The own week of therapist and interpreter: whose turn it is, and whether the own form is still to be filled in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests import cast, filled
from tests.cast import Cast

SignIn = Callable[[Any], Any]
SIX = dict.fromkeys(("TI", "TC", "IT", "IC", "CT", "CI"), 75.0)


def links(page: str) -> list[str]:
    return re.findall(r'href="/sessions/([^/"]+)/rating"', page)


@pytest.mark.parametrize("name", ["thea", "ines"])
def test_own_form_is_asked_for_until_it_is_sent(cast_: Cast, sign_in: SignIn, clock: Any, name: str) -> None:
    past = cast.encounter(cast_, date(2027, 3, 1), interpreter="p-ines", held=True, id_="past")
    cast.encounter(cast_, date(2027, 3, 4), interpreter="p-ines", id_="ahead")
    clock.forward(hours=8)
    browser = sign_in(getattr(cast_, name))
    assert links(browser.get("/my-week").text) == [past]
    for party in ("therapist", "interpreter"):
        filled.rating(cast_, past, party, clock.now, SIX)
    page = browser.get("/my-week").text
    assert (links(page), page.count("Sent")) == ([], 1)


def test_form_of_another_party_changes_nothing(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    past = cast.encounter(cast_, date(2027, 3, 1), interpreter="p-ines", held=True, id_="past")
    clock.forward(hours=8)
    browser = sign_in(cast_.ines)
    before = browser.get("/my-week").text
    for party in ("therapist", "client"):
        filled.rating(cast_, past, party, clock.now, SIX)
    after = browser.get("/my-week").text
    hidden = r'value="[^"]+"'
    assert re.sub(hidden, "", after) == re.sub(hidden, "", before)


def test_form_is_not_asked_for_when_the_window_is_over(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    cast.encounter(cast_, date(2027, 3, 1), interpreter="p-ines", held=True, id_="past")
    clock.forward(days=9)
    page = sign_in(cast_.thea).get("/my-week?week=2027-03-01").text
    assert ("/sessions/past" in page, links(page)) == (True, [])


def test_week_is_named_by_its_first_and_last_day(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    clock.forward(days=6, hours=4)
    assert "1 March – 7 March" in sign_in(cast_.thea).get("/my-week").text


@pytest.mark.parametrize("count", [1, 3])
def test_statements_are_as_many_for_three_as_for_one(
    cast_: Cast, sign_in: SignIn, statements: Any, count: int
) -> None:
    for n in range(count):
        cast.encounter(cast_, date(2027, 3, 2) + timedelta(days=n), interpreter="p-ines")
    browser = sign_in(cast_.thea)
    with statements() as seen:
        browser.get("/my-week")
    # The week, the own forms, what waits to be talked about; who is signed in is another matter.
    assert len([text for text in seen if "login_session" not in text]) == 3
