"""The coordinator's and the interpreter's pages, as a browser without scripts would use them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.cast import Cast
from triad.services import assignments, encounters, exclusions

SignIn = Callable[[Any], Any]


def test_signed_out_is_sent_to_sign_in(app: Flask, cast_: Cast) -> None:
    answer = app.test_client().get("/unfilled")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")


def test_wrong_password_says_neither_which(app: Flask, cast_: Cast) -> None:
    client = app.test_client()
    pages = []
    for email in ("kora@example.org", "nobody@example.org"):
        form = {"email": email, "password": "not the password", "csrf_token": cast.token(client.get("/sign-in").text)}
        page = client.post("/sign-in", data=form).text
        pages.append(page.replace(email, "").replace(cast.token(page), ""))
    assert cast.PASSWORD not in pages[0]
    assert "E-mail or password do not match." in pages[0]
    assert pages[0] == pages[1]


def test_unfilled_lists_the_soonest_first_and_offers_who_can(cast_: Cast, sign_in: SignIn) -> None:
    late, soon = cast.encounter(cast_, at=time(17, 0)), cast.encounter(cast_, at=time(9, 0))
    page = sign_in(cast_.kora).get("/unfilled").text
    assert "2 sessions have no interpreter" in page
    assert page.index(f"session={soon}") < page.index(f"session={late}")
    assert "Does not speak Tigrinya" in page


def test_unfilled_counts_statements_the_same_at_one_and_three(cast_: Cast, sign_in: SignIn, statements: Any) -> None:
    client = sign_in(cast_.kora)
    # Somebody knows the client, somebody is not for the client, somebody is away: nothing is left unread.
    cast.encounter(cast_, at=time(8, 0), interpreter="p-ines")
    exclusions.write(cast_.thea, cast_.case_id, {"interpreter": "p-ivo"})
    counts = []
    for hours in ((9,), (11, 13)):
        ids = [cast.encounter(cast_, at=time(hour, 0)) for hour in hours]
        for url in ("/unfilled", f"/unfilled?session={ids[-1]}"):
            with statements() as seen:
                page = client.get(url).text
            counts.append(len(seen))
            assert f"session={ids[-1]}" in page
    assert counts == [counts[0]] * 4
    assert counts[0] <= 8


def test_unfilled_shows_beside_the_list_what_was_chosen(cast_: Cast, sign_in: SignIn) -> None:
    first, second = cast.encounter(cast_, at=time(9, 0)), cast.encounter(cast_, at=time(17, 0))
    filled = cast.encounter(cast_, at=time(12, 0), interpreter="p-ines")
    client = sign_in(cast_.kora)

    def shown(url: str) -> list[str]:
        page = client.get(url).text
        return [id_ for id_ in (first, second, filled) if f'href="/sessions/{id_}"' in page]

    assert shown("/unfilled") == [first]
    assert shown(f"/unfilled?session={second}") == [second]
    # It was filled after the list had been shown: the link still leads to it.
    assert shown(f"/unfilled?session={filled}") == [filled]
    assert client.get("/unfilled?session=nothing").status_code == 404


def test_assign_by_form_fills_the_session(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_)
    client = sign_in(cast_.kora)
    answer = cast.post(client, f"/sessions/{id_}/assignment", {"interpreter": "p-ines"}, "/unfilled")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/sessions/{id_}")
    assert "Ines" in client.get(f"/sessions/{id_}").text
    assert encounters.unfilled(cast_.kora) == []


def sent(page: str, interpreter: str = "p-ines") -> tuple[str, dict[str, str]]:
    """Address and hidden fields of the form that assigns this interpreter, as the page has it."""
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
        if fields.get("interpreter") == interpreter:
            fields.pop("csrf_token")
            return re.findall(r'action="([^"]+)"', form)[0], fields
    raise AssertionError("nobody of that name can be assigned here")


def test_assigned_from_the_list_one_goes_on_with_the_next_open_session(cast_: Cast, sign_in: SignIn) -> None:
    first, second, third = (cast.encounter(cast_, at=time(hour)) for hour in (9, 12, 17))
    client = sign_in(cast_.kora)

    def assign(url: str) -> str:
        action, fields = sent(client.get(url).text)
        answer = cast.post(client, action, fields, url)
        assert answer.status_code == 303
        found: str = answer.location
        return found

    assert assign(f"/unfilled?session={second}") == f"/unfilled?next={third}#who"
    page = client.get(f"/unfilled?next={third}").text
    assert "Ines: Tue 2 Mar 12:00. Therapist and interpreter are told." in page
    assert f'href="/sessions/{third}"' in page.split('id="who"')[1]
    # From the last one it goes on with the first that is still open, by way of everybody's panel too.
    assert f"/sessions/{third}/candidates?next={first}" in page
    assert assign(f"/sessions/{third}/candidates?next={first}") == f"/unfilled?next={first}#who"
    assert assign(f"/unfilled?next={first}") == "/unfilled"
    assert "Every session has its interpreter." in client.get("/unfilled").text


def test_list_is_walked_one_by_one_and_offering_goes_on_with_the_next(cast_: Cast, sign_in: SignIn) -> None:
    first, second, third = (cast.encounter(cast_, at=time(hour)) for hour in (9, 12, 17))
    client = sign_in(cast_.kora)
    walked, url = [], "/unfilled"
    for _ in range(4):
        page = client.get(url).text
        walked.append(re.findall(r"(\d) of (\d)", page.split('id="who"')[1])[0])
        (url,) = re.findall(r'rel="next" data-key="n" href="([^"#]+)#who"', page)
    assert (walked, url) == ([("1", "3"), ("2", "3"), ("3", "3"), ("1", "3")], f"/unfilled?session={second}")
    form = {"ask": "p-ines|1", "answer_hours": "24", "wait_hours": "4", "next": second}
    answer = cast.post(client, f"/sessions/{first}/offers", form, "/unfilled")
    assert (answer.status_code, answer.location) == (303, f"/unfilled?next={second}#who")
    assert f'name="next" value="{third}"' in client.get(answer.location).text
    refused = cast.post(client, f"/sessions/{second}/offers", form | {"ask": "p-ivo|1", "next": third}, "/unfilled")
    assert (refused.status_code, f'name="next" value="{third}"' in refused.text) == (409, True)


def test_the_next_session_that_somebody_filled_meanwhile_gives_way_to_the_first(cast_: Cast, sign_in: SignIn) -> None:
    first, second = cast.encounter(cast_, at=time(9)), cast.encounter(cast_, at=time(12))
    client = sign_in(cast_.kora)
    assignments.assign_interpreter(cast_.kora, second, "p-ines")
    for url in (f"/unfilled?next={second}", "/unfilled?next=nothing"):
        assert f'href="/sessions/{first}"' in client.get(url).text.split('id="who"')[1]


def test_refused_from_the_list_the_way_back_to_it_is_kept(cast_: Cast, sign_in: SignIn) -> None:
    first, second = cast.encounter(cast_, at=time(9)), cast.encounter(cast_, at=time(12))
    client = sign_in(cast_.kora)
    form = {"interpreter": "p-ivo", "next": second}
    answer = cast.post(client, f"/sessions/{first}/assignment", form, "/unfilled")
    assert (answer.status_code, sent(answer.text)[1]) == (409, {"interpreter": "p-ines", "next": second})


def test_assign_who_cannot_is_refused_with_every_reason(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_)
    answer = cast.post(sign_in(cast_.kora), f"/sessions/{id_}/assignment", {"interpreter": "p-ivo"}, "/unfilled")
    assert answer.status_code == 409
    assert "This interpreter cannot take this session." in answer.text
    assert len(encounters.unfilled(cast_.kora)) == 1


def test_interpreter_sees_the_pseudonym_only_and_declines(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_)
    assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    client = sign_in(cast_.ines)
    page = client.get(f"/sessions/{id_}").text
    assert ("K-cleo" in page, "Cleo Client" in page) == (True, False)
    assert "K-cleo" in client.get("/my-week").text
    answer = cast.post(client, f"/sessions/{id_}/decline", {}, f"/sessions/{id_}")
    assert answer.status_code == 303
    assert client.get(f"/sessions/{id_}").status_code == 404


def test_board_counts_statements_the_same_at_one_and_thirty(cast_: Cast, sign_in: SignIn, statements: Any) -> None:
    client = sign_in(cast_.kora)
    counts = []
    for number in (1, 30):
        for hour in range(number):
            cast.encounter(cast_, at=time(hour % 24, 0))
        with statements() as seen:
            assert client.get("/week").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 8


def test_series_with_a_clash_is_listed_and_saved_without_it(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    url = f"/cases/{cast_.case_id}/plan"
    form = {
        "day": "2027-03-09",
        "start": "10:00",
        "minutes": "50",
        "count": "1",
        "every": "1",
        "mode": "video",
        "site": "site-nord|Europe/Berlin",
        "need": cast_.need_id,
        "step": "save",
    }
    assert cast.post(client, url, form).status_code == 303
    series = form | {"day": "2027-03-02", "count": "4"}
    checked = cast.post(client, url, series | {"step": "check"})
    assert (checked.status_code, checked.text.count("The therapist is taken."), checked.text.count("Free")) == (
        200,
        1,
        3,
    )
    assert cast.post(client, url, series).status_code == 409
    assert len(encounters.unfilled(cast_.kora)) == 1
    assert cast.post(client, url, series | {"skip": "2027-03-09"}).status_code == 303
    assert len(encounters.unfilled(cast_.kora)) == 4


def test_plan_at_a_time_that_does_not_exist_says_so(cast_: Cast, sign_in: SignIn) -> None:
    form = {
        "day": "2027-03-28",
        "start": "02:30",
        "minutes": "50",
        "count": "1",
        "every": "1",
        "mode": "video",
        "site": "site-nord|Europe/Berlin",
        "need": cast_.need_id,
        "step": "save",
    }
    answer = cast.post(sign_in(cast_.kora), f"/cases/{cast_.case_id}/plan", form)
    assert answer.status_code == 409 or "does not exist" in answer.text
    assert encounters.unfilled(cast_.kora) == []


def test_plan_with_empty_fields_keeps_what_was_typed(cast_: Cast, sign_in: SignIn) -> None:
    answer = cast.post(sign_in(cast_.kora), f"/cases/{cast_.case_id}/plan", {"day": "tomorrow", "minutes": "fifty"})
    assert answer.status_code == 422
    assert "Write the date as 2027-03-28." in answer.text
    assert 'value="fifty"' in answer.text


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
def test_post_from_elsewhere_is_refused(cast_: Cast, sign_in: SignIn, headers: dict[str, str]) -> None:
    id_ = cast.encounter(cast_)
    client = sign_in(cast_.kora)
    form = {"interpreter": "p-ines", "csrf_token": cast.token(client.get("/unfilled").text)}
    assert client.post(f"/sessions/{id_}/assignment", data=form, headers=headers).status_code == 400
    assert len(encounters.unfilled(cast_.kora)) == 1
    same = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.post(f"/sessions/{id_}/assignment", data=form, headers=same).status_code == 303


@pytest.mark.parametrize("url", ["/cases/a%00b", "/unfilled?session=%00", "/week?week=%00"])
def test_nul_is_refused_in_a_sentence(cast_: Cast, sign_in: SignIn, url: str) -> None:
    assert sign_in(cast_.kora).get(url).status_code == 400


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/", "/sign-in", "/api/sites", "/f/x"])
def test_a_name_that_is_not_ours_is_refused_and_not_a_fault(app: Flask, method: str, path: str) -> None:
    answer = app.test_client().open(path, method=method, headers={"Host": "elsewhere.example"})
    assert (answer.status_code, "elsewhere" in answer.text) == (400, False)
    assert (answer.headers["Cache-Control"], answer.headers["X-Frame-Options"]) == ("no-store", "DENY")
