"""Idempotency-Key over the wire: retries, double taps, two threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import cast
from tests.cast import BERLIN, Cast
from tests.programs import Program, program, told
from triad.store.clinic import Site
from triad.store.db import db
from triad.store.encounters import Assignment
from triad.store.ledger import Repeat
from triad.store.ratings import Rating

OST = {"name": "Ost", "zone": BERLIN}


@pytest.fixture
def kora(app: Flask, cast_: Cast) -> Program:
    return program(app, cast_.kora)


def count(table: Any) -> int:
    with db.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def test_a_retry_has_the_same_answer_and_says_so(kora: Program) -> None:
    first = kora.post("/sites", OST, key="k1")
    assert (first.status_code, first.headers.get("Idempotent-Replay")) == (201, None)
    for _ in range(5):
        again = kora.post("/sites", OST, key="k1")
        assert (again.status_code, again.data, again.headers["Idempotent-Replay"]) == (201, first.data, "true")
    assert count(Site) == 2
    assert told(kora.post("/sites", {**OST, "name": "West"}, key="k1")) == (422, "unfit")
    assert told(kora.post("/sites", OST)) == (422, "unfit")
    assert kora.post("/sites", {**OST, "name": "West"}, key="k2").status_code == 201


def test_another_account_is_another_request(app: Flask, cast_: Cast, kora: Program) -> None:
    place = f"/cases/{cast_.case_id}/encounters"
    plan = {"day": "2027-03-08", "start": "10:00", "zone": BERLIN, "minutes": 50, "need": cast_.need_id}
    assert kora.post(place, plan, key="same").status_code == 201
    assert told(program(app, cast_.thea).post(place, plan, key="same")) == (409, "clash")
    # Another key of the same account is the same sender.
    assert program(app, cast_.kora).post(place, plan, key="same").headers["Idempotent-Replay"] == "true"


def test_a_refusal_is_not_kept(cast_: Cast, kora: Program) -> None:
    place, body = f"/encounters/{cast.encounter(cast_)}/assignment", {"interpreter": "p-ivo"}
    for _ in range(2):
        assert told(kora.post(place, body, key="k")) == (409, "not_eligible")
    assert count(Repeat) == 0
    assert kora.post(place, {"interpreter": "p-ines"}, key="k").status_code == 201
    assert kora.post(place, {"interpreter": "p-ines"}, key="k").headers["Idempotent-Replay"] == "true"
    assert (count(Assignment), count(Repeat)) == (1, 1)


@pytest.mark.parametrize("key", ["x" * 201, "with space", "ü"])
def test_a_key_that_does_not_fit(kora: Program, key: str) -> None:
    answer = kora.post("/sites", OST, key=key)
    assert (told(answer), list(answer.get_json()["fields"])) == ((422, "unfit"), ["idempotency_key"])


def test_double_taps_have_one_effect(app: Flask, cast_: Cast, kora: Program) -> None:
    place = f"/encounters/{cast.encounter(cast_)}/assignment"

    def tap(_: int) -> tuple[int, str | None, bytes]:
        with app.app_context():
            answer = Program(app.test_client(), kora.value).post(place, {"interpreter": "p-ines"}, key="tap")
            db.session.remove()
            return answer.status_code, answer.headers.get("Idempotent-Replay"), answer.data

    kora.get("/cases")
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(tap, range(24)))
    fresh = [one for one in found if one[:2] == (201, None)]
    replayed = [one for one in found if one[:2] == (201, "true")]
    running = [one for one in found if one[0] == 409]
    assert (len(fresh), len(fresh) + len(replayed) + len(running)) == (1, 24)
    assert {one[2] for one in replayed} <= {fresh[0][2]}
    assert (count(Assignment), count(Repeat)) == (1, 1)


def test_a_rating_sent_twice_is_one_revision(app: Flask, cast_: Cast, clock: Any) -> None:
    place = f"/encounters/{cast.encounter(cast_, interpreter='p-ines')}"
    clock.forward(days=1, hours=6)
    ines = program(app, cast_.ines)
    asked = ines.get(f"{place}/rating-form").get_json()["questions"]
    body = {"answers": {one["key"]: "4" for one in asked}}
    assert told(ines.get(f"{place}/rating")) == (404, "not_found")
    answers = [ines.post(f"{place}/rating", body, key="mine") for _ in range(3)]
    assert [one.status_code for one in answers] == [201] * 3
    assert len({one.data for one in answers}) == 1
    own = ines.get(f"{place}/rating").get_json()
    assert (own["revision"], own["answers"], {one["value"] for one in own["scores"]}) == (1, body["answers"], {75.0})
    assert count(Rating) == 1
