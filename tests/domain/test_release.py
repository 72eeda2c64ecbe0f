"""The release rule against a decision table written down independently of it, and as two worlds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from triad.domain import release
from triad.domain.batches import Opening
from triad.domain.parties import Role
from triad.domain.release import Slot

ENDED = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
WINDOW = timedelta(days=7)
OPEN, OVER = ENDED + timedelta(days=2), ENDED + WINDOW
ROLES = {"T": Role.THERAPIST, "I": Role.INTERPRETER, "C": Role.CLIENT}
CHOICES = {"1": "therapist", "2": "lead_only", "3": "statistics_only"}

# A form: - not sent, g sent and still to be corrected, l locked, w withdrawn; the client's locked form by its choice,
# 1 therapist, 2 lead only, 3 statistics only. Window: o open, x over. * is anything. Last: whose ratings are seen.
TABLE = """
therapist    -w   *    *      *  .
therapist    g    *    *      *  T
therapist    l    l    1      *  TIC
therapist    l    l    -gw23  o  T
therapist    l    l    -gw23  x  TI
therapist    l    -gw  1      o  T
therapist    l    -gw  1      x  TC
therapist    l    -gw  -gw23  *  T
lead         l    l    12     *  TIC
lead         l    l    3      o  .
lead         l    l    3      x  TI
lead         l    l    -gw    o  .
lead         l    l    -gw    x  TI
lead         l    -gw  *      o  .
lead         l    -gw  12     x  TC
lead         l    -gw  -gw3   x  T
lead         -gw  *    *      o  .
lead         -gw  l    12     x  IC
lead         -gw  l    -gw3   x  I
lead         -gw  -gw  12     x  C
lead         -gw  -gw  -gw3   x  .
interpreter  *    -w   *      *  .
interpreter  *    gl   *      *  I
"""
RULES = [line.split() for line in TABLE.split("\n") if line]
WORLDS = list(product(("therapist", "lead", "interpreter"), "-glw", "-glw", "-gw123", "ox"))


def slot(letter: str, state: str, moment: datetime, choice: str = "1") -> list[Slot]:
    if state == "-":
        return []
    choice = CHOICES.get(state, CHOICES[choice])
    locked_at = moment + timedelta(minutes=1) if state == "g" else moment
    return [Slot(ROLES[letter], locked_at, choice, withdrawn=state == "w")]


def expected(viewer: str, *states: str) -> frozenset[Role]:
    fits = [
        rule[5]
        for rule in RULES
        if rule[0] == viewer and all(p == "*" or s in p for p, s in zip(rule[1:5], states, strict=True))
    ]
    assert len(fits) == 1, (viewer, states, fits)
    return frozenset(ROLES[letter] for letter in fits[0].strip("."))


def seen(viewer: str, t: str, i: str, c: str, window: str, choice: str = "1") -> frozenset[Role]:
    moment = OPEN if window == "o" else OVER
    slots = [*slot("T", t, moment), *slot("I", i, moment), *slot("C", c, moment, choice)]
    return release.visible(viewer, slots, moment, Opening(OVER))  # type: ignore[arg-type]


@pytest.mark.parametrize(("viewer", "t", "i", "c", "window"), WORLDS)
def test_visible_for_every_combination_follows_the_table(viewer: str, t: str, i: str, c: str, window: str) -> None:
    assert {seen(viewer, t, i, c, window, choice) for choice in CHOICES} == {expected(viewer, t, i, c, window)}


@pytest.mark.parametrize(("t", "i"), list(product("-glw", repeat=2)))
def test_therapist_before_the_window_sees_the_same_whether_the_client_kept_it_private_or_never_came(
    t: str, i: str
) -> None:
    assert {seen("therapist", t, i, c, "o") for c in "-w23"} == {seen("therapist", t, i, "-", "o")}
    assert {seen("therapist", t, i, c, "x") for c in "-w23"} == {seen("therapist", t, i, "-", "x")}


def test_therapist_before_the_window_with_a_sharing_client_sees_more() -> None:
    assert seen("therapist", "l", "l", "1", "o") - seen("therapist", "l", "l", "-", "o") == {
        Role.INTERPRETER,
        Role.CLIENT,
    }


def test_interpreter_sees_the_same_whatever_the_others_did() -> None:
    everything = {seen("interpreter", t, "l", c, w) for t, c, w in product("-glw", "-gw123", "ox")}
    assert everything == {frozenset({Role.INTERPRETER})}


def test_window_ends_to_the_microsecond() -> None:
    slots = [Slot(Role.THERAPIST, ENDED), Slot(Role.INTERPRETER, ENDED)]
    just_before = OVER - timedelta(microseconds=1)
    assert release.visible("therapist", slots, just_before, Opening(OVER)) == {Role.THERAPIST}
    assert release.visible("therapist", slots, OVER, Opening(OVER)) == {Role.THERAPIST, Role.INTERPRETER}


def test_lock_falls_at_its_moment() -> None:
    slots = [Slot(Role.THERAPIST, OVER), Slot(Role.INTERPRETER, ENDED)]
    just_before = OVER - timedelta(microseconds=1)
    assert release.visible("therapist", slots, just_before, Opening(ENDED)) == {Role.THERAPIST}
    assert release.visible("therapist", slots, OVER, Opening(ENDED)) == {Role.THERAPIST, Role.INTERPRETER}


def test_empty_slot_counts_as_not_sent() -> None:
    slots = [Slot(Role.THERAPIST, None), Slot(Role.INTERPRETER, ENDED), Slot(Role.CLIENT, ENDED)]
    assert release.visible("therapist", slots, OVER, Opening(OVER)) == frozenset()


def all_in(read_by_rated: bool = False) -> list[Slot]:
    return [
        Slot(Role.THERAPIST, ENDED),
        Slot(Role.INTERPRETER, ENDED),
        Slot(Role.CLIENT, ENDED, read_by_rated=read_by_rated),
    ]


@pytest.mark.parametrize("viewer", ["therapist", "lead"])
def test_directions_without_the_interpreters_hand_are_all_six(viewer: str) -> None:
    keys = release.directions(viewer, all_in(), OPEN, Opening(OVER))  # type: ignore[arg-type]
    assert keys == {"TI", "TC", "IT", "IC", "CT", "CI"}


@pytest.mark.parametrize("viewer", ["therapist", "lead"])
def test_directions_of_a_form_the_interpreter_read_out_leave_out_ci(viewer: str) -> None:
    keys = release.directions(viewer, all_in(read_by_rated=True), OPEN, Opening(OVER))  # type: ignore[arg-type]
    assert keys == {"TI", "TC", "IT", "IC", "CT"}


def test_directions_of_an_interpreter_are_the_own_two() -> None:
    assert release.directions("interpreter", all_in(), OVER, Opening(OVER)) == {"IT", "IC"}


def test_stricter_is_never_wherever_one_is_not_plainly_the_clients_choice() -> None:
    choice, never = release.POLICIES
    assert [release.stricter(*pair) for pair in product((choice, never), repeat=2)] == [choice, never, never, never]
    assert [release.stricter(choice, lain) for lain in ("", "always", "Client-Choice")] == [never] * 3


def test_a_choice_counts_under_the_clients_choice_alone() -> None:
    assert [release.counting("client-choice", choice) for choice in CHOICES.values()] == list(CHOICES.values())
    assert {release.counting(lain, choice) for lain in ("never", "", "x") for choice in CHOICES.values()} == {
        "statistics_only"
    }
