"""Every code that speaks for or against somebody has its sentence, and every place in a sentence is filled."""

from __future__ import annotations

from flask import Flask

from triad.domain import candidates, matching, merits, modes, wishes
from triad.web import reasons

DETAILS = {
    "language": "ti",
    "dialect": "apc",
    "level": 3,
    "needed": 4,
    "works": "from",
    "credential": "BDÜ",
    "hours": 60,
    "gender": "woman",
    "attribute": "trauma",
    "mode": "video",
    "has": 5,
    "booked": 100,
    "max": 120,
    "times": 2,
    "minutes": 12,
}


def test_every_reason_against_has_a_sentence_with_nothing_left_open(app: Flask) -> None:
    codes = {code for code, _, _ in matching.RULES}
    assert codes == set(reasons.AGAINST)
    with app.test_request_context():
        told = {code: reasons.against(code, DETAILS) for code in codes}
    assert {code: text for code, text in told.items() if "%" in text or not text} == {}
    assert told["WISH_MISSING"] == "Wished for and missing: trained in trauma work"
    assert told["WISH_AVOIDED"] == "Not wished for: trained in trauma work"
    assert told["LANG_DIRECTION"] == "Interprets Tigrinya one way only: from it"


def test_every_point_has_a_sentence_with_nothing_left_open(app: Flask) -> None:
    with app.test_request_context():
        told = {code: reasons.in_favour(code, DETAILS) for code in reasons.FOR}
    assert {code: text for code, text in told.items() if "%" in text or not text} == {}
    assert (told["AS_WISHED"], told["WISH_UNMET"]) == (
        "as wished: trained in trauma work",
        "hoped for, not met: trained in trauma work",
    )
    assert set(reasons.FOR) > merits.COSTS


def test_every_word_of_the_domain_has_words(app: Flask) -> None:
    with app.test_request_context():
        for name in wishes.ATTRIBUTES:
            assert name not in (reasons.word(name), reasons.attribute(name))
        for mode in modes.MODES:
            assert mode not in (reasons.word(mode), reasons.mode(mode))
        for direction in modes.DIRECTIONS:
            assert reasons.way(direction) != direction
    assert candidates.Works is modes.Direction
