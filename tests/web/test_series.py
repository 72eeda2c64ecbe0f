"""A series by page and by program: dates shown first, then moved or cancelled together; left-out ones come back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Flask

from tests import cast
from tests.cast import Cast
from tests.programs import program, told
from tests.services.test_series import days, laid
from triad.services import encounters, hours
from triad.store.db import db

SignIn = Callable[[Any], Any]


def form(**more: Any) -> dict[str, Any]:
    seats = dict.fromkeys(("mode_t", "mode_i", "mode_c"), "in_person")
    when = {
        "day": "2027-03-03",
        "start": "09:00",
        "minutes": "50",
        "site": "site-nord|Europe/Berlin",
        "room": "room-1",
    }
    return {**when, **seats, "version": "1", "scope": "all", "step": "check", **more}


def test_dates_are_shown_before_they_move(cast_: Cast, sign_in: SignIn) -> None:
    ids = laid(cast_, 3)
    client, path = sign_in(cast_.kora), f"/sessions/{ids[0]}/series"
    assert f'href="{path}"' in client.get(f"/sessions/{ids[0]}").text
    page = client.get(path).text
    assert ("3 sessions in this series" in page, 'value="2027-03-02"' in page) == (True, True)
    page = cast.post(client, path, form()).text
    assert ("3 of 3 dates can move" in page, days(cast_, ids)[0]) == (True, "02.03 14:30")
    answer = cast.post(client, path, form(step="save", keep="2027-03-09", shown="yes"))
    assert (answer.status_code, days(cast_, ids)) == (303, ["03.03 09:00", "09.03 14:30", "17.03 09:00"])


def test_blocked_date_says_why_and_is_ticked(cast_: Cast, sign_in: SignIn) -> None:
    ids = laid(cast_, 3, "p-ines")
    hours.add_off(cast_.ines, {"from_day": "2027-03-10", "to_day": "2027-03-10"})
    db.session.close()
    client, path = sign_in(cast_.kora), f"/sessions/{ids[0]}/series"
    answer = cast.post(client, path, form(step="save", version="2", shown="yes"))
    assert (answer.status_code, days(cast_, ids)[0]) == (409, "02.03 14:30")
    assert ("The interpreter cannot come." in answer.text, "Away" in answer.text) == (True, True)
    page = cast.post(client, path, form(version="2")).text
    assert 'name="keep" value="2027-03-09" checked' in page
    assert cast.post(client, path, form(version="1", step="save")).status_code == 412
    assert cast.post(client, path, form(day="soon")).status_code == 422


def test_left_out_date_comes_back_and_several_are_cancelled(cast_: Cast, sign_in: SignIn) -> None:
    ids = laid(cast_, 4, skip={date(2027, 3, 16)})
    client, path = sign_in(cast_.kora), f"/sessions/{ids[0]}/series"
    page = client.get(path).text
    assert "Plan it after all" in page
    (skipped,) = (part.split('"')[0] for part in page.split(f"{path}/skipped/")[1:])
    cast.post(client, f"{path}/skipped/{skipped}", page=path)
    page = client.get(path).text
    assert ("4 sessions in this series" in page, "Plan it after all" in page) == (True, False)
    answer = cast.post(client, f"{path}/cancel", {"scope": "later", "by": "clinic", "version": "1"}, page=path)
    assert answer.status_code == 303
    db.session.close()
    assert {encounters.show(cast_.kora, id_).status for id_ in ids} == {"cancelled"}


def test_programs_check_move_and_cancel(app: Flask, cast_: Cast) -> None:
    ids = laid(cast_, 3, skip={date(2027, 3, 9)})
    kora, path = program(app, cast_.kora), f"/encounters/{ids[0]}/series"
    shown = kora.get(path).get_json()
    assert ([one["id"] for one in shown["items"]], shown["skipped"][0]["day"]) == (ids, "2027-03-09")
    body = {"scope": "all", "day": "2027-03-03", "start": "09:00", "zone": "Europe/Berlin", "minutes": 50}
    body |= {"site": "site-nord", "room": "room-1"}
    assert told(kora.post(f"{path}/check", body)) == (428, "which_version")
    found = kora.post(f"{path}/check", body, seen='"1"').get_json()["items"]
    assert [(one["day"], one["problem"], one["codes"]) for one in found] == [
        ("2027-03-03", "", []),
        ("2027-03-17", "", []),
    ]
    assert kora.post(f"{path}/move", body, seen='"1"').get_json() == {"ids": ids}
    assert told(kora.post(f"{path}/move", body, seen='"1"')) == (412, "stale")
    assert kora.post(f"{path}/skipped/{shown['skipped'][0]['id']}").status_code == 201
    assert kora.post(f"{path}/cancel", {"scope": "all", "by": "clinic"}, seen='"2"').get_json() == {"count": 3}
    assert told(program(app, cast_.thea).get(path)) == (404, "not_found")
