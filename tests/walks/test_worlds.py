"""No page tells what the client did to whoever may not know it; and with one bit let out, the walk says where."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select

from tests import cast, made_up
from tests.conftest import MEMORY
from tests.walks import routes, worlds
from tests.walks.worlds import World
from triad.domain import subscales
from triad.domain.release import TO_LEAD
from triad.services import choosing, context, encounters, instruments, policy
from triad.services.policy import May
from triad.store.db import db
from triad.store.ratings import LicensedScore, Rating

OPEN, CLOSED = worlds.PHASES
PAIR = worlds.SOME[:2]
SILENT = worlds.SILENT
PICTURES = (
    "/api/cases/case-T-1001/picture",
    "/api/encounters/enc-rated/picture",
    "/cases/case-T-1001/picture",
    "/sessions/enc-rated/picture",
)


@pytest.fixture(scope="module")
def lite() -> Iterator[Flask]:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder, worlds.opened(f"sqlite:///{folder}/worlds.db") as app:
        yield app


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Flask]:
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS worlds WITH (FORCE)")
        connection.exec_driver_sql("CREATE DATABASE worlds")
    engine.dispose()
    with worlds.opened(postgres_url.replace("/postgres?", "/worlds?")) as app:
        yield app


def test_no_reader_can_tell_a_rating_from_none_after_the_forms_have_closed(lite: Flask) -> None:
    found, compared = worlds.play(lite, [SILENT, replace(PAIR[1], another=True)], phases=[CLOSED])
    assert found == []
    assert compared > 500


def test_therapist_and_lead_cannot_tell_a_world_in_which_nothing_was_shared_with_them(lite: Flask) -> None:
    """Taken back before anybody read it, and made less of afterwards; the exam has the other worlds."""
    assert worlds.play(lite, [SILENT, worlds.SOME[4], worlds.SOME[6]], ["thea", "lena"], [CLOSED])[0] == []


def test_the_interpreter_cannot_tell_while_the_forms_are_open(lite: Flask) -> None:
    assert worlds.play(lite, PAIR, ["ines"], [OPEN])[0] == []


def test_no_reader_can_tell_on_postgresql(postgres: Flask) -> None:
    assert worlds.play(postgres, PAIR, ["ines"], [CLOSED])[0] == []


def told(found: list[worlds.Difference]) -> set[tuple[str, str]]:
    return {(one.reader, one.address) for one in found}


def test_the_therapist_who_was_let_in_does_see_it(lite: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worlds do differ: whoever may know finds it."""
    monkeypatch.setitem(worlds.READERS, "thea", lambda _: True)
    found, _ = worlds.play(lite, PAIR, ["thea"], [CLOSED])
    assert told(found) == {("thea", address) for address in PICTURES}


def test_a_coordinator_does_see_who_asks_for_another_interpreter(
    lite: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(worlds.READERS, "kora", lambda _: True)
    found, _ = worlds.play(lite, [SILENT, World(another=True)], ["kora"], [CLOSED])
    assert told(found) == {("kora", "/unfilled"), ("kora", "/cases/case-T-1001")}


def test_a_count_on_the_board_is_found(lite: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    board = encounters.board

    def leaking(actor: Any, *span: Any) -> Any:
        rows, people = board(actor, *span)
        with context.look(actor) as ctx:
            count = ctx.session.scalar(select(func.count()).select_from(Rating)) or 0
        return [*rows, *[rows[0]] * (count % 2)] if rows else rows, people

    monkeypatch.setattr(encounters, "board", leaking)
    found, _ = worlds.play(lite, PAIR, ["kora"], [OPEN])
    assert told(found) == {("kora", "/week"), ("kora", "/week?by=sites"), ("kora", "/week?week=2027-03-01")}


def test_a_picture_shown_to_the_interpreter_is_found(lite: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(policy.TABLE, May.SEE_PICTURE, ((policy.interpreter,),))
    found, _ = worlds.play(lite, PAIR, ["ines"], [CLOSED])
    assert told(found) == {("ines", address) for address in PICTURES}


@pytest.fixture
def licensed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The case is rated with a form its clinic has a licence for."""
    write = worlds._write_words

    def chosen(who: cast.Cast) -> None:
        write(who)
        form = instruments.load(who.ada, made_up.file(made_up.for_all(minimum=1, maximum=5)))
        instruments.activate(who.lena, form.id, form.hash)
        choosing.choose(who.thea, who.case_id, form.form.key)

    monkeypatch.setattr(worlds, "_write_words", chosen)


KEPT = [SILENT, World("5", TO_LEAD)]
BESIDE = {("thea", "/cases/case-T-1001/picture")}


@pytest.mark.usefixtures("licensed")
def test_a_licensed_form_that_was_kept_is_not_told(lite: Flask) -> None:
    assert worlds.play(lite, KEPT, ["thea", "ines"], [CLOSED])[0] == []
    with lite.app_context():
        assert db.session.scalar(select(func.count()).select_from(LicensedScore)) == 9


@pytest.mark.usefixtures("licensed")
def test_a_licensed_score_without_the_door_is_found(lite: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscales, "visible", lambda scores, _: list(scores))
    assert told(worlds.play(lite, KEPT, ["thea"], [CLOSED])[0]) == BESIDE


def test_unmasked_nonces_are_found(lite: Flask) -> None:
    found, _ = worlds.play(lite, PAIR, ["nobody"], [OPEN], nonces=[])
    assert ("nobody", "/sign-in") in told(found)


def test_a_parameter_nobody_has_values_for_is_refused(lite: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, Any] = {name: held for name, held in routes.VALUES.items() if name != "goals"}
    monkeypatch.setattr(routes, "VALUES", known)
    with pytest.raises(LookupError, match="goals"):
        routes.addresses(lite)
