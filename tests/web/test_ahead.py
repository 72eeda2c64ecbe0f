"""A tablet that loses the network: all screens at once, and what it kept taken once, as if step by step."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests import cast
from tests.web.test_room import LINES, MARKS
from tests.web.test_tablets import _take_back, begin, hand_over, step
from triad.formats import wordings
from triad.services import context, invitations, settings
from triad.services.context import Actor
from triad.store.contacts import ContactWish
from triad.store.db import db
from triad.store.ratings import Answer, Draft, Invitation, Rating
from triad.store.settings import SettingChange

STILL_OPEN = select(ContactWish).where(ContactWish.closed_at.is_(None)).order_by(ContactWish.id)
WORD = "0b9cf6f2-94cc-4a6b-bb0a-5a7d1f5f0c11"
FIRST = (("step", {"screen": "who_sees"}), ("step", {"screen": "practice", "practice": "3"}))
LAST = (
    ("step", {"screen": "who_helped", "helped": "staff"}),
    ("step", {"screen": "review"}),
    ("send", {"choice": "lead_only", "contact_me": "yes", "another_interpreter": "yes"}),
)


def answers(marks: tuple[str, ...] = MARKS) -> list[tuple[str, dict[str, str]]]:
    pairs = zip(LINES, marks, strict=True)
    return [("answer", {"line": line, "answer" if mark.isdecimal() else "missing": mark}) for line, mark in pairs]


@pytest.fixture
def held(cast_: cast.Cast) -> str:
    settings.change(cast_.ada, {"offline_tablets": "yes"}, [], 0)
    return cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)


@pytest.fixture
def tablet(cast_: cast.Cast, held: str, sign_in: Callable[..., Any]) -> FlaskClient:
    """In a client's hands, Tigrinya chosen."""
    client = sign_in(cast_.thea)
    hand_over(client, held, "ti")
    cast.post(client, "/f/tablet")
    step(client, "/f/language", language="ti")
    return client


def stamp(client: FlaskClient) -> str:
    return cast.token(client.get("/f/").text)


def send(client: FlaskClient, steps: Any, stamped: str, word: str = WORD) -> Any:
    kept = steps if isinstance(steps, str) else json.dumps([{"to": name, **given} for name, given in steps])
    return client.post("/f/ahead", data={"csrf_token": stamped, "key": word, "steps": kept})


def count(kind: Any) -> int:
    found = db.session.scalar(select(func.count()).select_from(kind)) or 0
    db.session.close()
    return found


def test_off_unless_the_clinic_wants_it(cast_: cast.Cast, sign_in: Callable[..., Any]) -> None:
    held = cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)
    client = sign_in(cast_.thea)
    hand_over(client, held, "ti")
    page = begin(client)
    assert ("data-ahead" in page, "ahead.js" in page, "tablet.js" in page) == (False, False, True)
    refused = (client.get("/f/ahead"), send(client, answers(), cast.token(page)))
    assert ([one.status_code for one in refused], count(Draft)) == ([410, 410], 0)


def test_all_screens_come_at_once_and_hold_no_answer(tablet: FlaskClient) -> None:
    stamped = stamp(tablet)
    assert ("data-ahead" in (page := tablet.get("/f/").text), "ahead.js" in page) == (True, True)
    for name, given in (*FIRST, *answers()[:2]):
        tablet.post(f"/f/{name}", data={"csrf_token": stamped, **given})
    answer = tablet.get("/f/ahead")
    found, words = answer.json, wordings.wording("ti")
    assert answer.headers["Cache-Control"] == "no-store"
    assert [one["name"] for one in found["screens"]] == [
        *("who_sees", "practice"),
        *LINES,
        *("who_helped", "review", "choice"),
    ]
    assert found["done"] == ["language", "who_sees", "practice", *LINES[:2]]
    pages = [unescape(one["page"]) for one in found["screens"]]
    assert all('<html lang="ti"' in page and words.ui["offline_kept"] in page for page in pages)
    assert [page for page in pages if re.search(r"<input[^>]*\schecked", page)] == []
    assert words.ui["release_title"] in pages[-1]
    assert pages[-2].count(words.ui["review_answered"]) == len(LINES)
    assert words.ui["offline_kept"] in unescape(found["kept"])
    assert words.ui["gone_title"] in unescape(found["gone"])
    assert len(gzip.compress(answer.data)) < 60 * 1024


def test_what_was_kept_is_the_rating_that_steps_would_have_made(
    tablet: FlaskClient, cast_: cast.Cast, sign_in: Callable[..., Any]
) -> None:
    thanks = send(tablet, (*FIRST, *answers(), *LAST), stamp(tablet))
    assert (thanks.status_code, wordings.wording("ti").ui["thanks_title"] in unescape(thanks.text)) == (200, True)
    second = cast.encounter(cast_, date(2027, 2, 27), interpreter="p-ines", held=True, id_="second")
    stepping = sign_in(cast_.thea)
    hand_over(stepping, second, "ti")
    cast.post(stepping, "/f/tablet")
    step(stepping, "/f/language", language="ti")
    stamped = stamp(stepping)
    for name, given in (*FIRST, *answers(), *LAST):
        stepping.post(f"/f/{name}", data={"csrf_token": stamped, **given})
    assert _stamps(stepping.get("/f/").text) == _stamps(thanks.text)
    rows = db.session.scalars(select(Rating)).all()
    made = [(one.mode, one.choice, one.language, one.policy, one.typed_by) for one in rows]
    given = [
        sorted((row.item, row.direction, row.value, row.missing, row.wording) for row in found)
        for one in rows
        if (found := db.session.scalars(select(Answer).where(Answer.rating_id == one.id)).all())
    ]
    # The wish for another interpreter as well, of which a case has one open.
    assert [row.encounter_id for row in db.session.scalars(STILL_OPEN)] == [None, "second", None]
    db.session.close()
    assert made == [("read_by_other_staff", "lead_only", "ti", "client-choice", None)] * 2
    assert given[0] == given[1]
    assert len(given[0]) == len(LINES)


def _stamps(page: str) -> str:
    return re.sub(r'(value|data-stamp)="[^"]*"', "", page)


def test_sent_again_it_changes_nothing_and_is_answered_alike(
    tablet: FlaskClient, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamped, whole = stamp(tablet), (*FIRST, *answers(), *LAST)
    first = send(tablet, whole, stamped)
    clock.forward(minutes=20)
    again = send(tablet, whole, stamped)
    assert (again.status_code, again.text, count(Rating)) == (200, first.text, 1)
    other = send(tablet, (*FIRST, *answers()), stamped)
    assert (other.status_code, count(Rating), count(Draft)) == (422, 1, 0)
    late = send(tablet, whole, stamped, WORD[::-1])
    assert (late.status_code, count(Rating)) == (410, 1)


def test_half_a_form_is_kept_and_goes_on_by_steps(tablet: FlaskClient, clock: Any) -> None:
    stamped = stamp(tablet)
    clock.forward(minutes=29)
    assert tablet.get("/f/").location == "/f/tablet"
    answer = send(tablet, (*FIRST, *answers()[:3]), stamped)
    assert (answer.status_code, wordings.wording("ti").texts["task.1", "CT"] in unescape(answer.text)) == (200, True)
    assert count(Draft) == 3
    assert tablet.get("/f/").status_code == 200
    for name, given in (*answers()[3:], *LAST):
        tablet.post(f"/f/{name}", data={"csrf_token": stamped, **given})
    assert count(Rating) == 1


def _end(client: FlaskClient, who: cast.Cast, held: str, how: str, clock: Any) -> None:
    if how == "over":
        clock.forward(days=8)
    elif how == "newer":
        invitations.issue(who.thea, held, "ar")
    elif how == "taken back":
        assert _take_back(client).location == "/sign-in"
    elif how == "revoked":
        with context.work(Actor(who.clinic, source="test")) as ctx:
            ctx.session.scalars(select(Invitation)).one().revoked_at = ctx.now


@pytest.mark.parametrize("how", ["over", "newer", "taken back", "revoked", "elsewhere"])
def test_what_has_nowhere_to_go_is_told_without_blame(
    tablet: FlaskClient, cast_: cast.Cast, held: str, clock: Any, how: str
) -> None:
    gone, stamped = unescape(tablet.get("/f/ahead").json["gone"]), stamp(tablet)
    words = wordings.wording("ti").ui
    assert (words["gone_title"] in gone, words["gone_body"] in gone, '<html lang="ti"' in gone) == (True,) * 3
    _end(tablet, cast_, held, how, clock)
    if how == "elsewhere":
        stamped = "x"
    answer = send(tablet, (*FIRST, *answers(), *LAST), stamped)
    assert (answer.status_code, count(Rating), count(Draft)) == (
        400 if how in ("elsewhere", "taken back") else 410,
        0,
        0,
    )


@pytest.mark.parametrize(
    "steps",
    [
        (*FIRST, ("answer", {"line": LINES[0], "answer": "6"})),
        (*FIRST, ("answer", {"line": LINES[0], "answer": "²"})),
        (*FIRST, ("answer", {"line": LINES[0]})),
        (*FIRST, ("answer", {"line": "bond.1:TC", "answer": "3"})),
        (*FIRST, *answers()[1:]),
        (*FIRST, *answers(), ("step", {"screen": "who_helped", "helped": "a dog"})),
        (*FIRST, *answers(), LAST[2]),
        (*FIRST, *answers(), *LAST[:2], ("send", {"choice": "everybody"})),
        (*FIRST, ("language", {"language": "ar"})),
        "",
        "{}",
        "[1]",
        '[{"to": 1}]',
        "[" * 100_000,
        json.dumps([{"to": "step", "screen": "who_sees"}] * 201),
    ],
)
def test_what_a_step_would_refuse_is_refused_whole(tablet: FlaskClient, steps: Any) -> None:
    answer = send(tablet, steps, stamp(tablet))
    assert (answer.status_code, wordings.wording("ti").ui["who_sees_title"] in unescape(answer.text)) == (422, True)
    assert (count(Draft), count(Rating)) == (0, 0)


@pytest.mark.parametrize("word", ["", "short", "x" * 65, "0b9cf6f2-94cc-4a6b-bb0a-5a7d1f5f0c1é"])
def test_a_word_that_cannot_tell_requests_apart_is_refused(tablet: FlaskClient, word: str) -> None:
    assert (send(tablet, (*FIRST, *answers()), stamp(tablet), word).status_code, count(Draft)) == (422, 0)


def test_a_clients_own_telephone_keeps_nothing(cast_: cast.Cast, held: str, app: Any) -> None:
    client = app.test_client()
    token = invitations.issue(cast_.thea, held, "ti")
    client.post(f"/f/{token}", data={"csrf_token": cast.token(client.get(f"/f/{token}").text)})
    page = client.get("/f/").text
    refused = (client.get("/f/ahead"), send(client, (*FIRST, *answers()), cast.token(page)))
    assert ("data-ahead" in page, [one.status_code for one in refused]) == (False, [410, 410])


def test_an_admin_switches_it_on_and_the_trail_says_so(cast_: cast.Cast, sign_in: Callable[..., Any]) -> None:
    ada = sign_in(cast_.ada)
    page = ada.get("/settings").text
    assert re.search(r'<option value="no" selected>', page.partition('name="offline_tablets"')[2][:200])
    fields = {"version": "0", "offline_tablets": "yes"}
    assert cast.post(ada, "/settings", fields).status_code == 303
    steps = [(row.key, row.was, row.now) for row in db.session.scalars(select(SettingChange))]
    db.session.close()
    assert steps == [("offline_tablets", "no", "yes")]
