"""What waits to be talked about: on the own week, for own cases, until it is back or somebody closes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests import cast, filled
from tests.cast import Cast
from tests.web.test_marks import BEGAN, FALLEN, STEADY, course, plain
from triad.services import alliance

SignIn = Callable[[Any], Any]
NOTHING = "Nothing waits to be talked about"


def section(browser: Any, url: str = "/my-week") -> str:
    page = plain(browser.get(url).text)
    return page.split('<h2 id="waits">')[1].split("</section>")[0] if 'id="waits"' in page else ""


def key_of(cast_: Cast, where: str) -> str:
    entries = alliance.for_case(cast_.thea, cast_.case_id).entries
    return next(one.key for one in entries if one.flag.where == where and one.flag.kind == "rating")


def answered(browser: Any, cast_: Cast, key: str, step: str) -> None:
    url = f"/cases/{cast_.case_id}/picture"
    said = {"key": key, "step": step, "reason": "in supervision"}
    assert cast.post(browser, f"{url}/marks", said, url).status_code == 303


def test_fall_waits_with_its_sentence_and_the_way_to_its_picture(cast_: Cast, sign_in: SignIn) -> None:
    course(cast_, [STEADY] * 5 + [FALLEN])
    part = section(sign_in(cast_.thea))
    assert "3 things to talk about" in part
    assert "The client about you: fell by 75 from about 87.5 in session 6." in part
    assert part.count(f'href="/cases/{cast_.case_id}/picture#marks"') == 3
    assert part.count("Talk about it, perhaps in supervision.") == 3


def test_each_step_leads_to_the_next_until_it_is_closed(cast_: Cast, sign_in: SignIn) -> None:
    course(cast_, [STEADY] * 5 + [FALLEN])
    thea, key = sign_in(cast_.thea), key_of(cast_, "CT")
    said = []
    for step in ("talked", "repair", "closed"):
        answered(thea, cast_, key, step)
        items = [item for item in section(thea).split("<li") if "The client about you: fell" in item]
        said.append([item.rsplit("<p>", 1)[1].split("</p>")[0] for item in items])
    assert said == [
        ["Talked about. Note what was tried, or close it."],
        ["Something was tried. It ends when the numbers are back, or when you close it."],
        [],
    ]
    assert "2 things to talk about" in section(thea)


def test_return_to_the_baseline_closes_it_too(cast_: Cast, sign_in: SignIn) -> None:
    course(cast_, [STEADY] * 5 + [FALLEN])
    thea = sign_in(cast_.thea)
    assert "fell by 75" in section(thea)
    for week in (6, 7):
        day = BEGAN + timedelta(weeks=week)
        id_ = cast.encounter(cast_, day, interpreter="p-ines", held=True, id_=f"enc-{week}")
        filled.all_three(cast_, id_, datetime.combine(day, datetime.min.time(), UTC), STEADY)
    assert NOTHING in section(thea)


def test_quiet_cases_say_that_nothing_waits(cast_: Cast, sign_in: SignIn) -> None:
    course(cast_, [STEADY] * 5)
    assert NOTHING in section(sign_in(cast_.thea))


@pytest.mark.parametrize("choice", ["lead_only", "statistics_only"])
def test_what_the_client_keeps_private_never_waits(cast_: Cast, sign_in: SignIn, choice: str) -> None:
    course(cast_, [STEADY] * 5 + [FALLEN], choice=choice)
    assert NOTHING in section(sign_in(cast_.thea))


@pytest.mark.parametrize("name", ["otto", "ines"])
def test_nobody_else_has_it_on_their_week(cast_: Cast, sign_in: SignIn, name: str) -> None:
    course(cast_, [STEADY] * 5 + [FALLEN])
    part = section(sign_in(getattr(cast_, name)))
    assert part.strip() == "" if name == "ines" else NOTHING in part
    assert "fell by" not in part


def test_another_week_shows_its_sessions_only(cast_: Cast, sign_in: SignIn) -> None:
    course(cast_, [STEADY] * 5 + [FALLEN])
    assert section(sign_in(cast_.thea), "/my-week?week=2027-03-08") == ""


def test_waiting_takes_one_statement_for_one_session_and_for_twelve(cast_: Cast, statements: Any) -> None:
    def counted() -> int:
        with statements() as seen:
            alliance.waiting(cast_.thea)
        return len([text for text in seen if re.match("SELECT", text)])

    course(cast_, [STEADY])
    once = counted()
    for week in range(1, 8):
        day = BEGAN + timedelta(weeks=week)
        id_ = cast.encounter(cast_, day, interpreter="p-ines", held=True, id_=f"enc-{week}")
        filled.all_three(cast_, id_, datetime.combine(day, datetime.min.time(), UTC), STEADY)
    assert (once, counted()) == (1, 1)
