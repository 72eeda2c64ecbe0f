"""Who takes no new bookings any more: what is planned keeps them, every way to book is closed, what was stays."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, time

import pytest
from flask import Flask

from tests import cast
from tests.cast import BERLIN, Cast
from tests.conftest import Clock
from triad.domain import errors
from triad.domain.modes import ALL_IN_PERSON
from triad.domain.timespans import WallTime
from triad.services import (
    activity,
    cases,
    casework,
    context,
    encounters,
    imports,
    moves,
    people,
    plans,
    search,
    sites,
)
from triad.services.moves import Change
from triad.services.plans import Plan
from triad.store.db import db
from triad.store.ledger import AuditEntry

FIRST = WallTime(date(2027, 3, 2), time(14, 30), BERLIN)
LATER = WallTime(date(2027, 3, 4), time(9, 0), BERLIN)
OWNERS = [("therapists", "p-thea", "therapist"), ("clients", "p-cleo", "client"), ("rooms", "room-1", "room")]


def plan(who: Cast, wall: WallTime = FIRST, room: str | None = "room-1") -> str:
    (id_,) = plans.plan(who.kora, who.case_id, Plan(wall, 50, who.need_id, who.site_id, room))
    return id_


def change(who: Cast, id_: str, wall: WallTime = LATER) -> Change:
    version = encounters.show(who.kora, id_).version
    return Change(wall, 50, who.site_id, "room-1", ALL_IN_PERSON, version)


@pytest.mark.parametrize(("kind", "id_", "role"), OWNERS)
def test_nothing_new_is_planned_until_they_are_back(cast_: Cast, kind: str, id_: str, role: str) -> None:
    activity.end(cast_.kora, kind, id_)
    asked = Plan(FIRST, 50, cast_.need_id, cast_.site_id, "room-1")
    for act in (plans.check, plans.plan):
        with pytest.raises(errors.Inactive) as refused:
            act(cast_.kora, cast_.case_id, asked)
        assert refused.value.details == {"who": role}
    activity.resume(cast_.kora, kind, id_)
    assert plan(cast_)


@pytest.mark.parametrize(("kind", "id_", "role"), OWNERS)
def test_sessions_to_come_are_named_and_keep_them(cast_: Cast, clock: Clock, kind: str, id_: str, role: str) -> None:
    second, first = plan(cast_, LATER), plan(cast_)
    with pytest.raises(errors.StillPlanned) as refused:
        activity.end(cast_.kora, kind, id_)
    named = refused.value.details["sessions"]
    assert [(one.id, one.case_code) for one in named] == [(first, "T-1001"), (second, "T-1001")]
    assert plans.check(cast_.kora, cast_.case_id, Plan(FIRST, 50, cast_.need_id, cast_.site_id))
    encounters.cancel(cast_.kora, second, "clinic")
    # Tuesday 15:20 in Berlin: what is over stays, and keeps nobody.
    clock.forward(hours=29, minutes=19, seconds=59)
    with pytest.raises(errors.StillPlanned):
        activity.end(cast_.kora, kind, id_)
    clock.forward(seconds=1)
    activity.end(cast_.kora, kind, id_)
    assert encounters.show(cast_.kora, first).status == "scheduled"


@pytest.mark.parametrize(("kind", "id_", "role"), OWNERS)
def test_restoring_is_a_new_booking(cast_: Cast, kind: str, id_: str, role: str) -> None:
    session = plan(cast_)
    encounters.cancel(cast_.kora, session, "client")
    activity.end(cast_.kora, kind, id_)
    with pytest.raises(errors.Inactive) as refused:
        moves.restore(cast_.kora, session, 2)
    assert (refused.value.details["who"], encounters.show(cast_.kora, session).status) == (role, "cancelled")
    activity.resume(cast_.kora, kind, id_)
    moves.restore(cast_.kora, session, 2)
    assert encounters.show(cast_.kora, session).status == "scheduled"


def test_a_session_is_not_moved_into_a_room_out_of_use(cast_: Cast) -> None:
    session = plan(cast_, room=None)
    activity.end(cast_.kora, "rooms", "room-1")
    with pytest.raises(errors.Inactive):
        moves.move(cast_.kora, session, change(cast_, session))
    assert [room.id for room in encounters.places(cast_.kora)[1]] == []
    moves.move(cast_.kora, session, replace(change(cast_, session), room_id=None))


def test_no_case_begins_with_them_and_none_is_handed_over(cast_: Cast) -> None:
    written = {"code": "T-3003", "client": "p-cleo", "therapist": "p-otto", "opened_on": "2027-03-01"}
    form = {"version": "1", "therapist": "p-otto", "opened_on": "2026-12-01"}
    activity.end(cast_.kora, "therapists", "p-otto")
    activity.end(cast_.kora, "clients", "p-cleo")
    with pytest.raises(errors.Unfit) as refused:
        casework.create(cast_.kora, written)
    assert refused.value.fields == {"client": "not_active", "therapist": "not_working"}
    with pytest.raises(errors.Unfit) as refused:
        casework.change(cast_.kora, cast_.case_id, form)
    assert refused.value.fields == {"therapist": "not_working"}
    offered = casework.for_new(cast_.kora)
    assert ([id_ for id_, _ in offered.clients], [id_ for id_, _ in offered.therapists]) == (["p-carl"], ["p-thea"])
    other = casework.for_change(cast_.kora, cast_.other_case_id)
    assert [id_ for id_, _ in other.therapists] == ["p-otto", "p-thea"]
    activity.resume(cast_.kora, "therapists", "p-otto")
    casework.change(cast_.kora, cast_.case_id, form)


def test_lists_leave_them_out_until_asked(cast_: Cast) -> None:
    def listed(tab: str, gone: bool = False) -> tuple[list[str], int, int]:
        found = people.listed(cast_.kora, tab, gone=gone)
        return [row.id for row in found.rows], found.count, found.hidden

    activity.end(cast_.kora, "therapists", "p-otto")
    activity.end(cast_.kora, "clients", "p-carl")
    activity.end(cast_.kora, "rooms", "room-1")
    people.set_active(cast_.kora, "p-ivo", False, 1)
    assert listed("therapists") == (["p-thea"], 1, 1)
    assert listed("therapists", gone=True) == (["p-otto", "p-thea"], 2, 1)
    assert (listed("clients")[0], listed("clients", gone=True)[0]) == (["p-cleo"], ["p-carl", "p-cleo"])
    assert (listed("interpreters"), listed("interpreters", gone=True)[1]) == ((["p-ines"], 1, 1), 2)
    assert people.listed(cast_.kora, "clients", "cleo").hidden == 0
    page, whole = sites.show(cast_.kora, "site-nord"), sites.show(cast_.kora, "site-nord", gone=True)
    assert ([one.id for one in page.rooms], page.hidden, [one.id for one in whole.rooms]) == ([], 1, ["room-1"])
    assert (people.listed(cast_.kora, "sites").extra, listed("sites")[2]) == ({}, 1)
    assert [one.id for one in search.found(cast_.kora, "carl").clients] == ["p-carl"]


def test_open_cases_of_a_client_who_comes_no_more_are_listed_when_asked_for(cast_: Cast) -> None:
    activity.end(cast_.kora, "clients", "p-cleo")

    def codes(**asked: bool) -> list[str]:
        return [one.case.code for one in cases.listed(cast_.kora, **asked)[0]]

    assert (codes(), codes(gone=True), cases.hidden(cast_.kora)) == (["T-2002"], ["T-1001", "T-2002"], 1)
    assert (cases.listed(cast_.thea)[1], cases.hidden(cast_.thea), cases.hidden(cast_.otto)) == (0, 1, 0)
    # A therapist who left does not hide a case: somebody has to take it over.
    activity.end(cast_.kora, "therapists", "p-otto")
    assert codes() == ["T-2002"]
    assert cases.show(cast_.kora, cast_.case_id).case.client.active is False


ROW = "external_ref,case_ref,date,start,minutes,zone,site,room,language,interpreter_ref\n"


@pytest.mark.parametrize(
    ("act", "cells", "column"),
    [
        (lambda who: activity.end(who.kora, "therapists", "p-thea"), ",,", "case_ref"),
        (lambda who: activity.end(who.kora, "clients", "p-cleo"), ",,", "case_ref"),
        (lambda who: activity.end(who.kora, "rooms", "room-1"), "S1,Room 1,", "room"),
        (lambda who: people.set_active(who.kora, "p-ines", False, 1), ",,p-ines", "interpreter_ref"),
    ],
)
def test_an_import_books_nobody_who_is_not_active(
    cast_: Cast, act: Callable[[Cast], None], cells: str, column: str
) -> None:
    site, room, interpreter = cells.split(",")
    row = f"E1,T-1001,2027-04-05,10:00,50,{BERLIN},{site},{room},ti,{interpreter}\n"
    past = row.replace("E1", "E0").replace("2027-04-05", "2027-02-01")
    tables = {"encounters": (ROW + past + row).encode()}
    assert imports.preview(cast_.kora, tables).findings == ()
    act(cast_)
    seen = imports.preview(cast_.kora, tables)
    assert [(one.row, one.column, one.rule) for one in seen.findings] == [(3, column, "not_active")]
    assert seen.total.created == 1


def test_an_import_opens_no_case_for_them(cast_: Cast) -> None:
    heading = "external_ref,client_ref,therapist_ref,opened_on,closed_on,language\n"
    text = heading + "F1,K-cleo,p-otto,2027-01-01,,ti\nF2,K-cleo,p-otto,2026-01-01,2026-06-01,ti\n"
    tables = {"cases": text.encode()}
    assert imports.preview(cast_.kora, tables).findings == ()
    activity.end(cast_.kora, "clients", "p-cleo")
    found = imports.preview(cast_.kora, tables).findings
    assert [(one.row, one.column, one.rule) for one in found] == [(2, "client_ref", "not_active")]


def test_planning_and_ending_at_once_have_one_winner(app: Flask, cast_: Cast) -> None:
    def attempt(act: Callable[[], object]) -> str:
        with app.app_context():
            try:
                act()
            except errors.Conflict as error:
                return error.code
            finally:
                db.session.remove()
            return "done"

    for number in range(8):
        wall = replace(FIRST, at=time(8 + number))
        acts = [lambda: activity.end(cast_.kora, "rooms", "room-1"), lambda wall=wall: plan(cast_, wall)]
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(attempt, acts))
        assert found in (["done", "inactive"], ["still_planned", "done"])
        activity.resume(cast_.kora, "rooms", "room-1")
        for one in cases.show(cast_.kora, cast_.case_id).upcoming:
            if one.status == "scheduled":
                encounters.cancel(cast_.kora, one.id, "clinic")


def test_each_step_leaves_a_line(cast_: Cast) -> None:
    activity.end(cast_.kora, "rooms", "room-1")
    activity.resume(cast_.kora, "rooms", "room-1")
    with context.look(cast_.kora) as ctx:
        lines = [
            (row.verb, row.subject, row.details) for row in ctx.session.query(AuditEntry).order_by(AuditEntry.seq)
        ]
    assert lines == [
        ("activity.end", "room-1", {"what": "rooms"}),
        ("activity.resume", "room-1", {"what": "rooms"}),
    ]


@pytest.mark.parametrize("name", ["thea", "otto", "ines", "ivo", "lena", "ada", "aud"])
def test_ending_is_for_coordinators_alone(cast_: Cast, name: str) -> None:
    actor = getattr(cast_, name)
    for kind, id_, _ in OWNERS:
        for act in (activity.end, activity.resume):
            with pytest.raises(errors.NotFound):
                act(actor, kind, id_)
    assert plan(cast_)
    with pytest.raises(errors.NotFound):
        activity.end(cast_.kora, "therapists", "p-ines")


def test_the_cast_is_active_to_begin_with(cast_: Cast) -> None:
    cast.encounter(cast_, date(2027, 2, 1), held=True)
    assert [people.listed(cast_.kora, tab).hidden for tab in people.TABS] == [0, 0, 0, 0]
