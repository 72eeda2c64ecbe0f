"""Lines and texts of a form: how many, in which order, and what makes another version or wording."""

from __future__ import annotations

from dataclasses import replace

import pytest

from triad.domain import instruments
from triad.domain.instruments import Edition, InstrumentVersion, Item, Wording
from triad.domain.parties import DIRECTIONS, PARTIES, Role

ALL_SIX = tuple(dyad.key for dyad in DIRECTIONS)
FULL = (
    *("bond.1", "bond.2", "goal.1", "task.1", "triad.1"),
    *("bond.3", "bond.4", "goal.2", "task.2", "triad.2"),
)
VERSION = InstrumentVersion(
    key="form",
    version="1",
    title="Form",
    origin="original",
    minimum=1,
    maximum=5,
    items=(
        *(Item(f"bond.{n}", "bond", ALL_SIX) for n in (1, 2, 3, 4)),
        *(Item(f"goal.{n}", "goal", ("TC", "CT")) for n in (1, 2)),
        *(Item(f"task.{n}", "task", ("TC", "CT")) for n in (1, 2)),
        *(Item(f"triad.{n}", "triad", ("triad",)) for n in (1, 2)),
    ),
    editions=(Edition("brief", FULL[:5]), Edition("full", FULL)),
)


def worded(*raters: Role) -> Wording:
    texts = {line.text_key: f"{line.key}." for rater in raters for line in instruments.lines(VERSION, "full", rater)}
    return Wording("en", "source", texts, ("0", "1", "2", "3", "4"), {"next": "Next"})


@pytest.mark.parametrize(
    ("edition", "rater", "count"),
    [
        ("brief", Role.CLIENT, 7),
        ("brief", Role.THERAPIST, 7),
        ("brief", Role.INTERPRETER, 5),
        ("full", Role.CLIENT, 14),
        ("full", Role.THERAPIST, 14),
        ("full", Role.INTERPRETER, 10),
    ],
)
def test_lines_of_each_rater_are_exactly_as_many_as_the_form_promises(edition, rater, count):
    assert len(instruments.lines(VERSION, edition, rater)) == count


def test_lines_are_grouped_by_who_is_rated_and_end_with_the_three():
    assert [line.key for line in instruments.lines(VERSION, "brief", Role.CLIENT)] == [
        *("bond.1:CT", "bond.2:CT", "goal.1:CT", "task.1:CT"),
        *("bond.1:CI", "bond.2:CI"),
        "triad.1:triad",
    ]
    assert [line.slot for line in instruments.lines(VERSION, "brief", Role.THERAPIST)] == [
        *["TC"] * 4,
        *["TI"] * 2,
        "triad",
    ]
    assert [line.slot for line in instruments.lines(VERSION, "brief", Role.INTERPRETER)] == [
        *["IT"] * 2,
        *["IC"] * 2,
        "triad",
    ]


def test_lines_of_a_coordinator_do_not_exist():
    with pytest.raises(KeyError):
        instruments.lines(VERSION, "brief", Role.COORDINATOR)


def test_lines_of_an_unknown_edition_do_not_exist():
    with pytest.raises(KeyError):
        instruments.lines(VERSION, "longer", Role.CLIENT)


@pytest.mark.parametrize(("edition", "count"), [("brief", 19), ("full", 38)])
def test_text_keys_of_all_three_raters_are_counted_once_each(edition, count):
    assert len(instruments.text_keys(VERSION, edition)) == count


def test_text_keys_give_each_rater_a_sentence_about_the_three():
    assert {slot for item, slot in instruments.text_keys(VERSION, "brief") if item == "triad.1"} == {
        "triad_client",
        "triad_interpreter",
        "triad_therapist",
    }


def test_line_keys_are_unique_within_a_form():
    for rater in PARTIES:
        keys = [line.key for line in instruments.lines(VERSION, "full", rater)]
        assert len(set(keys)) == len(keys)


def test_covers_only_the_raters_whose_every_line_has_a_sentence():
    client_only = worded(Role.CLIENT)
    assert [client_only.covers(VERSION, "full", rater) for rater in PARTIES] == [False, False, True]
    assert [worded(*PARTIES).covers(VERSION, "full", rater) for rater in PARTIES] == [True, True, True]
    one_less = replace(client_only, texts={k: v for k, v in client_only.texts.items() if k[0] != "triad.2"})
    assert one_less.covers(VERSION, "full", Role.CLIENT) is False
    assert one_less.covers(VERSION, "brief", Role.CLIENT) is True


def test_text_of_a_line_is_found_by_direction():
    line = instruments.lines(VERSION, "full", Role.CLIENT)[0]
    assert worded(Role.CLIENT).text(line) == "bond.1:CT."
    with pytest.raises(KeyError):
        worded(Role.INTERPRETER).text(line)


def test_version_hash_changes_with_what_changes_a_score_and_not_with_the_title():
    turned = (replace(VERSION.items[0], reverse=True), *VERSION.items[1:])
    assert replace(VERSION, title="Another").hash == VERSION.hash
    assert replace(VERSION, items=turned).hash != VERSION.hash
    assert replace(VERSION, maximum=7).hash != VERSION.hash


def test_wording_hash_changes_with_one_character_and_not_with_provenance():
    wording = worded(Role.CLIENT)
    changed = {**wording.texts, ("bond.1", "CT"): "bond.1:CT!"}
    assert replace(wording, provenance="final").hash == wording.hash
    assert replace(wording, texts=changed).hash != wording.hash
    assert replace(wording, anchors=("0", "1", "2", "3", "5")).hash != wording.hash
    assert replace(wording, ui={"next": "next"}).hash != wording.hash
