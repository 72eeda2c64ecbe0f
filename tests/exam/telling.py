"""What people are told reaches them, or says why not (M)."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from tests import postbox
from tests.exam.sheet import Reached, Size, address, row
from tests.walks import crowd, posting, served
from triad.services.context import Actor

READERS = ("p-thea", "p-ines")


@row(
    "M1",
    "messages outlive the worker that sends them, and a second copy says that it is one",
    "10,000 messages, the worker killed (kill -9) while it sends, both databases: 0 lost, 0 twice in silence",
    short_form="tests/jobs/test_worker.py::test_killed_workers_lose_nothing_and_repeat_nothing_in_silence",
)
def messages_outlive_their_worker(size: Size) -> Reached:
    told, holds, red = [], True, True
    for database in size.databases:
        with TemporaryDirectory() as name, postbox.opened(Path(name)) as box, address(database, synced=False) as url:
            found = _sent(url, box, size.of(1_000, 60, 10_000), size.of(10, 2, 25))
        with TemporaryDirectory() as name, postbox.opened(Path(name)) as box, address(database, synced=False) as url:
            _lay(url, 6)
            silent = posting.careless(url, box)
        holds &= (found.lost, found.silent, found.open) == (0, 0, 0)
        red &= silent > 0
        told.append(
            f"{database}: {found.messages} messages, {found.kills} kills, {found.lost} lost, {found.twice} came "
            f"twice and said so, {found.silent} in silence ({silent} of 6 where nothing is marked before it goes out)"
        )
    return Reached("; ".join(told), holds, red)


def _sent(url: str, box: postbox.Postbox, count: int, kills: int) -> posting.Figures:
    with served.opened(url) as app:
        house = _filled(app, count)
        return posting.survive(house, url, box, kills)


def _lay(url: str, count: int) -> None:
    with served.opened(url) as app:
        _filled(app, count)


def _filled(app: Flask, count: int) -> Actor:
    who, house = crowd.people(app), Actor(app.extensions["triad"], source="test")
    # Of the short kind: what is asked here is that each arrives, not what it says.
    posting.lay(house, who.case_id, READERS, count, "handed_over")
    return house
