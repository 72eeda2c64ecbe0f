"""Recordings of a language: kept all or none, off when their text changes, heard with a form in hand alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from tests import cast, reviewed, sounds
from triad.domain import errors
from triad.domain.packs import Said
from triad.domain.parties import Role
from triad.domain.voices import file_name
from triad.services import approvals, invitations, reviews, voices
from triad.services.context import Actor
from triad.store.db import db
from triad.store.ledger import AuditEntry


def units(actor: Actor, language: str = "ar") -> dict[str, voices.Unit]:
    return {one.key: one for one in voices.show(actor, language)}


def every(actor: Actor, language: str = "ar", content: bytes = sounds.OGG) -> int:
    files = [(f"{file_name(key)}.ogg", content) for key in units(actor, language)]
    return voices.put(actor, language, files)


@pytest.fixture
def page(cast_: cast.Cast) -> str:
    """A browser in which the form is open, in Arabic."""
    held = cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)
    return invitations.open_link(Actor(cast_.clinic), invitations.issue(cast_.thea, held, "ar"))


def test_a_file_is_kept_for_the_text_it_is_named_after(cast_: cast.Cast) -> None:
    assert voices.put(cast_.lena, "ar", [("bond.1_CT.OGG", sounds.OGG), ("anchor-5.mp3", sounds.MP3)]) == 2
    found = units(cast_.lena)
    kept = found["bond.1:CT"].recorded
    assert kept is not None
    assert (kept.kind, kept.size, kept.by, kept.interprets) == ("ogg", len(sounds.OGG), "a-lena", False)
    assert [key for key, one in found.items() if one.is_heard] == ["bond.1:CT", "anchor:5"]
    assert voices.play(cast_.lena, "ar", "anchor:5", "recorded") == voices.Sound(sounds.MP3, "audio/mpeg")
    assert units(cast_.lena, "fa")["bond.1:CT"].recorded is None
    voices.put(cast_.lena, "ar", [("any name", sounds.WAV)], unit="bond.1:CT")
    assert voices.play(cast_.lena, "ar", "bond.1:CT", "recorded").content == sounds.WAV
    voices.remove(cast_.lena, "ar", "bond.1:CT", "recorded")
    assert [key for key, one in units(cast_.lena).items() if one.is_heard] == ["anchor:5"]
    with pytest.raises(errors.NotFound):
        voices.remove(cast_.lena, "ar", "bond.1:CT", "recorded")


def test_one_file_that_does_not_fit_and_none_is_kept(cast_: cast.Cast) -> None:
    big = sounds.OGG + bytes(40_000)
    files = [
        ("bond.1_CT.ogg", sounds.OGG),
        ("goal.1_CT.ogg", b""),
        ("task.1_CT.ogg", sounds.OTHERS["page"]),
        ("bond.2_CT.ogg", big),
        ("bond.9_CT.ogg", sounds.OGG),
        ("bond.1-CT.mp3", sounds.MP3),
    ]
    with pytest.raises(errors.Unfit) as found:
        voices.put(cast_.lena, "ar", files)
    assert found.value.fields == {
        "goal.1_CT.ogg": "empty",
        "task.1_CT.ogg": "no_sound",
        "bond.2_CT.ogg": "clip_too_large",
        "bond.9_CT.ogg": "unknown_unit",
        "bond.1-CT.mp3": "twice",
    }
    assert [one for one in units(cast_.lena).values() if one.clips] == []
    assert voices.put(cast_.lena, "ar", files[:1]) == 1


@pytest.mark.parametrize(
    ("files", "unit", "code"),
    [
        ([], "", "required"),
        ([("a.ogg", sounds.OGG)], "bond.9:CT", "unknown_unit"),
        ([("a.ogg", sounds.OGG), ("b.ogg", sounds.OGG)], "bond.1:CT", "one_file"),
    ],
)
def test_what_is_asked_for_one_text_must_be_one_file(
    cast_: cast.Cast, files: list[tuple[str, bytes]], unit: str, code: str
) -> None:
    with pytest.raises(errors.Unfit) as found:
        voices.put(cast_.lena, "ar", files, unit)
    assert found.value.fields == {"files": code}


def test_an_interpreters_voice_is_refused_for_questions_about_interpreters(cast_: cast.Cast) -> None:
    files = [("bond.1_CI.ogg", sounds.OGG), ("bond.1_CT.ogg", sounds.OGG)]
    with pytest.raises(errors.Unfit) as found:
        voices.put(cast_.lena, "ar", files, interprets=True)
    assert found.value.fields == {"bond.1_CI.ogg": "interpreters_voice"}
    assert units(cast_.lena)["bond.1:CT"].recorded is None
    assert voices.put(cast_.lena, "ar", files[1:], interprets=True) == 1
    assert voices.put(cast_.lena, "ar", files) == 2


def test_only_a_lead_who_does_not_interpret_keeps_voices(cast_: cast.Cast) -> None:
    both = replace(cast_.lena, roles=frozenset({Role.LEAD, Role.INTERPRETER}))
    for actor in (cast_.kora, cast_.thea, cast_.ines, cast_.ada, cast_.aud, both, Actor(cast_.clinic)):
        with pytest.raises(errors.NotFound):
            voices.put(actor, "ar", [("bond.1_CT.ogg", sounds.OGG)])
    with pytest.raises(errors.NotFound):
        voices.show(cast_.lena, "xx")
    assert len(voices.show(cast_.lena, "en")) == 14


def test_a_text_that_changed_turns_its_clip_off(cast_: cast.Cast, page: str) -> None:
    assert every(cast_.lena) == 14
    client = Actor(cast_.clinic)
    assert voices.hear(client, page, "anchor:1") == voices.Sound(sounds.OGG, "audio/ogg")
    reviews.say(cast_.thea, "ar", reviewed.seen(cast_.thea), {"anchor:1": Said("change", proposed="أبدًا")})
    unit = reviews.show(cast_.thea, "ar").desk.unit("anchor:1")
    assert unit is not None
    approvals.settle(cast_.thea, "ar", reviewed.seen(cast_.thea), [unit.opinions[0].number], [])
    with pytest.raises(errors.NotFound):
        voices.hear(client, page, "anchor:1")
    assert voices.hear(client, page, "anchor:2").content == sounds.OGG
    found = units(cast_.lena)
    assert (found["anchor:1"].stale, found["anchor:1"].is_heard) == ({"recorded"}, False)
    assert found["anchor:2"].stale == frozenset()


def test_without_an_open_form_nothing_is_heard(cast_: cast.Cast, page: str) -> None:
    every(cast_.lena)
    client = Actor(cast_.clinic)
    assert voices.hear(client, page, "bond.1:CT").content == sounds.OGG
    for held, unit in (("", "bond.1:CT"), ("else", "bond.1:CT"), (page, "bond.1:TC"), (page, "ui:who_sees_never")):
        with pytest.raises(errors.NotFound):
            voices.hear(client, held, unit)
    with pytest.raises(errors.NotFound):
        voices.hear(cast_.ines, page, "bond.1:CT")
    cast_.clinic.clock.forward(minutes=11)  # type: ignore[attr-defined]
    with pytest.raises(errors.NotFound):
        voices.hear(client, page, "bond.1:CT")


def speaks(folder: Path, monkeypatch: pytest.MonkeyPatch, seconds: float = 1) -> None:
    sound = folder / "sound.wav"
    sound.write_bytes(sounds.wav(seconds))
    sounds.speaker(folder / "bin", monkeypatch, f"cat > /dev/null; cat {sound}")


def test_a_made_voice_is_heard_in_the_demo_and_never_by_clients_of_a_clinic(
    cast_: cast.Cast, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaks(tmp_path, monkeypatch)
    found = voices.draft(cast_.lena, "ar")
    assert (len(found.made), found.too_large) == (14, ())
    client = Actor(cast_.clinic)
    assert voices.hear(client, page, "bond.1:CT").content_type == "audio/wav"
    assert invitations.at(client, page).helps[-1] == "recording"
    reviewed.out(cast_)
    strict = reviewed.strict(client)
    with pytest.raises(errors.NotFound):
        voices.hear(strict, page, "bond.1:CT")
    assert "recording" not in invitations.at(strict, page).helps
    every(cast_.lena)
    assert voices.hear(strict, page, "bond.1:CT").content == sounds.OGG
    assert invitations.at(strict, page).helps[-1] == "recording"


def test_a_made_voice_that_is_too_large_is_named_and_not_kept(
    cast_: cast.Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaks(tmp_path, monkeypatch, seconds=6)
    found = voices.draft(cast_.lena, "ar")
    assert (found.made, len(found.too_large)) == ((), 14)
    assert [one for one in units(cast_.lena).values() if one.clips] == []


def test_the_trail_says_how_many_and_no_word_of_them(cast_: cast.Cast) -> None:
    every(cast_.lena)
    voices.remove(cast_.lena, "ar", "anchor:1", "recorded")
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.verb.startswith("voices."))).all()
    assert [(row.verb, row.subject, row.details) for row in rows] == [
        ("voices.put", "ar", {"units": 14, "interprets": False}),
        ("voices.remove", "ar", {"origin": "recorded"}),
    ]
