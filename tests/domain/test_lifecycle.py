from __future__ import annotations

from itertools import product

import pytest

from triad.domain import errors, lifecycle
from triad.domain.parties import Role

# The specification once more, by hand: one column per event, one row per state; "-" is refused,
# several letters are the states the caller chooses from.
GRIDS = {
    "encounter": (
        {
            "P": "planned",
            "S": "scheduled",
            "B": "begun",
            "H": "held",
            "A": "abandoned",
            "C": "cancelled",
            "V": "void",
        },
        """
                  plan set_time move begin mark_held mark_abandoned cancel restore void unvoid correct
        new        P    -        -    -     -         -              -      -       -    -      -
        planned    -    S        S    -     -         -              C      -       V    -      -
        scheduled  -    S        S    B     H         A              C      -       V    -      -
        begun      -    -        -    -     H         A              -      -       V    -      -
        held       -    -        -    -     -         -              -      -       -    -      A
        abandoned  -    -        -    -     -         -              -      -       V    -      H
        cancelled  -    -        -    -     -         -              -      PS      V    -      -
        void       -    -        -    -     -         -              -      -       -    PSBAC  -
        """,
    ),
    "slot": (
        {
            "U": "unfilled",
            "O": "on_offer",
            "F": "filled",
            "C": "confirmed",
            "R": "released",
            "X": "closed_unfilled",
        },
        """
                        state_need offer offers_ended accept assign confirm release close reopen drop restore
        new              U          -     -            -      -      -       -       -     -      -    -
        unfilled         -          O     -            -      F      -       -       X     -      R    -
        on_offer         -          -     U            F      F      -       -       X     -      R    -
        filled           -          -     -            -      -      C       U       -     -      R    -
        confirmed        -          -     -            -      -      -       U       -     -      R    -
        released         -          -     -            -      -      -       -       -     -      R    FU
        closed_unfilled  -          -     -            -      -      -       -       -     U      R    -
        """,
    ),
    "offer": (
        {
            "S": "sent",
            "N": "seen",
            "A": "accepted",
            "D": "declined",
            "E": "expired",
            "W": "withdrawn",
            "L": "too_late",
        },
        """
                   send see accept decline expire overtake withdraw
        new         S    -   -      -       -      -        -
        sent        -    N   A      D       E      L        W
        seen        -    -   A      D       E      L        W
        accepted    -    -   A      A       -      -        -
        declined    -    -   D      D       -      -        -
        expired     -    -   E      E       -      -        -
        withdrawn   -    -   W      W       -      -        -
        too_late    -    -   L      L       -      -        -
        """,
    ),
    "request": (
        {"D": "draft", "S": "submitted", "A": "accepted", "R": "refused", "W": "withdrawn"},
        """
                   create submit accept refuse withdraw
        new        D      -      -      -      -
        draft      -      S      -      -      W
        submitted  -      -      A      R      W
        accepted   -      -      -      -      W
        refused    -      -      -      -      -
        withdrawn  -      -      -      -      -
        """,
    ),
    "attendance": (
        {"U": "unknown", "A": "arrived", "L": "late", "N": "absent", "E": "excused"},
        """
                 mark  arrive  correct
        new      -     -       -
        unknown  ALNE  AL      -
        arrived  -     -       UALNE
        late     -     -       UALNE
        absent   -     -       UALNE
        excused  -     -       UALNE
        """,
    ),
}

TH, IN, CO, LEAD, SYS = Role.THERAPIST, Role.INTERPRETER, Role.COORDINATOR, Role.LEAD, lifecycle.SYSTEM
WHO: dict[str, dict[str, set[str]]] = {
    "encounter": {
        "plan": {CO},
        "set_time": {CO},
        "move": {CO},
        "begin": {SYS},
        "mark_held": {TH, CO},
        "mark_abandoned": {TH, CO},
        "cancel": {TH, CO},
        "restore": {CO},
        "void": {CO},
        "unvoid": {CO},
        "correct": {CO, LEAD},
    },
    "slot": {
        "state_need": {CO},
        "offer": {CO, SYS},
        "offers_ended": {SYS},
        "accept": {IN},
        "assign": {CO},
        "confirm": {IN, CO},
        "release": {CO, IN},
        "close": {CO, SYS},
        "reopen": {CO},
        "drop": {SYS},
        "restore": {SYS},
    },
    "offer": {
        "send": {CO, SYS},
        "see": {SYS},
        "accept": {IN},
        "decline": {IN},
        "expire": {SYS},
        "overtake": {SYS},
        "withdraw": {CO},
    },
    "request": {
        "create": {TH, CO},
        "submit": {TH, CO},
        "accept": {CO},
        "refuse": {CO},
        "withdraw": {TH, CO},
    },
    "attendance": {
        "mark": {TH, CO},
        "arrive": {IN},
        "correct": {CO},
    },
}


def cells() -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Every noun, state, event and the states it leads to, none where it is refused."""
    found = []
    for noun, (letters, grid) in GRIDS.items():
        head, *rows = (line.split() for line in grid.strip().splitlines())
        for state, *marks in rows:
            for event, mark in zip(head, marks, strict=True):
                found.append((noun, state, event, tuple(letters[one] for one in mark if one != "-")))
    return found


CELLS = cells()
ONE = [(noun, state, event, to[0]) for noun, state, event, to in CELLS if len(to) == 1]
SEVERAL = [cell for cell in CELLS if len(cell[3]) > 1]
NONE = [(noun, state, event) for noun, state, event, to in CELLS if not to]


def test_grids_are_complete() -> None:
    counted = {noun: (len(letters), len(WHO[noun])) for noun, (letters, _) in GRIDS.items()}

    assert counted == {
        "encounter": (7, 11),
        "slot": (6, 11),
        "offer": (7, 7),
        "request": (5, 5),
        "attendance": (5, 3),
    }
    assert len(CELLS) == 8 * 11 + 7 * 11 + 8 * 7 + 6 * 5 + 6 * 3
    assert (len(ONE), len(SEVERAL)) == (19 + 18 + 22 + 7, 3 + 6)
    assert {noun: set(states) for noun, states in lifecycle.STATES.items()} == {
        noun: set(letters.values()) for noun, (letters, _) in GRIDS.items()
    }


@pytest.mark.parametrize(("noun", "state", "event", "to"), ONE)
def test_ensure_listed_step(noun: str, state: str, event: str, to: str) -> None:
    assert lifecycle.ensure(noun, state, event) == to
    assert lifecycle.ensure(noun, state, event, to=to) == to


@pytest.mark.parametrize(("noun", "state", "event"), NONE)
def test_ensure_unlisted_step(noun: str, state: str, event: str) -> None:
    with pytest.raises(errors.BadTransition) as refusal:
        lifecycle.ensure(noun, state, event)

    assert refusal.value.code == "bad_transition"
    assert refusal.value.details == {"noun": noun, "state": state, "event": event}


@pytest.mark.parametrize(("noun", "state", "event", "targets"), SEVERAL)
def test_ensure_step_with_a_choice(noun: str, state: str, event: str, targets: tuple[str, ...]) -> None:
    for choice in lifecycle.STATES[noun]:
        if choice in targets:
            assert lifecycle.ensure(noun, state, event, to=choice) == choice
        else:
            with pytest.raises(errors.BadTransition):
                lifecycle.ensure(noun, state, event, to=choice)
    with pytest.raises(errors.BadTransition):
        lifecycle.ensure(noun, state, event)


def test_ensure_listed_step_to_another_state() -> None:
    with pytest.raises(errors.BadTransition):
        lifecycle.ensure("encounter", "scheduled", "mark_held", to="abandoned")


@pytest.mark.parametrize(("state", "event"), [("lost", "plan"), ("planned", "explode")])
def test_ensure_unknown_state_or_event(state: str, event: str) -> None:
    with pytest.raises(errors.BadTransition):
        lifecycle.ensure("encounter", state, event)


def test_ensure_unknown_noun() -> None:
    with pytest.raises(KeyError):
        lifecycle.ensure("planet", "planned", "cancel")


def test_may_every_state_event_and_role() -> None:
    wrong = [
        (noun, state, event, role)
        for (noun, state, event, to), role in product(CELLS, (*Role, SYS))
        if lifecycle.may(noun, state, event, role) is not (bool(to) and role in WHO[noun][event])
    ]

    assert wrong == []


def test_may_some_steps_spelt_out() -> None:
    assert lifecycle.may("encounter", "scheduled", "cancel", "therapist") is True
    assert lifecycle.may("encounter", "scheduled", "cancel", "interpreter") is False
    assert lifecycle.may("encounter", "held", "cancel", "therapist") is False
    assert lifecycle.may("slot", "on_offer", "accept", "coordinator") is False


@pytest.mark.parametrize("noun", list(GRIDS))
def test_events_are_the_columns_that_lead_on(noun: str) -> None:
    for state in (lifecycle.NEW, *lifecycle.STATES[noun]):
        expected = tuple(event for one, at, event, to in CELLS if (one, at) == (noun, state) and to)
        assert lifecycle.events(noun, state) == expected


def test_events_of_an_unknown_state() -> None:
    assert lifecycle.events("slot", "lost") == ()
