"""Many sessions in one step, as a browser without scripts takes it: select, look, carry out, undo."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from tests import cast
from tests.cast import BERLIN, Cast
from tests.services.test_moves import planned
from triad.domain.bulk import KINDS, LOST, Standing, needless
from triad.domain.timespans import WallTime
from triad.services import assignments, encounters, offers
from triad.web import bulk as words

SignIn = Callable[[Any], Any]
DAY = date(2027, 3, 2)


def at(who: Cast, hour: int, interpreter: str = "p-ines") -> str:
    return planned(who, WallTime(DAY, time(hour), BERLIN), interpreter=interpreter)


def states(who: Cast, *ids: str) -> list[str]:
    rows = [encounters.show(who.kora, id_) for id_ in ids]
    return [row.slot.state if row.status == "scheduled" else row.status for row in rows]


def sent(client: Any, fields: dict[str, Any], page: str = "/day?day=2027-03-02") -> Any:
    return cast.post(client, "/bulk", fields, page)


def test_a_day_lists_its_sessions_and_all_that_are_filled_are_confirmed(cast_: Cast, sign_in: SignIn) -> None:
    first, second, open_ = at(cast_, 9), at(cast_, 12), at(cast_, 15, "")
    client = sign_in(cast_.kora)
    page = client.get("/day?day=2027-03-02").text
    assert "3 sessions" in page
    assert [f'value="{id_}"' in page for id_ in (first, second, open_)] == [True] * 3
    (both,) = re.findall(r'name="all" value="([^"]*)">Confirm all 2', page)
    answer = sent(client, {"kind": "confirm", "all": both})
    assert answer.status_code == 303
    look = client.get(answer.location).text
    assert "Confirm 2 sessions?" in look
    assert states(cast_, first, second, open_) == ["filled", "filled", "unfilled"]
    assert cast.post(client, f"{answer.location}/commit", {}, answer.location).status_code == 303
    assert "2 sessions are confirmed" in client.get(answer.location).text
    assert states(cast_, first, second, open_) == ["confirmed", "confirmed", "unfilled"]
    assert cast.post(client, f"{answer.location}/undo", {}, answer.location).status_code == 303
    assert "2 sessions are as they were" in client.get(answer.location).text
    assert states(cast_, first, second, open_) == ["filled", "filled", "unfilled"]
    assert answer.location in client.get("/bulk").text


def test_cancelling_asks_who_and_why_first(cast_: Cast, sign_in: SignIn) -> None:
    ids = [at(cast_, hour) for hour in (9, 12)]
    client = sign_in(cast_.kora)
    asks = sent(client, {"kind": "cancel", "row": ids})
    assert (asks.status_code, "Cancel 2 sessions" in asks.text) == (200, True)
    assert [f'name="row" value="{id_}"' in asks.text for id_ in ids] == [True, True]
    wrong = sent(client, {"kind": "cancel", "row": ids, "said": "yes", "reason": "No heating."})
    assert (wrong.status_code, "Choose one of the lines." in wrong.text, "No heating." in wrong.text) == (
        422,
        True,
        True,
    )
    made = sent(client, {"kind": "cancel", "row": ids, "said": "yes", "by": "clinic", "reason": "No heating."})
    assert (made.status_code, states(cast_, *ids)) == (303, ["filled"] * 2)
    assignments.release(cast_.kora, ids[0], "x")
    cast.post(client, f"{made.location}/commit", {}, made.location)
    page = client.get(made.location).text
    assert ("One session is cancelled" in page, "changed by somebody since" in page) == (True, True)
    assert states(cast_, *ids) == ["unfilled", "cancelled"]


def test_offers_for_selected_ones_from_the_unfilled_list(cast_: Cast, sign_in: SignIn) -> None:
    ids = [at(cast_, hour, "") for hour in (9, 12)]
    client = sign_in(cast_.kora)
    page = client.get("/unfilled").text
    assert [f'name="row" value="{id_}"' in page for id_ in ids] == [True, True]
    assert "How many are asked for each" in sent(client, {"kind": "offer", "row": ids}, "/unfilled").text
    fields = {"kind": "offer", "row": ids, "said": "yes", "count": "many", "answer_hours": "24"}
    assert sent(client, fields, "/unfilled").status_code == 422
    made = sent(client, fields | {"count": "2"}, "/unfilled")
    assert "Ines" in client.get(made.location).text
    cast.post(client, f"{made.location}/commit", {}, made.location)
    assert [one.name for id_ in ids for one in offers.asked(cast_.kora, id_)] == ["Ines", "Ines"]


def test_what_lies_ahead_is_selected_on_the_week_board(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    ids = [at(cast_, hour) for hour in (9, 12, 15)]
    held = cast.encounter(cast_, date(2027, 3, 1), time(8), interpreter="p-ines", held=True)
    client = sign_in(cast_.kora)
    for url in ("/week", "/week?by=sites"):
        page = client.get(url).text
        boxes = re.findall(r'<input type="checkbox" name="row" value="(\w+)" form="many" aria-label="([^"]+)">', page)
        assert boxes == [(id_, f"Tue 2 Mar {hour:02}:00 T-1001") for id_, hour in zip(ids, (9, 12, 15), strict=True)]
        assert f'href="/sessions/{held}"' in page
    made = sent(client, {"kind": "confirm", "row": ids[:2]}, "/week")
    cast.post(client, f"{made.location}/commit", {}, made.location)
    assert states(cast_, *ids) == ["confirmed", "confirmed", "filled"]
    clock.forward(days=7)
    page = sign_in(cast_.kora).get("/week?week=2027-03-01").text
    assert (f'href="/sessions/{ids[0]}"' in page, 'name="row"' in page, 'id="many"' in page) == (True, False, False)


def test_reassigning_names_both(cast_: Cast, sign_in: SignIn) -> None:
    id_ = at(cast_, 9)
    client = sign_in(cast_.kora)
    assert "Whoever has it" in sent(client, {"kind": "reassign", "row": id_}).text
    made = sent(client, {"kind": "reassign", "row": id_, "said": "yes", "to": "p-ivo", "why": "ill"})
    page = client.get(made.location).text
    assert ("Nothing can be done here" in page, "another language" in page) == (True, True)
    assert f"{made.location}/commit" not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "confirm"}, "This is needed."),
        ({"kind": "confirm", "row": "nothing"}, "This is not on the list."),
        ({"kind": "erase", "row": "nothing"}, "Choose one of the lines."),
    ],
)
def test_nothing_selected_is_said(cast_: Cast, sign_in: SignIn, fields: dict[str, str], words: str) -> None:
    answer = sent(sign_in(cast_.kora), fields)
    assert (answer.status_code, words in answer.text) == (422, True)


def test_every_code_has_its_words(cast_: Cast) -> None:
    slots = ("unfilled", "on_offer", "filled", "confirmed", "closed_unfilled", "released")
    standings = [
        Standing(status, slot, who, begun)
        for status in ("scheduled", "held", "cancelled")
        for slot in slots
        for who in ("", "ines", "ivo")
        for begun in (False, True)
    ]
    found = {needless(kind, one, "ines", "ivo") for kind in KINDS for one in standings}
    found |= {needless(kind, one, "", "ivo") for kind in KINDS for one in standings}
    assert found - {""} <= set(words.WHY)
    assert {code for codes in LOST.values() for code in codes} == set(words.AFTER)
    assert words.why(["stale", "OVERLAP", "somebody_else"]) == (
        "changed by somebody since; already booked at that time; somebody else has it"
    )


def test_undo_of_what_was_only_looked_at_is_refused(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    made = sent(client, {"kind": "confirm", "row": at(cast_, 9)})
    assert cast.post(client, f"{made.location}/undo", {}, made.location).status_code == 409


def test_day_and_step_take_the_same_number_of_statements(cast_: Cast, sign_in: SignIn, statements: Any) -> None:
    client = sign_in(cast_.kora)
    counts = []
    for hours in ((8,), (10, 13, 16)):
        ids = [at(cast_, hour) for hour in hours]
        made = sent(client, {"kind": "confirm", "row": ids}).location
        for url in ("/day?day=2027-03-02", "/week", made):
            with statements() as seen:
                assert client.get(url).status_code == 200
            counts.append(len(seen))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 8


def test_count_stands_on_every_page_of_a_coordinator_and_on_no_other(cast_: Cast, sign_in: SignIn) -> None:
    kora, thea = sign_in(cast_.kora), sign_in(cast_.thea)
    assert 'class="count"' not in kora.get("/week").text
    for hour in (9, 12, 15):
        at(cast_, hour, "")
    for url in ("/week", "/people", "/me"):
        assert re.findall(r'class="count">(\d+)<', kora.get(url).text) == ["3"] * 3
    assert 'class="count"' not in thea.get("/me").text
