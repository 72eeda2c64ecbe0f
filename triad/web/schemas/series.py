"""Shapes of series: which dates a change reaches, where it takes them, and what stands against each."""

from __future__ import annotations

from marshmallow import fields

from triad.domain import series
from triad.domain.modes import MODES
from triad.web.schemas import base
from triad.web.schemas.base import In, Out
from triad.web.schemas.encounters import PARTIES


class SeriesMoveIn(In):
    """Where the encounter asked about goes; the others in `scope` go as many days on or back.

    `keep`: days that stay as they are. `edited`: those too that were changed by themselves. `release`: an interpreter
    who cannot come is released from that date.
    """

    scope = base.choice(*series.SCOPES, required=True)
    day = base.day(required=True)
    start = base.clock(required=True)
    zone = base.text(60, required=True)
    fold = base.whole(0, 1)
    minutes = base.whole(5, 480, required=True)
    site = base.text(24)
    room = base.text(24)
    mode = base.choice(*MODES)
    mode_therapist = base.choice(*MODES)
    mode_interpreter = base.choice(*MODES)
    mode_client = base.choice(*MODES)
    keep = base.several(base.day(), 200)
    edited = base.yes()
    release = base.yes()


class SeriesCancelIn(In):
    scope = base.choice(*series.SCOPES, required=True)
    by = base.choice(*PARTIES, "clinic", required=True)
    reason = base.text(500)
    edited = base.yes()


class OutcomeOut(Out):
    """`problem` is "" where the date can move; `codes` say why an interpreter cannot come; `holiday` is a name."""

    id = fields.String(required=True)
    before = fields.Date(required=True)
    day = fields.Date(required=True)
    problem = fields.String(required=True)
    codes = fields.List(fields.String(), required=True)
    holiday = fields.String(required=True)


class OutcomesOut(Out):
    items = fields.List(fields.Nested(OutcomeOut), required=True)


class DateOfSeriesOut(Out):
    id = fields.String(required=True)
    version = fields.Integer(required=True)
    day = fields.Date(required=True)
    starts_at = fields.AwareDateTime(required=True)
    status = fields.String(required=True)


class SkippedOut(Out):
    id = fields.String(required=True)
    day = fields.Date(required=True)
    cause = fields.String(required=True)


class SeriesOut(Out):
    items = fields.List(fields.Nested(DateOfSeriesOut), required=True)
    skipped = fields.List(fields.Nested(SkippedOut), required=True)


class CountOut(Out):
    count = fields.Integer(required=True)
