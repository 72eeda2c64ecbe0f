"""Which step leads where, and who may take it: a table per noun, then three readers.

Deadlines (restore until the planned end, an interpreter's release before the lock) need a clock: not here.
"""

from __future__ import annotations

from typing import NamedTuple

from triad.domain import errors
from triad.domain.parties import Role

NEW = "new"
SYSTEM = "system"
"""The clock or a rule, where an actor's role is asked for."""


class Step(NamedTuple):
    """`to` has several states where the way back depends on the past: the caller then says which."""

    to: tuple[str, ...]
    who: frozenset[str]


TH, IN, CO, LEAD = Role.THERAPIST, Role.INTERPRETER, Role.COORDINATOR, Role.LEAD

Row = tuple[str, str, str, tuple[str, ...]]
"""States it starts from, event, state or states it leads to, who may."""

_ENCOUNTER: tuple[Row, ...] = (
    (NEW, "plan", "planned", (CO,)),
    ("planned scheduled", "set_time", "scheduled", (CO,)),
    ("planned scheduled", "move", "scheduled", (CO,)),
    ("scheduled", "begin", "begun", (SYSTEM,)),
    ("scheduled begun", "mark_held", "held", (TH, CO)),
    ("scheduled begun", "mark_abandoned", "abandoned", (TH, CO)),
    ("planned scheduled", "cancel", "cancelled", (TH, CO)),
    ("cancelled", "restore", "planned scheduled", (CO,)),
    ("planned scheduled begun abandoned cancelled", "void", "void", (CO,)),
    ("void", "unvoid", "planned scheduled begun abandoned cancelled", (CO,)),
    ("held", "correct", "abandoned", (CO, LEAD)),
    ("abandoned", "correct", "held", (CO, LEAD)),
)

_SLOT: tuple[Row, ...] = (
    (NEW, "state_need", "unfilled", (CO,)),
    ("unfilled", "offer", "on_offer", (CO, SYSTEM)),
    ("on_offer", "offers_ended", "unfilled", (SYSTEM,)),
    ("on_offer", "accept", "filled", (IN,)),
    ("unfilled on_offer", "assign", "filled", (CO,)),
    ("filled", "confirm", "confirmed", (IN, CO)),
    ("filled confirmed", "release", "unfilled", (CO, IN)),
    ("unfilled on_offer", "close", "closed_unfilled", (CO, SYSTEM)),
    ("closed_unfilled", "reopen", "unfilled", (CO,)),
    ("unfilled on_offer filled confirmed released closed_unfilled", "drop", "released", (SYSTEM,)),
    ("released", "restore", "filled unfilled", (SYSTEM,)),
)

_REQUEST: tuple[Row, ...] = (
    (NEW, "create", "draft", (TH, CO)),
    ("draft", "submit", "submitted", (TH, CO)),
    ("submitted", "accept", "accepted", (CO,)),
    ("submitted", "refuse", "refused", (CO,)),
    ("draft submitted accepted", "withdraw", "withdrawn", (TH, CO)),
)

# A late answer is no mistake: an ended offer replies with the state it is in.
_ENDED = ("accepted", "declined", "expired", "withdrawn", "too_late")
_OFFER: tuple[Row, ...] = (
    (NEW, "send", "sent", (CO, SYSTEM)),
    ("sent", "see", "seen", (SYSTEM,)),
    ("sent seen", "accept", "accepted", (IN,)),
    ("sent seen", "decline", "declined", (IN,)),
    ("sent seen", "expire", "expired", (SYSTEM,)),
    ("sent seen", "overtake", "too_late", (SYSTEM,)),
    ("sent seen", "withdraw", "withdrawn", (CO,)),
    *((state, "accept", state, (IN,)) for state in _ENDED),
    *((state, "decline", state, (IN,)) for state in _ENDED),
)

# What is not known is said by somebody who was there; an interpreter says of nobody but themselves.
_THERE = "arrived late absent excused"
_ATTENDANCE: tuple[Row, ...] = (
    ("unknown", "mark", _THERE, (TH, CO)),
    ("unknown", "arrive", "arrived late", (IN,)),
    (_THERE, "correct", f"unknown {_THERE}", (CO,)),
)

STATES = {
    "encounter": ("planned", "scheduled", "begun", "held", "abandoned", "cancelled", "void"),
    "slot": ("unfilled", "on_offer", "filled", "confirmed", "released", "closed_unfilled"),
    "offer": ("sent", "seen", *_ENDED),
    "request": ("draft", "submitted", "accepted", "refused", "withdrawn"),
    "attendance": ("unknown", *_THERE.split()),
}


def _steps(rows: tuple[Row, ...]) -> dict[tuple[str, str], Step]:
    return {
        (state, event): Step(tuple(to.split()), frozenset(who))
        for states, event, to, who in rows
        for state in states.split()
    }


STEPS = {
    "encounter": _steps(_ENCOUNTER),
    "slot": _steps(_SLOT),
    "offer": _steps(_OFFER),
    "request": _steps(_REQUEST),
    "attendance": _steps(_ATTENDANCE),
}


def ensure(noun: str, state: str, event: str, *, to: str | None = None) -> str:
    """The state that `event` leads to from `state`; `NEW` is the state before the first event.

    `to` chooses where a step leads to several states: the state before (restore, unvoid of an encounter),
    or what the full re-check gave (restore of a slot). BadTransition for every step that is not listed, and
    for a `to` that is missing or not on offer; KeyError for an unknown noun.
    """
    step = STEPS[noun].get((state, event))
    if step is None:
        raise errors.BadTransition(noun=noun, state=state, event=event)
    target = step.to[0] if to is None and len(step.to) == 1 else to
    if target not in step.to:
        raise errors.BadTransition(noun=noun, state=state, event=event)
    return target


def may(noun: str, state: str, event: str, role: str) -> bool:
    """Whether `role` (or `SYSTEM`) is named for this step; False for a step that is not listed."""
    step = STEPS[noun].get((state, event))
    return step is not None and role in step.who


def events(noun: str, state: str) -> tuple[str, ...]:
    """The events that lead on from `state`, in the order of the table; empty for an unknown state."""
    return tuple(event for start, event in STEPS[noun] if start == state)
