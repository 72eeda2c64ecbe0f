"""Shapes of replacing: who comes instead and why, what is gained and lost, and bookings an absence has broken."""

from __future__ import annotations

from marshmallow import fields

from triad.domain import offers, replacing
from triad.web.schemas import base
from triad.web.schemas.base import In, NamedOut, Out
from triad.web.schemas.offers import AskIn


class ReplaceIn(In):
    """Either an `interpreter` who is assigned, or `asks` for those who are offered it."""

    reason = base.choice(*replacing.REASONS, required=True)
    interpreter = base.text(24)
    asks = base.several(base.nested(AskIn), 50)
    answer_hours = base.whole(1, offers.LONGEST_HOURS)
    wait_hours = base.whole(1, offers.LONGEST_HOURS)


class OtherOut(Out):
    """`gained` and `lost` are codes, beside who has it now."""

    interpreter = base.nested(NamedOut, required=True)
    gained = fields.List(fields.String(), required=True)
    lost = fields.List(fields.String(), required=True)


class BrokenOut(Out):
    id = fields.String(required=True)
    version = fields.Integer(required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    zone = fields.String(required=True)
    interpreter = base.nested(NamedOut, required=True)


OtherPageOut = base.page_of(OtherOut)
BrokenPageOut = base.page_of(BrokenOut)
