"""Days and times that are typed: on the pages that plan and move, and in the search; and the switch for the keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from tests import cast
from tests.cast import BERLIN, Cast
from tests.services.test_moves import planned
from triad.services import encounters, requests

SignIn = Callable[[Any], Any]
PLAN = {
    **{"day": "", "start": "", "minutes": "50", "count": "1", "every": "1", "mode": "video"},
    **{"site": "site-nord|Europe/Berlin"},
}


def asked(who: Cast, client: Any, **fields: str) -> Any:
    return cast.post(client, f"/cases/{who.case_id}/plan", {**PLAN, "need": who.need_id, **fields})


def test_a_session_is_planned_by_what_was_typed(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    looked = asked(cast_, client, when="thu 14:30", step="check")
    assert looked.status_code == 200
    # It stands in the fields it speaks of, so that one of them can be changed.
    assert ('value="2027-03-04"' in looked.text, 'value="14:30"' in looked.text) == (True, True)
    assert 'name="when" type="text" value=""' in looked.text
    assert asked(cast_, client, when="thu 14:30", step="save").status_code == 303
    (row,) = encounters.unfilled(cast_.kora)
    assert (row.encounter.day, row.encounter.at) == (date(2027, 3, 4), time(14, 30))


def test_the_readers_own_words_are_understood(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    cast.post(client, "/me/language", {"locale": "de"}, "/me")
    assert asked(cast_, client, when="do 14:30", step="save").status_code == 303
    assert encounters.unfilled(cast_.kora)[0].encounter.day == date(2027, 3, 4)


@pytest.mark.parametrize(
    ("when", "words"), [("3/4 10:00", "more than one day"), ("soon", "Write a day, a time or both")]
)
def test_what_is_not_clear_is_asked(cast_: Cast, sign_in: SignIn, when: str, words: str) -> None:
    answer = asked(cast_, sign_in(cast_.kora), when=when, step="save")
    assert (answer.status_code, words in answer.text, f'value="{when}"' in answer.text) == (422, True, True)
    assert encounters.unfilled(cast_.kora) == []


def wish(who: Cast, client: Any, **fields: str) -> Any:
    form = {**{name: PLAN[name] for name in ("day", "start", "minutes", "count", "every", "mode")}, "send": "yes"}
    form |= {"need": who.need_id, "zone": BERLIN, "urgency": "routine"}
    return cast.post(client, f"/cases/{who.case_id}/requests/new", {**form, **fields})


def test_a_therapist_asks_by_what_was_typed(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.thea)
    cast.post(client, "/me/language", {"locale": "de"}, "/me")
    # What is typed counts before the two fields; what else does not fit is told of the day that was meant.
    refused = wish(cast_, client, when="do 14:30", day="2027-03-02", start="10:00", minutes="2")
    assert refused.status_code == 422
    shown = ('value="2027-03-04"', 'value="14:30"', 'name="when" type="text" value=""')
    assert [one in refused.text for one in shown] == [True] * 3
    assert wish(cast_, client, when="do 14:30", day="2027-03-02", start="10:00").status_code == 303
    (row,) = requests.listed(cast_.kora)
    assert (row.day, row.at, row.state) == (date(2027, 3, 4), time(14, 30), "submitted")


@pytest.mark.parametrize(
    ("when", "words"), [("3/4 10:00", "more than one day"), ("soon", "Write a day, a time or both")]
)
def test_a_wish_that_is_not_clear_is_asked(cast_: Cast, sign_in: SignIn, when: str, words: str) -> None:
    answer = wish(cast_, sign_in(cast_.thea), when=when, day="2027-03-02", start="10:00")
    assert (answer.status_code, words in answer.text, f'value="{when}"' in answer.text) == (422, True, True)
    assert requests.listed(cast_.kora) == []


def test_a_session_moves_to_what_was_typed(cast_: Cast, sign_in: SignIn) -> None:
    id_ = planned(cast_)
    client = sign_in(cast_.kora)
    row = encounters.show(cast_.kora, id_)
    form = {
        **{"when": "2027-03-05", "day": "2027-03-02", "start": "14:30", "minutes": "50", "room": "room-1"},
        **{"site": "site-nord|Europe/Berlin", "mode": "in_person", "version": str(row.version)},
    }
    assert cast.post(client, f"/sessions/{id_}/change", form).status_code == 303
    row = encounters.show(cast_.kora, id_)
    assert (row.day, row.at) == (date(2027, 3, 5), time(14, 30))


def test_search_finds_the_sessions_of_a_day_that_the_reader_may_see(cast_: Cast, sign_in: SignIn) -> None:
    own = planned(cast_)
    other = cast.encounter(cast_, at=time(9), case_id=cast_.other_case_id)
    later = cast.encounter(cast_, date(2027, 3, 3))

    def seen(actor: Any, text: str) -> list[bool]:
        page = sign_in(actor).get(f"/search?q={text}").text
        return [f'href="/sessions/{id_}"' in page for id_ in (own, other, later)]

    for text in ("tue", "tomorrow", "2027-03-02", "2.3."):
        assert seen(cast_.kora, text) == [True, True, False]
    assert seen(cast_.thea, "tue") == [True, False, False]
    assert seen(cast_.otto, "tue") == [False, True, False]
    assert seen(cast_.lena, "tue") == [False, False, False]
    assert seen(cast_.kora, "monday") == [False, False, False]


def test_search_finds_therapists_for_coordinators_only(cast_: Cast, sign_in: SignIn) -> None:
    place = "/people/therapists/p-otto/change"
    assert [place in sign_in(one).get("/search?q=otto").text for one in (cast_.kora, cast_.thea)] == [True, False]


def test_the_box_is_there_for_those_who_may_search(cast_: Cast, sign_in: SignIn) -> None:
    found = {one.name: 'id="search"' in sign_in(one).get("/me").text for one in (cast_.kora, cast_.lena, cast_.ines)}
    assert found == {"Kora": True, "Lena": True, "Ines": False}


def test_keys_are_switched_off_for_the_account_wherever_it_sits(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.thea)
    assert 'data-keys="on"' in client.get("/me").text
    assert cast.post(client, "/keyboard", {}).status_code == 303
    assert 'data-keys="off"' in client.get("/me").text
    assert 'data-keys="off"' in sign_in(cast_.thea).get("/keyboard").text
    assert 'data-keys="on"' in sign_in(cast_.kora).get("/keyboard").text
    cast.post(client, "/keyboard", {"on": "yes"})
    assert 'data-keys="on"' in client.get("/me").text
