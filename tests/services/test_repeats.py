"""A request sent again: one effect, one answer, in one transaction; a refusal leaves nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.cast import BERLIN, Cast
from triad.domain import errors
from triad.services import context, repeats, sites
from triad.services.repeats import Request
from triad.store.clinic import Site
from triad.store.db import db
from triad.store.ledger import AuditEntry, Repeat

FIRST = Request("word", "POST /api/sites", "body", 201)


def count(table: Any) -> int:
    with db.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def adds(cast_: Cast, name: str = "Ost") -> Callable[[], dict[str, str]]:
    return lambda: {"id": sites.add(cast_.kora, {"name": name, "zone": BERLIN})}


def nothing() -> dict[str, str]:
    return {"id": "none"}


def test_again_gives_the_same_answer_and_one_effect(cast_: Cast) -> None:
    before = count(Site), count(AuditEntry)
    answer, status, again = repeats.once(cast_.kora, FIRST, adds(cast_))
    assert (status, again) == (201, False)
    for _ in range(100):
        assert repeats.once(cast_.kora, FIRST, adds(cast_)) == (answer, 201, True)
    assert (count(Site), count(AuditEntry), count(Repeat)) == (before[0] + 1, before[1] + 1, 1)


def test_other_body_is_refused(cast_: Cast) -> None:
    repeats.once(cast_.kora, FIRST, adds(cast_))
    with pytest.raises(errors.Unfit) as refused:
        repeats.once(cast_.kora, Request("word", FIRST.route, "other", 201), adds(cast_, "West"))
    assert refused.value.fields == {"idempotency_key": "other_body"}


def test_another_actor_route_or_word_is_another_request(cast_: Cast) -> None:
    repeats.once(cast_.kora, FIRST, adds(cast_))
    for actor, request in (
        (cast_.ada, FIRST),
        (cast_.kora, Request("word", "POST /api/rooms", "body", 201)),
        (cast_.kora, Request("another", FIRST.route, "body", 201)),
    ):
        assert repeats.once(actor, request, nothing) == ({"id": "none"}, 201, False)
    assert count(Repeat) == 4


def test_a_refusal_leaves_nothing_and_can_be_mended(cast_: Cast) -> None:
    with pytest.raises(errors.Unfit):
        repeats.once(cast_.kora, FIRST, adds(cast_, "Site Nord"))
    assert (count(Site), count(Repeat), count(AuditEntry)) == (1, 0, 0)
    assert repeats.once(cast_.kora, FIRST, adds(cast_))[2] is False


def test_what_breaks_after_the_verb_undoes_the_verb(cast_: Cast) -> None:
    def breaks() -> dict[str, str]:
        adds(cast_)()
        raise OSError

    with pytest.raises(OSError, match=r"^$"):
        repeats.once(cast_.kora, FIRST, breaks)
    assert (count(Site), count(Repeat), count(AuditEntry)) == (1, 0, 0)


def test_neither_key_nor_body_can_be_read_back(cast_: Cast) -> None:
    repeats.once(cast_.kora, FIRST, adds(cast_))
    with db.engine.connect() as connection:
        (row,) = connection.execute(select(Repeat.key, Repeat.body_hash)).all()
    assert row.body_hash == cast_.clinic.keyed("repeat-body", "body")
    assert row.key == cast_.clinic.keyed("repeat", "a-kora\0POST /api/sites\0word")


def test_work_within_work_is_one_transaction_that_the_outer_ends(cast_: Cast) -> None:
    told: list[int] = []

    def nests() -> None:
        with context.work(cast_.kora) as outer:
            with context.work(cast_.kora) as inner:
                assert inner is outer
                inner.tell(lambda: told.append(count(Site)))
                inner.audit("test.inner", "x")
            adds(cast_)()
            assert told == []

    nests()
    assert (told, count(Site), count(AuditEntry)) == ([2], 2, 2)


def test_work_within_the_work_of_somebody_else_is_refused(cast_: Cast) -> None:
    with pytest.raises(RuntimeError, match="same actor"):
        repeats.once(cast_.ada, FIRST, adds(cast_))
    assert (count(Site), count(Repeat)) == (1, 0)


def test_look_within_work_is_a_mistake_that_shows(app: Flask, cast_: Cast) -> None:
    def looks() -> None:
        with context.work(cast_.kora), context.look(cast_.kora):
            pass

    with pytest.raises(RuntimeError, match="reading context"):
        looks()
    with context.look(cast_.kora) as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Site)) == 1
