"""Goals: the client's words kept whole, the therapist alone with them, the older page that loses."""

from __future__ import annotations

from datetime import date

import pytest

from tests import cast
from tests.cast import Cast
from triad.domain import errors
from triad.services import goals

GOAL = {
    "words": "ኣብ ለይቲ ክድቅስ",
    "language": "Tigrinya",
    "aim": "sleep",
    "agreed_client": "yes",
    "agreed_therapist": "yes",
}


def test_add_keeps_the_words_their_language_and_who_agreed(cast_: Cast) -> None:
    goals.add(cast_.otto, cast_.other_case_id, GOAL | {"words": "noise"})
    goals.add(cast_.thea, cast_.case_id, GOAL)
    case, rows = goals.listed(cast_.thea, cast_.case_id)
    assert case.id == cast_.case_id
    assert [(one.words, one.language, one.agreed_by) for one in rows] == [
        ("ኣብ ለይቲ ክድቅስ", "ti", ["therapist", "client"])
    ]


def test_goals_reached_come_last(cast_: Cast) -> None:
    first = goals.add(cast_.thea, cast_.case_id, GOAL)
    second = goals.add(cast_.thea, cast_.case_id, GOAL)
    goals.change(cast_.thea, cast_.case_id, first, GOAL | {"attained_on": "2027-03-01", "version": "1"})
    rows = goals.listed(cast_.thea, cast_.case_id)[1]
    assert [(one.id, one.attained_on) for one in rows] == [(second, None), (first, date(2027, 3, 1))]


def test_change_by_an_older_page_is_refused(cast_: Cast) -> None:
    id_ = goals.add(cast_.thea, cast_.case_id, GOAL)
    goals.change(cast_.thea, cast_.case_id, id_, GOAL | {"aim": "newer", "version": "1"})
    with pytest.raises(errors.Stale):
        goals.change(cast_.thea, cast_.case_id, id_, GOAL | {"aim": "older", "version": "1"})
    assert goals.show(cast_.thea, cast_.case_id, id_)[1].aim == "newer"


@pytest.mark.parametrize("name", ["kora", "otto", "ines", "ivo", "lena", "ada", "aud"])
def test_goals_are_not_there_for_anybody_else(cast_: Cast, name: str) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    id_ = goals.add(cast_.thea, cast_.case_id, GOAL)
    actor = getattr(cast_, name)
    for act in (
        lambda: goals.listed(actor, cast_.case_id),
        lambda: goals.show(actor, cast_.case_id, id_),
        lambda: goals.add(actor, cast_.case_id, GOAL),
        lambda: goals.change(actor, cast_.case_id, id_, GOAL | {"version": "1"}),
    ):
        with pytest.raises(errors.TriadError) as refused:
            act()
        assert type(refused.value) is errors.NotFound
    assert len(goals.listed(cast_.thea, cast_.case_id)[1]) == 1


def test_add_with_bad_fields_names_each(cast_: Cast) -> None:
    with pytest.raises(errors.Unfit) as refused:
        goals.add(cast_.thea, cast_.case_id, {"words": " ", "language": "", "agreed_client": "no", "id": "x"})
    assert refused.value.fields == {
        "words": "required",
        "language": "required",
        "agreed_client": "unknown",
        "id": "unknown_field",
    }
