"""The clinic's relations as the lead reads them: words, ranges, what cannot be said; nobody else reads them."""

from __future__ import annotations

import html
import re
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
}
STAFF = {"due": 240, "given": 231, "scores": 462, "unscored": 2, "top": 46}
CLIENTS = {"due": None, "given": None, "scores": 150, "unscored": 0, "top": 60}
COVERAGE: dict[str, Any] = {
    "roles": {"T": STAFF, "I": {**STAFF, "given": 180}, "C": CLIENTS},
    "languages": [
        ["ar", {"T": {**STAFF, "due": 140, "given": 70}, "I": STAFF, "C": None}],
        ["", {"T": STAFF, "I": STAFF, "C": None}],
    ],
    "rate": 75,
    "month": "2027-02",
}


def frozen(cast_: Cast, contents: dict[str, Any], kind: str = "relations") -> None:
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.add(FrozenFigure(period="2027-03", edition="brief", kind=kind, contents=contents))


def table(page: str, caption: str) -> dict[str, list[str]]:
    """The rows under a caption, by their heading."""
    body = page.split(f"<caption>{caption}</caption>")[1].split("</table>")[0].split("<tbody>")[1]
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', body, re.DOTALL)
    return {re.sub("<.*?>", "", name): re.findall(r"<td[^>]*>(.*?)</td>", cells) for name, cells in rows}


def test_words_come_first_then_ranges_and_doubts(cast_: Cast, sign_in: SignIn) -> None:
    frozen(cast_, FIT)
    page = sign_in(cast_.lena).get("/relations").text
    assert "Interpreters differ by about 5 points in how they rate, by about 10 in how they are rated." in page
    assert page.index("Interpreters differ by") < page.index('class="picture"') < page.index('<h2 id="numbers"')
    for text in ("24 cases", "6 therapists", "9 interpreters", "So few cases give a first idea only.", "March 2027"):
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
        ({"refused": "collinear", "n": 30}, "Two of the six ratings always move together"),
        ({"refused": "nothing_left", "n": 30}, "Too many ratings are missing to tell rater from rated."),
        ({"refused": "too_few", "n": 12}, "Too few complete cases for this model."),
    ],
)
def test_what_cannot_be_said_is_said(cast_: Cast, sign_in: SignIn, contents: dict[str, Any], text: str) -> None:
    frozen(cast_, contents)
    page = sign_in(cast_.lena).get("/relations")
    assert (page.status_code, text in page.text, '<svg class="picture"' in page.text) == (200, True, False)


def test_role_that_never_rates_takes_estimates_with_it_and_the_page_says_so(cast_: Cast, sign_in: SignIn) -> None:
    estimates = {"A.T": 36.0, "A.C": 64.0, "P.I": 100.0, "R.T.I": 50.0}
    frozen(
        cast_, {**FIT, "estimates": estimates, "cautions": [["reduced", ["A.I", "P.T"]], ["pair_missing", ["IT"]]]}
    )
    page = sign_in(cast_.lena).get("/relations").text
    assert "A role that did not rate takes some estimates with it." in page
    assert "Some directions were never rated together." in page
    assert "Interpreters differ by about" not in page


def test_impossible_spread_is_not_estimable(cast_: Cast, sign_in: SignIn) -> None:
    frozen(cast_, {**FIT, "estimates": {"A.T": -4.0, "P.T": 16.0}, "se": {}})
    page = sign_in(cast_.lena).get("/relations").text
    assert "Therapists: how far they differ cannot be estimated." in page


def test_completeness_and_heights_are_there_by_role_and_language(cast_: Cast, sign_in: SignIn) -> None:
    frozen(cast_, COVERAGE, "coverage")
    page = sign_in(cast_.lena).get("/relations").text
    assert table(page, "By role") == {
        "Therapists": ["240", "231 of 240 (96 %)", "2 of 462 (0 %)", "46 of 460 (10 %)"],
        "Interpreters": ["240", "180 of 240 (75 %)", "2 of 462 (0 %)", "46 of 460 (10 %)"],
        "Clients": ["February 2027", "about 75 in 100", "0 of 150 (0 %)", "60 of 150 (40 %)"],
    }
    few = "too few people"
    assert [table(page, caption) for caption in ("Forms given", "Bonds without a score", "Bonds at 100")] == [
        {"Arabic": ["50 %", "96 %"], "Other languages": ["96 %", "96 %"]},
        {"Arabic": ["0 %", "0 %", few], "Other languages": ["0 %", "0 %", few]},
        {"Arabic": ["10 %", "10 %", few], "Other languages": ["10 %", "10 %", few]},
    ]
    for text in (
        "Therapists gave 96 % of their forms.",
        "Of the clients' forms of February 2027 about 75 in 100 came in.",
        "a rise or a difference up there cannot be seen (Clients).",
        "Languages with fewer than 3 active interpreters stand together as others",
    ):
        assert text in html.unescape(page)


def test_completeness_is_there_though_the_relations_are_refused(cast_: Cast, sign_in: SignIn) -> None:
    frozen(cast_, {"refused": "too_few_cases", "n": 7})
    nothing = {"roles": dict.fromkeys("TIC"), "languages": [], "rate": None, "month": "2027-02"}
    frozen(cast_, nothing, "coverage")
    page = html.unescape(sign_in(cast_.lena).get("/relations").text)
    few = "too few people"
    assert table(page, "By role") == {
        "Therapists": [few] * 4,
        "Interpreters": [few] * 4,
        "Clients": ["February 2027", few, few, few],
    }
    for text in (
        "Below 10 cases nothing is estimated.",
        "By language there are too few people to say anything.",
        "How many of the clients' forms came in cannot be said without telling of somebody.",
    ):
        assert text in page


def test_before_the_first_month_there_is_nothing(cast_: Cast, sign_in: SignIn) -> None:
    assert "Nothing is frozen yet." in sign_in(cast_.lena).get("/relations").text


@pytest.mark.parametrize("name", ["kora", "thea", "ines", "ada", "aud"])
def test_nobody_else_reads_them(cast_: Cast, sign_in: SignIn, name: str) -> None:
    frozen(cast_, FIT)
    assert sign_in(getattr(cast_, name)).get("/relations").status_code == 404
