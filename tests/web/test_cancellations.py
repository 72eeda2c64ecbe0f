"""Late cancellations and attendance as pages: said before saving, shown afterwards, set aside, listed, restored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests import cast
from tests.cast import Cast
from tests.services.test_cancellations import MONDAY, MONDAY_MORNING, rule
from tests.services.test_moves import planned
from triad.services import attendance, cancellations, cancelling_rules, encounters
from triad.services.cancellations import Asked

SignIn = Callable[[Any], Any]
UNTIL = "Fri 5 Mar 10:00"


@pytest.fixture
def due(cast_: Cast, clock: Any) -> str:
    """A session on Monday at ten, on Monday at nine, under a rule of one business day."""
    id_ = planned(cast_, MONDAY)
    rule(cast_, payer="client", charge="45.00", currency="EUR")
    clock.now = MONDAY_MORNING
    return id_


def test_cancel_form_says_before_saving_what_it_would_be(cast_: Cast, sign_in: SignIn, due: str, clock: Any) -> None:
    client, url = sign_in(cast_.kora), f"/sessions/{due}"
    page = client.get(url).text
    assert (page.count(f"in time until {UNTIL}"), "One business day before." in page) == (4, True)
    assert ("When did they say so?" in page, encounters.show(cast_.kora, due).status) == (True, "scheduled")
    clock.now = datetime(2027, 3, 5, 8, tzinfo=UTC)
    page = sign_in(cast_.thea).get(url).text
    assert (page.count(f"In time until {UNTIL}"), "<strong>Would be late</strong>" in page) == (4, False)
    assert "When did they say so?" not in page


def test_session_says_afterwards_what_it_was_and_why_it_counts_no_more(
    cast_: Cast, sign_in: SignIn, due: str
) -> None:
    client, url = sign_in(cast_.kora), f"/sessions/{due}"
    assert cast.post(client, f"{url}/cancel", {"by": "client"}, url).status_code == 303
    page = client.get(url).text
    assert (f"in time until {UNTIL}" in page, "€45.00" in page, "Set the lateness aside" in page) == (
        True,
        True,
        True,
    )
    thea = sign_in(cast_.thea).get(url).text
    assert (f"in time until {UNTIL}" in thea, "Set the lateness aside" in thea) == (True, False)
    answer = cast.post(client, f"{url}/waiver", {"reason": "Snow & ice", "version": "3"}, url)
    assert answer.status_code == 303
    page = client.get(url).text
    assert ("Snow &amp; ice" in page, "Late, set aside" in page, "€45.00" in page) == (True, True, False)


def test_notice_that_came_before_is_in_time(cast_: Cast, sign_in: SignIn, due: str) -> None:
    client, url = sign_in(cast_.kora), f"/sessions/{due}"
    fields = {"by": "client", "notice_day": "2027-03-05", "notice_time": "10:00"}
    for wrong, words in (
        ({"notice_time": ""}, "Write the day as 2027-03-28 and the time as 14:30."),
        ({"notice_day": "2027-03-09"}, "This lies in the future."),
    ):
        answer = cast.post(client, f"{url}/cancel", fields | wrong, url)
        assert (answer.status_code, words in answer.text) == (422, True)
    assert encounters.show(cast_.kora, due).status == "scheduled"
    assert cast.post(client, f"{url}/cancel", fields, url).status_code == 303
    told = cancellations.told(cast_.kora, due)
    assert told
    assert told[0].late is False


def test_list_is_filtered_and_restores(cast_: Cast, sign_in: SignIn, due: str) -> None:
    encounters.cancel(cast_.kora, due, "client")
    client = sign_in(cast_.kora)
    page = client.get("/cancelled?late=late&by=client").text
    assert ("1 cancelled session<" in page, f"/sessions/{due}/restore" in page, "Called off late" in page) == (
        True,
        True,
        True,
    )
    assert "No cancelled sessions here." in client.get("/cancelled?late=in_time").text
    wrong = client.get("/cancelled?first=tomorrow&by=nobody")
    assert (wrong.status_code, "Write the date as 2027-03-28." in wrong.text) == (422, True)
    assert ('value="tomorrow"' in wrong.text, "This is not on the list." in wrong.text) == (True, True)
    answer = cast.post(client, f"/sessions/{due}/restore", {"version": "3"}, "/cancelled")
    assert (answer.status_code, encounters.show(cast_.kora, due).status) == (303, "scheduled")
    assert cancellations.listed(cast_.kora, Asked())[1] == 0


def test_rules_are_added_ended_and_removed_by_their_page(cast_: Cast, sign_in: SignIn) -> None:
    client, url = sign_in(cast_.ada), "/cancelling-rules"
    assert "Until there is one, no cancellation counts as late." in client.get(url).text
    fields = {"amount": "2", "unit": "business_days", "party": "", "mode": "", "valid_from": "2027-01-01"}
    fields |= {"valid_to": "", "payer": "client", "charge": "45", "currency": "", "words": "Two <b>days</b>."}
    answer = cast.post(client, url, fields)
    assert (answer.status_code, "Two &lt;b&gt;days&lt;/b&gt;." in answer.text) == (422, True)
    assert ('id="f-currency-error"' in answer.text, cancelling_rules.listed(cast_.ada)) == (True, [])
    assert cast.post(client, url, fields | {"currency": "EUR"}).status_code == 303
    page = client.get(url).text
    assert (
        "2 business days before" in page,
        "€45.00 · Client" in page.replace("<bdi>", "").replace("</bdi>", ""),
    ) == (
        True,
        True,
    )
    (one,) = cancelling_rules.listed(cast_.ada)
    past = cast.post(client, f"{url}/{one.rule.id}/end", {"valid_to": "2027-02-01"}, url)
    assert (
        past.status_code,
        "This lies in the past." in past.text,
        f'id="end-{one.rule.id}-error"' in past.text,
    ) == (
        422,
        True,
        True,
    )
    assert cast.post(client, f"{url}/{one.rule.id}/end", {"valid_to": "2027-03-31"}, url).status_code == 303
    assert cast.post(client, f"{url}/{one.rule.id}/remove", {}, url).status_code == 303
    assert cancelling_rules.listed(cast_.ada) == []


def test_it_took_place_leads_to_who_was_there(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    url = f"/sessions/{id_}"
    client = sign_in(cast_.thea)
    assert "Who was there?" not in client.get(url).text
    clock.forward(days=2)
    client = sign_in(cast_.thea)
    answer = cast.post(client, f"{url}/outcome", {"outcome": "held"}, url)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{url}#attendance")
    page = client.get(url).text
    assert (page.count("Not known yet"), page.count('value="excused"')) == (3, 3)
    said = {"party": "client", "mark": "late", "was": "unknown", "minutes": "10"}
    assert cast.post(client, f"{url}/attendance", said, url).status_code == 303
    page = client.get(url).text
    assert ("10 minutes" in page, page.count("Not known yet"), "Correct it" in page) == (True, 2, False)
    assert cast.post(client, f"{url}/attendance", said, url).status_code == 409
    kora = sign_in(cast_.kora)
    assert "Correct it" in kora.get(url).text
    corrected = {"party": "client", "mark": "unknown", "was": "late"}
    assert cast.post(kora, f"{url}/attendance", corrected, url).status_code == 303
    assert [one.mark for one in attendance.of(cast_.kora, id_)] == ["unknown"] * 3


def test_interpreter_says_they_were_there_and_sees_nobody_else(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    clock.forward(days=2)
    url, client = f"/sessions/{id_}", sign_in(cast_.ines)
    page = client.get(url).text
    assert ("I was there" in page, page.count("Not known yet"), 'value="absent"' in page) == (True, 1, False)
    said = {"party": "interpreter", "mark": "arrived", "was": "unknown"}
    assert cast.post(client, f"{url}/attendance", said | {"party": "client"}, url).status_code == 403
    assert cast.post(client, f"{url}/attendance", said | {"mark": "absent"}, url).status_code == 409
    assert cast.post(client, f"{url}/attendance", said, url).status_code == 303
    assert {one.party: one.mark for one in attendance.of(cast_.thea, id_)}["interpreter"] == "arrived"
