"""Clips: what bytes are a sound, which file is whose, and a changed text that turns its clip off."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests import sounds
from triad.domain import forms, giving, instruments, voices
from triad.domain.parties import Role
from triad.domain.voices import Clip
from triad.formats import wordings

EN = wordings.wording("en")
LINES = forms.asked(wordings.version(), instruments.GIVEN_OUT, interpreted=True)
TEXTS = voices.texts(EN, LINES, (voices.WHO_SEES,))
NOW = datetime(2027, 3, 1, tzinfo=UTC)


def clip(unit: str, text: str, origin: str = "recorded", language: str = "en") -> Clip:
    about = voices.text_hash(language, text)
    return Clip(f"{origin}-{unit}", unit, origin, about, "w", "ogg", 9, "h", False, "a", NOW)


def test_a_form_has_who_sees_seven_questions_and_five_answers() -> None:
    assert [unit for unit in TEXTS if unit.startswith("ui:")] == ["ui:who_sees_body"]
    assert [unit for unit in TEXTS if unit.startswith("anchor:")] == [f"anchor:{n}" for n in range(1, 6)]
    assert len(TEXTS) == 1 + 7 + 5
    assert TEXTS["bond.1:CI"] == "I had trust in the interpreter today."
    assert TEXTS["triad.1:triad_client"] == EN.texts["triad.1", "triad_client"]


@pytest.mark.parametrize(("kind", "content"), [*sounds.KINDS.items(), ("mp3", sounds.TAGGED)])
def test_a_sound_is_known_by_its_first_bytes(kind: str, content: bytes) -> None:
    assert (voices.kind(content), voices.unfit(content, "bond.1:CT", False)) == (kind, "")


@pytest.mark.parametrize("name", sounds.OTHERS)
def test_what_is_no_sound_is_refused(name: str) -> None:
    assert voices.unfit(sounds.OTHERS[name], "bond.1:CT", False) == "no_sound"


def test_forty_thousand_bytes_fit_and_one_more_does_not() -> None:
    full = sounds.OGG + bytes(voices.LARGEST - len(sounds.OGG))
    assert voices.unfit(full, "anchor:1", False) == ""
    assert voices.unfit(full + b"\0", "anchor:1", False) == "clip_too_large"
    assert voices.unfit(b"", "anchor:1", False) == "empty"


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("bond.1:CI", "interpreters_voice"),
        ("bond.2:CI", "interpreters_voice"),
        ("bond.1:CT", ""),
        ("anchor:1", ""),
        ("triad.1:triad_client", ""),
    ],
)
def test_an_interpreter_is_no_voice_of_questions_about_interpreters(unit: str, code: str) -> None:
    assert voices.unfit(sounds.OGG, unit, interprets=True) == code
    assert voices.unfit(sounds.OGG, unit, interprets=False) == ""


def test_every_text_has_a_file_name_and_each_leads_back() -> None:
    names = {unit: voices.file_name(unit) for unit in TEXTS}
    assert not [name for name in names.values() if set(name) & set(':/\\*?"<>| ')]
    assert {unit: voices.named(f"{name}.ogg", TEXTS) for unit, name in names.items()} == {one: one for one in TEXTS}
    assert voices.named("BOND.1-CT.MP3", TEXTS) == "bond.1:CT"
    assert [voices.named(name, TEXTS) for name in ("bond.3_CT.ogg", "", ".ogg", "bond.1.ogg")] == [""] * 4


def test_a_changed_text_turns_its_clip_off_and_no_other() -> None:
    found = [clip("bond.1:CT", TEXTS["bond.1:CT"]), clip("anchor:1", "not at all.")]
    assert list(voices.fitting(found, "en", TEXTS)) == ["bond.1:CT"]
    assert voices.fitting(found, "de", TEXTS) == {}
    assert list(voices.fitting(found, "en", TEXTS | {"anchor:1": "not at all."})) == ["bond.1:CT", "anchor:1"]


def test_a_recording_comes_before_a_made_voice_which_real_clients_never_hear() -> None:
    both = [clip("anchor:1", TEXTS["anchor:1"], "synthetic"), clip("anchor:1", TEXTS["anchor:1"])]
    assert voices.fitting(both, "en", TEXTS)["anchor:1"].origin == "recorded"
    assert voices.fitting(both[:1], "en", TEXTS)["anchor:1"].origin == "synthetic"
    assert voices.fitting(both[:1], "en", TEXTS, synthetic=False) == {}
    stale = [both[0], clip("anchor:1", "earlier")]
    assert voices.fitting(stale, "en", TEXTS)["anchor:1"].origin == "synthetic"


def state(clips: dict[str, Clip], policy: str = "client-choice") -> forms.State:
    given = giving.own(wordings.version(), instruments.GIVEN_OUT, Role.CLIENT, True, EN)
    return forms.State(given, (EN,), frozenset(), False, False, policy, clips)


def test_a_recording_can_be_named_as_help_where_all_can_be_heard_and_only_there() -> None:
    whole = {unit: clip(unit, text) for unit, text in TEXTS.items()}
    assert state(whole).helps == (*forms.MODES, "recording")
    for unit in whole:
        assert state({key: one for key, one in whole.items() if key != unit}).helps == tuple(forms.MODES)
    assert state(whole, "never").helps == tuple(forms.MODES)
    never = {"ui:who_sees_never": whole["ui:who_sees_body"]}
    assert state(whole | never, "never").helps == (*forms.MODES, "recording")
