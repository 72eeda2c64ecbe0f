"""One session as a page: moved, restored, taken back; a refusal keeps the form and says what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from sqlalchemy import select

from tests import cast
from tests.cast import Cast
from triad.services import agreements, context, encounters
from triad.services.agreements import RULES
from triad.store.encounters import Attendance

SignIn = Callable[[Any], Any]
PLAN = {"day": "2027-03-02", "start": "14:30", "minutes": "50", "count": "1", "every": "1", "mode": "video"}
PLAN |= {"site": "site-nord|Europe/Berlin", "room": "room-1", "step": "save"}
MOVE = {"day": "2027-03-04", "start": "09:00", "minutes": "50", "mode": "video", "mode_i": "telephone"}
MOVE |= {"site": "site-nord|Europe/Berlin", "room": "room-1"}


def planned(who: Cast, client: Any, interpreter: str = "p-ines") -> str:
    """A session made by the forms; its id."""
    assert cast.post(client, f"/cases/{who.case_id}/plan", PLAN | {"need": who.need_id}).status_code == 303
    (one,) = encounters.unfilled(who.kora)
    fields = {"interpreter": interpreter}
    assert cast.post(client, f"/sessions/{one.encounter.id}/assignment", fields, "/unfilled").status_code == 303
    return one.encounter.id


def test_session_is_moved_by_its_form(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    url = f"/sessions/{planned(cast_, client)}"
    assert f"{url}/change" in client.get(url).text
    form = client.get(f"{url}/change").text
    assert ('value="2027-03-02"' in form, 'value="14:30"' in form, 'value="room-1" selected' in form) == (True,) * 3
    answer = cast.post(client, f"{url}/change", MOVE | {"version": "2"})
    assert (answer.status_code, answer.headers["Location"]) == (303, url)
    page = client.get(url).text
    assert ("Thu 4 Mar 09:00" in page, "Telephone" in page, "Ines" in page) == (True, True, True)


def test_move_that_the_interpreter_cannot_make_offers_to_release(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    id_ = planned(cast_, client)
    url, night = f"/sessions/{id_}/change", MOVE | {"version": "2", "start": "21:30"}
    answer = cast.post(client, url, night)
    assert answer.status_code == 409
    assert ("\u2068Ines\u2069 cannot stay" in answer.text, "Outside working hours" in answer.text) == (True, True)
    assert ("Release \u2068Ines\u2069" in answer.text, 'value="21:30"' in answer.text) == (True, True)
    assert cast.post(client, url, night | {"release": "yes"}).status_code == 303
    assert [one.encounter.id for one in encounters.unfilled(cast_.kora)] == [id_]


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"day": "tomorrow", "minutes": "fifty"}, 422, "Write the date as 2027-03-28."),
        ({"day": "2027-03-28", "start": "02:30"}, 422, "Nearest times that exist: 01:59 and 03:00."),
        ({"day": "2027-10-31", "start": "02:30"}, 422, "the first, before the clocks go back"),
        ({"day": "2027-02-28"}, 422, "This lies in the past."),
        ({"start": "14:30:30"}, 422, "Write the time as 14:30."),
        ({"site": "", "minutes": "4"}, 422, 'id="f-site-error"'),
        ({"version": "1"}, 412, "Somebody changed this before you."),
        ({"version": "x"}, 422, "Some lines need another look."),
    ],
)
def test_move_that_does_not_fit_changes_nothing_and_keeps_the_form(
    cast_: Cast, sign_in: SignIn, changed: dict[str, str], status: int, words: str
) -> None:
    client = sign_in(cast_.kora)
    id_ = planned(cast_, client)
    answer = cast.post(client, f"/sessions/{id_}/change", MOVE | {"version": "2"} | changed)
    assert (answer.status_code, words in answer.text) == (status, True)
    kept = changed.get("day") or changed.get("start") or MOVE["day"]
    assert f'value="{kept}"' in answer.text
    assert encounters.show(cast_.kora, id_).version == 2


def test_move_onto_the_therapists_other_session_says_who_is_taken(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    id_ = planned(cast_, client)
    other = PLAN | {"need": cast_.need_id, "day": "2027-03-04", "start": "09:30", "room": ""}
    assert cast.post(client, f"/cases/{cast_.case_id}/plan", other).status_code == 303
    answer = cast.post(client, f"/sessions/{id_}/change", MOVE | {"version": "2"})
    assert (answer.status_code, "The therapist is taken." in answer.text) == (409, True)


def test_cancelled_session_is_restored_by_its_button(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    id_ = planned(cast_, client)
    url = f"/sessions/{id_}"
    assert cast.post(client, f"{url}/cancel", {"by": "client"}, url).status_code == 303
    page = client.get(url).text
    assert ("Restore the session" in page, "Cancelled by" in page) == (True, True)
    assert cast.post(client, f"{url}/restore", {"version": "3"}, url).status_code == 303
    assert "The session is back, with its interpreter." in client.get(url).text
    assert cast.post(client, f"{url}/restore", {"version": "4"}, url).status_code == 409


def test_session_entered_by_mistake_goes(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    id_ = planned(cast_, client)
    url = f"/sessions/{id_}"
    assert cast.post(client, f"{url}/void", {"version": "2"}, url).status_code == 303
    assert "Entered by mistake" in client.get(url).text
    assert url not in client.get(f"/cases/{cast_.case_id}").text


def test_session_that_was_no_mistake_is_brought_back_from_its_case(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    id_ = planned(cast_, client)
    url, case = f"/sessions/{id_}", f"/cases/{cast_.case_id}"
    assert "It was no mistake" not in client.get(url).text
    assert "entered by mistake" not in client.get(case).text
    cast.post(client, f"{url}/void", {"version": "2"}, url)
    assert "1 session was entered by mistake" in client.get(case).text
    assert url in client.get(f"{case}?show=mistakes").text
    assert url not in sign_in(cast_.thea).get(f"{case}?show=mistakes").text
    assert cast.post(client, f"{url}/void/undo", {"version": "2"}, url).status_code == 412
    assert cast.post(client, f"{url}/void/undo", {"version": "3"}, url).status_code == 303
    assert "The session is back, with its interpreter." in client.get(url).text
    assert url in client.get(case).text
    assert cast.post(client, f"{url}/void/undo", {"version": "4"}, url).status_code == 409


def test_time_taken_meanwhile_is_said_in_a_sentence(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    id_ = planned(cast_, client)
    url = f"/sessions/{id_}"
    cast.post(client, f"{url}/void", {"version": "2"}, url)
    form = PLAN | {"need": cast_.need_id, "room": ""}
    assert cast.post(client, f"/cases/{cast_.case_id}/plan", form).status_code == 303
    answer = cast.post(client, f"{url}/void/undo", {"version": "3"}, url)
    assert (answer.status_code, "The therapist is taken. Nothing was changed." in answer.text) == (409, True)
    assert encounters.show(cast_.kora, id_).status == "void"


def test_wrong_mark_is_corrected_there_and_back(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    id_ = cast.encounter(cast_)
    clock.forward(days=2)
    client, url = sign_in(cast_.kora), f"/sessions/{id_}"
    form = {"outcome": "abandoned", "absent": "client"}
    assert cast.post(client, f"{url}/outcome", form, url).status_code == 303
    assert cast.post(client, f"{url}/correction", {"version": "1"}, url).status_code == 412
    assert cast.post(client, f"{url}/correction", {"version": "2"}, url).status_code == 303
    assert encounters.show(cast_.kora, id_).status == "held"
    with context.look(cast_.kora) as ctx:
        assert ctx.session.scalars(select(Attendance)).all() == []
    assert cast.post(client, f"{url}/correction", {"version": "3"}, url).status_code == 303
    assert encounters.show(cast_.kora, id_).status == "abandoned"
    thea = sign_in(cast_.thea)
    assert cast.post(thea, f"{url}/correction", {"version": "4"}, url).status_code == 404
    assert "Marked wrongly" not in thea.get(url).text


@pytest.mark.parametrize("name", ["thea", "otto", "ines", "ivo", "lena", "ada", "aud"])
def test_changing_is_not_there_for_others(cast_: Cast, sign_in: SignIn, name: str) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    client = sign_in(getattr(cast_, name))
    url, page = f"/sessions/{id_}", "/me"
    assert client.get(f"{url}/change").status_code == 404
    for step in ("change", "restore", "void", "void/undo"):
        assert cast.post(client, f"{url}/{step}", {"version": "1"}, page).status_code == 404
    if name in ("thea", "ines"):
        text = client.get(url).text
        assert ("Change time or place" in text, "Entered by mistake" in text) == (False, False)
    assert encounters.show(cast_.kora, id_).version == 1


def test_interpreter_reads_what_was_agreed_while_the_briefing_is_open(cast_: Cast, sign_in: SignIn) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    cast.encounter(cast_, at=time(18, 0), interpreter="p-ivo", case_id=cast_.other_case_id)
    texts = {f"{rule}-en": f"rule of {rule}" for rule in RULES}
    agreements.write(cast_.thea, cast_.case_id, texts | {"version": "0", "languages": "en", "checked-en": "yes"})
    agreements.agree(cast_.thea, cast_.case_id, {"party": "client", "version": "1"})
    page = sign_in(cast_.ines).get(f"/cases/{cast_.case_id}/briefing").text
    assert ("rule of telephones" in page, "1 of three agreed" in page) == (True, True)
    assert "csrf_token" not in page.split('id="main"')[1]
    ivo = sign_in(cast_.ivo)
    assert ivo.get(f"/cases/{cast_.case_id}/briefing").status_code == 404
    assert "Nothing is agreed on paper yet." in ivo.get(f"/cases/{cast_.other_case_id}/briefing").text


def test_briefing_closes_a_day_after_the_session(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    url = f"/cases/{cast_.case_id}/briefing"
    assert sign_in(cast_.ines).get(url).status_code == 200
    clock.forward(days=4)
    assert sign_in(cast_.ines).get(url).status_code == 404


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("lena", ["/cases", "/pictures", "/settings"]),
        ("aud", ["/audit", "/grants", "/settings"]),
        ("kora", ["/week", "/people"]),
    ],
)
def test_menu_leads_everywhere_the_role_may_go(cast_: Cast, sign_in: SignIn, name: str, lines: list[str]) -> None:
    client = sign_in(getattr(cast_, name))
    page = client.get(lines[0]).text
    assert [url for url in lines if f'<a href="{url}"' not in page or client.get(url).status_code != 200] == []
