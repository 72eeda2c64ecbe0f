"""Importing a clinic's tables: counts that add up, one batch, everything taken back exactly."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select

from tests import cast
from tests.cast import Cast
from tests.conftest import Clock
from tests.services.folders import GOOD, brief, changed, dump, files
from triad.domain import errors
from triad.services import assignments, context, encounters, imports
from triad.services.imports import Counts
from triad.store.cases import Case, LanguageNeed
from triad.store.clinic import Client, Credential, LanguageSkill
from triad.store.diaries import Taken
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.ledger import AuditEntry
from triad.store.people import Person, TimeOff, WeeklyHours


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
    query = select(LanguageNeed.gender_wish, LanguageNeed.wish_kind, LanguageNeed.mode_c).join(Case)
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
