"""Packs text by text: what must be worded, own texts over the shipped ones, what a reviewer may write."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType

import pytest

from triad.domain import packs
from triad.domain.instruments import Wording
from triad.domain.packs import Said, Standing, Step

TEXTS = {
    ("bond.1", "CT"): "I had trust.",
    ("triad.1", "triad_client"): "We understood.",
    ("bond.1", "TC"): "I had trust in them.",
    ("triad.1", "triad_therapist"): "We three understood.",
}
SOURCE = Wording("en", "source", TEXTS, ("no", "yes"), {"next": "Next", "progress": "{n} of {total}"})
DRAFT = replace(SOURCE, language="xx", provenance="machine_draft")
CLIENTS = replace(DRAFT, texts={key: text for key, text in TEXTS.items() if key[1] in ("CT", "triad_client")})
ALL = ["bond.1:CT", "triad.1:triad_client", "bond.1:TC", "triad.1:triad_therapist"]
REST = ["anchor:1", "anchor:2", "ui:next", "ui:progress"]


def standing(wording: Wording, *steps: str) -> Standing:
    at = datetime(2027, 3, 1, tzinfo=UTC)
    taken = tuple(Step(step, "N", "C", date(2027, 3, 1), None, "a", at, 1, wording.hash) for step in steps)
    return Standing(1, wording.hash, packs.source_hash(SOURCE, wording), (), taken)


def test_units_are_every_text_once() -> None:
    assert list(packs.units(SOURCE)) == [*ALL, *REST]
    assert packs.units(SOURCE)["anchor:2"] == "yes"
    assert len(set(packs.units(SOURCE).values())) == len(TEXTS) + 4


def test_a_client_only_pack_is_asked_for_no_staff_text() -> None:
    assert list(packs.asked(SOURCE, DRAFT)) == [*ALL, *REST]
    assert list(packs.asked(SOURCE, CLIENTS)) == [*ALL[:2], *REST]
    assert packs.source_hash(SOURCE, CLIENTS) != packs.source_hash(SOURCE, DRAFT) == SOURCE.hash


def test_own_texts_stand_over_the_shipped_ones() -> None:
    own = {"bond.1:CT": "A.", "anchor:2": "B", "ui:next": "C"}
    found = packs.units(packs.merged(DRAFT, own))
    assert {key: text for key, text in found.items() if text != packs.units(DRAFT)[key]} == own
    assert list(found) == list(packs.units(DRAFT))
    assert packs.merged(DRAFT, {}) is DRAFT


@pytest.mark.parametrize("key", [*ALL, *REST])
def test_one_changed_character_makes_another_wording(key: str) -> None:
    text = packs.units(DRAFT)[key]
    assert packs.merged(DRAFT, {key: f"{text}."}).hash != DRAFT.hash
    assert packs.merged(DRAFT, {key: text}).hash == DRAFT.hash
    assert packs.about(text, f"{text}.") != packs.about(text, text) != packs.about(f"{text}.", text)


def test_steps_count_for_their_texts_and_their_source_alone() -> None:
    signed = standing(DRAFT, "human_forward", "activated")
    found = packs.worded(DRAFT, SOURCE, signed)
    assert (found.provenance, found.active) == ("human_forward", True)
    for draft, source in (
        (packs.merged(DRAFT, {"ui:next": "Next."}), SOURCE),
        (DRAFT, replace(SOURCE, ui=MappingProxyType({**SOURCE.ui, "next": "Go"}))),
    ):
        found = packs.worded(draft, source, signed)
        assert (found.provenance, found.active) == ("machine_draft", False)
    assert packs.worded(DRAFT, SOURCE, None) is DRAFT
    assert packs.worded(DRAFT, SOURCE, signed) is packs.worded(
        DRAFT, SOURCE, standing(DRAFT, "human_forward", "activated")
    )


def test_the_last_of_letting_out_and_withdrawing_holds() -> None:
    for steps, active in (
        (("activated", "withdrawn"), False),
        (("activated", "withdrawn", "activated"), True),
        (("activated", "final"), True),
        (("final",), False),
    ):
        assert packs.worded(DRAFT, SOURCE, standing(DRAFT, *steps)).active is active


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        (Said("ok"), {}),
        (Said("ok", back="x", comment="y"), {}),
        (Said("change", "Another."), {}),
        (Said("query", comment="Why?"), {}),
        (Said("fine"), {"verdict": "choose_one"}),
        (Said(""), {"verdict": "choose_one"}),
        (Said("change"), {"proposed": "required"}),
        (Said("change", "Text."), {"proposed": "same_text"}),
        (Said("change", "To {n}."), {"proposed": "placeholders"}),
        (Said("ok", "Another."), {"verdict": "proposed_without_change"}),
        (Said("query"), {"comment": "required"}),
        (Said("query", comment="x" * 1001), {"comment": "too_long"}),
        (Said("ok", back="\u202eabc"), {"back": "characters"}),
        (Said("change", "a\x00b"), {"proposed": "characters"}),
        (Said("ok", back="x" * 601), {"back": "too_long"}),
    ],
)
def test_what_a_reviewer_may_write(said: Said, fields: dict[str, str]) -> None:
    assert packs.unfit(said, "Source.", "Text.") == fields


def test_placeholders_stay_and_joiners_are_letters() -> None:
    assert packs.unfit(Said("change", "{total} / {n}"), "{n} of {total}", "x") == {}
    assert packs.unfit(Said("change", "{n}"), "{n} of {total}", "x") == {"proposed": "placeholders"}
    assert packs.unfit(Said("change", "می\u200cخواهم"), "I want", "x") == {}
    assert packs.unfit(Said("ok"), "I want", "") == {"verdict": "no_text"}


def test_tidy_leaves_the_blanks_of_a_language_alone() -> None:
    assert packs.tidy("  a \r\n\tb  ") == "a b"
    assert packs.tidy("Bonjour\u00a0?\u200c") == "Bonjour\u00a0?\u200c"
