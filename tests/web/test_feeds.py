"""A calendar to subscribe to: read by another library after each change, dead when ended, silent about people."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import vobject
from flask import Flask

from tests import cast
from tests.conftest import Clock
from tests.walks.works import ANSWERS, OTHER_ANSWERS
from triad.domain.modes import ALL_IN_PERSON
from triad.domain.timespans import WallTime
from triad.services import assignments, casework, context, encounters, feeds, invitations, moves, ratings
from triad.services.context import Actor
from triad.services.moves import Change
from triad.store.clinic import LanguageSkill
from triad.store.encounters import Encounter
from triad.store.people import Account

START = datetime(2027, 3, 2, 13, 30, tzinfo=UTC)
WORDS = ("Cleo", "Client", "Thea", "Ines", "tigrinya", "therap", "psych", "session", "patient", "rating", "Room 9")


def subscribe(app: Flask, actor: Actor) -> str:
    return f"/calendar/{feeds.make(actor)}.ics"


def opened(app: Flask, url: str) -> dict[str, Any]:
    """uid -> what another library reads there."""
    answer = app.test_client().get(url)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    known = vars(vobject.icalendar)["__tzidMap"]
    for name in set(known) - {"UTC"}:
        del known[name]
    found = vobject.readOne(answer.text).contents.get("vevent", [])
    return {one.uid.value: one for one in found}


def brief(event: Any) -> tuple[str, str, str, int]:
    start = event.dtstart.value.astimezone(UTC)
    return f"{start:%m-%d %H:%M}", event.status.value, event.transp.value, int(event.sequence.value)


def only(app: Flask, url: str) -> tuple[str, str, str, int]:
    (event,) = opened(app, url).values()
    return brief(event)


def moved(who: cast.Cast, id_: str, day: int, release: bool = False) -> None:
    row = encounters.show(who.kora, id_)
    wall = WallTime(date(2027, 3, day), time(9), cast.BERLIN)
    moves.move(who.kora, id_, Change(wall, 50, who.site_id, who.room_id, ALL_IN_PERSON, row.version, release))


def test_therapist_and_interpreter_read_the_same_session_apart(app: Flask, cast_: cast.Cast) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    thea, ines, otto = (opened(app, subscribe(app, one)) for one in (cast_.thea, cast_.ines, cast_.otto))
    assert (list(thea), list(ines), otto) == ([f"{id_}.t@triad"], [f"{id_}.i@triad"], {})
    for found in (*thea.values(), *ines.values()):
        assert brief(found)[:3] == ("03-02 13:30", "CONFIRMED", "OPAQUE")
        assert (found.location.value, found.summary.value) == ("Site Nord", "Appointment T-1001")


def test_a_move_and_a_cancellation_count_up_and_keep_who_it_is(app: Flask, cast_: cast.Cast) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    thea, ines = subscribe(app, cast_.thea), subscribe(app, cast_.ines)
    before = [set(opened(app, url)) for url in (thea, ines)]
    assert (only(app, thea)[3], only(app, ines)[3]) == (0, 1)
    moved(cast_, id_, 4)
    assert only(app, thea) == ("03-04 08:00", "CONFIRMED", "OPAQUE", 1)
    assert only(app, ines) == ("03-04 08:00", "CONFIRMED", "OPAQUE", 2)
    encounters.cancel(cast_.kora, id_, "client")
    assert only(app, thea) == ("03-04 08:00", "CANCELLED", "TRANSPARENT", 2)
    assert only(app, ines) == ("03-04 08:00", "CANCELLED", "TRANSPARENT", 4)
    moves.restore(cast_.kora, id_, encounters.show(cast_.kora, id_).version)
    assert only(app, thea) == ("03-04 08:00", "CONFIRMED", "OPAQUE", 3)
    assert [set(opened(app, url)) for url in (thea, ines)] == before


def test_a_swap_changes_nothing_for_the_therapist_and_ends_the_first_ones_copy(app: Flask, cast_: cast.Cast) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    thea, ines, ivo = (subscribe(app, one) for one in (cast_.thea, cast_.ines, cast_.ivo))
    before = app.test_client().get(thea).data
    assignments.release(cast_.kora, id_, "Ill.")
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.add(LanguageSkill(id="sk-ivo-ti", interpreter_id="p-ivo", language="ti", into="en", level=5))
    assignments.assign_interpreter(cast_.kora, id_, "p-ivo")
    assert app.test_client().get(thea).data == before
    assert only(app, ines) == ("03-02 13:30", "CANCELLED", "TRANSPARENT", 2)
    assert only(app, ivo) == ("03-02 13:30", "CONFIRMED", "OPAQUE", 1)
    assert list(opened(app, ivo)) == list(opened(app, ines))


def test_who_was_released_does_not_learn_where_it_goes(app: Flask, cast_: cast.Cast) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    ines = subscribe(app, cast_.ines)
    moved(cast_, id_, 4, release=True)
    assert opened(app, ines) == {}


def test_ratings_marks_and_answers_move_nothing(app: Flask, cast_: cast.Cast, clock: Clock) -> None:
    id_ = cast.encounter(cast_, day=date(2027, 2, 26), interpreter="p-ines")
    urls = [subscribe(app, one) for one in (cast_.thea, cast_.ines)]
    before = [(answer.data, answer.headers["ETag"]) for answer in map(app.test_client().get, urls)]
    encounters.mark(cast_.thea, id_, "held")
    for actor, answers in ((cast_.thea, ANSWERS), (cast_.ines, OTHER_ANSWERS)):
        clock.forward(hours=1)
        ratings.submit(actor, id_, answers)
    token = invitations.issue(cast_.thea, id_, "ar")
    assert invitations.open_link(Actor(cast_.clinic), token)
    assert [(answer.data, answer.headers["ETag"]) for answer in map(app.test_client().get, urls)] == before


def test_an_unchanged_calendar_is_not_sent_again(app: Flask, cast_: cast.Cast) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    url, reader = subscribe(app, cast_.thea), app.test_client()
    etag = reader.get(url).headers["ETag"]
    again = reader.get(url, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    encounters.cancel(cast_.kora, id_, "client")
    assert reader.get(url, headers={"If-None-Match": etag}).status_code == 200


def masked(answer: Any) -> tuple[int, str, list[tuple[str, str]]]:
    """Without the number and the token that every answer has anew."""
    headers = sorted((k, v) for k, v in answer.headers if k not in ("Set-Cookie", "Date"))
    return answer.status_code, cast.unstamped(answer.text), headers


def test_wrong_ended_renewed_and_orphaned_addresses_answer_alike(app: Flask, cast_: cast.Cast) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    ended, renewed, orphaned, jobless = (feeds.make(one) for one in (cast_.thea, cast_.ines, cast_.otto, cast_.ivo))
    feeds.end(cast_.thea)
    fresh = feeds.make(cast_.ines)
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        account, other = (ctx.session.get(Account, id_) for id_ in ("a-otto", "a-ivo"))
        assert account is not None
        assert other is not None
        account.active = False
        other.roles.clear()
    tokens = ("x" * 43, ended, renewed, orphaned, jobless)
    answers = [masked(app.test_client().get(f"/calendar/{token}.ics")) for token in tokens]
    assert answers[0][0] == 404
    assert answers == [answers[0]] * 5
    assert app.test_client().get(f"/calendar/{fresh}.ics").status_code == 200


def test_no_name_and_no_word_of_the_clinic_is_in_it(app: Flask, cast_: cast.Cast) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    texts = [app.test_client().get(subscribe(app, one)).text for one in (cast_.thea, cast_.ines)]
    assert [word for word in WORDS for text in texts if word.lower() in text.lower()] == []
    # The same look finds what is there.
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        row = ctx.session.get(Encounter, id_)
        assert row is not None
        row.room_id = cast_.room_id
    text = app.test_client().get(subscribe(app, cast_.ines)).text
    assert [word for word in ("Room 1", "T-1001", "Cleo") if word in text] == ["Room 1", "T-1001"]


def test_the_address_is_shown_once_and_kept_as_a_hash(
    app: Flask, cast_: cast.Cast, sign_in: Callable[[Actor], Any]
) -> None:
    thea = sign_in(cast_.thea)
    made = cast.post(thea, "/me/calendar")
    (token,) = re.findall(r"/calendar/([\w-]{43})\.ics", made.text)
    assert made.status_code == 201
    assert token not in thea.get("/me/calendar").text
    with context.look(cast_.kora) as ctx:
        assert ctx.session.scalars(feeds.select(feeds.CalendarFeed.hash)).all() == [ctx.keyed("calendar", token)]
    assert app.test_client().get(f"/calendar/{token}.ics").status_code == 200
    assert cast.post(thea, "/me/calendar/end", page="/me/calendar").status_code == 303
    assert app.test_client().get(f"/calendar/{token}.ics").status_code == 404


def test_only_who_has_sessions_can_have_a_calendar(cast_: cast.Cast, sign_in: Callable[[Actor], Any]) -> None:
    for actor, status in ((cast_.thea, 200), (cast_.ines, 200), (cast_.kora, 404), (cast_.ada, 404)):
        assert sign_in(actor).get("/me/calendar").status_code == status


def test_a_case_with_another_therapist_moves_to_the_others_calendar(app: Flask, cast_: cast.Cast) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    thea, otto = subscribe(app, cast_.thea), subscribe(app, cast_.otto)
    assert (len(opened(app, thea)), len(opened(app, otto))) == (1, 0)
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        row = ctx.session.get(casework.Case, cast_.case_id)
        assert row is not None
        row.therapist_id = "p-otto"
    assert (len(opened(app, thea)), len(opened(app, otto))) == (0, 1)


@pytest.mark.parametrize("method", ["get", "head"])
def test_reading_writes_nothing(app: Flask, cast_: cast.Cast, statements: Callable[[], Any], method: str) -> None:
    for number in range(3):
        cast.encounter(cast_, day=date(2027, 3, 3 + number), interpreter="p-ines")
    url = subscribe(app, cast_.ines)
    with statements() as seen:
        assert getattr(app.test_client(), method)(url).status_code == 200
    assert [one for one in seen if not one.startswith("SELECT")] == []
    assert len(seen) <= 4
