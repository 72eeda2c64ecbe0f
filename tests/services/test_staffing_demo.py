"""The demo clinic, planned: an absence is replanned, and nobody is moved who has nothing to do with it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from flask import Flask

from tests.conftest import NOW
from triad.cli import demo as command
from triad.domain.parties import Role
from triad.services import assignments, context, hours, solving, staffing
from triad.services.context import Actor
from triad.services.solving import Wish
from triad.store import queries

FIRST = NOW.date()
LAST = FIRST + timedelta(days=13)


def busiest(kora: Actor) -> list[tuple[str, Any]]:
    """Who has most sessions on one day to come, with the day: the three busiest, each another person."""
    with context.look(kora) as ctx:
        rows = queries.board(ctx.session, NOW + timedelta(days=1), NOW + timedelta(days=13))
        held = Counter((row.interpreter_id, row.starts_at.date()) for row in rows if row.interpreter_id)
    found: dict[str, Any] = {}
    for (who, day), _ in sorted(held.items(), key=lambda one: (-one[1], one[0])):
        found.setdefault(who, day)
    return list(found.items())[:3]


def test_absences_on_the_demo_clinic_move_nobody_uninvolved(app: Flask) -> None:
    hand = command.house(app)
    command.build(hand)
    kora = Actor(hand.clinic, "a-kora", "", "Kora", frozenset({Role.COORDINATOR}))
    hit = 0
    for who, day in busiest(kora):
        hours.add_off(kora, {"from_day": day.isoformat(), "to_day": day.isoformat()}, who)
        found = staffing.show(kora, solving.begin(kora, Wish(FIRST, LAST, away=who)))
        lost = {line.encounter_id for line in found.lines if line.before_id == who and line.is_change}
        moved = {line.encounter_id for line in found.changes if line.before_id}
        assert (found.run.how, moved - lost) == ("replan", set())
        assert all(line.after_id for line in found.lines if line.encounter_id in lost and line.could)
        settled = staffing.accept(kora, found.run.id, None, assignments.assign_interpreter, assignments.release)
        assert (set(settled.done) >= lost, dict(settled.refused)) == (True, {})
        hit += len(lost)
    assert hit >= 3
