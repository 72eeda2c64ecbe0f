"""What one party is given of a licensed form: all of it in one language, or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests import made_up
from triad.domain import errors, giving, licensed
from triad.domain.giving import Given
from triad.domain.parties import PARTIES, Role
from triad.formats import licensed as files
from triad.formats import wordings

ENGLISH = wordings.wording("en")
LAMP, KETTLE = files.read(made_up.for_all()), files.read(made_up.form())


def given(row: dict[str, Any], party: Role = Role.CLIENT, interpreted: bool = True, language: str = "en") -> Given:
    found = giving.from_file("file", files.read(row), party, interpreted, language, ENGLISH)
    assert found
    return found


def test_lines_are_grouped_by_who_is_rated_and_the_three_come_last() -> None:
    assert {party: [line.key for line in giving.lines(LAMP, party)] for party in PARTIES} == {
        Role.THERAPIST: ["l1:TC", "l2:TC", "l1:TI", "l2:TI", "l3:triad"],
        Role.INTERPRETER: ["l1:IT", "l2:IT", "l1:IC", "l2:IC", "l3:triad"],
        Role.CLIENT: ["l1:CT", "l2:CT", "l1:CI", "l2:CI", "l3:triad"],
    }


def test_without_an_interpreter_nobody_is_asked_about_one() -> None:
    assert [line.key for line in given(made_up.for_all(), interpreted=False).lines] == ["l1:CT", "l2:CT"]


@pytest.mark.parametrize(
    ("party", "language", "there"),
    [("client", "en", True), ("client", "ar", False), ("therapist", "en", True), ("interpreter", "en", False)],
)
def test_it_is_given_in_its_languages_to_those_it_asks(party: str, language: str, there: bool) -> None:
    found = giving.from_file("file", KETTLE, Role(party), True, language, ENGLISH)
    assert (found is not None) == there


@pytest.mark.parametrize(
    ("minimum", "maximum", "scale"),
    [
        (0, 3, [(0, "0 · dark"), (1, "1"), (2, "2"), (3, "3 · bright")]),
        (-1, 1, [(-1, "-1 · dark"), (0, "0"), (1, "1 · bright")]),
        (0, 1, [(0, "dark"), (1, "bright")]),
    ],
)
def test_marks_between_named_ends_are_their_numbers(minimum: int, maximum: int, scale: list[tuple[int, str]]) -> None:
    found = given(made_up.for_all(minimum, maximum))
    assert (list(found.scale), list(found.values)) == (scale, [value for value, _ in scale])


def test_every_named_mark_keeps_its_words() -> None:
    assert [words for _, words in given(made_up.form()).scale] == made_up.ANCHORS


def test_words_around_it_and_where_they_stand_are_those_of_triads_own() -> None:
    wording = given(made_up.for_all(), language="ar").wording
    assert (wording.language, wording.ui, wording.provenance) == ("ar", ENGLISH.ui, ENGLISH.provenance)
    assert wording.hash != ENGLISH.hash


def test_scores_are_the_makers_by_direction() -> None:
    found = given(made_up.for_all())
    answers: dict[tuple[str, str], int | str] = {("l1", "CT"): 10, ("l2", "CT"): 4, ("l1", "CI"): "declined"}
    scores = found.scored({**answers, ("l3", "triad"): 7})
    assert {key: (score[0], score[2]) for key, score in scores.items()} == {
        ("CT", "light"): (16.0, 2),
        ("CI", "light"): (None, 0),
        ("triad", "glow"): (7.0, 1),
    }
    with pytest.raises(errors.Unfit):
        found.scored({("l1", "CT"): 11})


@pytest.mark.parametrize(("maximum", "against"), [(10, ()), (11, ("too_many_choices",))])
def test_more_answers_than_can_be_shown_stand_against_its_use(maximum: int, against: tuple[str, ...]) -> None:
    form = files.read(made_up.for_all(0, maximum))
    day = form.licence.granted_on
    assert day
    assert licensed.against(form, day) == against
