"""What the pages say of ratings that cannot say much: constant, one session, a silent role, all at the top."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests import cast, filled
from tests.cast import Cast
from tests.web.test_marks import STEADY, course, plain

SignIn = Callable[[Any], Any]
KEYS = tuple(STEADY)
ALIKE = "All ratings are the same: there is a level, and nothing to compare."
HIGH = "100 of 100 ratings are at 100: a rise or a difference up there cannot be seen."
ONE = "One session with ratings: it shows one day."
FEW = "3 sessions with ratings: what changes or lasts can be said from four sessions on."
SILENT = "The client: no rating is available."
ALL = (ALIKE, HIGH, ONE, FEW, SILENT)
MIXED = {**STEADY, "TI": 50.0}


def said(browser: Any, url: str) -> list[str]:
    answer = browser.get(url)
    assert answer.status_code == 200
    page = plain(answer.text)
    return [text for text in ALL if text in page]


@pytest.mark.parametrize(
    ("scores", "sessions", "found"),
    [
        (MIXED, 4, []),
        (MIXED, 3, [FEW]),
        (MIXED, 1, [ONE]),
        (dict.fromkeys(KEYS, 75.0), 4, [ALIKE]),
        (dict.fromkeys(KEYS, 100.0), 4, [ALIKE, HIGH]),
    ],
)
def test_case_says_what_its_ratings_cannot(
    cast_: Cast, sign_in: SignIn, scores: dict[str, float], sessions: int, found: list[str]
) -> None:
    ids = course(cast_, [scores] * sessions)
    thea = sign_in(cast_.thea)
    assert said(thea, f"/cases/{cast_.case_id}/picture") == found
    assert said(thea, f"/sessions/{ids[0]}/picture") == [text for text in found if text in (ALIKE, HIGH)]


def test_role_without_a_rating_is_named_whether_it_gave_none_or_keeps_them(
    cast_: Cast, sign_in: SignIn, clock: Any
) -> None:
    day = date(2027, 2, 1)
    id_ = cast.encounter(cast_, day, interpreter="p-ines", held=True, id_="enc-0")
    for party in ("therapist", "interpreter"):
        filled.rating(cast_, id_, party, cast_.clinic.clock(), MIXED)
    clock.forward(days=8)
    thea, url = sign_in(cast_.thea), f"/cases/{cast_.case_id}/picture"
    without = said(thea, url)
    filled.rating(cast_, id_, "client", clock.now, MIXED, choice="statistics_only")
    assert without == said(thea, url) == [ONE, SILENT]


def test_case_without_a_rating_is_a_page_without_doubts(cast_: Cast, sign_in: SignIn) -> None:
    cast.encounter(cast_, date(2027, 2, 1), interpreter="p-ines", held=True)
    assert said(sign_in(cast_.thea), f"/cases/{cast_.case_id}/picture") == []
