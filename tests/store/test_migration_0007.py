"""Revision 0007 with rows in the tables, up and down: what becomes three was one before, and the reverse."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Engine, text

from tests.store.test_migrations import pair, shape
from triad.store import migrations

__all__ = ["pair"]

LAY = (
    "INSERT INTO diary (id, kind, version) VALUES (1, 'room', 1), (2, 'therapist', 1), (3, 'client', 1), (4, 'x', 1)",
    "INSERT INTO site (id, name, zone, address) VALUES ('s', 'S', 'Europe/Berlin', '')",
    "INSERT INTO person (id, name, gender, zone) VALUES"
    " ('t', 'T', '', 'Europe/Berlin'), ('c', 'C', '', 'Europe/Berlin'), ('i', 'I', '', 'Europe/Berlin')",
    "INSERT INTO room (id, site_id, name, diary_id) VALUES ('r', 's', 'R', 1)",
    "INSERT INTO therapist (id, diary_id, languages) VALUES ('t', 2, '[]')",
    "INSERT INTO client (id, code, diary_id, spoken, dialect, reads, form_language, contact_note)"
    " VALUES ('c', 'K', 3, '[]', '', '', '', '')",
    "INSERT INTO interpreter (id, diary_id, modes, training_hours, adult, active, version)"
    " VALUES ('i', 4, '[\"video\"]', 0, true, false, 7)",
    'INSERT INTO language_skill (id, interpreter_id, language, "into", dialect, level)'
    " VALUES ('k', 'i', 'ti', 'de', '', 5)",
    'INSERT INTO "case" (id, code, client_id, therapist_id, opened_on, version)'
    " VALUES ('f', 'F', 'c', 't', '2027-01-01', 1)",
    "INSERT INTO language_need (id, case_id, language, dialect, strict, min_level, gender_wish, wish_kind, mode)"
    " VALUES"
    " ('n1', 'f', 'ti', '', true, 4, 'woman', 'require', 'telephone'),"
    " ('n2', 'f', 'ar', 'apc', false, 3, '', 'none', 'in_person')",
)
ENCOUNTER = (
    "INSERT INTO encounter (id, case_id, day, at, zone, fold, minutes, starts_at, ends_at, mode_t, mode_i, mode_c,"
    " status, cancelled_by, cancelled_at, reason, version) VALUES"
    " (:id, 'f', '2027-03-02', '10:00', 'Europe/Berlin', 0, 50, '2027-03-02 09:00:00', '2027-03-02 09:50:00',"
    " 'in_person', 'video', 'in_person', :status, '', :cancelled, '', 1)"
)
ROWS: list[dict[str, Any]] = [
    {"id": "e1", "status": "scheduled", "cancelled": None},
    {"id": "e2", "status": "void", "cancelled": None},
    {"id": "e3", "status": "void", "cancelled": "2027-02-01 09:00:00"},
]
SLOT = (
    "INSERT INTO slot (id, encounter_id, need_id, state, demand_at) VALUES (:id, :id, 'n1', 'released', '2027-01-01')"
)
ENDED = (
    "INSERT INTO assignment (id, slot_id, interpreter_id, made_by, source, waived, waiver_reason, made_at, ended_at,"
    " reason) VALUES (:id, 'e2', 'i', '-', 'page', '[]', '', '2027-01-01', :at, :reason)"
)
ASSIGNED = [
    {"id": "a1", "at": "2027-02-03 10:00:00", "reason": "declined"},
    {"id": "a2", "at": "2027-02-04 10:00:00", "reason": "void"},
]


def lay(engine: Engine) -> None:
    with engine.begin() as connection:
        for statement in LAY:
            connection.execute(text(statement))
        for row in ROWS:
            connection.execute(text(ENCOUNTER), row)
            connection.execute(text(SLOT), {"id": row["id"]})
        for row in ASSIGNED:
            connection.execute(text(ENDED), row)


def asked(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def plain(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value[:1] in ("{", "[") else value


def test_up_and_down_keep_what_the_rows_say(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0006")
    before = shape(engine)
    lay(engine)
    migrations.up(engine, "0007")
    needs = (
        "SELECT id, mode_t, mode_i, mode_c, direction, wishes, gender_wish, wish_kind FROM language_need ORDER BY id"
    )
    assert [tuple(map(plain, row)) for row in asked(engine, needs)] == [
        ("n1", "telephone", "telephone", "telephone", "both", {}, "woman", "require"),
        ("n2", "in_person", "in_person", "in_person", "both", {}, "", "none"),
    ]
    assert asked(engine, "SELECT works, level FROM language_skill") == [("both", 5)]
    people = "SELECT attributes, active, version FROM interpreter"
    assert [tuple(map(plain, row)) for row in asked(engine, people)] == [([], False, 7)]
    for table in ("therapist", "client", "room"):
        assert [bool(row[0]) for row in asked(engine, f"SELECT active FROM {table}")] == [True]
    voided = asked(engine, "SELECT id, void_from, void_at IS NULL FROM encounter ORDER BY id")
    assert [(id_, was, bool(unknown)) for id_, was, unknown in voided] == [
        ("e1", "", True),
        ("e2", "scheduled", False),
        ("e3", "cancelled", True),
    ]
    ended = "SELECT count(*) FROM encounter e JOIN assignment a ON a.ended_at = e.void_at WHERE a.reason = 'void'"
    assert asked(engine, ended) == [(1,)]

    with engine.begin() as connection:
        connection.execute(text("UPDATE language_need SET mode_i = 'video', mode_c = 'in_person' WHERE id = 'n1'"))
    migrations.down(engine, "0006")
    assert shape(engine) == before
    assert asked(engine, "SELECT id, mode, strict FROM language_need ORDER BY id")[0][:2] == ("n1", "video")
    counts = [
        asked(engine, f"SELECT count(*) FROM {table}")
        for table in ("language_need", "language_skill", "encounter", "slot", "assignment", "interpreter", "room")
    ]
    assert counts == [[(2,)], [(1,)], [(3,)], [(3,)], [(2,)], [(1,)], [(1,)]]
    migrations.up(engine, "0007")
    assert asked(engine, "SELECT mode_t, mode_i FROM language_need ORDER BY id")[0] == ("video", "video")
