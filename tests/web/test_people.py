"""People, search and own hours as pages: names stay where they belong, forms keep what was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests import cast
from tests.cast import Cast

SignIn = Callable[[Any], Any]
NAME = "Cleo Client"


@pytest.mark.parametrize("name", ["thea", "otto", "ines", "ivo", "lena", "ada", "aud"])
def test_people_pages_are_not_there_for_others(cast_: Cast, sign_in: SignIn, name: str) -> None:
    client = sign_in(getattr(cast_, name))
    for url in ("/people?tab=clients", "/people/interpreters/p-ines", "/people/new/clients"):
        answer = client.get(url)
        assert (answer.status_code, NAME in answer.text) == (404, False)
    assert NAME in sign_in(cast_.kora).get("/people?tab=clients").text


def test_search_page_leaks_no_name(cast_: Cast, sign_in: SignIn) -> None:
    def shows(who: Any, text: str) -> tuple[int, bool]:
        answer = sign_in(who).get("/search", query_string={"q": text})
        return answer.status_code, NAME in answer.text

    assert shows(cast_.kora, "cleo") == shows(cast_.thea, "cleo") == (200, True)
    assert shows(cast_.otto, "cleo") == shows(cast_.lena, "K-cleo") == (200, False)
    assert shows(cast_.ines, "cleo") == shows(cast_.ada, "cleo") == (404, False)


def test_every_tab_and_form_opens(cast_: Cast, sign_in: SignIn) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    client = sign_in(cast_.kora)
    tabs = ("interpreters", "therapists", "clients", "sites")
    urls = [f"/people?tab={tab}&q=&page=2" for tab in tabs] + [f"/people/new/{tab}" for tab in tabs]
    urls += [f"/people?tab={tab}" for tab in tabs]
    urls += ["/people?tab=nothing&page=x", "/people/interpreters/p-ines", "/search"]
    assert [url for url in urls if client.get(url).status_code != 200] == []
    assert client.get("/people/interpreters/p-thea").status_code == 404


def test_new_interpreter_and_hours_by_their_forms(cast_: Cast, sign_in: SignIn) -> None:
    client, url = sign_in(cast_.kora), "/people/new/interpreters"
    written = {"name": "<i>Nura</i> ኑራ", "zone": "Berlin", "video": "yes"}
    answer = cast.post(client, url, written)
    assert answer.status_code == 422
    assert "&lt;i&gt;Nura&lt;/i&gt; ኑራ" in answer.text
    assert 'id="f-zone-error"' in answer.text
    answer = cast.post(client, url, written | {"zone": "Europe/Berlin"})
    assert answer.status_code == 303
    page = answer.location
    week = {"weekday": "0", "start": "09:00", "end": "12:00", "zone": "Europe/Berlin"}
    assert cast.post(client, f"{page}/hours", week, page=page).status_code == 303
    off = {"from_day": "2027-03-10", "to_day": "2027-03-12"}
    assert cast.post(client, f"{page}/hours/time-off", off, page=page).status_code == 303
    assert cast.post(client, f"{page}/skills", {"language": "ti"}, page=page).status_code == 422
    text = client.get(page).text
    assert ("09:00–12:00" in text, "Wed 10 Mar" in text) == (True, True)
    remove = text.split(f'action="{page}/hours/')[1].split("/remove")[0]
    assert cast.post(client, f"{page}/hours/{remove}/remove", page=page).status_code == 303
    assert "09:00–12:00" not in client.get(page).text


def test_own_hours_by_their_forms(cast_: Cast, sign_in: SignIn) -> None:
    client, url = sign_in(cast_.ines), "/my-hours"
    assert client.get(url).status_code == 200
    week = {"weekday": "0", "start": "21:00", "end": "20:00", "zone": "Europe/Berlin"}
    answer = cast.post(client, url, week)
    assert (answer.status_code, 'value="21:00"' in answer.text, 'id="f-end-error"' in answer.text) == (
        422,
        True,
        True,
    )
    assert cast.post(client, url, week | {"end": "00:00"}).status_code == 303
    assert "21:00–24:00" in client.get(url).text
    assert cast.post(client, f"{url}/wh-ivo-1/remove", page=url).status_code == 404
    assert cast.post(client, f"{url}/wh-ines-1/remove", page=url).status_code == 303
    assert sign_in(cast_.thea).get(url).status_code == 404


def test_interpreter_is_changed_stopped_and_taken_back_by_forms(cast_: Cast, sign_in: SignIn) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    client, page = sign_in(cast_.kora), "/people/interpreters/p-ines"
    url = f"{page}/change"
    form = {"name": "Inés Ñandú", "zone": "Europe/Berlin", "gender": "woman", "video": "yes", "version": "1"}
    answer = cast.post(client, url, form | {"email": "nobody", "training_hours": "many"})
    assert answer.status_code == 422
    assert ("Inés Ñandú" in answer.text, 'id="f-email-error"' in answer.text, 'value="many"' in answer.text) == (
        True,
        True,
        True,
    )
    assert cast.post(client, url, form).status_code == 303
    assert "Inés Ñandú" in client.get(page).text
    assert cast.post(client, f"{page}/active", {"active": "no", "version": "2"}, page).status_code == 303
    assert "1 session to come still stands" in client.get(page).text
    assert cast.post(client, f"{page}/active", {"active": "yes", "version": "2"}, page).status_code == 412
    assert cast.post(client, f"{page}/active", {"active": "yes", "version": "3"}, page).status_code == 303
    assert "still stands" not in client.get(page).text


def test_skill_and_credential_go_by_their_buttons(cast_: Cast, sign_in: SignIn) -> None:
    client, page = sign_in(cast_.kora), "/people/interpreters/p-ines"
    paper = {"body": "NAATI", "kind": "no_exam", "language": "ti"}
    assert cast.post(client, f"{page}/credentials", paper, page).status_code == 303
    text = client.get(page).text
    assert "No exam exists" in text
    row = text.split(f'action="{page}/credentials/')[1].split("/remove")[0]
    assert cast.post(client, f"{page}/credentials/{row}/remove", {}, page).status_code == 303
    assert cast.post(client, f"{page}/skills/sk-ines/remove", {}, page).status_code == 303
    assert cast.post(client, f"{page}/skills/sk-ivo/remove", {}, page).status_code == 404
    assert "No language yet" in client.get(page).text


def test_site_and_rooms_by_their_forms(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    answer = cast.post(client, "/people/new/sites", {"name": "Süd", "zone": "Lisbon"})
    assert (answer.status_code, 'value="Süd"' in answer.text) == (422, True)
    answer = cast.post(client, "/people/new/sites", {"name": "Süd", "zone": "Europe/Lisbon"})
    page = answer.location
    assert (answer.status_code, client.get(page).status_code) == (303, 200)
    assert cast.post(client, f"{page}/rooms", {"name": "Blue"}, page).status_code == 303
    answer = cast.post(client, f"{page}/rooms", {"name": "Blue"}, page)
    assert (answer.status_code, 'id="room-new-error"' in answer.text) == (422, True)
    room = client.get(page).text.split(f'action="{page}/rooms/')[1].split('"')[0]
    assert cast.post(client, f"{page}/rooms/{room}", {"name": ""}, page).status_code == 422
    assert cast.post(client, f"{page}/rooms/{room}", {"name": "Green"}, page).status_code == 303
    assert cast.post(client, page, {"name": "Site Nord", "zone": "Europe/Lisbon"}).status_code == 422
    assert cast.post(client, page, {"name": "South", "zone": "Europe/Lisbon"}).status_code == 303
    text = client.get("/people?tab=sites").text
    assert ("South" in text, "Green" in text, "Blue" in text) == (True, True, False)
    assert sign_in(cast_.thea).get(page).status_code == 404
