"""Workers that are killed while they send: is every message taken, and does each second copy say that it is one?

`python -m tests.walks.posting URL PORT MINUTES [careless]` is one worker, whose clock is so far ahead of the house's.
A careless one marks nothing before a message goes out, and dies after the third.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from tests import postbox
from tests.conftest import NOW
from tests.postbox import Postbox
from triad.domain.telling import Answer
from triad.services import context, sending
from triad.services.context import Actor, Context
from triad.services.sending import Parcel
from triad.store import outbox
from triad.store.ledger import OutboxMessage
from triad.store.types import table

ROOT = Path(__file__).parents[2]
STEP = 11
"""Minutes between two workers: longer than a message is held."""


@dataclass(frozen=True)
class Figures:
    """`lost`: never taken. `silent`: a second copy that did not say so. `open`: not marked as sent at the end."""

    messages: int
    kills: int
    taken: int
    lost: int
    twice: int
    silent: int
    open: int


def lay(house: Actor, about: str, people: tuple[str, ...], count: int, kind: str = "assigned") -> None:
    """So many messages that wait, all about one session or case."""
    rows = [
        {
            "id": f"m{number:06}",
            "person_id": people[number % len(people)],
            "kind": kind,
            "subject": about,
            "written_at": NOW + timedelta(milliseconds=number),
            "state": "waiting",
            "channel": "email",
            "tries": 0,
            "problem": "",
            "doubtful": False,
        }
        for number in range(count)
    ]
    with context.work(house) as ctx:
        ctx.session.execute(insert(table(OutboxMessage)), rows)


def survive(house: Actor, url: str, box: Postbox, kills: int, seed: int = 1) -> Figures:
    """Kill a worker so many times, each while it sends, then let one finish."""
    dice = random.Random(seed)
    with context.look(house) as ctx:
        count = ctx.session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
    share = max(1, count // (kills + 1))
    for number in range(kills):
        with _worker(url, box.port, STEP * number) as worker:
            _wait(box, min(count - 1, share * number + dice.randrange(1, share + 1)), worker)
            time.sleep(dice.random() / 100)
            worker.send_signal(signal.SIGKILL)
    for number in (kills, kills + 1):
        with _worker(url, box.port, STEP * number) as worker:
            worker.wait()
    return _counted(house, box, count, kills)


def _worker(url: str, port: int, minutes: int, *flags: str) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-m", "tests.walks.posting", url, str(port), str(minutes), *flags]
    return subprocess.Popen(program, cwd=ROOT)


def _wait(box: Postbox, until: int, worker: subprocess.Popen[bytes]) -> None:
    while box.count() < until and worker.poll() is None:
        time.sleep(0.005)


def _counted(house: Actor, box: Postbox, count: int, kills: int) -> Figures:
    taken = box.taken()
    copies = Counter(one.id for one in taken)
    plain = Counter(one.id for one in taken if not one.says_twice)
    with context.look(house) as ctx:
        still = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state != "sent")
        left = ctx.session.scalar(still) or 0
    return Figures(
        messages=count,
        kills=kills,
        taken=len(taken),
        lost=count - len(copies),
        twice=sum(found - 1 for found in copies.values()),
        silent=sum(max(0, found - 1) for found in plain.values()),
        open=left,
    )


def careless(url: str, box: Postbox) -> int:
    """How many second copies say nothing, where the guard is taken away."""
    for flags in (["careless"], []):
        with _worker(url, box.port, 0, *flags) as worker:
            worker.wait()
    plain = Counter(one.id for one in box.taken() if not one.says_twice)
    return sum(found - 1 for found in plain.values())


def _forget() -> None:
    """Let messages go out unmarked, and the worker die before it says that the third one went."""
    original = sending._packed
    told: list[str] = []

    def unmarked(ctx: Context, row: OutboxMessage) -> Parcel | None:
        parcel = original(ctx, row)
        row.state, row.claimed_at = ("waiting", None) if parcel else (row.state, None)
        return parcel

    def last_words(actor: Actor, parcel: Parcel, answer: Answer) -> None:
        told.append(parcel.id)
        if len(told) == 3:
            os._exit(9)
        with context.work(actor) as ctx:
            row = outbox.locked(ctx.session, parcel.id)
            assert row is not None
            row.state, row.sent_at = "sent", ctx.now

    sending._packed, sending.note = unmarked, last_words


def work(url: str, port: int, minutes: int, *flags: str) -> None:
    from triad import create_app, jobs

    began = time.monotonic()

    def clock() -> datetime:
        return NOW + timedelta(minutes=minutes, seconds=time.monotonic() - began)

    if "careless" in flags:
        _forget()
    app = create_app("testing", clock=clock, database_url=url, smtp_port=port, **postbox.SET)
    jobs.run(app, jobs.JOBS[0])


if __name__ == "__main__":
    work(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
