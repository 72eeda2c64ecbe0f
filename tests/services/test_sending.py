"""What goes out after each verb: to whom, with which entry of a calendar; reminders, quiet hours, short messages."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest
import vobject
from sqlalchemy import select

from tests import cast, postbox
from tests.conftest import Clock
from tests.postbox import Taken
from triad.domain.modes import ALL_IN_PERSON
from triad.domain.telling import Answer, Outcome
from triad.domain.timespans import WallTime
from triad.formats import sms
from triad.jobs import messages
from triad.services import assignments, context, encounters, moves, sending
from triad.services.context import Actor
from triad.services.moves import Change
from triad.store.clinic import LanguageSkill
from triad.store.ledger import OutboxMessage
from triad.store.people import Account, Person

WORDS = ("Cleo", "Client", "Carl", "therap", "psych", "patient", "rating", "trauma", "K-cleo")


@dataclass
class Outgoing:
    """The clinic with a mail server, whose letters are read here instead."""

    who: cast.Cast
    machine: Actor
    seen: list[Taken] = field(default_factory=list)

    def drain(self) -> list[Taken]:
        """What went out now."""
        before = len(self.seen)

        def carry(parcel: sending.Parcel) -> Answer:
            self.seen.append(Taken(parcel.id, parcel.to, parcel.raw))
            return Answer(Outcome.SENT)

        sending.drain(self.machine, carry)
        return sorted(self.seen[before:], key=lambda one: one.to)

    def set(self, **changed: Any) -> None:
        self.machine.clinic.filed = replace(self.machine.clinic.filed, **changed)
        self.machine.clinic.outdate()


@pytest.fixture
def out(cast_: cast.Cast) -> Iterator[Outgoing]:
    filed = cast_.clinic.filed
    found = Outgoing(cast_, Actor(cast_.clinic, source="cli"))
    found.set(**postbox.SET)
    yield found
    cast_.clinic.filed = filed
    cast_.clinic.outdate()


def event(letter: Taken) -> tuple[Any, ...]:
    """Method, identity, number and start of the entry that came along; () for none."""
    if not letter.event:
        return ()
    known = vars(vobject.icalendar)["__tzidMap"]
    for name in set(known) - {"UTC"}:
        del known[name]
    calendar = vobject.readOne(letter.event)
    found = calendar.vevent
    start = found.dtstart.value.astimezone(UTC)
    return calendar.method.value, found.uid.value, int(found.sequence.value), f"{start:%m-%d %H:%M}"


def told(letters: list[Taken]) -> dict[str, tuple[Any, ...]]:
    return {one.to.partition("@")[0]: (one.message["Subject"], *event(one)) for one in letters}


def moved(who: cast.Cast, id_: str, day: int, release: bool = False) -> None:
    version = encounters.show(who.kora, id_).version
    wall = WallTime(date(2027, 3, day), time(9), cast.BERLIN)
    moves.move(who.kora, id_, Change(wall, 50, who.site_id, who.room_id, ALL_IN_PERSON, version, release))


def speaks_it_too(who: cast.Cast) -> None:
    with context.work(Actor(who.clinic, source="test")) as ctx:
        ctx.session.add(LanguageSkill(id="sk-ivo-ti", interpreter_id="p-ivo", language="ti", into="en", level=5))


def test_from_the_booking_to_the_end(out: Outgoing) -> None:
    who = out.who
    id_ = cast.encounter(who)
    t, i = f"{id_}.t@triad", f"{id_}.i@triad"
    assignments.assign_interpreter(who.kora, id_, "p-ines")
    assert told(out.drain()) == {
        "ines": ("A new appointment", "REQUEST", i, 1, "03-02 13:30"),
        "thea": ("A new appointment", "REQUEST", t, 0, "03-02 13:30"),
    }
    moved(who, id_, 4)
    assert told(out.drain()) == {
        "ines": ("An appointment has changed", "REQUEST", i, 2, "03-04 08:00"),
        "thea": ("An appointment has changed", "REQUEST", t, 1, "03-04 08:00"),
    }
    encounters.cancel(who.kora, id_, "client")
    assert told(out.drain()) == {
        "ines": ("An appointment is cancelled", "CANCEL", i, 4, "03-04 08:00"),
        "thea": ("An appointment is cancelled", "CANCEL", t, 2, "03-04 08:00"),
    }
    moves.restore(who.kora, id_, encounters.show(who.kora, id_).version)
    assert told(out.drain()) == {
        "ines": ("An appointment takes place after all", "REQUEST", i, 6, "03-04 08:00"),
        "thea": ("An appointment takes place after all", "REQUEST", t, 3, "03-04 08:00"),
    }


def test_a_swap_takes_back_the_first_ones_copy_and_keeps_the_therapists(out: Outgoing) -> None:
    who = out.who
    speaks_it_too(who)
    id_ = cast.encounter(who)
    assignments.assign_interpreter(who.kora, id_, "p-ines")
    out.drain()
    assignments.release(who.kora, id_, "Ill.")
    assert told(out.drain()) == {
        "ines": ("An appointment has changed", "CANCEL", f"{id_}.i@triad", 2, "03-02 13:30"),
        "thea": ("An appointment has changed",),
    }
    assignments.assign_interpreter(who.kora, id_, "p-ivo")
    assert told(out.drain()) == {
        "ivo": ("A new appointment", "REQUEST", f"{id_}.i@triad", 1, "03-02 13:30"),
        "thea": ("A new appointment", "REQUEST", f"{id_}.t@triad", 0, "03-02 13:30"),
    }


def test_who_is_taken_off_by_a_move_hears_of_the_old_time_alone(out: Outgoing) -> None:
    id_ = cast.encounter(out.who, interpreter="p-ines")
    moved(out.who, id_, 4, release=True)
    letters = out.drain()
    assert told(letters)["ines"] == ("An appointment has changed", "CANCEL", f"{id_}.i@triad", 3, "03-02 13:30")
    assert "4 March" not in letters[0].text
    assert "4 March" in letters[1].text


def test_what_is_no_longer_so_is_not_said(out: Outgoing) -> None:
    who = out.who
    id_ = cast.encounter(who)
    assignments.assign_interpreter(who.kora, id_, "p-ines")
    moved(who, id_, 3)
    moved(who, id_, 4)
    assignments.release(who.kora, id_, "Ill.")
    letters = out.drain()
    assert sorted((one.to, one.message["Subject"]) for one in letters) == [
        ("ines@example.org", "An appointment has changed"),
        ("thea@example.org", "An appointment has changed"),
        ("thea@example.org", "An appointment has changed"),
    ]
    with context.look(who.kora) as ctx:
        rows = ctx.session.scalars(select(OutboxMessage)).all()
        assert {row.problem for row in rows if row.state == "given_up"} == {"overtaken"}
        assert {row.state for row in rows} == {"sent", "given_up"}


def test_readers_have_their_own_language_and_clock(out: Outgoing) -> None:
    who = out.who
    with context.work(Actor(who.clinic, source="test")) as ctx:
        account, person = ctx.session.get(Account, "a-ines"), ctx.session.get(Person, "p-ines")
        assert account is not None
        assert person is not None
        account.locale, person.zone = "ar", "Asia/Kathmandu"
    id_ = cast.encounter(who)
    assignments.assign_interpreter(who.kora, id_, "p-ines")
    ines, thea = out.drain()
    assert (ines.message["Content-Language"], thea.message["Content-Language"]) == ("ar", "en")
    assert "بتوقيتك: الثلاثاء 2 مارس 2027، من 19:15 إلى 20:05" in ines.text
    assert "Your time" not in thea.text
    assert f"https://triad.example.org/sessions/{id_}" in ines.text
    assert "SUMMARY:موعد T-1001" in ines.event


def test_no_name_of_a_client_and_no_word_of_the_clinic_leaves(out: Outgoing) -> None:
    who = out.who
    speaks_it_too(who)
    id_ = cast.encounter(who)
    assignments.assign_interpreter(who.kora, id_, "p-ines")
    out.drain()
    moved(who, id_, 4)
    out.drain()
    encounters.cancel(who.kora, id_, "client", "Cleo is in hospital: trauma")
    out.drain()
    texts = [str(one.message) + one.text + one.event for one in out.seen]
    assert len(texts) == 6
    assert [word for word in WORDS for text in texts if word.lower() in text.lower()] == []
    out.set(mail_name="Trauma clinic, patients of Cleo")
    moves.restore(who.kora, id_, encounters.show(who.kora, id_).version)
    found = str(out.drain()[0].message)
    assert [word for word in WORDS if word.lower() in found.lower()] == ["Cleo", "patient", "trauma"]


def test_reminders_come_once_on_the_evening_before(out: Outgoing, clock: Clock) -> None:
    who = out.who
    id_ = cast.encounter(who, interpreter="p-ines")
    cast.encounter(who, day=date(2027, 3, 3))
    clock.now = datetime(2027, 3, 1, 15, 59, tzinfo=UTC)
    assert sending.remind(out.machine) == 0
    clock.now = datetime(2027, 3, 1, 16, 0, tzinfo=UTC)
    assert (sending.remind(out.machine), sending.remind(out.machine)) == (2, 0)
    assert told(out.drain()) == {"ines": ("A reminder for tomorrow",), "thea": ("A reminder for tomorrow",)}
    moved(who, id_, 4)
    out.drain()
    clock.now = datetime(2027, 3, 3, 17, 0, tzinfo=UTC)
    assert sending.remind(out.machine) == 2


def test_a_reminder_of_what_was_cancelled_meanwhile_is_dropped(out: Outgoing, clock: Clock) -> None:
    id_ = cast.encounter(out.who, interpreter="p-ines")
    clock.now = datetime(2027, 3, 1, 17, tzinfo=UTC)
    sending.remind(out.machine)
    encounters.cancel(out.who.kora, id_, "client")
    assert {one.message["Subject"] for one in out.drain()} == {"An appointment is cancelled"}


class Gateway(BaseHTTPRequestHandler):
    """A gateway for short messages: answers with the status that the number ends in."""

    asked: ClassVar[list[tuple[dict[str, Any], str | None, str | None]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((body, self.headers["Authorization"], self.headers["Idempotency-Key"]))
        status = int(body["to"][-3:]) if body["to"][-3:] in ("302", "400", "401", "500", "000") else 202
        if status == 0:
            self.connection.close()
            return
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def gateway() -> Iterator[str]:
    Gateway.asked.clear()
    with HTTPServer(("127.0.0.1", 0), Gateway) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/send"
        server.shutdown()
        thread.join()


def wants_short(who: cast.Cast, phone: str) -> None:
    with context.work(Actor(who.clinic, source="test")) as ctx:
        person = ctx.session.get(Person, "p-ines")
        assert person is not None
        person.phone, person.sms_since = phone, ctx.now


def short(who: cast.Cast) -> list[tuple[Any, ...]]:
    with context.look(who.kora) as ctx:
        rows = ctx.session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "sms")).all()
        return [(row.state, row.problem, row.doubtful) for row in rows]


def test_short_messages_go_to_who_asked_for_them(out: Outgoing, gateway: str) -> None:
    out.set(sms_url=gateway, sms_key="key-of-the-gateway", smtp_host="")
    wants_short(out.who, "+49 151 234-56 78")
    id_ = cast.encounter(out.who, interpreter="p-ines")
    encounters.cancel(out.who.kora, id_, "client")
    assert messages.send(out.machine) == 1
    ((body, key, repeat),) = Gateway.asked
    assert body == {
        "id": repeat,
        "to": "+491512345678",
        "text": "Cancelled: your appointment on Tuesday 2 March 2027, 14:30 (Berlin).",
    }
    assert (key, short(out.who)) == ("Bearer key-of-the-gateway", [("sent", "", False)])


@pytest.mark.parametrize(
    ("ending", "state"),
    [
        ("302", ("given_up", "refused", False)),
        ("400", ("given_up", "refused", False)),
        ("401", ("failed", "no_login", False)),
        ("500", ("failed", "later", False)),
        ("000", ("unsure", "no_answer", True)),
    ],
)
def test_what_a_gateway_answers_is_kept(out: Outgoing, gateway: str, ending: str, state: tuple[Any, ...]) -> None:
    out.set(sms_url=gateway, smtp_host="")
    wants_short(out.who, f"+4915123450{ending}")
    id_ = cast.encounter(out.who, interpreter="p-ines")
    encounters.cancel(out.who.kora, id_, "client")
    messages.send(out.machine)
    assert (short(out.who), len(Gateway.asked)) == ([state], 1)


def test_short_messages_wait_for_the_end_of_the_quiet_hours(out: Outgoing, gateway: str, clock: Clock) -> None:
    out.set(sms_url=gateway, smtp_host="")
    wants_short(out.who, "+491512345678")
    id_ = cast.encounter(out.who, interpreter="p-ines")
    clock.now = datetime(2027, 3, 1, 20, 30, tzinfo=UTC)
    encounters.cancel(out.who.kora, id_, "client")
    assert (messages.send(out.machine), short(out.who)) == (0, [("waiting", "", False)])
    clock.now = datetime(2027, 3, 2, 5, 59, tzinfo=UTC)
    assert messages.send(out.machine) == 0
    clock.now = datetime(2027, 3, 2, 6, 0, tzinfo=UTC)
    assert (messages.send(out.machine), short(out.who)) == (1, [("sent", "", False)])


def test_nobody_gets_short_messages_unasked(out: Outgoing, gateway: str) -> None:
    out.set(sms_url=gateway)
    id_ = cast.encounter(out.who, interpreter="p-ines")
    encounters.cancel(out.who.kora, id_, "client")
    assert short(out.who) == []


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://sms.example.org/send", True),
        ("http://127.0.0.1:8000/send", True),
        ("http://sms.example.org/send", False),
        ("https://user:word@sms.example.org/send", False),
        ("file:///etc/passwd", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_a_gateway_is_reached_in_safety_or_not_at_all(url: str, fits: bool) -> None:
    assert sms.is_gateway(url) is fits
