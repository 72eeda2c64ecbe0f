"""The shipped form as files: counts, completeness, and spelling that must survive editors."""

from __future__ import annotations

import re
import string
import unicodedata
from typing import Any

import pytest

from triad.domain import errors, instruments
from triad.domain.instruments import PROVENANCE
from triad.domain.languages import BY_TAG, CLIENT_LANGUAGES, STAFF_LANGUAGES
from triad.domain.parties import PARTIES, Role
from triad.formats import wordings

LANGUAGES = CLIENT_LANGUAGES
WITH_STAFF = STAFF_LANGUAGES
STOPS = {"ti": "።", "am": "።", "ur": "۔", "bn": "।", "zh-Hans": "。"}
JOINED = ("fa", "prs")
"""Written with zero-width non-joiners."""
ZWNJ = "\u200c"
BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
PLACEHOLDER = re.compile(r"\{[^}]*\}")
TELLING = re.compile(r"therap|psych|trauma|treat|clinic|patient|health|mental|asylum|refuge", re.IGNORECASE)
NEGATION = re.compile(r"\b(no|not|never|nobody|none|nothing|without|\w+n't)\b", re.IGNORECASE)
PERSIAN_WORDS = ("می‌دانستم", "پاسخ‌های", "آن‌ها", "نمی‌خواهم", "هیچ‌کس", "پیش‌نویس", "گفت‌وگو")


def strings(language):
    wording = wordings.wording(language)
    return [*wording.texts.values(), *wording.anchors, *wording.ui.values()]


def placeholders(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def client_keys():
    return {line.text_key for line in instruments.lines(wordings.version(), "full", Role.CLIENT)}


def test_the_shipped_form_and_its_languages_are_these():
    assert wordings.versions() == ("triad-session-form",)
    assert wordings.languages() == LANGUAGES


def test_version_is_original_and_runs_from_1_to_5():
    version = wordings.version()
    assert (version.key, version.version, version.origin) == ("triad-session-form", "1", "original")
    assert (version.minimum, version.maximum) == (1, 5)
    assert [item.id for item in version.items if item.reverse] == []
    assert {item.facet for item in version.items} == set(instruments.FACETS)


def test_brief_is_the_beginning_of_full():
    brief, full = (wordings.version().edition(name).item_ids for name in ("brief", "full"))
    assert full[: len(brief)] == brief
    assert set(full) == {item.id for item in wordings.version().items}


@pytest.mark.parametrize(("edition", "counts", "texts"), [("brief", [7, 5, 7], 19), ("full", [14, 10, 14], 38)])
def test_shipped_editions_have_exactly_the_promised_lines_and_texts(edition, counts, texts):
    version = wordings.version()
    assert [len(instruments.lines(version, edition, rater)) for rater in PARTIES] == counts
    english = wordings.wording("en").texts
    assert len([key for key in english if key in instruments.text_keys(version, edition)]) == texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_complete_for_staff_and_client_or_for_the_client_alone(language):
    expected = instruments.text_keys(wordings.version(), "full") if language in WITH_STAFF else client_keys()
    assert set(wordings.wording(language).texts) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_screen_words_have_the_same_keys_and_placeholders_as_english(language):
    ui, english = wordings.wording(language).ui, wordings.wording("en").ui
    assert list(ui) == list(english)
    assert {key: placeholders(text) for key, text in ui.items()} == {
        key: placeholders(text) for key, text in english.items()
    }


def test_progress_is_the_only_screen_word_with_placeholders():
    ui = wordings.wording("en").ui
    assert {key: placeholders(text) for key, text in ui.items() if "{" in text} == {"progress": ["n", "total"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_anchors_are_five_and_all_different(language):
    anchors = wordings.wording(language).anchors
    assert (len(anchors), len(set(anchors))) == (5, 5)


def test_english_anchors_run_from_low_to_high():
    assert wordings.wording("en").anchors == ("not at all", "a little", "somewhat", "much", "completely")


@pytest.mark.parametrize("language", LANGUAGES)
def test_strings_are_filled_trimmed_and_composed(language):
    for text in strings(language):
        assert text
        assert text == text.strip()
        assert text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_about_people_hold_no_placeholder_and_end_with_a_full_stop(language):
    for text in wordings.wording(language).texts.values():
        assert "{" not in text
        assert text[-1] == STOPS.get(language, ".")


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_of_one_rater_are_all_different(language):
    version, wording = wordings.version(), wordings.wording(language)
    for rater in PARTIES if language in WITH_STAFF else (Role.CLIENT,):
        sentences = [wording.text(line) for line in instruments.lines(version, "full", rater)]
        assert len(set(sentences)) == len(sentences)


def test_english_sentences_are_at_most_twelve_words_without_negation():
    for text in wordings.wording("en").texts.values():
        assert len(text.split()) <= 12
        assert NEGATION.findall(text) == []
    assert NEGATION.findall("I did not trust anybody.") == ["not"]


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if BY_TAG[tag].script != "Latn"])
def test_other_scripts_hold_no_latin_letters(language):
    assert [text for text in strings(language) if LATIN.search(PLACEHOLDER.sub("", text))] == []
    assert all(LATIN.search(PLACEHOLDER.sub("", text)) for text in strings("es"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_strings_hold_no_bidi_controls(language):
    assert [text for text in strings(language) if BIDI_CONTROLS.search(text)] == []
    assert BIDI_CONTROLS.search("a\u200fb")


def test_persian_keeps_its_zero_width_non_joiners_and_own_letters():
    everything = "\n".join(strings("fa"))
    assert [word for word in PERSIAN_WORDS if ZWNJ not in word or word not in everything] == []
    assert re.findall(r"(?<!\w)ن?می ", everything) == []
    assert re.findall("[\u064a\u0643]", everything) == []
    assert re.findall("[\u064a\u0643]", "\n".join(strings("ar"))) != []


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag not in JOINED])
def test_zero_width_non_joiners_are_in_persian_and_dari_only(language):
    assert [text for text in strings(language) if ZWNJ in text] == []


def test_english_screen_words_tell_a_bystander_nothing_unless_consent_needs_them():
    telling = {key for key, text in wordings.wording("en").ui.items() if TELLING.search(text)}
    consent = {"another_interpreter_hint", "release_therapist", "who_sees_body", "who_sees_never"}
    assert telling == {"about_therapist", "contact_lead", *consent}


def test_only_english_is_source_and_the_rest_are_drafts():
    status = {language: wordings.wording(language).provenance for language in LANGUAGES}
    assert status == {language: "source" if language == "en" else "machine_draft" for language in LANGUAGES}
    assert set(status.values()) <= set(PROVENANCE)


def test_wordings_differ_in_hash_and_are_read_once():
    assert len({wordings.wording(language).hash for language in LANGUAGES}) == len(LANGUAGES)
    assert wordings.wording("en") is wordings.wording("en")


def test_wording_in_use_can_not_be_changed():
    texts: Any = wordings.wording("en").texts
    with pytest.raises(TypeError):
        texts[("bond.1", "CT")] = "Another."


@pytest.mark.parametrize("language", ["xx", "", "EN", "structure", "../triad-session-form/en"])
def test_wording_of_a_language_not_shipped_is_not_found(language):
    with pytest.raises(errors.NotFound):
        wordings.wording(language)


def test_version_of_a_form_not_shipped_is_not_found():
    with pytest.raises(errors.NotFound):
        wordings.version("..")
