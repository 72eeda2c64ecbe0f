"""The gaps of a case: each is there with its range, flagged or not, and the band says where ratings were expected."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tests import cast, filled
from tests.cast import Cast
from tests.web.test_alliance import cells
from tests.web.test_marks import STEADY, course, plain
from triad.services import context
from triad.services.context import Actor
from triad.store.frozen import FrozenFigure

SignIn = Callable[[Any], Any]


def gaps(page: str) -> str:
    return plain(page).split('<h2 id="gaps">')[1].split("</section>")[0]


def test_every_gap_is_there_with_its_range_though_none_is_flagged(cast_: Cast, sign_in: SignIn) -> None:
    course(cast_, [{**STEADY, "TC": 81.25, "CT": 75.0}] * 4)
    part = gaps(sign_in(cast_.thea).get(f"/cases/{cast_.case_id}/picture").text)
    assert "The widest: You and the client, 6.3 on average over 4 sessions, likely between −6.9 and 15.4." in part
    assert cells(part) == [
        ["4", "0", "no norm yet", "0", "−11.2", "11.2", "14 %"],
        ["4", "6.3", "no norm yet", "4.2", "−6.9", "15.4", "22 %"],
        ["4", "0", "no norm yet", "0", "−11.2", "11.2", "14 %"],
    ]
    assert re.findall(r'data-row="([^"]*)"', part) == ["0", "4.24856", "0"]
    assert "gaps swing as assumed; no clinic has measured it" in part


def test_gap_stands_beside_what_is_usual_for_these_roles(cast_: Cast, sign_in: SignIn) -> None:
    figures = {"norms": {"TC": {"value": 8.0, "cases": 30}}}
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        for kind, contents in figures.items():
            ctx.session.add(FrozenFigure(period="2027-02", edition="brief", kind=kind, contents=contents))
    course(cast_, [{**STEADY, "TC": 87.5, "CT": 87.5}] * 4)
    part = gaps(sign_in(cast_.thea).get(f"/cases/{cast_.case_id}/picture").text)
    assert [row[:4] for row in cells(part)] == [
        ["4", "0", "no norm yet", "0"],
        ["4", "0", "−8", "2.6"],
        ["4", "0", "no norm yet", "0"],
    ]
    assert "usual here 8" in part


def test_each_interpreter_has_own_gaps_and_a_bond_without_both_sides_says_so(cast_: Cast, sign_in: SignIn) -> None:
    course(cast_, [STEADY] * 2, choice="statistics_only")
    cast.encounter(cast_, date(2027, 1, 25), interpreter="p-ivo", held=True)
    part = gaps(sign_in(cast_.thea).get(f"/cases/{cast_.case_id}/picture").text)
    labels = re.findall(r'<th scope="row">(.*?)</th>', part)
    assert labels == [
        *("You and Ines", "You and Ivo"),
        "You and the client",
        *("Ines and the client", "Ivo and the client"),
    ]
    assert [row[0] for row in cells(part)] == ["2", "0", "0", "0", "0"]
    assert part.count('data-row=""') == 4


def test_without_both_sides_anywhere_there_is_a_sentence(cast_: Cast, sign_in: SignIn) -> None:
    cast.encounter(cast_, date(2027, 2, 1), interpreter="p-ines", held=True)
    part = gaps(sign_in(cast_.thea).get(f"/cases/{cast_.case_id}/picture").text)
    assert "No session has both sides of a bond." in part


def test_expected_band_is_drawn_from_the_fourth_rating_on(cast_: Cast, sign_in: SignIn) -> None:
    course(cast_, [STEADY] * 3)
    url = f"/cases/{cast_.case_id}/picture"
    assert ('class="band-T"' in sign_in(cast_.thea).get(url).text) is False
    day = date(2027, 1, 4) + timedelta(weeks=3)
    id_ = cast.encounter(cast_, day, interpreter="p-ines", held=True, id_="enc-3")
    filled.rating(cast_, id_, "therapist", cast_.clinic.clock() - timedelta(days=1), STEADY)
    page = sign_in(cast_.thea).get(url).text
    # The client's and the interpreter's bands are known from their earlier ratings, whether they came again or not.
    assert [page.count(f'class="band-{letter}"') for letter in "TIC"] == [2, 2, 2]
    assert "Pale band:" in page
