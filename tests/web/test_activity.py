"""Ending and resuming as pages: what is in the way is named, lists hide and show, planning says who is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests import cast
from tests.cast import BERLIN, Cast
from triad.services import activity, encounters, people

SignIn = Callable[[Any], Any]
PLAN = {"day": "2027-03-02", "start": "14:30", "minutes": "50", "count": "1", "every": "1", "mode": "in_person"}
PLAN |= {"site": f"site-nord|{BERLIN}", "room": "room-1"}
PLACES = [
    ("therapists", "/people/therapists/p-thea/active", "/people/therapists/p-thea/change", "Works here again"),
    ("clients", "/people/clients/p-cleo/active", "/people/clients/p-cleo/change", "Comes again"),
    ("rooms", "/people/sites/site-nord/rooms/room-1/active", "/people/sites/site-nord", "Use again"),
]
GONE = {
    "therapists": "The therapist does not work here now",
    "clients": "This client does not come any more",
    "rooms": "This room is no longer in use",
}
IDS = {"therapists": "p-thea", "clients": "p-cleo", "rooms": "room-1"}


@pytest.mark.parametrize(("kind", "url", "page", "again"), PLACES)
def test_ended_and_resumed_by_its_button(
    cast_: Cast, sign_in: SignIn, kind: str, url: str, page: str, again: str
) -> None:
    client = sign_in(cast_.kora)
    assert again not in client.get(page).text
    assert cast.post(client, url, {"active": "no"}, page).status_code == 303
    shown = f"{page}?inactive=yes" if kind == "rooms" else page
    assert again in client.get(shown).text
    plan = f"/cases/{cast_.case_id}/plan"
    for step in ("check", "save"):
        answer = cast.post(client, plan, PLAN | {"need": cast_.need_id, "step": step})
        assert (answer.status_code, GONE[kind] in answer.text, 'value="14:30"' in answer.text) == (409, True, True)
    assert encounters.unfilled(cast_.kora) == []
    assert cast.post(client, url, {"active": "yes"}, shown).status_code == 303
    assert cast.post(client, plan, PLAN | {"need": cast_.need_id, "step": "save"}).status_code == 303


@pytest.mark.parametrize(("kind", "url", "page", "again"), PLACES)
def test_sessions_to_come_are_listed_with_links(
    cast_: Cast, sign_in: SignIn, kind: str, url: str, page: str, again: str
) -> None:
    client = sign_in(cast_.kora)
    assert (
        cast.post(client, f"/cases/{cast_.case_id}/plan", PLAN | {"need": cast_.need_id, "step": "save"}).status_code
        == 303
    )
    (one,) = encounters.unfilled(cast_.kora)
    answer = cast.post(client, url, {"active": "no"}, page)
    assert answer.status_code == 409
    assert "1 session is still planned: cancel or move it first." in answer.text
    assert (f'href="/sessions/{one.encounter.id}">Tue 2 Mar 14:30</a>' in answer.text, "T-1001" in answer.text) == (
        True,
        True,
    )
    encounters.cancel(cast_.kora, one.encounter.id, "clinic")
    assert cast.post(client, url, {"active": "no"}, page).status_code == 303


def test_lists_hide_them_behind_a_link(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    show = "Show those no longer active"
    tabs = [f"/people?tab={tab}" for tab in people.TABS]
    assert [url for url in (*tabs, "/cases", "/people/sites/site-nord") if show in client.get(url).text] == []
    activity.end(cast_.kora, "therapists", "p-otto")
    activity.end(cast_.kora, "clients", "p-carl")
    activity.end(cast_.kora, "rooms", "room-1")
    people.set_active(cast_.kora, "p-ivo", False, 1)
    names = {"interpreters": "Ivo", "therapists": "Otto", "clients": "Carl Client", "sites": "Room 1"}
    for tab, name in names.items():
        page = client.get(f"/people?tab={tab}").text
        assert (name in page, f'{show}</a> <span class="count">(1)' in page) == (False, True)
        page = client.get(f"/people?tab={tab}&inactive=yes").text
        assert (name in page, show in page, "Hide those no longer active" in page) == (True, False, True)
    page = client.get("/cases").text
    assert ("T-2002" in page, show in page) == (False, True)
    page = client.get("/cases?inactive=yes").text
    assert ("T-2002" in page, "Does not come any more" in page, "Hide those" in page) == (True, True, True)
    assert "Room 1" not in client.get(f"/cases/{cast_.case_id}/plan").text
    assert "Does not come any more" in client.get("/search?q=carl").text
    case = client.get(f"/cases/{cast_.other_case_id}").text
    assert ("Plan sessions" in case, "Does not come any more" in case, "Not working now" in case) == (
        False,
        True,
        True,
    )


def test_lists_take_as_many_statements_with_few_and_with_many(cast_: Cast, sign_in: SignIn, statements: Any) -> None:
    client = sign_in(cast_.kora)
    urls = [f"/people?tab={tab}" for tab in people.TABS] + ["/cases"]
    client.get("/people")

    def counts() -> list[int]:
        found = []
        for url in urls:
            with statements() as seen:
                assert client.get(url).status_code == 200
            found.append(len(seen))
        return found

    few = counts()
    for number in range(3):
        own = {"name": f"New {number}", "zone": BERLIN}
        people.add(cast_.kora, "therapists", own | {"languages": "en"})
        people.add(cast_.kora, "clients", own | {"code": f"K-{number}", "spoken": "ti"})
    assert (counts(), max(few) <= 8) == (few, True)


def test_a_room_of_another_site_is_not_there(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    cast.post(client, "/people/new/sites", {"name": "Süd", "zone": BERLIN})
    south = next(row.id for row in people.listed(cast_.kora, "sites").rows if row.name == "Süd")
    url = f"/people/sites/{south}/rooms/room-1/active"
    assert cast.post(client, url, {"active": "no"}, "/people").status_code == 404
    assert cast.post(client, "/people/interpreters/p-thea/active", {"active": "no"}, "/people").status_code == 404
    assert people.listed(cast_.kora, "sites").hidden == 0


@pytest.mark.parametrize("name", ["thea", "ines", "lena", "ada", "aud"])
def test_buttons_of_coordinators_do_nothing_for_others(cast_: Cast, sign_in: SignIn, name: str) -> None:
    client = sign_in(getattr(cast_, name))
    for _, url, _, _ in PLACES:
        assert cast.post(client, url, {"active": "no"}, "/me").status_code == 404
    assert [people.listed(cast_.kora, tab).hidden for tab in people.TABS] == [0, 0, 0, 0]
