"""Cases, needs and exclusions as pages: forms keep what was written, nobody sees what is not theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.cast import Cast
from tests.programs import program
from triad.services import cases, exclusions

SignIn = Callable[[Any], Any]
REASON = "knows her brother"
NEW = {
    "code": "T-3003",
    "client": "p-cleo",
    "therapist": "p-otto",
    "site": "",
    "usual_interpreter": "",
    "opened_on": "2027-03-01",
    "language": "",
}
NEED = {"version": "1", "min_level": "3", "wish_kind": "none", "gender_wish": "", "mode": "video", "dialect": ""}


def test_case_is_opened_by_its_form_and_found_in_the_list(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    assert "/cases/new" in client.get("/cases").text
    answer = cast.post(client, "/cases/new", NEW)
    assert answer.status_code == 303
    assert "Cleo Client" in client.get(answer.location).text
    assert "T-3003" in client.get("/cases").text


def test_case_form_keeps_what_was_written_and_asks_which_variety(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    answer = cast.post(client, "/cases/new", NEW | {"code": "<b>ኑራ</b>", "client": "", "language": "Kurdish"})
    assert answer.status_code == 422
    assert 'value="&lt;b&gt;ኑራ&lt;/b&gt;"' in answer.text
    assert 'id="f-client-error"' in answer.text
    assert 'value="p-otto" selected' in answer.text
    assert ('value="kmr"' in answer.text, 'value="ckb"' in answer.text) == (True, True)
    assert cases.listed(cast_.kora)[1] == 2


def test_case_closes_by_its_form_and_moves_to_the_closed_ones(cast_: Cast, sign_in: SignIn) -> None:
    client, url = sign_in(cast_.thea), f"/cases/{cast_.case_id}/change"
    form = {"version": "1", "site": "site-nord", "usual_interpreter": "p-ines", "opened_on": "2026-12-01"}
    answer = cast.post(client, url, form | {"closed_on": "2026-11-01"})
    assert (answer.status_code, 'id="f-closed_on-error"' in answer.text) == (422, True)
    assert 'value="p-ines" selected' in answer.text
    assert cast.post(client, url, form | {"closed_on": "2027-03-01"}).status_code == 303
    assert ("T-1001" in client.get("/cases").text, "T-1001" in client.get("/cases?show=closed").text) == (False, True)
    assert cast.post(client, url, form).status_code == 412


def test_case_is_not_given_to_a_therapist_who_is_taken(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    plan = {"day": "2027-03-02", "start": "14:30", "minutes": "50", "count": "1", "every": "1", "mode": "video"}
    plan |= {"site": "site-nord|Europe/Berlin", "step": "save"}
    for case, need in ((cast_.case_id, cast_.need_id), (cast_.other_case_id, cast_.other_need_id)):
        assert cast.post(client, f"/cases/{case}/plan", plan | {"need": need}).status_code == 303
    form = {"version": "1", "therapist": "p-otto", "opened_on": "2026-12-01"}
    answer = cast.post(client, f"/cases/{cast_.case_id}/change", form)
    assert (answer.status_code, 'id="f-therapist-error"' in answer.text) == (409, True)
    assert cases.show(cast_.kora, cast_.case_id).case.therapist_id == "p-thea"


def test_need_is_changed_and_a_second_one_added_by_forms(cast_: Cast, sign_in: SignIn) -> None:
    client, base = sign_in(cast_.thea), f"/cases/{cast_.case_id}/needs"
    wish = NEED | {"language": "ti", "wish_kind": "require", "gender_wish": "woman"}
    assert cast.post(client, f"{base}/{cast_.need_id}", wish).status_code == 303
    assert "only a woman" in client.get(f"/cases/{cast_.case_id}").text
    answer = cast.post(client, f"{base}/new", NEED | {"version": "2", "language": "Arabic", "dialect": "my own"})
    assert (answer.status_code, 'value="apc"' in answer.text, 'value="my own"' in answer.text) == (422, True, True)
    answer = cast.post(client, f"{base}/new", NEED | {"version": "2", "language": "apc"})
    assert answer.status_code == 303
    page = client.get(f"/cases/{cast_.case_id}").text
    assert "شامي" in page
    new = next(one.id for one in cases.show(cast_.thea, cast_.case_id).case.needs if one.id != cast_.need_id)
    url = f"{base}/{new}"
    assert cast.post(client, f"{url}/remove", {"version": "3"}, url).status_code == 303
    assert "شامي" not in client.get(f"/cases/{cast_.case_id}").text


def test_lead_is_told_who_works_in_a_case_and_never_when(app: Flask, cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    read = {}
    for name in ("kora", "thea", "lena"):
        client, key = sign_in(getattr(cast_, name)), program(app, getattr(cast_, name))
        pages = [client.get(f"/cases/{cast_.case_id}").text, client.get("/cases").text]
        told = key.get(f"/cases/{cast_.case_id}").get_json()
        read[name] = [*["2 Mar 14:30" in page for page in pages], "T-1001" in pages[0], "Thea" in pages[0]]
        read[name] += [{"needs", "site", "opened_on"} <= set(told), id_ in pages[0]]
        read[name] += [key.get(f"/cases/{cast_.case_id}/encounters").status_code]
    assert read["kora"] == read["thea"] == [True, True, True, True, True, True, 200]
    assert read["lena"] == [False, False, True, True, False, False, 404]


def test_plan_starts_with_how_the_interpreter_takes_part(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.thea)
    cast.post(client, f"/cases/{cast_.case_id}/needs/{cast_.need_id}", NEED | {"language": "ti"})
    assert '<option value="video" selected>' in client.get(f"/cases/{cast_.case_id}/plan").text


def test_reason_is_on_the_therapists_page_and_on_no_other(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    client, url = sign_in(cast_.thea), f"/cases/{cast_.case_id}/exclusions"
    assert cast.post(client, url, {"interpreter": "p-ines", "reason": REASON}).status_code == 303
    page = client.get(url).text
    assert (REASON in page, "still has 1 session to come" in page) == (True, True)
    kora = sign_in(cast_.kora)
    pages = ["/unfilled", f"/cases/{cast_.case_id}", f"/sessions/{id_}", f"/sessions/{id_}/candidates", "/audit"]
    pages += ["/people?tab=interpreters", "/people/interpreters/p-ines", url, f"/cases/{cast_.case_id}/change"]
    assert [one for one in pages if REASON in kora.get(one).text] == []
    assert "Not available for this client" in kora.get(f"/cases/{cast_.case_id}").text
    answer = cast.post(client, url, {"interpreter": "", "reason": "kept words"})
    assert (answer.status_code, "kept words" in answer.text) == (422, True)
    assert cast.post(client, f"{url}/p-ines/lift", {}, url).status_code == 303
    assert REASON not in client.get(url).text


@pytest.mark.parametrize("url", ["/my-week", "/sessions/hers", "/my-hours", "/me", "/cases/case-T-1001/briefing"])
def test_interpreters_pages_are_the_same_to_the_byte_with_an_exclusion(
    cast_: Cast, sign_in: SignIn, url: str
) -> None:
    cast.encounter(cast_, interpreter="p-ines", id_="hers")
    client = sign_in(cast_.ines)

    def page() -> str:
        text = client.get(url).text
        return text.replace(cast.token(text), "")

    before = page()
    exclusions.write(cast_.thea, cast_.case_id, {"interpreter": "p-ines", "reason": REASON})
    assert page() == before
    assert client.get("/cases/case-T-1001/exclusions").status_code == 404


@pytest.mark.parametrize("name", ["otto", "ines", "ivo", "lena", "ada", "aud", "kora"])
def test_pages_of_a_case_are_not_there_for_others(cast_: Cast, sign_in: SignIn, name: str) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    exclusions.write(cast_.thea, cast_.case_id, {"interpreter": "p-ines", "reason": REASON})
    client, base = sign_in(getattr(cast_, name)), f"/cases/{cast_.case_id}"
    urls = [f"{base}/exclusions"]
    if name != "kora":
        urls += ["/cases/new", f"{base}/change", f"{base}/needs/new", f"{base}/needs/{cast_.need_id}"]
    found = {url: client.get(url) for url in urls}
    expected = dict.fromkeys(urls, 404)
    if name == "otto":
        assert client.get(f"/cases/{cast_.other_case_id}/change").status_code == 200
    assert {url: answer.status_code for url, answer in found.items()} == expected
    assert [url for url, answer in found.items() if REASON in answer.text or "Cleo" in answer.text] == []
    assert sign_in(cast_.thea).get(f"{base}/exclusions").status_code == 200
