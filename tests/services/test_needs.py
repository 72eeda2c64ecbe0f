"""What a case needs: every line reaches the matching, an ambiguous word is asked back, the older page loses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from tests import cast
from tests.cast import Cast
from triad.domain import errors, matching, modes
from triad.domain.modes import Modes
from triad.domain.timespans import WallTime
from triad.services import assignments, cases, casework, context, encounters, needs, plans, skills
from triad.services.plans import Plan
from triad.store.cases import LanguageNeed
from triad.store.clinic import Interpreter, LanguageSkill

NEED = {
    "version": "1",
    "language": "Tigrinya",
    "dialect": "",
    "min_level": "3",
    "wish_kind": "none",
    "gender_wish": "",
    "mode": "in_person",
}


def needed(who: Cast) -> list[LanguageNeed]:
    return sorted(cases.show(who.kora, who.case_id).case.needs, key=lambda one: one.id)


def against(who: Cast, encounter_id: str, interpreter: str = "p-ines") -> list[str]:
    """Codes against the interpreter; empty for who can come."""
    panel = assignments.panel(who.kora, encounter_id)
    return [reason.code for one in panel.misfits if one.candidate.id == interpreter for reason in one.reasons]


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []),
        ({"wish_kind": "require", "gender_wish": "man"}, ["GENDER"]),
        ({"wish_kind": "require", "gender_wish": "woman"}, []),
        ({"wish_kind": "avoid", "gender_wish": "woman"}, ["GENDER"]),
        ({"wish_kind": "avoid", "gender_wish": "man"}, []),
        ({"wish_kind": "prefer", "gender_wish": "man"}, []),
        ({"language": "Somali"}, ["LANG_PAIR"]),
        ({"dialect": "highland", "strict": "yes"}, ["LANG_DIALECT"]),
        ({"dialect": "highland"}, []),
    ],
)
def test_what_is_needed_reaches_the_matching(cast_: Cast, changed: dict[str, str], codes: list[str]) -> None:
    id_ = cast.encounter(cast_)
    needs.change(cast_.thea, cast_.case_id, cast_.need_id, NEED | changed)
    assert against(cast_, id_) == codes


def test_level_below_the_needed_one_is_a_reason(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    with context.work(cast_.kora) as ctx:
        skill = ctx.session.get(LanguageSkill, "sk-ines")
        assert skill
        skill.level = 3
    assert against(cast_, id_) == []
    needs.change(cast_.kora, cast_.case_id, cast_.need_id, NEED | {"min_level": "4"})
    assert against(cast_, id_) == ["LANG_LEVEL"]


def test_preferred_gender_comes_first_among_equals(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    with context.work(cast_.kora) as ctx:
        ivo = ctx.session.get(Interpreter, "p-ivo")
        assert ivo
        ctx.session.add(LanguageSkill(id="sk-new", interpreter_id="p-ivo", language="ti", into="en", level=5))
        from triad.store.people import Person

        person = ctx.session.get(Person, "p-ivo")
        assert person
        person.gender = "man"

    def first() -> matching.Fit:
        return assignments.panel(cast_.kora, id_).fits[0]

    assert first().candidate.id == "p-ines"
    needs.change(cast_.kora, cast_.case_id, cast_.need_id, NEED | {"wish_kind": "prefer", "gender_wish": "man"})
    assert first().candidate.id == "p-ivo"
    assert "GENDER_AS_WISHED" in [point.code for point in first().points]


def attribute(who: Cast, interpreter: str, *names: str) -> None:
    with context.work(who.kora) as ctx:
        row = ctx.session.get(Interpreter, interpreter)
        assert row
        row.attributes = list(names)


def test_wishes_for_attributes_reach_the_matching(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    attribute(cast_, "p-ines", "trauma", "older")
    written = NEED | {
        "wish_trauma": "require",
        "wish_older": "avoid",
        "wish_lgbtiq": "require",
        "wish_younger": "none",
    }
    needs.change(cast_.kora, cast_.case_id, cast_.need_id, written)
    assert against(cast_, id_) == ["WISH_MISSING", "WISH_AVOIDED"]
    form = needs.for_change(cast_.thea, cast_.case_id, cast_.need_id).written
    kept = {name: kind for name, kind in form.items() if name.startswith("wish_") and name != "wish_kind"}
    assert kept == {"wish_trauma": "require", "wish_lgbtiq": "require", "wish_older": "avoid"}
    with pytest.raises(errors.NotEligible):
        assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    attribute(cast_, "p-ines", "trauma", "lgbtiq")
    assert against(cast_, id_) == []
    fit = assignments.panel(cast_.kora, id_).fits[0]
    assert [point.details["attribute"] for point in fit.points if point.code == "AS_WISHED"] == ["trauma", "lgbtiq"]


def test_hoped_for_attribute_comes_first_among_equals_and_costs_no_statement(cast_: Cast, statements: Any) -> None:
    id_ = cast.encounter(cast_)
    with context.work(cast_.kora) as ctx:
        ctx.session.add(LanguageSkill(id="sk-new", interpreter_id="p-ivo", language="ti", into="en", level=5))

    def panel() -> tuple[list[object], int]:
        with statements() as seen:
            found = assignments.panel(cast_.kora, id_).fits
        return [one.candidate.id for one in found], len(seen)

    before, count = panel()
    assert before == ["p-ines", "p-ivo"]
    attribute(cast_, "p-ivo", "children", "trauma", "mental_health")
    wishes = {"wish_children": "prefer", "wish_trauma": "prefer", "wish_mental_health": "prefer"}
    needs.change(cast_.kora, cast_.case_id, cast_.need_id, NEED | wishes)
    assert panel() == (["p-ivo", "p-ines"], count)


@pytest.mark.parametrize(
    ("direction", "works", "expected"),
    [
        ("both", "both", []),
        ("both", "from", ["LANG_DIRECTION"]),
        ("from", "from", []),
        ("into", "from", ["LANG_DIRECTION"]),
        ("into", "both", []),
    ],
)
def test_direction_reaches_the_matching(cast_: Cast, direction: str, works: str, expected: list[str]) -> None:
    id_ = cast.encounter(cast_)
    needs.change(cast_.kora, cast_.case_id, cast_.need_id, NEED | {"direction": direction})
    skills.remove(cast_.kora, "p-ines", "sk-ines")
    skills.add(cast_.kora, "p-ines", {"language": "ti", "into": "en", "level": "5", "works": works})
    assert against(cast_, id_) == expected


def test_seats_are_kept_apart_and_only_the_interpreters_is_matched(cast_: Cast) -> None:
    seats = {"mode_t": "in_person", "mode_i": "telephone", "mode_c": "video"}
    needs.change(cast_.kora, cast_.case_id, cast_.need_id, {**NEED, "mode": "", **seats})
    (need,) = needed(cast_)
    assert modes.of(need) == ("in_person", "telephone", "video")
    with context.work(cast_.kora) as ctx:
        ines = ctx.session.get(Interpreter, "p-ines")
        assert ines
        ines.modes = ["telephone"]
    plan = Plan(WallTime(date(2027, 3, 2), time(14, 30), cast.BERLIN), 50, cast_.need_id, cast_.site_id)
    (as_needed,) = plans.plan(cast_.kora, cast_.case_id, plan)
    later = replace(plan, first=replace(plan.first, at=time(18)), modes=Modes("", "video", ""))
    (otherwise,) = plans.plan(cast_.kora, cast_.case_id, later)
    seated = [modes.of(encounters.show(cast_.kora, id_)) for id_ in (as_needed, otherwise)]
    assert seated == [("in_person", "telephone", "video"), ("in_person", "video", "video")]
    assert (against(cast_, as_needed), against(cast_, otherwise)) == ([], ["MODE"])


def test_who_comes_needs_a_site_and_who_does_not_needs_none(cast_: Cast) -> None:
    plan = Plan(WallTime(date(2027, 3, 2), time(14, 30), cast.BERLIN), 50, cast_.need_id, "")
    for seats in (modes.UNSAID, Modes("video", "video", "in_person"), Modes("in_person", "video", "telephone")):
        with pytest.raises(errors.Unfit) as refused:
            plans.plan(cast_.kora, cast_.case_id, replace(plan, modes=seats))
        assert refused.value.fields == {"site": "somebody_comes"}
    (id_,) = plans.plan(cast_.kora, cast_.case_id, replace(plan, modes=Modes("video", "video", "telephone")))
    assert encounters.show(cast_.kora, id_).site is None


def test_site_left_out_is_the_cases_own_where_somebody_comes(cast_: Cast) -> None:
    early, late = (WallTime(date(2027, 3, 2), time(hour), cast.BERLIN) for hour in (9, 17))
    (here,) = plans.plan(cast_.kora, cast_.case_id, Plan(early, 50, cast_.need_id, None))
    away = Plan(late, 50, cast_.need_id, None, modes=Modes("video", "video", "video"))
    (nowhere,) = plans.plan(cast_.kora, cast_.case_id, away)
    assert [encounters.show(cast_.kora, id_).site_id for id_ in (here, nowhere)] == ["site-nord", None]
    casework.change(cast_.kora, cast_.case_id, {"version": "1", "opened_on": "2026-12-01"})
    with pytest.raises(errors.Unfit) as refused:
        plans.check(cast_.kora, cast_.case_id, Plan(late, 50, cast_.need_id, None))
    assert refused.value.fields == {"site": "somebody_comes"}


def test_second_need_by_a_variety_is_filed_under_its_language(cast_: Cast) -> None:
    needs.add(cast_.thea, cast_.case_id, NEED | {"language": "شامي", "strict": "yes", "mode": "telephone"})
    found = {one.language: one for one in needed(cast_)}
    assert sorted(found) == ["ar", "ti"]
    assert (found["ar"].dialect, found["ar"].strict, modes.of(found["ar"])) == ("apc", True, ("telephone",) * 3)


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"language": "Kurdish"}, {"language": "which_variety"}),
        ({"language": "کوردی"}, {"language": "which_variety"}),
        ({"language": "Elvish"}, {"language": "unknown"}),
        ({"language": ""}, {"language": "required"}),
        ({"min_level": "6"}, {"min_level": "range"}),
        ({"wish_kind": "require"}, {"gender_wish": "choose_one"}),
        ({"gender_wish": "woman"}, {"wish_kind": "choose_one"}),
        (
            {"mode": "smoke", "wish_kind": "maybe"},
            {"mode": "unknown", "wish_kind": "unknown", "gender_wish": "choose_one"},
        ),
        ({"direction": "sideways", "mode_c": "smoke"}, {"direction": "unknown", "mode_c": "unknown"}),
        ({"wish_trauma": "must"}, {"wish_trauma": "unknown"}),
        ({"wish_faith": "avoid"}, {"wish_faith": "unknown_field"}),
        ({"dialect": "x" * 41, "case_id": "1"}, {"dialect": "too_long", "case_id": "unknown_field"}),
    ],
)
def test_bad_lines_are_refused_and_nothing_changes(
    cast_: Cast, changed: dict[str, str], fields: dict[str, str]
) -> None:
    for act in (
        lambda: needs.add(cast_.kora, cast_.case_id, NEED | changed),
        lambda: needs.change(cast_.kora, cast_.case_id, cast_.need_id, NEED | changed),
    ):
        with pytest.raises(errors.Unfit) as refused:
            act()
        assert refused.value.fields == fields
    assert [(one.language, one.min_level) for one in needed(cast_)] == [("ti", 3)]


def test_need_goes_only_when_nothing_hangs_on_it(cast_: Cast) -> None:
    with pytest.raises(errors.Conflict):
        needs.remove(cast_.kora, cast_.case_id, cast_.need_id, 1)
    new = needs.add(cast_.kora, cast_.case_id, NEED | {"language": "en"})
    cast.encounter(cast_)
    with pytest.raises(errors.Conflict):
        needs.remove(cast_.kora, cast_.case_id, cast_.need_id, 2)
    with pytest.raises(errors.Stale):
        needs.remove(cast_.kora, cast_.case_id, new, 1)
    needs.remove(cast_.kora, cast_.case_id, new, 2)
    assert [one.id for one in needed(cast_)] == [cast_.need_id]


def test_older_page_loses_and_needs_of_other_cases_are_not_there(cast_: Cast) -> None:
    needs.change(cast_.kora, cast_.case_id, cast_.need_id, NEED | {"min_level": "5"})
    with pytest.raises(errors.Stale):
        needs.change(cast_.thea, cast_.case_id, cast_.need_id, NEED)
    with pytest.raises(errors.NotFound):
        needs.change(cast_.thea, cast_.case_id, cast_.other_need_id, NEED | {"version": "2"})
    assert [one.min_level for one in needed(cast_)] == [5]


@pytest.mark.parametrize("name", ["otto", "ines", "ivo", "lena", "ada", "aud"])
def test_others_change_nothing(cast_: Cast, name: str) -> None:
    actor = getattr(cast_, name)
    expected = errors.NotAllowed if name == "lena" else errors.NotFound
    for act in (
        lambda: needs.for_change(actor, cast_.case_id, cast_.need_id),
        lambda: needs.add(actor, cast_.case_id, NEED),
        lambda: needs.change(actor, cast_.case_id, cast_.need_id, NEED | {"min_level": "5"}),
        lambda: needs.remove(actor, cast_.case_id, cast_.need_id, 1),
    ):
        with pytest.raises(expected) as refused:
            act()
        assert type(refused.value) is expected
    assert [one.min_level for one in needed(cast_)] == [3]
