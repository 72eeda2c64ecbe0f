"""The clinic's relations as the lead reads them: words, ranges, what cannot be said; nobody else reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Cast
from triad.services import context
from triad.services.context import Actor
from triad.store.frozen import FrozenFigure

SignIn = Callable[[Any], Any]
FIT: dict[str, Any] = {
    "n": 24,
    "model": "composite",
    "estimates": {"A.T": 36.0, "A.I": 25.0, "A.C": 64.0, "P.T": 16.0, "P.I": 100.0, "P.C": 9.0, "R.T.I": 50.0},
    "se": {"A.T": 10.0, "A.I": 9.0, "A.C": 20.0, "P.T": 8.0, "P.I": 40.0, "P.C": 7.0, "R.T.I": 20.0},
    "means": {"TI": 71.5},
    "mean_se": {"TI": 1.5},
    "df": 5,
    "therapists": 6,
    "interpreters": 9,
    "group": [0.0, 7.5],
    "cautions": [["exploratory", []], ["holds_error", []]],
    "completeness": {"TI": {"possible": 240, "rated": 231, "at_top": 12}},
}


def frozen(cast_: Cast, contents: dict[str, Any]) -> None:
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.add(FrozenFigure(period="2027-03", edition="brief", kind="relations", contents=contents))


def test_words_come_first_then_ranges_and_doubts(cast_: Cast, sign_in: SignIn) -> None:
    frozen(cast_, FIT)
    page = sign_in(cast_.lena).get("/relations").text
    assert "Interpreters differ by about 5 points in how they rate, by about 10 in how they are rated." in page
    assert page.index("Interpreters differ by") < page.index('class="picture"') < page.index('<h2 id="numbers"')
    for text in ("24 cases", "6 therapists", "9 interpreters", "So few cases give a first idea only.", "231"):
        assert text in page
    assert "it lies somewhere between 0 and 7.5 squared points" in page
    assert "Ines" not in page


@pytest.mark.parametrize(
    ("contents", "text"),
    [
        ({"refused": "too_few_people"}, "Too few people to say anything without showing somebody"),
        ({"refused": "too_few_cases", "n": 7}, "Below 10 cases nothing is estimated."),
        ({"refused": "constant", "n": 30}, "Somebody always gave the same mark"),
        ({"refused": "not_converged", "n": 30}, "The estimates did not settle."),
    ],
)
def test_what_cannot_be_said_is_said(cast_: Cast, sign_in: SignIn, contents: dict[str, Any], text: str) -> None:
    frozen(cast_, contents)
    page = sign_in(cast_.lena).get("/relations")
    assert (page.status_code, text in page.text, '<svg class="picture"' in page.text) == (200, True, False)


def test_impossible_spread_is_not_estimable(cast_: Cast, sign_in: SignIn) -> None:
    frozen(cast_, {**FIT, "estimates": {"A.T": -4.0, "P.T": 16.0}, "se": {}})
    page = sign_in(cast_.lena).get("/relations").text
    assert "Therapists: how far they differ cannot be estimated." in page


def test_before_the_first_month_there_is_nothing(cast_: Cast, sign_in: SignIn) -> None:
    assert "Nothing is frozen yet." in sign_in(cast_.lena).get("/relations").text


@pytest.mark.parametrize("name", ["kora", "thea", "ines", "ada", "aud"])
def test_nobody_else_reads_them(cast_: Cast, sign_in: SignIn, name: str) -> None:
    frozen(cast_, FIT)
    assert sign_in(getattr(cast_, name)).get("/relations").status_code == 404
