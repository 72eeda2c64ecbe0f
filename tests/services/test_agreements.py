"""The agreement: defaults in the three's languages, versions, and consents that belong to one version."""

from __future__ import annotations

import pytest

from tests import cast
from tests.cast import Cast
from triad.domain import errors
from triad.domain.notes import DEFAULTS, RULES, default_rules
from triad.services import agreements


def written(version: int, *tags: str, **more: str) -> dict[str, str]:
    texts = {f"{rule}-{tag}": text for tag in tags for rule, text in default_rules(tag).items()}
    return {"version": str(version), "languages": " ".join(tags), **texts, **more}


def test_defaults_have_a_text_for_each_rule_in_the_shipped_languages() -> None:
    assert set(DEFAULTS) == {"en", "ar", "fa", "uk", "es", "ti"}
    assert all(len(texts) == len(RULES) and all(texts) for texts in DEFAULTS.values())


def test_first_page_starts_from_our_lines_in_the_languages_of_the_three(cast_: Cast) -> None:
    found = agreements.show(cast_.thea, cast_.case_id)
    assert (found.version, found.consents) == (0, {})
    assert [(one.language, one.draft) for one in found.wordings] == [("en", False), ("ti", True), ("ar", True)]
    assert found.wordings[0].rules["telephones"] == "Telephones are off or silent."


def test_consents_belong_to_a_version_and_a_new_one_has_none(cast_: Cast) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    assert agreements.write(cast_.thea, cast_.case_id, written(0, "en", "ti", **{"checked-en": "yes"})) == 1
    for party in ("therapist", "client", "client"):
        agreements.agree(cast_.thea, cast_.case_id, {"party": party, "version": "1"})
    agreements.agree(cast_.thea, cast_.case_id, {"party": "interpreter", "version": "1", "interpreter": "p-ines"})
    found = agreements.show(cast_.thea, cast_.case_id)
    assert {party: one.person_id for party, one in found.consents.items()} == {
        "therapist": "p-thea",
        "interpreter": "p-ines",
        "client": "p-cleo",
    }
    assert [(one.language, one.draft) for one in found.wordings] == [("en", False), ("ti", True)]
    assert agreements.write(cast_.thea, cast_.case_id, written(1, "en")) == 2
    found = agreements.show(cast_.thea, cast_.case_id)
    assert (found.version, found.consents, [one.version for one in found.history]) == (2, {}, [2, 1])


def test_older_page_neither_writes_nor_agrees(cast_: Cast) -> None:
    agreements.write(cast_.thea, cast_.case_id, written(0, "en"))
    agreements.write(cast_.thea, cast_.case_id, written(1, "en"))
    with pytest.raises(errors.Stale):
        agreements.write(cast_.thea, cast_.case_id, written(1, "en"))
    with pytest.raises(errors.Stale):
        agreements.agree(cast_.thea, cast_.case_id, {"party": "client", "version": "1"})
    assert agreements.show(cast_.thea, cast_.case_id).consents == {}


def test_interpreter_of_another_case_cannot_agree(cast_: Cast) -> None:
    cast.encounter(cast_, interpreter="p-ivo", case_id=cast_.other_case_id)
    cast.encounter(cast_, interpreter="p-ines")
    agreements.write(cast_.thea, cast_.case_id, written(0, "en"))
    with pytest.raises(errors.Unfit) as refused:
        agreements.agree(cast_.thea, cast_.case_id, {"party": "interpreter", "version": "1", "interpreter": "p-ivo"})
    assert refused.value.fields == {"interpreter": "choose_one"}
    assert agreements.show(cast_.thea, cast_.case_id).interpreters == [("p-ines", "Ines")]


def test_missing_line_and_unknown_language_are_named(cast_: Cast) -> None:
    fields = written(0, "en", "xx") | {"telephones-en": "  "}
    with pytest.raises(errors.Unfit) as refused:
        agreements.write(cast_.thea, cast_.case_id, fields)
    assert (refused.value.fields["languages"], refused.value.fields["telephones-en"]) == ("unknown", "required")
    assert agreements.show(cast_.thea, cast_.case_id).version == 0


@pytest.mark.parametrize("name", ["kora", "otto", "ines", "ivo", "lena", "ada", "aud"])
def test_agreement_is_not_there_for_anybody_else(cast_: Cast, name: str) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    agreements.write(cast_.thea, cast_.case_id, written(0, "en"))
    actor = getattr(cast_, name)
    for act in (
        lambda: agreements.show(actor, cast_.case_id),
        lambda: agreements.write(actor, cast_.case_id, written(1, "en")),
        lambda: agreements.agree(actor, cast_.case_id, {"party": "client", "version": "1"}),
    ):
        with pytest.raises(errors.TriadError) as refused:
            act()
        assert type(refused.value) is errors.NotFound
    found = agreements.show(cast_.thea, cast_.case_id)
    assert (found.version, found.consents) == (1, {})
