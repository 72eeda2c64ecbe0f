"""People: who may list, find and add them; names only where they may be known; a diary for whom can be booked."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests import cast
from tests.cast import Cast
from tests.services.test_notes import counted
from triad.domain import errors
from triad.domain.parties import Role
from triad.services import assignments, context, grants, hours, people, search, sites, skills
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
        rows: list[Any] = [
            ctx.session.get(table, id_) for table, id_ in zip((Interpreter, Therapist, Client), ids, strict=True)
        ]
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


@pytest.mark.parametrize(
    ("tab", "id_"), [("interpreters", "p-ines"), ("therapists", "p-thea"), ("clients", "p-cleo")]
)
def test_form_of_somebody_sent_back_unchanged_changes_nothing(cast_: Cast, tab: str, id_: str) -> None:
    before = people.profile(cast_.kora, tab, id_)
    people.change(cast_.kora, tab, id_, before.written)
    after = people.profile(cast_.kora, tab, id_)
    assert dict(after.written) | {"version": ""} == dict(before.written) | {"version": ""}
    assert after.version == before.version + (tab == "interpreters")


def test_every_line_of_an_interpreter_can_be_changed(cast_: Cast) -> None:
    people.change(cast_.kora, "interpreters", "p-ines", INTERPRETER | {"version": "1", "minor": "yes"})
    found = hours.offered(cast_.kora, "p-ines").interpreter
    assert (found.person.name, found.person.zone, found.person.email) == ("Nura New", "Africa/Asmara", None)
    assert (found.modes, found.training_hours, found.adult, found.version) == (["video"], 90, False, 2)
    assert (found.ethics_on, f"{found.check_expires}") == (None, "2028-01-01")
    assert [one.language for one in found.skills] == ["ti"]


def test_client_keeps_its_own_code_and_takes_no_other(cast_: Cast) -> None:
    people.change(cast_.kora, "clients", "p-cleo", CLIENT | {"code": "K-cleo"})
    with pytest.raises(errors.Unfit) as refused:
        people.change(cast_.kora, "clients", "p-cleo", CLIENT | {"code": "K-carl", "version": "1"})
    assert refused.value.fields == {"code": "taken", "version": "unknown_field"}
    written = people.profile(cast_.kora, "clients", "p-cleo").written
    assert (written["name"], written["code"], written["form_language"]) == ("Nura New", "K-cleo", "ti")


def test_change_that_does_not_fit_writes_nothing(cast_: Cast) -> None:
    before = people.profile(cast_.kora, "interpreters", "p-ines")
    written = {**before.written, "name": "Somebody", "zone": "Mars", "video": "", "in_person": "", "telephone": ""}
    with pytest.raises(errors.Unfit) as refused:
        people.change(cast_.kora, "interpreters", "p-ines", written)
    assert refused.value.fields == {"zone": "unknown_zone", "in_person": "choose_one"}
    with pytest.raises(errors.Stale):
        people.change(cast_.kora, "interpreters", "p-ines", {**before.written, "name": "Other", "version": "9"})
    assert people.profile(cast_.kora, "interpreters", "p-ines") == before
    with pytest.raises(errors.NotFound):
        people.change(cast_.kora, "interpreters", "p-thea", before.written)


def test_who_stopped_working_is_no_candidate_until_back(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)

    def fits() -> list[object]:
        return [one.candidate.id for one in assignments.panel(cast_.kora, id_).fits]

    assert fits() == ["p-ines"]
    people.set_active(cast_.kora, "p-ines", False, 1)
    assert fits() == []
    with pytest.raises(errors.Unfit) as refused:
        assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    assert refused.value.fields == {"interpreter": "unknown"}
    with pytest.raises(errors.Stale):
        people.set_active(cast_.kora, "p-ines", True, 1)
    people.set_active(cast_.kora, "p-ines", True, 2)
    assert fits() == ["p-ines"]


def test_skills_and_credentials_are_removed_from_their_owner_only(cast_: Cast) -> None:
    paper = skills.add_credential(cast_.kora, "p-ines", {"body": "NAATI", "kind": "certified", "language": "ti"})
    for act in (
        lambda: skills.remove(cast_.kora, "p-ivo", "sk-ines"),
        lambda: skills.remove_credential(cast_.kora, "p-ivo", paper),
        lambda: skills.remove(cast_.kora, "p-ines", paper),
    ):
        with pytest.raises(errors.NotFound):
            act()
    found = hours.offered(cast_.kora, "p-ines").interpreter
    assert ([one.id for one in found.skills], [one.id for one in found.credentials]) == (["sk-ines"], [paper])
    skills.remove(cast_.kora, "p-ines", "sk-ines")
    skills.remove_credential(cast_.kora, "p-ines", paper)
    found = hours.offered(cast_.kora, "p-ines").interpreter
    assert ([one.id for one in found.skills], [one.id for one in found.credentials]) == ([], [])


def test_site_and_room_are_renamed_and_no_name_comes_twice(cast_: Cast) -> None:
    south = sites.add(cast_.kora, {"name": "Site Süd", "zone": "Europe/Lisbon"})
    sites.change(cast_.kora, south, {"name": "Site West", "zone": "Europe/London", "address": "West 1"})
    room = sites.add_room(cast_.kora, "site-nord", {"name": "Room 2"})
    sites.rename_room(cast_.kora, "site-nord", room, {"name": "Blue room"})
    found = sites.show(cast_.kora, "site-nord")
    assert [one.name for one in found.rooms] == ["Blue room", "Room 1"]
    site = sites.show(cast_.kora, south).site
    assert (site.name, site.zone, site.address) == ("Site West", "Europe/London", "West 1")
    for act in (
        lambda: sites.change(cast_.kora, south, {"name": "Site Nord", "zone": "Europe/London"}),
        lambda: sites.add(cast_.kora, {"name": "Site Nord", "zone": "Europe/London"}),
        lambda: sites.add_room(cast_.kora, "site-nord", {"name": "Room 1"}),
        lambda: sites.rename_room(cast_.kora, "site-nord", room, {"name": "Room 1"}),
    ):
        with pytest.raises(errors.Unfit) as refused:
            act()
        assert refused.value.fields == {"name": "taken"}
    with pytest.raises(errors.NotFound):
        sites.rename_room(cast_.kora, south, room, {"name": "Green room"})


@pytest.mark.parametrize("name", ["thea", "otto", "ines", "ivo", "lena", "ada", "aud"])
def test_changing_is_for_coordinators_alone(cast_: Cast, name: str) -> None:
    actor = getattr(cast_, name)
    for act in (
        lambda: people.profile(actor, "clients", "p-cleo"),
        lambda: people.change(actor, "clients", "p-cleo", CLIENT),
        lambda: people.set_active(actor, "p-ines", False, 1),
        lambda: skills.remove(actor, "p-ines", "sk-ines"),
        lambda: sites.show(actor, "site-nord"),
        lambda: sites.change(actor, "site-nord", {"name": "Mine", "zone": "Europe/Berlin"}),
        lambda: sites.rename_room(actor, "site-nord", "room-1", {"name": "Mine"}),
    ):
        with pytest.raises(errors.NotFound):
            act()
    assert people.profile(cast_.kora, "clients", "p-cleo").name == "Cleo Client"


def test_roles_are_listed_for_those_who_watch_over_them(cast_: Cast) -> None:
    rows, count = grants.listed(cast_.aud)
    assert (count, [(one.name, one.roles, one.active) for one in rows if one.name in ("Ada", "Thea")]) == (
        8,
        [("Ada", (Role.ADMIN,), True), ("Thea", (Role.THERAPIST,), True)],
    )
    assert grants.listed(cast_.ada)[1] == 8
    for name in ("kora", "thea", "ines", "lena"):
        with pytest.raises(errors.NotFound):
            grants.listed(getattr(cast_, name))
