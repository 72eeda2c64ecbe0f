"""Shapes of a plan: the days asked for, how far it is and how good, its lines, what came of taking them over."""

from __future__ import annotations

from marshmallow import fields

from triad.web.schemas import base
from triad.web.schemas.base import In, Out


class AskPlanIn(In):
    """`keeps`: nobody who has a session is moved. `away`, `urgent`: replan around this person or session only."""

    first = base.day(required=True)
    last = base.day(required=True)
    keeps = base.yes()
    away = base.text(24)
    urgent = base.text(24)


class AcceptIn(In):
    """The sessions to take over; without them every line that is left. `ask`: by offers, nobody is booked unasked."""

    sessions = base.several(base.text(24), 5_000)
    ask = base.yes()


class RunOut(Out):
    """`state`: queued, running, done, failed or lost. `gap`: at most this share misses the best, null unknown.

    `how`: solver, by_day, replan or greedy.
    """

    id = fields.String(required=True)
    state = fields.String(required=True)
    percent = fields.Integer(required=True)
    first = fields.Date(required=True)
    last = fields.Date(required=True)
    asked_at = fields.AwareDateTime(required=True)
    how = fields.String(required=True)
    gap = fields.Float(required=True, allow_none=True)
    filled = fields.Integer(required=True)
    unfilled = fields.Integer(required=True)
    kept = fields.Integer(required=True)
    moved = fields.Integer(required=True)


RunPageOut = base.page_of(RunOut)


class PlanLineOut(Out):
    """Ids of people; null is nobody. `gains` over the runner-up by goal: fewer is better but for `fill`.

    `urgency`: routine, soon or urgent.
    """

    session = fields.String(required=True)
    urgency = fields.String(required=True)
    starts_at = fields.AwareDateTime(required=True)
    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True, allow_none=True)
    runner_up = fields.String(required=True, allow_none=True)
    gains = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    eligible = fields.Integer(required=True)
    pinned = fields.Boolean(required=True)
    outcome = fields.String(required=True)
    codes = fields.List(fields.String(), required=True)


PlanLinePageOut = base.page_of(PlanLineOut)


class TakenBackOut(Out):
    """Each session in one of two; `refused` are left as they are, with the codes against it."""

    done = fields.List(fields.String(), required=True)
    refused = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)


class SettledOut(Out):
    """Each session in one of three; `refused` with the codes against it."""

    done = fields.List(fields.String(), required=True)
    skipped = fields.List(fields.String(), required=True)
    refused = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
