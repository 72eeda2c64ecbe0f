"""Settings changed in here: by whom, within which ranges, with whom, what is kept of it, and when it holds."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests import cast
from tests.conftest import Chance, Clock, Ticks
from triad.app import create_app
from triad.domain import errors
from triad.services import alliance, audit, context, settings
from triad.services.settings import Outcome
from triad.settings import CHANGEABLE
from triad.store import settings as stored
from triad.store.db import db
from triad.store.ledger import AuditEntry, OutboxMessage
from triad.store.settings import SettingChange

SAVED = Outcome(("setup_minutes",), ())


def rows() -> list[tuple[Any, ...]]:
    """Every step as it lies there."""
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(SettingChange.__table__).order_by("number"))]


def trail(cast_: cast.Cast) -> list[tuple[str, str, str, Any]]:
    lines = audit.entries(cast_.aud).lines
    return [
        (line.actor, line.verb, line.subject, line.details) for line in reversed(lines) if "settings." in line.verb
    ]


def test_change_holds_and_leaves_one_step_and_one_line_without_the_value(cast_: cast.Cast, clock: Clock) -> None:
    assert settings.change(cast_.ada, {"setup_minutes": "30", "zone": "Europe/Berlin"}, (), 0) == SAVED
    with context.look(cast_.kora) as ctx:
        assert ctx.settings == replace(cast_.clinic.filed, setup_minutes=30)
    assert rows() == [(1, "setup_minutes", "changed", "5", "30", False, "a-ada", clock.now)]
    assert trail(cast_) == [("a-ada", "settings.change", "setup_minutes", {})]
    assert "30" not in str(trail(cast_))


def test_what_is_the_same_is_no_change(cast_: cast.Cast) -> None:
    as_it_is = {key: str(getattr(cast_.clinic.filed, key)) for key in CHANGEABLE}
    assert settings.change(cast_.ada, as_it_is, ("window_days", "zone"), 0) == Outcome((), ())
    assert (rows(), trail(cast_)) == ([], [])
    assert settings.change(cast_.ada, as_it_is | {"setup_minutes": "6"}, (), 0) == SAVED
    assert len(rows()) == 1


def test_back_to_the_file_follows_the_file_again(cast_: cast.Cast, clock: Clock) -> None:
    settings.change(cast_.ada, {"setup_minutes": "30"}, (), 0)
    # What is typed beside it does not count.
    assert settings.change(cast_.ada, {"setup_minutes": "nonsense"}, ("setup_minutes",), 1) == SAVED
    assert rows()[1] == (2, "setup_minutes", "changed", "30", "5", True, "a-ada", clock.now)
    assert settings.shown(cast_.ada).held["setup_minutes"] == settings.Held("setup_minutes", 5, 5, False)
    later = replace(cast_.clinic, settings=replace(cast_.clinic.filed, setup_minutes=7))
    assert settings.shown(replace(cast_.ada, clinic=later)).held["setup_minutes"].value == 7


def test_a_value_set_here_stays_when_the_file_changes(cast_: cast.Cast) -> None:
    settings.change(cast_.ada, {"setup_minutes": "30"}, (), 0)
    later = replace(cast_.clinic, settings=replace(cast_.clinic.filed, setup_minutes=7))
    held = settings.shown(replace(cast_.ada, clinic=later)).held["setup_minutes"]
    assert held == settings.Held("setup_minutes", 30, 7, True)


def test_all_that_does_not_fit_is_told_and_nothing_is_changed(cast_: cast.Cast) -> None:
    written = {
        "setup_minutes": "30",
        "idle_minutes": "16",
        "session_hours": "13",
        "window_days": "1",
        "clinic_name": " ",
        "zone": "Mars",
        "secret_key": "x" * 40,
        "offer_drafts_to_clients": "yes",
    }
    with pytest.raises(errors.Unfit) as refused:
        settings.change(cast_.ada, written, (), 0)
    assert refused.value.fields == {
        "idle_minutes": "range",
        "session_hours": "range",
        "window_days": "range",
        "clinic_name": "required",
        "zone": "unknown_zone",
        "secret_key": "unknown_field",
        "offer_drafts_to_clients": "unknown_field",
    }
    assert (rows(), trail(cast_), settings.shown(cast_.ada).version) == ([], [], 0)
    assert settings.change(cast_.ada, {"setup_minutes": "30"}, (), 0) == SAVED
    assert (len(rows()), len(trail(cast_))) == (1, 1)


@pytest.mark.parametrize("name", ["kora", "thea", "ines", "lena", "aud"])
def test_nobody_but_an_admin_changes_anything(cast_: cast.Cast, name: str) -> None:
    with pytest.raises(errors.NotFound):
        settings.change(getattr(cast_, name), {"setup_minutes": "30"}, (), 0)
    assert rows() == []
    assert settings.change(cast_.ada, {"setup_minutes": "30"}, (), 0) == SAVED


@pytest.mark.parametrize(
    ("name", "may"), [("lena", True), ("aud", True), ("ada", True), ("kora", False), ("thea", False)]
)
def test_who_reads(cast_: cast.Cast, name: str, may: bool) -> None:
    settings.change(cast_.ada, {"clinic_name": "Nord"}, (), 0)
    if not may:
        with pytest.raises(errors.NotFound):
            settings.shown(getattr(cast_, name))
        return
    found = settings.shown(getattr(cast_, name))
    assert found.held["clinic_name"].value == "Nord"
    assert [(step.by, step.was, step.now) for step in found.steps] == [("Ada", "Test clinic", "Nord")]
    assert set(found.held) == CHANGEABLE


def test_second_admin_with_an_old_page_is_stale_and_changes_nothing(cast_: cast.Cast) -> None:
    settings.change(cast_.ada, {"setup_minutes": "30"}, (), 0)
    before = rows()
    with pytest.raises(errors.Stale):
        settings.change(cast_.ada, {"briefing_minutes": "20", "setup_minutes": "5"}, (), 0)
    with pytest.raises(errors.Stale):
        settings.change(cast_.ada, {"briefing_minutes": "x"}, (), 7)
    assert rows() == before
    settings.change(cast_.ada, {"briefing_minutes": "20"}, (), 1)
    assert [row[0] for row in rows()] == [1, 2]


def test_two_admins_at_once_take_one_step(app: Flask, cast_: cast.Cast) -> None:
    barrier, told = Barrier(2), []

    def save(minutes: str) -> None:
        with app.app_context():
            barrier.wait()
            try:
                settings.change(cast_.ada, {"setup_minutes": minutes}, (), 0)
                told.append("saved")
            except errors.Conflict as error:
                told.append(error.code)
            finally:
                db.session.remove()

    threads = [Thread(target=save, args=(minutes,)) for minutes in ("30", "40")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) in (["conflict", "saved"], ["saved", "stale"])
    assert len(rows()) == 1


def test_what_was_set_is_only_added_to(cast_: cast.Cast) -> None:
    settings.change(cast_.ada, {"setup_minutes": "30"}, (), 0)
    before = rows()
    for statement in ("UPDATE setting_change SET now = '6'", "DELETE FROM setting_change"):
        with pytest.raises(DBAPIError, match="what was set is only added to"), db.engine.begin() as connection:
            connection.execute(text(statement))
    assert rows() == before
    settings.change(cast_.ada, {"setup_minutes": "6"}, (), 1)
    assert len(rows()) == 2


def test_steps_come_in_pages(cast_: cast.Cast) -> None:
    for number in range(settings.PAGE + 1):
        settings.change(cast_.ada, {"setup_minutes": str(10 + number)}, (), number)
    first = settings.shown(cast_.ada)
    assert ([step.number for step in first.steps], first.older) == (list(range(21, 1, -1)), 2)
    last = settings.shown(cast_.ada, first.older)
    assert ([step.number for step in last.steps], last.older) == ([1], None)


def held_days(cast_: cast.Cast) -> int:
    with context.look(cast_.kora) as ctx:
        return ctx.settings.window_days


def test_what_decides_release_waits_for_a_lead(cast_: cast.Cast, clock: Clock) -> None:
    written = {"window_days": "10", "setup_minutes": "30"}
    assert settings.change(cast_.ada, written, (), 0) == Outcome(("setup_minutes",), ("window_days",))
    assert held_days(cast_) == 7
    found = settings.shown(cast_.lena)
    assert found.held["window_days"] == settings.Held("window_days", 7, 7, False)
    (waits,) = found.waiting.values()
    assert (waits.key, waits.was, waits.now, waits.by, waits.number) == ("window_days", "7", "10", "Ada", 1)
    with context.look(cast_.lena) as ctx:
        told = ctx.session.scalars(select(OutboxMessage)).all()
    assert [(one.person_id, one.kind, one.subject) for one in told] == [("p-lena", "setting_proposed", "settings")]
    clock.forward(hours=1)
    assert settings.confirm(cast_.lena, 1) == "window_days"
    assert held_days(cast_) == 10
    assert settings.shown(cast_.ada).waiting == {}
    assert [row[1:7] for row in rows()] == [
        ("window_days", "proposed", "7", "10", False, "a-ada"),
        ("setup_minutes", "changed", "5", "30", False, "a-ada"),
        ("window_days", "confirmed", "7", "10", False, "a-lena"),
    ]
    assert trail(cast_) == [
        ("a-ada", "settings.propose", "window_days", {}),
        ("a-ada", "settings.change", "setup_minutes", {}),
        ("a-lena", "settings.confirm", "window_days", {}),
    ]


@pytest.mark.parametrize("name", ["ada", "aud", "kora", "thea"])
def test_nobody_but_a_lead_confirms(cast_: cast.Cast, name: str) -> None:
    settings.change(cast_.ada, {"window_days": "10"}, (), 0)
    with pytest.raises(errors.NotFound):
        settings.confirm(getattr(cast_, name), 1)
    assert (held_days(cast_), len(rows())) == (7, 1)
    settings.confirm(cast_.lena, 1)
    assert (held_days(cast_), len(rows())) == (10, 2)


def test_who_proposed_does_not_confirm_whatever_they_are_by_then(cast_: cast.Cast) -> None:
    settings.change(cast_.ada, {"window_days": "10"}, (), 0)
    with pytest.raises(errors.NotAllowed):
        settings.confirm(replace(cast_.lena, account_id="a-ada", person_id="p-ada"), 1)
    assert held_days(cast_) == 7
    settings.confirm(cast_.lena, 1)
    assert held_days(cast_) == 10


@pytest.mark.parametrize("name", ["ada", "lena"])
def test_either_can_take_it_back(cast_: cast.Cast, name: str) -> None:
    settings.change(cast_.ada, {"window_days": "10"}, (), 0)
    for other in ("aud", "kora"):
        with pytest.raises(errors.NotFound):
            settings.take_back(getattr(cast_, other), 1)
    assert settings.take_back(getattr(cast_, name), 1) == "window_days"
    assert (held_days(cast_), settings.shown(cast_.ada).waiting) == (7, {})
    assert trail(cast_)[1] == (f"a-{name}", "settings.take_back", "window_days", {})
    for late in (settings.confirm, settings.take_back):
        with pytest.raises(errors.Stale):
            late(cast_.lena, 1)
    assert [row[2] for row in rows()] == ["proposed", "taken_back"]


def test_another_proposal_takes_the_place_of_the_first_and_the_same_one_does_not(cast_: cast.Cast) -> None:
    settings.change(cast_.ada, {"window_days": "10"}, (), 0)
    assert settings.change(cast_.ada, {"window_days": "10"}, (), 1) == Outcome((), ())
    assert settings.change(cast_.ada, {"window_days": "12"}, (), 1) == Outcome((), ("window_days",))
    with pytest.raises(errors.Stale):
        settings.confirm(cast_.lena, 1)
    assert held_days(cast_) == 7
    settings.confirm(cast_.lena, 2)
    assert held_days(cast_) == 12


def test_a_proposal_is_confirmed_once(cast_: cast.Cast) -> None:
    settings.change(cast_.ada, {"window_days": "10"}, (), 0)
    settings.confirm(cast_.lena, 1)
    with pytest.raises(errors.Stale):
        settings.confirm(cast_.lena, 1)
    assert [row[2] for row in rows()] == ["proposed", "confirmed"]


def test_back_to_the_file_waits_as_well_where_two_decide(cast_: cast.Cast) -> None:
    settings.change(cast_.ada, {"window_days": "10"}, (), 0)
    settings.confirm(cast_.lena, 1)
    assert settings.change(cast_.ada, {}, ("window_days",), 2) == Outcome((), ("window_days",))
    assert held_days(cast_) == 10
    settings.confirm(cast_.lena, 3)
    assert held_days(cast_) == 7
    assert rows()[-1][2:6] == ("confirmed", "10", "7", True)


def test_a_longer_window_keeps_forms_closed_for_longer_once_confirmed(cast_: cast.Cast, clock: Clock) -> None:
    from tests import filled

    met = cast.encounter(cast_, interpreter="p-ines", held=True)
    clock.forward(days=2)
    for party in ("therapist", "interpreter"):
        filled.rating(cast_, met, party, clock.now, dict.fromkeys(("TC", "TI", "IT", "IC"), 50.0))
    clock.forward(days=8)

    def seen() -> bool:
        (meeting,) = alliance.for_case(cast_.lena, cast_.case_id).meetings
        return meeting.anything

    assert seen()
    settings.change(cast_.ada, {"window_days": "14"}, (), 0)
    assert seen()
    settings.confirm(cast_.lena, 1)
    assert not seen()
    clock.forward(days=6)
    assert seen()


@pytest.fixture
def other(app: Flask, house: Any) -> Any:
    """A second worker of the same clinic."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    second = create_app(
        "testing", clock=app.extensions["triad"].clock, chance=Chance(), ticks=Ticks(), database_url=url
    )
    yield second
    with second.app_context():
        db.session.remove()
        db.engine.dispose()


def test_another_worker_knows_after_ten_seconds_and_asks_no_sooner(
    app: Flask, cast_: cast.Cast, other: Flask, statements: Any
) -> None:
    clinic = other.extensions["triad"]

    def minutes() -> int:
        with other.app_context():
            with context.look(replace(cast_.kora, clinic=clinic)) as ctx:
                return ctx.settings.setup_minutes

    assert minutes() == 5
    settings.change(cast_.ada, {"setup_minutes": "30"}, (), 0)
    with context.look(cast_.kora) as ctx:
        assert ctx.settings.setup_minutes == 30
    clinic.ticks.now = 9.99
    assert minutes() == 5
    clinic.ticks.now = 10.0
    assert minutes() == 30


def test_nothing_is_asked_in_between(cast_: cast.Cast, statements: Any) -> None:
    with statements() as seen:
        for _ in range(3):
            with context.look(cast_.kora), context.look(cast_.thea):
                pass
    assert seen == []
    ticks: Any = cast_.clinic.ticks
    ticks.now = 10.0
    with statements() as seen:
        for _ in range(3):
            with context.look(cast_.kora):
                pass
    assert len([one for one in seen if "FROM setting_change" in one]) == 1


def test_who_read_before_a_change_does_not_put_the_old_ones_back(cast_: cast.Cast) -> None:
    clinic = cast_.clinic

    def read_and_be_overtaken() -> dict[str, str]:
        settings.change(cast_.ada, {"setup_minutes": "30"}, (), 0)
        return {}

    clinic.adopt(read_and_be_overtaken)
    assert clinic.due
    with context.look(cast_.kora) as ctx:
        assert ctx.settings.setup_minutes == 30
    assert not clinic.due


def test_a_verb_keeps_the_settings_it_began_with(cast_: cast.Cast) -> None:
    with context.look(cast_.kora) as ctx:
        cast_.clinic.adopt(lambda: {"setup_minutes": "30"})
        assert (ctx.settings.setup_minutes, cast_.clinic.settings.setup_minutes) == (5, 30)


def test_a_change_that_is_rolled_back_holds_nowhere(cast_: cast.Cast) -> None:
    def breaks_off() -> None:
        with context.work(cast_.ada):
            settings.change(cast_.ada, {"setup_minutes": "30"}, (), 0)
            raise errors.BadTransition

    with pytest.raises(errors.BadTransition):
        breaks_off()
    with context.look(cast_.kora) as ctx:
        assert ctx.settings.setup_minutes == 5
    assert rows() == []


def test_tables_older_than_the_settings_have_none(tmp_path: Any) -> None:
    app = create_app("testing", database_url=f"sqlite:///{tmp_path / 'old.db'}")
    with app.app_context():
        with context.look(context.Actor(app.extensions["triad"])) as ctx:
            assert stored.in_force(ctx.session) == {}
            assert ctx.settings == app.extensions["triad"].filed
        db.session.remove()
        db.engine.dispose()


def test_no_value_of_a_setting_is_in_the_trail(cast_: cast.Cast) -> None:
    settings.change(cast_.ada, {"notice": "CANARY", "window_days": "13"}, (), 0)
    settings.confirm(cast_.lena, 2)
    with db.engine.connect() as connection:
        lines = str(connection.execute(select(AuditEntry.__table__)).all())
    assert ("CANARY" in lines, "settings.change" in lines) == (False, True)
    assert "CANARY" in str(rows())
