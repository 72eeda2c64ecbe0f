"""A reading request cannot write, a refused one leaves nothing, and the trail grows as one chain."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.walks import breaking
from triad.domain import errors
from triad.domain.parties import Role
from triad.services import audit, context
from triad.services.context import Actor
from triad.store.clinic import Site
from triad.store.db import db
from triad.store.ledger import AuditEntry

BERLIN = "Europe/Berlin"


@pytest.fixture
def auditor(app: Flask) -> Actor:
    return Actor(app.extensions["triad"], roles=frozenset({Role.AUDITOR}))


def sites() -> list[str]:
    with db.engine.connect() as connection:
        return list(connection.scalars(select(Site.name).order_by(Site.name)))


def lines() -> int:
    with db.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(AuditEntry)) or 0


def open_site(actor: Actor, name: str) -> None:
    with context.work(actor) as ctx:
        ctx.session.add(Site(id=ctx.fresh_id(), name=name, zone=BERLIN))
        ctx.audit("site.open", name)


def test_work_keeps_row_and_line_together(auditor: Actor) -> None:
    open_site(auditor, "Nord")
    assert (sites(), lines()) == (["Nord"], 1)


def test_work_rolls_back_row_and_line_on_an_error(auditor: Actor) -> None:
    open_site(auditor, "Nord")
    told: list[str] = []

    def breaks_off() -> None:
        with context.work(auditor) as ctx:
            ctx.session.add(Site(id=ctx.fresh_id(), name="Süd", zone=BERLIN))
            ctx.audit("site.open", "Süd")
            ctx.tell(lambda: told.append("Süd"))
            ctx.session.flush()
            raise errors.BadTransition

    with pytest.raises(errors.BadTransition):
        breaks_off()
    assert (sites(), lines(), told) == (["Nord"], 1, [])


def test_work_turns_a_constraint_into_a_conflict(auditor: Actor) -> None:
    open_site(auditor, "Nord")
    with pytest.raises(errors.Conflict):
        open_site(auditor, "Nord")
    assert (sites(), lines()) == (["Nord"], 1)


def test_work_tells_after_the_commit_and_survives_a_failing_telling(auditor: Actor) -> None:
    seen: list[list[str]] = []

    def breaks() -> None:
        raise OSError("no line")

    with context.work(auditor) as ctx:
        ctx.session.add(Site(id=ctx.fresh_id(), name="Nord", zone=BERLIN))
        ctx.tell(breaks)
        ctx.tell(lambda: seen.append(sites()))
    assert seen == [["Nord"]]


def adds(ctx: context.Context) -> None:
    ctx.session.add(Site(id="s2", name="Süd", zone=BERLIN))


def renames(ctx: context.Context) -> None:
    ctx.session.scalars(select(Site)).one().name = "Süd"


def deletes(ctx: context.Context) -> None:
    ctx.session.delete(ctx.session.scalars(select(Site)).one())


@pytest.mark.parametrize("change", [adds, renames, deletes])
def test_look_refuses_to_write(auditor: Actor, change: Callable[[context.Context], None]) -> None:
    def looks() -> None:
        with context.look(auditor) as ctx:
            change(ctx)
            ctx.session.flush()

    open_site(auditor, "Nord")
    with pytest.raises(RuntimeError, match="a reading request tried to write"):
        looks()
    db.session.remove()
    assert sites() == ["Nord"]


def test_look_reads(auditor: Actor) -> None:
    open_site(auditor, "Nord")
    with context.look(auditor) as ctx:
        assert ctx.session.scalars(select(Site.name)).all() == ["Nord"]
        ctx.session.flush()


def test_what_was_read_is_noted_when_it_was_shown(auditor: Actor) -> None:
    with context.look(auditor) as ctx:
        ctx.audit("site.read", "Nord")
        assert lines() == 0
    assert [(line.verb, line.subject) for line in audit.entries(auditor).lines] == [("site.read", "Nord")]


def test_a_reading_that_was_refused_is_not_noted(auditor: Actor) -> None:
    def refused() -> None:
        with context.look(auditor) as ctx:
            ctx.audit("site.read", "Nord")
            raise errors.NotFound

    with pytest.raises(errors.NotFound):
        refused()
    assert lines() == 0


def test_what_cannot_be_noted_is_not_shown(auditor: Actor) -> None:
    def reads() -> str:
        with context.look(auditor) as ctx:
            ctx.audit("site.read", "Nord")
            found = "secret"
        return found

    order = {"sqlite": "PRAGMA query_only = 1", "postgresql": "SET default_transaction_read_only TO on"}
    with breaking.with_connections(order[db.engine.name]), pytest.raises(errors.Unavailable):
        reads()
    assert (reads(), lines()) == ("secret", 1)


def test_concurrent_appends_form_one_chain(app: Flask, auditor: Actor) -> None:
    def append(writer: int) -> None:
        with app.app_context():
            for number in range(12):
                with context.work(auditor) as ctx:
                    ctx.audit("test.append", f"{writer}-{number}", writer=writer)
                    ctx.audit("test.append", f"{writer}-{number}b")
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(append, range(4)))
    assert lines() == 96
    assert audit.first_broken(auditor) is None
