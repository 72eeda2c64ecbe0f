"""Shapes of briefing and debrief."""

from __future__ import annotations

from marshmallow import fields

from triad.domain import briefings
from triad.web.schemas import base
from triad.web.schemas.base import In, Out

EVERY = tuple(point for points in briefings.POINTS.values() for point in points)


class BriefingIn(In):
    """`points` are those of its part that were gone through; none of what was missed."""

    part = base.choice(*briefings.POINTS, required=True)
    state = base.choice(*briefings.STATES, required=True)
    points = base.several(base.choice(*EVERY), len(EVERY))


class BriefingOut(Out):
    """`state` is "" while nobody has noted it."""

    part = fields.String(required=True)
    state = fields.String(required=True)
    points = fields.List(fields.String(), required=True)
    who = fields.String(required=True)
    said_at = fields.AwareDateTime(required=True, allow_none=True)


class BriefingsOut(Out):
    items = fields.List(fields.Nested(BriefingOut), required=True)
