"""The columns of a clinic's tables that say who sits where, what is wished for, and which way is interpreted."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.cast import Cast
from tests.services.folders import GOOD, brief, files
from triad.domain import modes
from triad.services import context, imports
from triad.services.imports import Counts
from triad.store.cases import Case, LanguageNeed
from triad.store.clinic import Interpreter, LanguageSkill
from triad.store.people import Person

CASES = (
    "external_ref,client_ref,therapist_ref,opened_on,language,direction,gender_wish,wish_kind,wishes,modes\n"
    "F1,C1,T1,2027-01-10,ti,from,woman,require,trauma~require|older~avoid|lgbtiq~none,in_person|video|telephone\n"
    "F2,C2,T1,2027-01-11,apc,,,,,video\n"
)
PEOPLE = (
    "external_ref,name,zone,modes,skills,attributes,adult\n"
    "I1,Selam,Europe/Berlin,video,ti>de~5~from|am>de~3,trauma|mental_health,yes\n"
    "I2,Mo,Europe/London,telephone,apc>en~4,,yes\n"
)
TABLES = {**GOOD, "cases": CASES, "interpreters": PEOPLE}


def one(who: Cast, query: Any) -> Any:
    with context.look(who.kora) as ctx:
        return ctx.session.scalars(query).one()


def need(who: Cast, code: str) -> LanguageNeed:
    found: LanguageNeed = one(who, select(LanguageNeed).join(Case).where(Case.code == code))
    return found


def test_everything_arrives_and_the_same_again_is_unchanged(cast_: Cast) -> None:
    seen = imports.preview(cast_.kora, files(TABLES))
    assert brief(seen) == []
    imports.commit(cast_.kora, files(TABLES))
    first, second = need(cast_, "F1"), need(cast_, "F2")
    assert (first.direction, first.wishes, first.gender_wish) == (
        "from",
        {"trauma": "require", "older": "avoid"},
        "woman",
    )
    assert (modes.of(first), modes.of(second)) == (("in_person", "video", "telephone"), ("video",) * 3)
    assert (second.direction, second.wishes) == ("both", {})
    selam = one(cast_, select(Interpreter).join(Person).where(Person.external_ref == "I1"))
    assert selam.attributes == ["trauma", "mental_health"]
    with context.look(cast_.kora) as ctx:
        query = select(LanguageSkill.language, LanguageSkill.works).where(LanguageSkill.interpreter_id == selam.id)
        assert sorted(tuple(row) for row in ctx.session.execute(query)) == [("am", "both"), ("ti", "from")]
    total = seen.total.read
    assert imports.preview(cast_.kora, files(TABLES)).total == Counts(total, 0, 0, total, 0)


def test_empty_cells_and_missing_columns_keep_what_is_known(cast_: Cast) -> None:
    imports.commit(cast_.kora, files(TABLES))
    less = "external_ref,client_ref,therapist_ref,opened_on,language,level,wishes,modes\nF1,C1,T1,2027-01-10,ti,5,,\n"
    imports.commit(cast_.kora, files({"cases": less}))
    found = need(cast_, "F1")
    assert (found.min_level, found.direction, found.wishes) == (5, "from", {"trauma": "require", "older": "avoid"})
    assert modes.of(found) == ("in_person", "video", "telephone")


def test_the_former_heading_of_modes_is_still_read(cast_: Cast) -> None:
    former = {**TABLES, "cases": CASES.replace(",modes\n", ",mode\n")}
    assert brief(imports.preview(cast_.kora, files(former))) == []
    imports.commit(cast_.kora, files(former))
    assert modes.of(need(cast_, "F1")) == ("in_person", "video", "telephone")
    bad = {**TABLES, "cases": CASES.replace(",modes\n", ",mode\n").replace("|telephone", "|phone")}
    assert brief(imports.preview(cast_.kora, files(bad)))[0] == ("cases", 2, "mode", "unknown", ("telephone",))


@pytest.mark.parametrize(
    ("table", "old", "new", "expected"),
    [
        ("cases", "trauma~require", "trauma", ("wishes", "wish", ("trauma~prefer",))),
        ("cases", "older~avoid", "trauma~avoid", ("wishes", "twice", ())),
        ("cases", "older~avoid", "faith~avoid", ("wishes", "unknown", ("mental_health", "trauma"))),
        ("cases", "|telephone", "", ("modes", "seats", ("in_person|video|in_person",))),
        ("cases", ",from,", ",to,", ("direction", "unknown", ("into",))),
        ("interpreters", "trauma|", "muslim|", ("attributes", "unknown", ("mental_health", "trauma"))),
        ("interpreters", "5~from", "5~to", ("skills", "unknown", ("into",))),
    ],
)
def test_what_cannot_be_read_names_column_rule_and_what_would_fit(
    cast_: Cast, table: str, old: str, new: str, expected: tuple[str, str, tuple[str, ...]]
) -> None:
    assert old in TABLES[table]
    seen = imports.preview(cast_.kora, files({**TABLES, table: TABLES[table].replace(old, new)}))
    column, rule, hints = expected
    found = next(row for row in brief(seen) if row[:2] == (table, 2))
    assert (found[2:4], found[4][: len(hints)]) == ((column, rule), hints)


def test_undone_the_needs_are_as_before(cast_: Cast) -> None:
    imports.commit(cast_.kora, files(TABLES))
    changed = CASES.replace("trauma~require|older~avoid|lgbtiq~none", "children~prefer").replace(",from,", ",into,")
    batch = imports.commit(cast_.kora, files({"cases": changed}))
    assert (need(cast_, "F1").wishes, need(cast_, "F1").direction) == ({"children": "prefer"}, "into")
    imports.undo(cast_.kora, batch)
    assert need(cast_, "F1").wishes == {"trauma": "require", "older": "avoid"}
