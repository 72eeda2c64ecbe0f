"""What is somebody else's against what is not there: the same answer, by the same statements, in the same time."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import event

from tests.walks import worlds, writes
from tests.walks.clinic import House
from triad.store.db import db

NEVER = {"case": "case-T-9999", "ahead": "ahead-ather", "begun": "begun-ather", "note": "note-ather"}
"""Ids of nothing, as long as the ones they stand for."""
WARM = 20


class Question(NamedTuple):
    """Somebody asks for `kind` by its id; in the place of `{}` stands another's or one that never was."""

    name: str
    path: str
    kind: str
    method: str = "GET"


QUESTIONS = (
    Question("thea", "/cases/{}", "case"),
    Question("thea", "/cases/{}/notes", "case"),
    Question("thea", "/cases/{}/picture", "case"),
    Question("thea", "/cases/{}/plan", "case"),
    Question("thea", "/cases/case-T-1001/notes/{}", "note"),
    Question("ines", "/cases/{}/briefing", "case"),
    Question("thea", "/sessions/{}", "ahead"),
    Question("ines", "/sessions/{}", "ahead"),
    Question("ines", "/sessions/{}/rating", "begun"),
    Question("thea", "/sessions/{}/picture", "begun"),
    Question("thea", "/api/cases/{}", "case"),
    Question("thea", "/api/encounters/{}", "ahead"),
    Question("thea", "/api/encounters/{}/cancel", "ahead", "POST"),
)


def ask(house: House, one: Question, id_: str) -> tuple[str, float]:
    """What comes back without the nonces, and the seconds it took."""
    began = time.perf_counter()
    fields = {"by": "client"} if one.method == "POST" else {}
    answer = writes.send(house, one.name, one.method, one.path.format(id_), fields)
    taken = time.perf_counter() - began
    text = f"{answer.status}\n{answer.headers}\n{answer.get_data(as_text=True)}"
    for nonce in worlds.NONCES:
        text = nonce.sub(r"\1", text)
    return text, taken


def differing(house: House, questions: Sequence[Question] = QUESTIONS) -> list[str]:
    """Questions whose answers, or the statements behind them, tell the two apart; or that were not answered 404."""
    found = []
    for one in questions:
        ask(house, one, NEVER[one.kind])  # the first call of the day with a key is written down
        seen = []
        for id_ in (house.ids["other"][one.kind], NEVER[one.kind]):
            with statements() as sent:
                text, _ = ask(house, one, id_)
            seen.append((text, tuple(sent)))
        if seen[0] != seen[1] or not seen[0][0].startswith("404"):
            found.append(f"{one.method} {one.path} as {one.name}")
    return found


def slowest_tell(house: House, questions: Sequence[Question] = QUESTIONS, each: int = 400) -> tuple[float, str]:
    """The greatest area under the curve with which time alone tells the two apart (0.5: not at all), and where."""
    return max((telling(house, one, each), f"{one.path} as {one.name}") for one in questions)


def telling(house: House, one: Question, each: int) -> float:
    taken: dict[str, list[float]] = {house.ids["other"][one.kind]: [], NEVER[one.kind]: []}
    chance = random.Random(one.path)
    gc.collect()
    gc.disable()
    try:
        for turn in range(WARM + each):
            for id_ in chance.sample(sorted(taken), 2):
                _, seconds = ask(house, one, id_)
                if turn >= WARM:
                    taken[id_].append(seconds)
    finally:
        gc.enable()
    area = auc(*taken.values())
    return max(area, 1 - area)


def auc(one: Sequence[float], other: Sequence[float]) -> float:
    """The chance that a value of `other` is above one of `one`; ties count half (Mann and Whitney 1947)."""
    wins = sum((b > a) + (a == b) / 2 for a in one for b in other)
    return wins / (len(one) * len(other))


@contextmanager
def statements() -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
