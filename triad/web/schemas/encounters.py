"""Shapes of encounters, their planning, and who interprets them."""

from __future__ import annotations

from marshmallow import fields

from triad.domain.modes import MODES
from triad.web.schemas import base
from triad.web.schemas.base import In, NamedOut, Out

PARTIES = ("therapist", "interpreter", "client")


class PlanIn(In):
    """The first date on the wall clock of `zone`, and how often it repeats. `fold`: which, if it comes twice.

    `mode` is for everybody not named apart; who is left out takes part as the need says. Without `site` those who
    come in person come to the case's own.
    """

    day = base.day(required=True)
    start = base.clock(required=True)
    zone = base.text(60, required=True)
    fold = base.whole(0, 1)
    minutes = base.whole(5, 480, required=True)
    need = base.text(24, required=True)
    site = base.text(24)
    room = base.text(24)
    mode = base.choice(*MODES)
    mode_therapist = base.choice(*MODES)
    mode_interpreter = base.choice(*MODES)
    mode_client = base.choice(*MODES)
    count = base.whole(1, 52)
    every_weeks = base.whole(1, 52)
    skip = base.several(base.day(), 52)


class CancelIn(In):
    """`notice_at`, if it was before now: when the clinic heard of it, which a coordinator may say."""

    by = base.choice(*PARTIES, "clinic", required=True)
    reason = base.text(500)
    notice_at = base.instant()


class OutcomeIn(In):
    outcome = base.choice("held", "abandoned", required=True)
    absent = base.several(base.choice(*PARTIES), 3)


class AssignInterpreterIn(In):
    """`waived` are reason codes set aside, which needs a `reason`."""

    interpreter = base.text(24, required=True)
    waived = base.several(base.text(20), 30)
    reason = base.text(500)


class ReleaseIn(In):
    reason = base.text(500, required=True)


class ModesOut(Out):
    """Where each of the three sits."""

    therapist = fields.String(required=True)
    interpreter = fields.String(required=True)
    client = fields.String(required=True)


class EncounterOut(Out):
    """`case`, `reason` and `cancelled_by` are for coordinators and the therapist; an interpreter is told the rest.

    `mode` is the interpreter's.
    """

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    status = fields.String(required=True)
    slot = fields.String(required=True)
    day = fields.Date(required=True)
    start = fields.String(required=True)
    zone = fields.String(required=True)
    minutes = fields.Integer(required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    mode = fields.String(required=True)
    modes = base.nested(ModesOut, required=True)
    language = fields.String(required=True)
    dialect = fields.String(required=True)
    site = base.nested(NamedOut, required=True, allow_none=True)
    room = base.nested(NamedOut, required=True, allow_none=True)
    therapist = base.nested(NamedOut, required=True)
    interpreter = base.nested(NamedOut, required=True, allow_none=True)
    client_code = fields.String(required=True)
    case = base.nested(NamedOut)
    reason = fields.String()
    cancelled_by = fields.String()


class UnfilledOut(Out):
    encounter = base.nested(EncounterOut, required=True)
    hours_left = fields.Float(required=True)
    speakers = fields.Integer(required=True)


class CandidateOut(Out):
    """`codes` are the points of who is eligible, what it costs among them, and all reasons against who is not."""

    interpreter = base.nested(NamedOut, required=True)
    eligible = fields.Boolean(required=True)
    codes = fields.List(fields.String(), required=True)


class DateOut(Out):
    """`problem` is "" where the date can be saved; the instants are null where the time does not exist."""

    day = fields.Date(required=True)
    starts_at = fields.AwareDateTime(required=True, allow_none=True)
    ends_at = fields.AwareDateTime(required=True, allow_none=True)
    problem = fields.String(required=True)


class DatesOut(Out):
    items = fields.List(fields.Nested(DateOut), required=True)


class PlannedOut(Out):
    ids = fields.List(fields.String(), required=True)


EncounterPageOut = base.page_of(EncounterOut)
UnfilledPageOut = base.page_of(UnfilledOut)
CandidatePageOut = base.page_of(CandidateOut)
