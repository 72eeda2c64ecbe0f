from __future__ import annotations

import gettext

import pytest
from babel import Locale
from babel.messages.plurals import get_plural

from triad.domain import errors, language_names, languages
from triad.domain.languages import Language

# Written down by hand from the specification's table: tag, direction, plural forms.
TABLE = [
    ("ar", "rtl", 6),
    ("fa", "rtl", 2),
    ("prs", "rtl", 2),
    ("ps", "rtl", 2),
    ("ckb", "rtl", 2),
    ("kmr", "ltr", 2),
    ("tr", "ltr", 2),
    ("uk", "ltr", 3),
    ("ru", "ltr", 3),
    ("so", "ltr", 2),
    ("ti", "ltr", 2),
    ("am", "ltr", 2),
    ("ur", "rtl", 2),
    ("bn", "ltr", 2),
    ("es", "ltr", 2),
    ("fr", "ltr", 2),
    ("pt", "ltr", 2),
    ("pl", "ltr", 3),
    ("ro", "ltr", 3),
    ("vi", "ltr", 1),
    ("zh-Hans", "ltr", 1),
    ("sw", "ltr", 2),
    ("de", "ltr", 2),
    ("en", "ltr", 2),
]


def test_registry_is_the_table() -> None:
    found = [(tag, languages.direction(tag), languages.BY_TAG[tag].plurals) for tag in languages.CLIENT_LANGUAGES]

    assert found == TABLE


def test_zero_is_singular_where_the_table_pins_it() -> None:
    singular = {tag for tag, language in languages.BY_TAG.items() if language.zero_is_singular}

    assert singular == {"fa", "prs", "ti", "am", "bn", "fr", "pt"}


def test_audiences() -> None:
    assert languages.STAFF_LANGUAGES == ("en", "de", "fr", "es", "ar")
    assert set(languages.STAFF_LANGUAGES) <= set(languages.CLIENT_LANGUAGES)


@pytest.mark.parametrize("language", languages.LANGUAGES, ids=lambda language: language.tag)
def test_babel_knows_the_locale_and_agrees_on_direction(language: Language) -> None:
    assert Locale.parse(language.babel).text_direction == language.direction


@pytest.mark.parametrize("tag", ["ar", "uk", "pl", "vi", "de", "fr"])
def test_plural_count_where_babel_does_not_contradict(tag: str) -> None:
    rule = get_plural(tag)

    assert rule.num_plurals == languages.BY_TAG[tag].plurals
    if rule.num_plurals == 2:
        assert (gettext.c2py(rule.plural_expr)(0) == 0) is languages.BY_TAG[tag].zero_is_singular


@pytest.mark.parametrize(
    ("script", "direction"),
    [
        *((script, "rtl") for script in ("Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg")),
        *((script, "ltr") for script in ("Latn", "Cyrl", "Ethi", "Beng", "Hans", "Geor")),
    ],
)
def test_direction_follows_the_script_whatever_the_tag(script: str, direction: str) -> None:
    assert [Language(tag, script, "en", 2, "X", "X").direction for tag in ("ar", "en", "he")] == [direction] * 3


def test_catalog_is_a_folder_name_and_not_the_babel_locale() -> None:
    names = {tag: (languages.BY_TAG[tag].catalog, languages.BY_TAG[tag].babel) for tag in ("prs", "kmr", "zh-Hans")}

    assert names == {"prs": ("prs", "fa_AF"), "kmr": ("kmr", "ku"), "zh-Hans": ("zh_Hans", "zh_Hans")}


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("ar", "ar"),
        ("fa", "fa"),
        ("FA", "fa"),
        ("fa-AF", "prs"),
        ("fa_AF", "prs"),
        ("dari", "prs"),
        (" Dari ", "prs"),
        ("دری", "prs"),
        ("zh-CN", "zh-Hans"),
        ("zh_Hans", "zh-Hans"),
        ("Mandarin", "zh-Hans"),
        ("Cantonese", "yue"),
        ("Sorani", "ckb"),
        ("ku-TR", "kmr"),
        ("Kurmanji", "kmr"),
        ("pt-BR", "pt"),
        ("de-AT", "de"),
        ("es-419", "es"),
        ("TÜRKÇE", "tr"),
        ("Tu\u0308rkc\u0327e", "tr"),
        ("ትግርኛ", "ti"),
        ("apc", "apc"),
        ("Levantine Arabic", "apc"),
    ],
)
def test_canonical_knows_tags_aliases_and_names(name: str, tag: str) -> None:
    assert languages.canonical(name) == tag


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("Kurdish", ("kmr", "ckb")),
        ("ku", ("kmr", "ckb")),
        ("Persian", ("fa", "prs")),
        ("farsi", ("fa", "prs")),
        ("فارسی", ("fa", "prs")),
        ("Arabic", ("ar", "apc", "acm", "apd", "ary")),
        ("العربية", ("ar", "apc", "acm", "apd", "ary")),
        ("Chinese", ("zh-Hans", "yue")),
        ("zh", ("zh-Hans", "yue")),
        ("zh-TW", ("zh-Hans", "yue")),
    ],
)
def test_canonical_asks_back_where_a_word_names_several(name: str, choices: tuple[str, ...]) -> None:
    with pytest.raises(errors.Unfit) as refusal:
        languages.canonical(name)

    assert refusal.value.fields == {"language": "which_variety"}
    assert refusal.value.details == {"choices": choices}
    assert [languages.canonical(choice) for choice in choices] == list(choices)


@pytest.mark.parametrize("name", ["xx", "", "-", "zh-Hant", "Klingon", "de-", "de-12", "x-AF"])
def test_canonical_refuses_the_unknown(name: str) -> None:
    with pytest.raises(KeyError):
        languages.canonical(name)


def test_every_tag_is_its_own_canonical_form() -> None:
    tags = [*languages.BY_TAG, *languages.VARIETIES]

    assert [languages.canonical(tag) for tag in tags] == tags
    assert len(tags) == 29


def test_every_entry_has_an_endonym_and_names_are_unique() -> None:
    endonyms = [languages.endonym(tag) for tag in (*languages.BY_TAG, *languages.VARIETIES)]

    assert "" not in endonyms
    assert len(set(endonyms)) == len(endonyms)
    assert languages.endonym("uk") == "Українська"


def test_variety_is_written_as_its_language() -> None:
    written = {tag: (languages.written(tag).tag, languages.direction(tag)) for tag in languages.VARIETIES}

    assert written == {
        "apc": ("ar", "rtl"),
        "acm": ("ar", "rtl"),
        "apd": ("ar", "rtl"),
        "ary": ("ar", "rtl"),
        "yue": ("zh-Hans", "ltr"),
    }


@pytest.mark.parametrize("read", [languages.direction, languages.endonym, languages.written])
def test_facts_of_an_unknown_tag_are_refused(read: object) -> None:
    with pytest.raises(KeyError):
        read("xx")  # type: ignore[operator]


def test_understands_is_curated_and_no_by_default() -> None:
    tags = [*languages.BY_TAG, *languages.VARIETIES]
    judged = {
        (spoken, need): languages.understands(spoken, need)
        for spoken in tags
        for need in tags
        if spoken != need and languages.understands(spoken, need) != "no"
    }

    assert judged == {
        ("prs", "fa"): "partly",
        ("fa", "prs"): "partly",
        ("ar", "apc"): "partly",
        ("ar", "acm"): "partly",
        ("ar", "apd"): "partly",
        ("ar", "ary"): "partly",
        ("apc", "ar"): "yes",
        ("acm", "ar"): "yes",
        ("apd", "ar"): "yes",
        ("ary", "ar"): "yes",
    }
    assert [languages.understands(tag, tag) for tag in tags] == ["yes"] * len(tags)


@pytest.mark.parametrize(("one", "other"), [("ckb", "kmr"), ("ti", "am"), ("apc", "ary"), ("uk", "ru"), ("xx", "de")])
def test_understands_no_in_both_directions(one: str, other: str) -> None:
    assert (languages.understands(one, other), languages.understands(other, one)) == ("no", "no")


def meant(name: str) -> tuple[str, ...]:
    try:
        return (languages.canonical(name),)
    except errors.Unfit as several:
        return tuple(several.details["choices"])


@pytest.mark.parametrize("tag", [*languages.BY_TAG, *languages.VARIETIES])
def test_names_that_staff_use_are_understood_or_asked_back(tag: str) -> None:
    names = language_names.NAMES[tag]
    assert (len(names), "" in names) == (len(language_names.STAFF), False)
    assert [name for name in names if tag not in meant(name.upper())] == []
