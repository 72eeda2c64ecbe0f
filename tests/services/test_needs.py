"""What a case needs: every line reaches the matching, an ambiguous word is asked back, the older page loses."""

from __future__ import annotations

import pytest

from tests import cast
from tests.cast import Cast
from triad.domain import errors, matching
from triad.services import assignments, cases, context, needs
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


def test_second_need_by_a_variety_is_filed_under_its_language(cast_: Cast) -> None:
    needs.add(cast_.thea, cast_.case_id, NEED | {"language": "شامي", "strict": "yes", "mode": "telephone"})
    found = {one.language: one for one in needed(cast_)}
    assert sorted(found) == ["ar", "ti"]
    assert (found["ar"].dialect, found["ar"].strict, found["ar"].mode) == ("apc", True, "telephone")


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
