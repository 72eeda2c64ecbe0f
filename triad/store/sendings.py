"""Offers made: whom a coordinator asks in which turn, checked for all of them before anybody is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from triad.domain import errors, lifecycle
from triad.domain import offers as rules
from triad.store import offers, queries
from triad.store.bookings import Attached, Bookings
from triad.store.clinic import Interpreter
from triad.store.encounters import Encounter
from triad.store.offers import Offer


class Asking(NamedTuple):
    """`tiers`: interpreter id -> 1 for at once, each further one `wait_hours` later. `by` is a person."""

    tiers: Mapping[str, int]
    answer_hours: int
    wait_hours: int
    by: str


def send(books: Bookings, encounter: Encounter, asking: Asking, now: datetime) -> list[Offer]:
    """The new offers; the slot is on offer. The encounter is locked and its expired offers are settled.

    Raises Unfit, BadTransition, NotEligible with the reasons against the first who cannot.
    """
    _refuse(asking)
    slot, tiers = encounter.slot, asking.tiers
    state = "on_offer" if slot.state == "on_offer" else lifecycle.ensure("slot", slot.state, "offer")
    rows = queries.interpreters(books.session, Interpreter.id.in_(list(tiers)), Interpreter.active.is_(True))
    if {row.id for row in rows} != set(tiers):
        raise errors.Unfit({"ask": "unknown"})
    if {one.interpreter_id for one in offers.open_of(books.session, slot.id)} & set(tiers):
        raise errors.Unfit({"ask": "asked_already"})
    for row in rows:
        if reasons := books.against(encounter, Attached(row, frozenset())):
            raise errors.NotEligible(reasons)
    slot.state = state
    encounter.version += 1
    return [_made(books, encounter, row.id, asking, now) for row in rows]


def _refuse(asking: Asking) -> None:
    problems = {} if asking.tiers else {"ask": "required"}
    if set(asking.tiers.values()) - set(rules.TIERS):
        problems["ask"] = "unknown"
    for name, hours in (("answer_hours", asking.answer_hours), ("wait_hours", asking.wait_hours)):
        if not 1 <= hours <= rules.LONGEST_HOURS:
            problems[name] = "range"
    if problems:
        raise errors.Unfit(problems)


def _made(books: Bookings, encounter: Encounter, interpreter_id: str, asking: Asking, now: datetime) -> Offer:
    tier, wait = asking.tiers[interpreter_id], timedelta(hours=asking.wait_hours)
    window = rules.window(tier, now, encounter.starts_at, timedelta(hours=asking.answer_hours), wait)
    if window is None:
        raise errors.Unfit({"wait_hours": "tier_too_late"})
    row = Offer(
        id=books.fresh_id(),
        slot_id=encounter.slot.id,
        interpreter_id=interpreter_id,
        tier=tier,
        state=lifecycle.ensure("offer", lifecycle.NEW, "send"),
        sent_by=asking.by,
        made_at=now,
        opens_at=window.opens,
        expires_at=window.closes,
    )
    books.session.add(row)
    return row
