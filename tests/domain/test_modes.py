"""Where the three sit, and what a client wishes: what is left out is filled up, nothing sensitive can be asked."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from triad.domain import modes, wishes
from triad.domain.modes import ALL_IN_PERSON, UNSAID, Modes
from triad.domain.wishes import Wish

MIXED = Modes("in_person", "video", "telephone")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, ("", "", "")),
        ({"mode": "video"}, ("video", "video", "video")),
        ({"mode": "video", "mode_i": "telephone"}, ("video", "telephone", "video")),
        ({"mode_t": "in_person", "mode_i": "video", "mode_c": "telephone"}, MIXED),
        ({"mode_c": "video"}, ("", "", "video")),
    ],
)
def test_mode_is_for_everybody_who_is_not_named_apart(
    written: dict[str, str], expected: tuple[str, str, str]
) -> None:
    assert modes.said(lambda name: written.get(name, "")) == expected


def test_what_is_not_said_is_as_it_was() -> None:
    assert UNSAID.over(MIXED) == MIXED
    assert Modes("", "telephone", "").over(MIXED) == ("in_person", "telephone", "telephone")
    assert MIXED.over(ALL_IN_PERSON) == MIXED


def test_known_and_whether_anybody_comes() -> None:
    assert (MIXED.known, UNSAID.known, Modes("video", "smoke", "video").known) == (True, False, False)
    assert (MIXED.anybody_comes, Modes("video", "telephone", "video").anybody_comes) == (True, False)


def test_columns_and_back() -> None:
    assert modes.columns(MIXED) == {"mode_t": "in_person", "mode_i": "video", "mode_c": "telephone"}
    assert modes.of(SimpleNamespace(**modes.columns(MIXED))) == MIXED


def test_wishes_come_in_one_order_and_without_those_that_wish_for_nothing() -> None:
    held: dict[str, wishes.Kind] = {"older": "avoid", "trauma": "prefer", "children": "none"}
    assert wishes.of(held) == (Wish("trauma", "prefer"), Wish("older", "avoid"))
    assert wishes.of({}) == ()


def test_nothing_of_faith_origin_or_party_can_be_wished_for() -> None:
    assert wishes.ATTRIBUTES == ("mental_health", "trauma", "children", "lgbtiq", "younger", "older")
