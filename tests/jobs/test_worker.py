"""Workers and servers that die: nothing is lost, and what may come twice says so. A real mail server answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests import cast, postbox
from tests.conftest import Clock
from tests.postbox import Postbox
from tests.walks import posting
from triad import jobs
from triad.domain import errors
from triad.domain.telling import Answer, Outcome
from triad.jobs import messages
from triad.services import context, sending
from triad.services.context import Actor
from triad.store.db import db
from triad.store.ledger import OutboxMessage
from triad.store.people import Person

READERS = ("p-thea", "p-ines")


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Postbox]:
    with postbox.opened(tmp_path) as found:
        yield found


@pytest.fixture
def machine(cast_: cast.Cast, box: Postbox) -> Iterator[Actor]:
    """The house at work, with a mail server set."""
    clinic = cast_.clinic
    filed = clinic.filed
    clinic.filed = replace(filed, **box.settings)
    clinic.outdate()
    yield Actor(clinic, source="cli")
    clinic.filed = filed
    clinic.outdate()


def lay(who: cast.Cast, count: int) -> str:
    id_ = cast.encounter(who, interpreter="p-ines")
    posting.lay(Actor(who.clinic, source="test"), id_, READERS, count)
    return id_


def states(who: cast.Cast) -> list[tuple[Any, ...]]:
    with context.look(who.kora) as ctx:
        rows = ctx.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        return [(row.state, row.problem, row.tries, row.doubtful) for row in rows]


def readdress(who: cast.Cast, email: str) -> None:
    with context.work(Actor(who.clinic, source="test")) as ctx:
        for person in READERS:
            found = ctx.session.get(Person, person)
            assert found is not None
            found.email = email


def test_what_waits_is_sent_once(cast_: cast.Cast, machine: Actor, box: Postbox) -> None:
    lay(cast_, 6)
    assert (messages.send(machine), messages.send(machine)) == (6, 0)
    assert states(cast_) == [("sent", "", 1, False)] * 6
    assert sorted(one.id for one in box.taken()) == [f"<m{n:06}@triad.example.org>" for n in range(6)]
    assert {one.to for one in box.taken()} == {"thea@example.org", "ines@example.org"}


def test_killed_workers_lose_nothing_and_repeat_nothing_in_silence(
    app: Flask, cast_: cast.Cast, box: Postbox
) -> None:
    lay(cast_, 48)
    url = db.engine.url.render_as_string(hide_password=False)
    found = posting.survive(Actor(cast_.clinic, source="test"), url, box, kills=2)
    assert (found.messages, found.lost, found.silent, found.open) == (48, 0, 0, 0)
    assert found.taken == 48 + found.twice


def test_a_worker_that_forgot_would_repeat_in_silence(
    cast_: cast.Cast, machine: Actor, box: Postbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: without the mark made before a message goes out, the second copy says nothing."""
    lay(cast_, 1)
    monkeypatch.setattr(sending, "note", lambda *_: None)
    original = sending._packed

    def unmarked(ctx: Any, row: Any) -> Any:
        parcel = original(ctx, row)
        row.state = "waiting"
        return parcel

    monkeypatch.setattr(sending, "_packed", unmarked)
    carried = iter([Answer(Outcome.SENT), Answer(Outcome.SENT, stop=True)])
    raws = []
    sending.drain(machine, lambda parcel: raws.append(parcel.raw) or next(carried))  # type: ignore[func-returns-value]
    assert len(raws) == 2
    assert [b"twice" in raw for raw in raws] == [False, False]


def test_a_worker_that_died_is_known_after_a_while(
    cast_: cast.Cast, machine: Actor, box: Postbox, clock: Clock
) -> None:
    lay(cast_, 1)
    assert sending.take(machine, ("email",)) is not None
    assert (messages.send(machine), states(cast_)) == (0, [("sending", "", 0, False)])
    clock.forward(minutes=11)
    assert (messages.send(machine), states(cast_)) == (1, [("sent", "", 1, True)])
    assert [one.says_twice for one in box.taken()] == [True]


def test_a_server_that_takes_and_dies_leaves_a_clear_state(
    cast_: cast.Cast, machine: Actor, box: Postbox, clock: Clock
) -> None:
    lay(cast_, 1)
    readdress(cast_, "dies@example.org")
    messages.send(machine)
    assert states(cast_) == [("unsure", "no_answer", 1, True)]
    readdress(cast_, "thea@example.org")
    assert messages.send(machine) == 0
    clock.forward(minutes=2)
    messages.send(machine)
    assert states(cast_) == [("sent", "", 2, True)]
    assert [(one.to, one.says_twice) for one in box.taken()] == [
        ("dies@example.org", False),
        ("thea@example.org", True),
    ]
    assert len({one.id for one in box.taken()}) == 1


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("gone@example.org", ("given_up", "refused", 1, False)),
        ("full@example.org", ("failed", "later", 1, False)),
        ("", ("given_up", "no_address", 0, False)),
        ("thea@example.org\r\nBcc: otto@example.org", ("given_up", "no_address", 0, False)),
        ("thea@example.org, otto@example.org", ("given_up", "no_address", 0, False)),
        ("<thea@example.org>", ("given_up", "no_address", 0, False)),
    ],
)
def test_what_cannot_arrive_says_why(
    cast_: cast.Cast, machine: Actor, box: Postbox, address: str, state: tuple[Any, ...]
) -> None:
    lay(cast_, 1)
    readdress(cast_, address)
    messages.send(machine)
    assert (states(cast_), box.taken()) == ([state], [])


def test_a_server_that_is_away_is_asked_again_less_and_less(cast_: cast.Cast, machine: Actor, clock: Clock) -> None:
    lay(cast_, 2)
    machine.clinic.filed = replace(machine.clinic.filed, smtp_port=1)
    machine.clinic.outdate()
    assert messages.send(machine) == 1
    assert states(cast_) == [("failed", "no_server", 1, False), ("waiting", "", 0, False)]
    for _ in range(20):
        clock.forward(hours=25)
        messages.send(machine)
    assert states(cast_) == [("given_up", "no_server", 8, False), ("given_up", "no_server", 8, False)]


def test_nothing_is_taken_without_a_server(cast_: cast.Cast) -> None:
    lay(cast_, 2)
    assert messages.send(Actor(cast_.clinic, source="cli")) == 0
    assert states(cast_) == [("waiting", "", 0, False)] * 2


def test_jobs_have_verbs_of_the_machine_alone(app: Flask, cast_: cast.Cast) -> None:
    for act in (messages.send, messages.remind):
        for person in (cast_.kora, cast_.ada, cast_.lena, Actor(cast_.clinic, source="api")):
            with pytest.raises(errors.NotFound):
                act(person)
    assert [job.may.value for job in jobs.JOBS] == ["send_messages", "send_messages", "keep_offers"]


def test_a_job_that_breaks_is_logged_without_content(
    app: Flask, cast_: cast.Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(_: Actor) -> None:
        raise ValueError("Cleo Client")

    jobs.run(app, replace(jobs.JOBS[0], act=breaks))
    said = capsys.readouterr()
    assert "job_failed" in said.out + said.err
    assert "Cleo" not in said.out + said.err


def test_the_queue_comes_round_and_wakes_at_once(app: Flask, cast_: cast.Cast, sign_in: Callable[..., Any]) -> None:
    settings = replace(cast_.clinic.settings, database_url=db.engine.url.render_as_string(hide_password=False))
    huey = jobs.engage(jobs.queue(settings), app)
    try:
        names = ["keep_offers", "send_messages", "write_reminders"]
        assert sorted(type(task).__name__ for task in huey._registry.periodic_tasks) == names
        assert sorted(task.name for task in huey.pending()) == [f"{name}_now" for name in names]
        lay(cast_, 1)
        while (task := huey.dequeue()) is not None:
            huey.execute(task)
        assert states(cast_)[0] == ("waiting", "", 0, False)
    finally:
        huey.storage.flush_all()
        huey.storage.close()
