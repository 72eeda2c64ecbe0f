"""The coordinators' page of messages: all of them but the clients' own wishes, their words, and another try."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests import cast, postbox
from triad.domain import errors
from triad.services import assignments, context, outbox
from triad.services.context import Actor
from triad.store.db import db
from triad.store.ledger import OutboxMessage
from triad.store.people import Account, Person
from triad.web.pages.messages import PROBLEMS

Enter = Callable[[Actor], Any]


def write(who: cast.Cast, id_: str, **columns: Any) -> str:
    with context.work(Actor(who.clinic, source="test")) as ctx:
        plain = {"person_id": "p-thea", "kind": "moved", "subject": "none", "written_at": ctx.now}
        ctx.session.add(OutboxMessage(id=id_, **plain | columns))
    return id_


def state(who: cast.Cast, id_: str) -> tuple[str, str, int, bool]:
    with context.look(who.kora) as ctx:
        row = ctx.session.get(OutboxMessage, id_)
        assert row is not None
        return row.state, row.problem, row.tries, row.doubtful


def test_what_was_written_is_shown_with_its_words(cast_: cast.Cast, sign_in: Enter) -> None:
    id_ = cast.encounter(cast_)
    assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    kora = sign_in(cast_.kora)
    page = kora.get("/messages").text
    assert "2 messages are waiting" in page
    assert "No mail server is set: nothing leaves. Here is what would." in page
    links = re.findall(r'href="(/messages/[^"?]+)"', page)
    shown = [kora.get(link).text for link in links]
    assert sorted("Say yes or no on the page." in text for text in shown) == [False, True]
    assert all("Date: Tuesday 2 March 2027" in text for text in shown)
    assert all(f'href="/sessions/{id_}"' in text for text in shown)


def test_words_are_in_the_readers_language(cast_: cast.Cast, sign_in: Enter) -> None:
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        account = ctx.session.get(Account, "a-ines")
        assert account is not None
        account.locale = "ar"
    assignments.assign_interpreter(cast_.kora, cast.encounter(cast_), "p-ines")
    kora = sign_in(cast_.kora)
    shown = [kora.get(link).text for link in re.findall(r'href="(/messages/[^"?]+)"', kora.get("/messages").text)]
    assert sorted('<div class="stack" lang="ar" dir="rtl">' in text for text in shown) == [False, True]


@pytest.mark.parametrize(
    ("now", "problem", "status"),
    [
        ("failed", "no_server", 303),
        ("given_up", "no_address", 303),
        ("unsure", "no_answer", 303),
        ("waiting", "", 409),
        ("sending", "", 409),
        ("sent", "", 409),
        ("given_up", "overtaken", 409),
        ("given_up", "before_mail", 409),
    ],
)
def test_another_try_is_for_what_has_not_arrived(
    cast_: cast.Cast, sign_in: Enter, now: str, problem: str, status: int
) -> None:
    id_ = write(cast_, "m-1", state=now, problem=problem, tries=8, doubtful=now == "unsure")
    before = state(cast_, id_)
    kora = sign_in(cast_.kora)
    assert cast.post(kora, f"/messages/{id_}/again", page="/messages").status_code == status
    assert state(cast_, id_) == (("waiting", "", 0, now == "unsure") if status == 303 else before)


def test_a_clients_wish_to_be_contacted_is_no_message_for_coordinators(cast_: cast.Cast, sign_in: Enter) -> None:
    kora = sign_in(cast_.kora)
    before = [kora.get("/messages").text, kora.get("/messages?show=waiting").text]
    write(cast_, "m-wish", kind="contact_me", subject=cast_.case_id)

    after = [kora.get("/messages").text, kora.get("/messages?show=waiting").text]
    assert [cast.unstamped(page) for page in after] == [cast.unstamped(page) for page in before]
    assert kora.get("/messages/m-wish").status_code == 404
    assert cast.post(kora, "/messages/m-wish/again", page="/messages").status_code == 404
    with pytest.raises(errors.NotFound):
        outbox.again(cast_.kora, "m-wish")
    # The same look at a message of another kind does see it.
    write(cast_, "m-other", kind="handed_over", subject=cast_.case_id)
    assert cast.unstamped(kora.get("/messages").text) != cast.unstamped(before[0])


def test_every_filter_shows_its_own_and_its_number(cast_: cast.Cast, sign_in: Enter) -> None:
    states = ("waiting", "sending", "failed", "unsure", "given_up", "sent")
    for number, one in enumerate(states):
        write(cast_, f"m-{number}", state=one, problem="refused" if one == "given_up" else "")
    write(cast_, "m-9", state="given_up", problem="overtaken")
    assert outbox.counts(cast_.kora) == {"all": 7, "waiting": 3, "trouble": 3, "sent": 1}
    kora = sign_in(cast_.kora)
    for which, count in outbox.counts(cast_.kora).items():
        page = kora.get(f"/messages?show={which}").text
        assert len(re.findall(r'class="row-link"', page)) == count
    assert len(re.findall(r'class="row-link"', kora.get("/messages?show=nonsense&page=-4").text)) == 7


def test_lists_take_as_many_statements_for_one_as_for_many(
    cast_: cast.Cast, sign_in: Enter, statements: Callable[[], Any]
) -> None:
    kora, found = sign_in(cast_.kora), []
    for number in range(6):
        write(cast_, f"m-{number}")
        if number in (0, 5):
            with statements() as seen:
                kora.get("/messages")
            found.append(len(seen))
    assert found[0] == found[1]


def test_whatever_is_named_a_problem_has_a_sentence() -> None:
    from pathlib import Path

    import triad

    root = Path(triad.__file__).parent
    sources = "".join((root / path).read_text("utf-8") for path in ("formats/smtp.py", "formats/sms.py"))
    named = set(re.findall(r'Outcome\.\w+, "(\w+)"', sources)) | set(re.findall(r'return "(no_\w+)"', sources))
    assert named - set(PROBLEMS) == set()
    assert len(named) >= 6


def test_short_messages_are_asked_for_and_taken_back(cast_: cast.Cast, sign_in: Enter) -> None:
    filed = cast_.clinic.filed
    try:
        cast_.clinic.filed = replace(filed, sms_url="https://sms.example.org/x")
        cast_.clinic.outdate()
        ines = sign_in(cast_.ines)
        assert "short message" not in ines.get("/me").text
        assert cast.post(ines, "/me/messages", {"sms": "yes"}, page="/me").status_code == 422
        with context.work(Actor(cast_.clinic, source="test")) as ctx:
            person = ctx.session.get(Person, "p-ines")
            assert person is not None
            person.phone = "+49 151 2345678"
        assert "short message" in ines.get("/me").text
        wanted = []
        for fields in ({"sms": "yes"}, {}):
            assert cast.post(ines, "/me/messages", fields, page="/me").status_code == 303
            db.session.close()
            with context.look(cast_.kora) as ctx:
                found = ctx.session.get(Person, "p-ines")
                wanted.append(bool(found and found.sms_since))
        assert wanted == [True, False]
    finally:
        cast_.clinic.filed = filed
        cast_.clinic.outdate()


def test_a_server_that_is_set_is_not_said_to_be_missing(cast_: cast.Cast, sign_in: Enter) -> None:
    filed = cast_.clinic.filed
    try:
        cast_.clinic.filed = replace(filed, **postbox.SET)
        cast_.clinic.outdate()
        assert "No mail server" not in sign_in(cast_.kora).get("/messages").text
    finally:
        cast_.clinic.filed = filed
        cast_.clinic.outdate()
