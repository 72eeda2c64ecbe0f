"""Importing a clinic's tables: counts that add up, one batch, everything taken back exactly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select

from tests import cast
from tests.cast import Cast
from tests.conftest import Clock
from tests.services.folders import GOOD, PLANTED
from triad.domain import errors
from triad.services import assignments, context, encounters, imports
from triad.services.imports import Counts, Preview
from triad.store.cases import Case, LanguageNeed
from triad.store.clinic import Client, Credential, LanguageSkill
from triad.store.db import db
from triad.store.diaries import Taken
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.ledger import AuditEntry
from triad.store.people import Person, TimeOff, WeeklyHours
from triad.store.types import Base


def files(tables: Mapping[str, str]) -> dict[str, bytes]:
    return {f"{name}.csv": text.encode() for name, text in tables.items()}


def changed(file: str, old: str, new: str) -> dict[str, str]:
    assert old in GOOD[file]
    return {**GOOD, file: GOOD[file].replace(old, new)}


def dump(but: tuple[str, ...] = ("audit_entry", "import_batch")) -> dict[str, list[str]]:
    """Every row of every table as text, in no order that matters."""
    db.session.close()
    return {
        table.name: sorted(repr(tuple(row)) for row in db.session.execute(select(table)))
        for table in Base.metadata.sorted_tables
        if table.name not in but
    }


def brief(preview: Preview) -> list[tuple[Any, ...]]:
    return [(one.file, one.row, one.column, one.rule, one.hints) for one in preview.findings]


def rows(who: Cast, query: Any) -> Any:
    with context.look(who.kora) as ctx:
        return [tuple(row) for row in ctx.session.execute(query)]


def test_preview_of_a_good_folder_counts_every_row_and_writes_nothing(cast_: Cast) -> None:
    before = dump(but=())
    seen = imports.preview(cast_.kora, files(GOOD))
    assert brief(seen) == []
    assert {file: (one.read, one.created) for file, one in seen.counts.items()} == {
        "sites": (2, 2),
        "interpreters": (2, 2),
        "therapists": (1, 1),
        "clients": (2, 2),
        "cases": (2, 2),
        "availability": (2, 2),
        "time_off": (1, 1),
        "encounters": (4, 4),
    }
    assert seen.total == Counts(16, 16, 0, 0, 0)
    assert dump(but=()) == before


def test_commit_writes_people_cases_and_encounters_as_the_files_say(cast_: Cast) -> None:
    batch = imports.commit(cast_.kora, files(GOOD))
    named = select(Person.external_ref, Person.name).where(Person.external_ref.is_not(None))
    assert rows(cast_, named.order_by(Person.external_ref)) == [
        ("C1", "ኣስመረት"),
        ("C2", "K-0002"),
        ("I1", "Selam ሰላም"),
        ("I2", 'O\'Neil, "Mo" B'),
        ("T1", "Dr. Anna Weiß"),
    ]
    skills = select(LanguageSkill.language, LanguageSkill.into, LanguageSkill.dialect, LanguageSkill.level)
    skills = skills.join(Person, Person.id == LanguageSkill.interpreter_id).where(Person.external_ref.is_not(None))
    assert sorted(rows(cast_, skills)) == [("am", "de", "", 3), ("ar", "en", "apc", 4), ("ti", "de", "", 5)]
    assert rows(cast_, select(Credential.body, Credential.expires)) == [("BDÜ", date(2029, 1, 1))]
    need = select(LanguageNeed.language, LanguageNeed.dialect, LanguageNeed.strict, LanguageNeed.gender_wish)
    need = need.join(Case).where(Case.code.in_(["F1", "F2"])).order_by(Case.code)
    assert rows(cast_, need) == [("ti", "", True, "woman"), ("ar", "apc", False, "")]
    hours = select(WeeklyHours.weekday, WeeklyHours.start, WeeklyHours.end).where(WeeklyHours.external_ref == "A2")
    assert rows(cast_, hours) == [(1, "09:00", "00:00")]
    # The clocks go forward that night: two whole days are 47 hours.
    (off,) = rows(cast_, select(TimeOff.starts_at, TimeOff.ends_at))
    assert [moment.isoformat() for moment in off] == ["2027-03-26T23:00:00+00:00", "2027-03-28T22:00:00+00:00"]
    states = select(Encounter.external_ref, Encounter.status, Slot.state).join(Slot).order_by(Encounter.external_ref)
    assert rows(cast_, states) == [
        ("E1", "held", "confirmed"),
        ("E2", "scheduled", "filled"),
        ("E3", "scheduled", "unfilled"),
        ("E4", "cancelled", "released"),
    ]
    series = [row[0] for row in rows(cast_, select(Encounter.series_id).order_by(Encounter.external_ref))]
    assert series[0] == series[1] is not None
    assert series[2:] == [None, None]
    (last,) = rows(cast_, select(AuditEntry.verb, AuditEntry.subject, AuditEntry.details))
    assert last == ("imports.commit", batch, {"created": 16, "updated": 0, "refused": 0})


def test_commit_takes_time_in_every_diary_with_briefing_for_staff_and_none_when_cancelled(cast_: Cast) -> None:
    imports.commit(cast_.kora, files(GOOD))
    found = rows(
        cast_,
        select(Encounter.external_ref, Taken.starts_at, Taken.ends_at)
        .join(Encounter, Encounter.id == Taken.encounter_id)
        .order_by(Encounter.external_ref, Taken.starts_at, Taken.ends_at),
    )
    assert [(ref, f"{start:%d %H:%M}", f"{end:%H:%M}") for ref, start, end in found] == [
        ("E1", "22 08:50", "10:05"),
        ("E1", "22 08:50", "10:05"),
        ("E1", "22 09:00", "09:50"),
        ("E1", "22 09:00", "09:50"),
        ("E2", "08 08:50", "10:05"),
        ("E2", "08 08:50", "10:05"),
        ("E2", "08 09:00", "09:50"),
        ("E2", "08 09:00", "09:50"),
        ("E3", "08 12:50", "14:15"),
        ("E3", "08 13:00", "14:00"),
        ("E3", "08 13:00", "14:00"),
    ]


def test_the_same_folder_again_is_unchanged_and_there_is_nothing_to_write(cast_: Cast) -> None:
    imports.commit(cast_.kora, files(GOOD))
    before = dump()
    again = imports.preview(cast_.kora, files(GOOD))
    assert (brief(again), again.total) == ([], Counts(16, 0, 0, 16, 0))
    with pytest.raises(errors.Unfit) as refused:
        imports.commit(cast_.kora, files(GOOD))
    assert refused.value.fields == {"files": "nothing_to_write"}
    assert dump() == before


def test_semicolons_and_a_byte_order_mark_give_the_same_rows(cast_: Cast) -> None:
    import csv
    import io

    def with_semicolons(text: str) -> bytes:
        out = io.StringIO()
        csv.writer(out, delimiter=";").writerows(csv.reader(io.StringIO(text)))
        return b"\xef\xbb\xbf" + out.getvalue().encode()

    imports.commit(cast_.kora, {name: with_semicolons(text) for name, text in GOOD.items()})
    assert imports.preview(cast_.kora, files(GOOD)).total == Counts(16, 0, 0, 16, 0)


def test_undo_leaves_every_table_as_it_was(cast_: Cast) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    before = dump()
    batch = imports.commit(cast_.kora, files(GOOD))
    assert dump() != before
    imports.undo(cast_.kora, batch)
    assert dump() == before
    with pytest.raises(errors.BadTransition):
        imports.undo(cast_.kora, batch)
    assert [(one.id, one.created, one.undone_at is not None) for one in imports.batches(cast_.kora)] == [
        (batch, 16, True)
    ]


CHANGES = {
    "sites": ("Nordweg 7,Blue|Green", "Nordweg 9,Blue|Green|Red"),
    "interpreters": ("ti>de~5|am>de~3", "ti>de~4|am>de~3|en>de~4"),
    "therapists": ("de|en", "de"),
    "clients": ("K-0002,,apc,ar,ar", "K-0002,Ali,apc,ar,"),
    "cases": ("apc,no,3,,", "apc,no,4,man,prefer"),
    "availability": ("08:00,18:00", "08:00,16:30"),
    "time_off": ("2027-03-27,,", "2027-03-26,12:00,"),
}


@pytest.mark.parametrize("file", CHANGES)
def test_a_changed_row_is_updated_and_undone(cast_: Cast, file: str) -> None:
    imports.commit(cast_.kora, files(GOOD))
    before = dump()
    tables = changed(file, *CHANGES[file])
    seen = imports.preview(cast_.kora, files(tables))
    assert (brief(seen), seen.total) == ([], Counts(16, 0, 1, 15, 0))
    batch = imports.commit(cast_.kora, files(tables))
    assert imports.preview(cast_.kora, files(tables)).total == Counts(16, 0, 0, 16, 0)
    imports.undo(cast_.kora, batch)
    assert dump() == before


def test_a_moved_encounter_with_another_interpreter_frees_and_takes_time_and_is_undone(cast_: Cast) -> None:
    imports.commit(cast_.kora, files(GOOD))
    before = dump()
    tables = changed("encounters", "E2,F1,2027-03-08,10:00", "E2,F1,2027-03-08,10:30")
    tables["encounters"] = tables["encounters"].replace("ti,I1,,,,S1", "ti,I2,,,,S1")
    batch = imports.commit(cast_.kora, files(tables))
    taken = select(Taken.starts_at).join(Encounter, Encounter.id == Taken.encounter_id)
    assert sorted(f"{row[0]:%H:%M}" for row in rows(cast_, taken.where(Encounter.external_ref == "E2"))) == [
        "09:20",
        "09:20",
        "09:30",
        "09:30",
    ]
    live = select(Assignment.ended_at.is_(None), Assignment.reason).join(Slot).join(Encounter)
    assert sorted(rows(cast_, live.where(Encounter.external_ref == "E2"))) == [(False, "import"), (True, "")]
    assert imports.preview(cast_.kora, files(tables)).total == Counts(16, 0, 0, 16, 0)
    imports.undo(cast_.kora, batch)
    assert dump() == before


def test_blank_status_and_interpreter_keep_what_was_decided_here(cast_: Cast) -> None:
    imports.commit(cast_.kora, files(GOOD))
    ((id_,),) = rows(cast_, select(Encounter.id).where(Encounter.external_ref == "E3"))
    assignments.assign_interpreter(cast_.kora, id_, "p-ivo", waived=["LANG_DIALECT", "LANG_LEVEL"], reason="agreed")
    assert imports.preview(cast_.kora, files(GOOD)).total == Counts(16, 0, 0, 16, 0)


def test_undo_is_refused_when_something_later_depends_on_the_batch(cast_: Cast) -> None:
    batch = imports.commit(cast_.kora, files(GOOD))
    ((id_,),) = rows(cast_, select(Encounter.id).where(Encounter.external_ref == "E3"))
    encounters.cancel(cast_.kora, id_, "clinic")
    before = dump()
    with pytest.raises(errors.Conflict):
        imports.undo(cast_.kora, batch)
    assert dump() == before


def test_undo_is_refused_when_a_new_row_points_at_the_batch(cast_: Cast) -> None:
    batch = imports.commit(cast_.kora, files(GOOD))
    ((person,),) = rows(cast_, select(Client.id).join(Person).where(Person.external_ref == "C1"))
    with context.work(cast_.kora) as ctx:
        ctx.session.add(TimeOff(id="later", person_id=person, starts_at=ctx.now, ends_at=ctx.now.replace(hour=23)))
    with pytest.raises(errors.Conflict):
        imports.undo(cast_.kora, batch)


def test_undo_of_bookings_goes_through_when_the_same_diary_was_booked_later(cast_: Cast) -> None:
    day = "E9,T-1001,2027-03-03,09:00,50,Europe/Berlin,,,,ti,p-ines,,,,\n"
    heading = GOOD["encounters"].partition("\n")[0] + "\n"
    batch = imports.commit(cast_.kora, {"encounters.csv": (heading + day).encode()})
    id_ = cast.encounter(cast_, day=date(2027, 3, 4), at=time(9))
    assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    imports.undo(cast_.kora, batch)
    assert rows(cast_, select(Taken.encounter_id)) == [(id_,)]


@pytest.fixture
def planted(cast_: Cast) -> dict[str, bytes]:
    """A folder with errors in every file; Thea, Cleo and their room are taken on 2 March from 14:30 on."""
    row = "P1,T-1001,2027-03-02,14:30,50,Europe/Berlin,S1,Room 1,,ti,,,,,\n"
    heading = GOOD["encounters"].partition("\n")[0] + "\n"
    imports.commit(cast_.kora, {"encounters": (heading + row).encode()})
    return {f"{name}.csv": text.encode() for name, (text, _) in PLANTED.items()}


def test_planted_errors_are_each_named_with_row_column_rule_and_hint(cast_: Cast, planted: dict[str, bytes]) -> None:
    before = dump(but=())
    seen = imports.preview(cast_.kora, planted)
    assert brief(seen) == [finding for _, found in PLANTED.values() for finding in found]
    for file, one in seen.counts.items():
        assert one.read == one.created + one.updated + one.unchanged + one.refused
        assert one.refused == len({finding[1] for finding in PLANTED[file][1]})
    assert dump(but=()) == before


def test_accepted_rows_are_written_and_the_refused_come_back_as_a_file(
    cast_: Cast, planted: dict[str, bytes]
) -> None:
    seen = imports.preview(cast_.kora, planted)
    before = dump()
    batch = imports.commit(cast_.kora, planted)
    after = imports.preview(cast_.kora, planted)
    assert after.total == replace(seen.total, created=0, unchanged=seen.total.created)
    again = {file: imports.rejected(seen, file) for file in seen.refused}
    assert imports.preview(cast_.kora, again).total.read == seen.total.refused
    mended = again["availability"].decode().replace("mondy", "monday").replace("9.30", "9:30").encode()
    assert imports.preview(cast_.kora, {"availability": mended}).counts["availability"] == Counts(3, 2, 0, 0, 1)
    with pytest.raises(errors.NotFound):
        imports.rejected(seen, "nothing")
    imports.undo(cast_.kora, batch)
    assert dump() == before


HOSTILE = {
    "not_utf8": "external_ref,name,zone\nN,Köln,Europe/Berlin\n".encode("latin-1"),
    "empty": b"\xef\xbb\xbf \r\n",
    "too_many_columns": ",".join(f"c{n}" for n in range(10_000)).encode(),
    "nul": b"external_ref,name,zone\nN,No\0rd,Europe/Berlin\n",
    "too_large": b"external_ref,name,zone\n" + b"N,N,Europe/Berlin\n" * 350_000,
    "quotes": b'external_ref,name,zone\nN,"Nord,Europe/Berlin\n',
    "missing_column": b"external_ref,name\nN,Nord\n",
    "unknown_column": b"external_ref,name,zone,birth_date\nN,Nord,Europe/Berlin,2000-01-01\n",
    "column_twice": b"external_ref,name,zone,name\nN,Nord,Europe/Berlin,Nord\n",
}


@pytest.mark.parametrize("rule", HOSTILE)
def test_a_hostile_file_is_refused_whole_and_nothing_is_written(cast_: Cast, rule: str) -> None:
    before = dump(but=())
    seen = imports.preview(cast_.kora, {"sites.csv": HOSTILE[rule]})
    assert [(one.file, one.row, one.rule) for one in seen.findings] == [("sites", 0, rule)]
    assert seen.counts["sites"].read == seen.counts["sites"].refused == (rule in ("missing_column", "unknown_column"))
    with pytest.raises(errors.Unfit):
        imports.commit(cast_.kora, {"sites.csv": HOSTILE[rule]})
    assert dump(but=()) == before


def test_a_heading_alone_is_no_error_and_nothing_to_write(cast_: Cast) -> None:
    seen = imports.preview(cast_.kora, {"sites.csv": b"external_ref,name,zone\n"})
    assert (seen.findings, seen.total) == ((), Counts())


def test_files_of_other_names_are_never_read(cast_: Cast) -> None:
    seen = imports.preview(cast_.kora, {"ratings.csv": b"a,b\n", "accounts.csv": b"\xff"})
    assert [(one.file, one.rule) for one in seen.findings] == [
        ("accounts", "unknown_file"),
        ("ratings", "unknown_file"),
    ]


def test_formulas_are_disarmed_on_the_way_out_and_whole_on_the_way_in(cast_: Cast) -> None:
    name = "=cmd|'/c calc'!A1"
    table = f'external_ref,name,zone\nN,"{name}",Europe/Belrin\n'.encode()
    out = imports.rejected(imports.preview(cast_.kora, {"sites": table}), "sites")
    assert out.decode("utf-8-sig") == f"external_ref,name,zone\r\nN,'{name},Europe/Belrin\r\n"
    imports.commit(cast_.kora, {"sites": out.replace(b"Belrin", b"Berlin")})
    assert imports.preview(cast_.kora, {"sites": table.replace(b"Belrin", b"Berlin")}).total == Counts(1, 0, 0, 1, 0)


def test_only_coordinators_import(cast_: Cast) -> None:
    for actor in (cast_.thea, cast_.ines, cast_.lena, cast_.ada, cast_.aud):
        for act in (lambda who: imports.preview(who, files(GOOD)), lambda who: imports.commit(who, files(GOOD))):
            with pytest.raises(errors.NotFound):
                act(actor)
        with pytest.raises(errors.NotFound):
            imports.undo(actor, "x")


def test_a_future_encounter_is_held_once_its_time_has_come(cast_: Cast, clock: Clock) -> None:
    imports.commit(cast_.kora, files(GOOD))
    tables = changed("encounters", "ti,I1,,,,S1", "ti,I1,held,,,S1")
    assert brief(imports.preview(cast_.kora, files(tables))) == [
        ("encounters", 3, "status", "future", ("scheduled",))
    ]
    clock.forward(days=8)
    imports.commit(cast_.kora, files(tables))
    states = select(Encounter.status, Slot.state).join(Slot).where(Encounter.external_ref == "E2")
    assert rows(cast_, states) == [("held", "confirmed")]
    moved = changed("encounters", "E2,F1,2027-03-08,10:00", "E2,F1,2027-03-08,11:00")
    assert [finding[3] for finding in brief(imports.preview(cast_.kora, files(moved)))] == ["over"]


def test_the_wish_of_a_client_goes_to_the_cases_beside_it(cast_: Cast) -> None:
    tables = dict(GOOD)
    tables["clients"] = (
        "external_ref,client_code,spoken,gender_wish,wish_kind,mode_wish\nC1,K-0001,ti,,,\nC2,K-0002,apc,man,prefer,video\n"
    )
    tables["cases"] = tables["cases"].replace("3,,,telephone", "3,,,")
    imports.commit(cast_.kora, files(tables))
    query = select(LanguageNeed.gender_wish, LanguageNeed.wish_kind, LanguageNeed.mode).join(Case)
    assert rows(cast_, query.where(Case.code == "F2")) == [("man", "prefer", "video")]
    assert imports.preview(cast_.kora, files(tables)).total == Counts(16, 0, 0, 16, 0)


def test_the_journal_of_a_batch_is_readable(cast_: Cast) -> None:
    from triad.store.ledger import ImportBatch

    imports.commit(cast_.kora, {"sites": GOOD["sites"].encode()})
    ((undo,),) = rows(cast_, select(ImportBatch.undo))
    assert sorted({(line["table"], line["before"]) for line in json.loads(undo)}) == [
        ("diary", None),
        ("room", None),
        ("site", None),
    ]
