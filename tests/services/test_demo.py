"""The demo clinic: as large as promised, alike for the same seed, and only ever in a demo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import cast
from tests.conftest import NOW
from triad.cli import demo as command
from triad.domain import courses, errors
from triad.domain.parties import Role
from triad.formats import invented, invented_words
from triad.services import alliance, assignments, context, demo, encounters, imports
from triad.services.context import Actor
from triad.services.imports import Counts
from triad.store.cases import Case, CulturalNote, LanguageNeed
from triad.store.clinic import Client, Interpreter, LanguageSkill, Site, Therapist
from triad.store.encounters import Encounter
from triad.store.people import Account, Person
from triad.store.ratings import Rating, Score


def rows(actor: Actor, query: Any) -> list[Any]:
    with context.look(actor) as ctx:
        return [tuple(row) for row in ctx.session.execute(query)]


def count(actor: Actor, table: Any, *where: Any) -> int:
    return rows(actor, select(func.count()).select_from(table).where(*where))[0][0]


def the_clinic_is_as_large_as_promised(hand: Actor) -> None:
    sizes = [count(hand, table) for table in (Interpreter, Therapist, Client, Case, Site)]
    assert sizes == [40, 12, 120, 120, 2]
    assert count(hand, Account) == len(demo.PEOPLE) == 6
    spoken = {row[0] for row in rows(hand, select(LanguageSkill.language))}
    assert spoken == set(invented_words.INTERPRETERS)
    assert len(spoken) == 14
    assert {row[0] for row in rows(hand, select(LanguageNeed.language))} == spoken
    assert {row[0] for row in rows(hand, select(Site.zone))} == {"Europe/Berlin", "Europe/London"}
    first, last = rows(hand, select(func.min(Encounter.starts_at), func.max(Encounter.starts_at)))[0]
    assert timedelta(weeks=11) < NOW - first <= timedelta(weeks=12)
    assert timedelta(weeks=1) < last - NOW < timedelta(weeks=2)
    assert count(hand, Encounter) > 1_200
    assert count(hand, Encounter, Encounter.ends_at <= NOW, Encounter.status == "scheduled") == 0


def about_nine_sessions_wait_for_an_interpreter_and_can_have_one(hand: Actor) -> None:
    waiting = encounters.unfilled(hand)
    assert 8 <= len(waiting) <= 11
    assert len([one for one in waiting if one.hours_left < 48]) >= 3
    fits = [len(assignments.panel(hand, one.encounter.id).fits) for one in waiting]
    assert len([number for number in fits if number]) >= 5


def ratings_hold_every_direction_and_choice_with_gaps_and_falls(hand: Actor) -> None:
    parties = Counter(row[0] for row in rows(hand, select(Rating.party)))
    held = count(hand, Encounter, Encounter.status == "held")
    assert 0.6 * held < parties["client"] < parties["interpreter"] < parties["therapist"] < held
    chosen = Counter(row[0] for row in rows(hand, select(Rating.choice).where(Rating.party == "client")))
    assert sorted(chosen) == ["lead_only", "statistics_only", "therapist"]
    mean = dict(
        rows(hand, select(Score.direction, func.avg(Score.pomp)).where(Score.facet == "bond").group_by("direction"))
    )
    assert sorted(mean) == ["CI", "CT", "IC", "IT", "TC", "TI"]
    assert all(55 < value < 85 for value in mean.values())
    per_case = (
        select(Encounter.case_id, Score.direction, func.avg(Score.pomp))
        .join(Rating, Rating.id == Score.rating_id)
        .join(Encounter, Encounter.id == Rating.encounter_id)
        .where(Score.facet == "bond", Score.direction.in_(["CT", "CI"]))
        .group_by(Encounter.case_id, Score.direction)
    )
    means = {(case, direction): value for case, direction, value in rows(hand, per_case)}
    trusts_interpreter = [
        case for case, key in means if key == "CT" and means.get((case, "CI"), 0) - means[case, key] > 25
    ]
    assert 10 <= len(trusts_interpreter) <= 40
    assert count(hand, Rating, Rating.submitted_at > NOW) == 0


def planted_bonds_are_found_and_steady_cases_are_quiet(hand: Actor) -> None:
    lead = replace(hand, account_id="a-lead", person_id="p-lead", roles=frozenset({Role.LEAD}))
    found: dict[str, Counter[str]] = {kind: Counter() for kind in courses.KINDS}
    for number, (case_id,) in enumerate(rows(hand, select(Case.id).order_by(Case.code))):
        picture = alliance.for_case(lead, case_id)
        flags = picture.signals.flags
        own = found[courses.KINDS[number % len(courses.KINDS)]]
        own["cases"] += 1
        own["paired"] += len(picture.paired("TC")) >= 4
        own["counted"] += picture.signals.counted
        own["apart"] += any(flag.kind == "asymmetry" and flag.where == "TC" for flag in flags)
        own["outside"] += any((flag.pattern, flag.who) == ("outsider", "I") for flag in flags)
        own["fell"] += any(flag.kind in ("rating", "dyad", "shift") for flag in flags)
        own["back"] += any(flag.state == "repaired" for flag in flags)
    assert found["asymmetric"]["apart"] >= 0.8 * found["asymmetric"]["paired"] > 8
    assert found["outsider"]["outside"] >= 0.5 * found["outsider"]["paired"] > 5
    assert found["open_rupture"]["fell"] >= 0.7 * found["open_rupture"]["cases"] > 10
    assert found["repaired"]["fell"] >= 0.7 * found["repaired"]["cases"] > 10
    assert found["repaired"]["back"] > found["open_rupture"]["back"]
    assert (found["steady"]["counted"], found["steady"]["cases"]) == (0, 18)


def names_and_notes_come_in_many_scripts_and_hostile_ones_whole(hand: Actor) -> None:
    names = {row[0] for row in rows(hand, select(Person.name))}
    assert set(invented_words.HOSTILE) <= names
    written = "".join(names) + "".join(row[0] for row in rows(hand, select(CulturalNote.text)))
    scripts = {"Arab": "ل", "Ethi": "ሰ", "Cyrl": "а", "Beng": "র", "Persian": "ی", "Latn": "a"}
    assert [script for script, sign in scripts.items() if sign not in written] == []


def the_same_tables_again_are_unchanged(hand: Actor) -> None:
    tables = demo.files(hand)
    seen = imports.preview(hand, tables)
    assert seen.findings == ()
    assert seen.total == Counts(seen.total.read, 0, 0, seen.total.read, 0)


def every_demo_account_can_sign_in(app: Flask) -> None:
    for email, _ in demo.sign_ins():
        client = app.test_client()
        fields = {"email": email, "password": demo.PASSWORD, "csrf_token": cast.token(client.get("/sign-in").text)}
        assert client.post("/sign-in", data=fields).status_code == 302
    fields["password"] = "demo demo demo 2"
    client = app.test_client()
    fields["csrf_token"] = cast.token(client.get("/sign-in").text)
    assert client.post("/sign-in", data=fields).status_code == 200


def test_the_built_clinic(app: Flask) -> None:
    """One clinic for all of it: building takes seconds."""
    hand = command.house(app)
    command.build(hand)
    the_clinic_is_as_large_as_promised(hand)
    about_nine_sessions_wait_for_an_interpreter_and_can_have_one(hand)
    ratings_hold_every_direction_and_choice_with_gaps_and_falls(hand)
    planted_bonds_are_found_and_steady_cases_are_quiet(hand)
    names_and_notes_come_in_many_scripts_and_hostile_ones_whole(hand)
    the_same_tables_again_are_unchanged(hand)
    every_demo_account_can_sign_in(app)


def test_the_same_seed_and_moment_give_the_same_bytes() -> None:
    assert invented.files(7, NOW) == invented.files(7, NOW)
    assert invented.files(8, NOW) != invented.files(7, NOW)


@pytest.mark.parametrize("hours", [0, 62, 111, 160, 333])
def test_the_tables_hold_at_every_hour_of_the_week(hours: int, app: Flask) -> None:
    """No clash, no time that does not exist, whenever the demo is built; also across the changes of clocks."""
    app.extensions["triad"].clock.forward(hours=hours)
    actor = command.house(app)
    seen = imports.preview(actor, demo.files(actor))
    assert seen.findings == ()
    assert seen.total.created == seen.total.read


Act = Callable[[Actor], object]


@pytest.mark.parametrize("act", [demo.files, lambda actor: demo.furnish(actor, "x")])
def test_a_real_clinic_never_becomes_a_demo(app: Flask, act: Act) -> None:
    here = command.house(app)
    real = replace(here.clinic, settings=replace(here.clinic.settings, profile="production"))
    with pytest.raises(errors.NotAllowed):
        act(replace(here, clinic=real))
    with pytest.raises(errors.NotFound):
        act(replace(here, roles=frozenset()))
