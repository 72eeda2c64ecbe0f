"""People: who may list, find and add them; names only where they may be known; a diary for whom can be booked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import cast
from tests.cast import Cast
from tests.services.test_notes import counted
from triad.domain import errors
from triad.services import context, hours, people, search, sites, skills
from triad.services.search import CaseHit
from triad.store.clinic import Client, Interpreter, Room, Therapist
from triad.store.db import db
from triad.store.diaries import Diary

PERSON = {"name": "Nura New", "zone": "Africa/Asmara", "email": "", "phone": "", "gender": "woman"}
INTERPRETER = PERSON | {"site": "site-nord", "video": "yes", "training_hours": "90", "check_expires": "2028-01-01"}
THERAPIST = PERSON | {"site": "", "languages": "English, de"}
CLIENT = PERSON | {"code": "K-nura", "spoken": "Tigrinya", "form_language": "ti"}


@pytest.mark.parametrize("tab", people.TABS)
@pytest.mark.parametrize("name", ["thea", "otto", "ines", "lena", "ada", "aud"])
def test_lists_are_for_coordinators_alone(cast_: Cast, tab: str, name: str) -> None:
    with pytest.raises(errors.NotFound):
        people.listed(getattr(cast_, name), tab)
    assert people.listed(cast_.kora, tab).count == {"sites": 1}.get(tab, 2)


def test_lists_are_narrowed_by_name_and_signs_of_patterns_are_plain(cast_: Cast) -> None:
    def names(tab: str, text: str) -> list[str]:
        return [row.person.name for row in people.listed(cast_.kora, tab, text).rows]

    assert names("interpreters", "INE") == ["Ines"]
    assert names("clients", "k-cleo") == ["Cleo Client"]
    assert (names("clients", "%"), names("clients", "_"), names("clients", "a\x00")) == (
        [],
        [],
        ["Carl Client", "Cleo Client"],
    )
    assert people.listed(cast_.kora, "clients").extra["p-cleo"] == [("case-T-1001", "T-1001")]


@pytest.mark.parametrize("tab", people.TABS)
def test_list_takes_the_same_statements_for_one_row_and_three(cast_: Cast, tab: str) -> None:
    numbers = []
    for written in ({"name": "One"}, {"name": "Two"}):
        new = {
            "interpreters": INTERPRETER,
            "therapists": THERAPIST,
            "clients": CLIENT | {"code": written["name"]},
            "sites": {"zone": "Europe/Berlin"},
        }[tab]
        if tab == "sites":
            sites.add(cast_.kora, new | written)
        else:
            people.add(cast_.kora, tab, new | written)
        db.session.expire_all()
        with counted() as sent:
            assert people.listed(cast_.kora, tab).rows
        numbers.append(len([one for one in sent if one.startswith("SELECT")]))
    assert numbers[0] == numbers[1] <= 6


def test_search_names_only_whom_the_reader_may_know(cast_: Cast) -> None:
    hit = CaseHit("case-T-1001", "T-1001", "K-cleo", "Cleo Client")
    found = search.found(cast_.kora, "cleo")
    assert (found.cases, [one.code for one in found.clients]) == ([hit], ["K-cleo"])
    assert [one.id for one in search.found(cast_.kora, "ines").interpreters] == ["p-ines"]
    assert search.found(cast_.thea, "Cleo Client").cases == [hit]
    # Both clients are called Client: the name finds one's own only, and nothing for who may not know names.
    assert [one.code for one in search.found(cast_.thea, "client").cases] == ["T-1001"]
    assert [one.code for one in search.found(cast_.otto, "client").cases] == ["T-2002"]
    assert search.found(cast_.otto, "K-cleo").cases == []
    assert search.found(cast_.lena, "client").cases == []
    assert search.found(cast_.lena, "K-cleo").cases == [CaseHit("case-T-1001", "T-1001", "K-cleo", "")]
    assert search.found(cast_.thea, "ines").interpreters == ()
    assert search.found(cast_.kora, "  ").cases == search.found(cast_.kora, "\x00").cases == ()


@pytest.mark.parametrize("name", ["ines", "ivo", "ada", "aud"])
def test_search_is_not_there_for_others(cast_: Cast, name: str) -> None:
    with pytest.raises(errors.NotFound):
        search.found(getattr(cast_, name), "cleo")


def test_newcomers_who_can_be_booked_get_a_diary_each(cast_: Cast) -> None:
    ids = [
        people.add(cast_.kora, tab, new)
        for tab, new in (("interpreters", INTERPRETER), ("therapists", THERAPIST), ("clients", CLIENT))
    ]
    site = sites.add(cast_.kora, {"name": "Site Süd", "zone": "Europe/Lisbon"})
    sites.add_room(cast_.kora, site, {"name": "Room 9"})
    with context.look(cast_.kora) as ctx:
        rows = [ctx.session.get(table, id_) for table, id_ in zip((Interpreter, Therapist, Client), ids, strict=True)]
        rows.append(ctx.session.scalars(select(Room).where(Room.site_id == site)).one())
        diaries = [ctx.session.get(Diary, row.diary_id) for row in rows if row]
        assert [one.kind for one in diaries if one] == ["interpreter", "therapist", "client", "room"]
        assert rows[0].modes == ["video"]
        assert rows[1].languages == ["en", "de"]


def test_newcomer_with_bad_fields_is_refused_with_all_of_them(cast_: Cast) -> None:
    written = {"name": "", "zone": "Berlin", "email": "nobody", "gender": "", "spoken": "xx, ti", "code": "K-cleo"}
    with pytest.raises(errors.Unfit) as refused:
        people.add(cast_.kora, "clients", written | {"diary_id": "1"})
    assert refused.value.fields == {
        "name": "required",
        "zone": "unknown_zone",
        "email": "email",
        "spoken": "unknown",
        "code": "taken",
        "diary_id": "unknown_field",
    }
    for bad in ({"code": "a\x00"}, {"code": "x" * 41}, {"spoken": "ti,\x00"}):
        with pytest.raises(errors.Unfit) as refused:
            people.add(cast_.kora, "clients", CLIENT | bad)
        assert list(refused.value.fields) == list(bad)
    with pytest.raises(errors.Unfit) as refused:
        people.add(cast_.kora, "interpreters", PERSON | {"site": "a\x00"})
    assert refused.value.fields == {"site": "characters", "in_person": "choose_one"}
    assert people.listed(cast_.kora, "clients").count == 2


def test_skills_and_credentials_are_added_once_and_shown(cast_: Cast) -> None:
    skill = {"language": "am", "into": "en", "dialect": "", "level": "3"}
    skills.add(cast_.kora, "p-ines", skill)
    with pytest.raises(errors.Unfit) as refused:
        skills.add(cast_.kora, "p-ines", skill | {"level": "6"})
    assert refused.value.fields == {"level": "range", "language": "taken"}
    paper = {"body": "NAATI", "kind": "certified", "language": "ti", "expires": "2027-02-01"}
    skills.add_credential(cast_.kora, "p-ines", paper)
    cast.encounter(cast_, interpreter="p-ines", id_="hers")
    cast.encounter(cast_, interpreter="p-ivo", case_id=cast_.other_case_id, id_="his")
    found = hours.offered(cast_.kora, "p-ines")
    assert sorted(one.language for one in found.interpreter.skills) == ["am", "ti"]
    assert [one.body for one in found.interpreter.credentials] == ["NAATI"]
    assert ([one.id for one in found.upcoming], found.site) == (["hers"], "Site Nord")


@pytest.mark.parametrize("name", ["thea", "otto", "ines", "ivo", "lena", "ada", "aud"])
def test_adding_is_for_coordinators_alone(cast_: Cast, name: str) -> None:
    actor = getattr(cast_, name)
    for act in (
        lambda: people.add(actor, "clients", CLIENT),
        lambda: skills.add(actor, "p-ines", {"language": "am", "into": "en", "level": "3"}),
        lambda: skills.add_credential(actor, "p-ines", {"body": "x", "kind": "x", "language": "ti"}),
        lambda: sites.add_room(actor, "site-nord", {"name": "Room 2"}),
        lambda: hours.offered(actor, "p-ines"),
    ):
        with pytest.raises(errors.NotFound):
            act()
    assert people.listed(cast_.kora, "clients").count == 2
