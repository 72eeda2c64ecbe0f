"""Shapes of offers: whom to ask and in which turn, how they stand, and what an interpreter may know of one."""

from __future__ import annotations

from marshmallow import fields

from triad.domain import offers
from triad.web.schemas import base
from triad.web.schemas.base import In, NamedOut, Out


class AskIn(In):
    """`tier` 1 is asked at once, 2 and 3 after `wait_hours` each."""

    interpreter = base.text(24, required=True)
    tier = base.whole(offers.TIERS[0], offers.TIERS[-1])


class OffersIn(In):
    asks = base.several(base.nested(AskIn), 50, required=True)
    answer_hours = base.whole(1, offers.LONGEST_HOURS)
    wait_hours = base.whole(1, offers.LONGEST_HOURS)


class DeclineIn(In):
    """A reason is nobody's duty."""

    reason = base.choice(*offers.REASONS)


class OfferStateOut(Out):
    """How the offer stands after the answer: `too_late` for whatever is no longer on offer."""

    state = fields.String(required=True)


class SentOut(Out):
    ids = fields.List(fields.String(), required=True)


class OfferOutForCoordinator(Out):
    """`state` is `waiting` until its turn comes; `reason` a code or "". `times`: how often asked in four weeks."""

    id = fields.String(required=True)
    interpreter = base.nested(NamedOut, required=True)
    tier = fields.Integer(required=True)
    state = fields.String(required=True)
    opens_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    seen_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    reason = fields.String(required=True)
    times = fields.Integer(required=True)


class OfferOut(Out):
    """What the one asked may know. `site` is "" where they need not come."""

    id = fields.String(required=True)
    state = fields.String(required=True)
    language = fields.String(required=True)
    dialect = fields.String(required=True)
    site = fields.String(required=True)
    mode = fields.String(required=True)
    starts_at = fields.AwareDateTime(required=True)
    day = fields.Date(required=True)
    start = fields.String(required=True)
    zone = fields.String(required=True)
    minutes = fields.Integer(required=True)
    expires_at = fields.AwareDateTime(required=True)


OfferPageOut = base.page_of(OfferOut)
OfferPageOutForCoordinator = base.page_of(OfferOutForCoordinator)
