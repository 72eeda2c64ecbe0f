"""Shapes of cancellations, the rules that decide which of them are late, and who was there."""

from __future__ import annotations

from marshmallow import fields

from triad.domain import cancelling
from triad.domain.lifecycle import STATES
from triad.domain.modes import MODES
from triad.domain.parties import PARTIES
from triad.services.cancellations import LATENESS
from triad.web.schemas import base
from triad.web.schemas.base import In, Out, PageIn

LAST_MINUTE = 480


class CancelledIn(PageIn):
    """What the list is narrowed to; days of the sessions, the last one included."""

    by = base.choice(*cancelling.CANCELLERS)
    late = base.choice(*LATENESS)
    first = base.day()
    last = base.day()


class WaiveIn(In):
    reason = base.text(300, required=True)


class RuleIn(In):
    """Without `mode` or `party` it holds for all. `amount` is of `unit`; `charge` needs `currency` and `payer`."""

    valid_from = base.day(required=True)
    valid_to = base.day()
    mode = base.choice(*MODES)
    party = base.choice(*cancelling.CANCELLERS)
    unit = base.choice(*cancelling.UNITS, required=True)
    amount = base.whole(1, max(cancelling.LONGEST.values()), required=True)
    payer = base.choice(*cancelling.PAYERS)
    charge = base.text(10)
    currency = base.text(3)
    words = base.text(300, required=True)


class EndIn(In):
    valid_to = base.day(required=True)


class AttendanceIn(In):
    """`was` is the mark as it was read, so that nobody's word is lost; `minutes` for who came late, and only then."""

    party = base.choice(*(party.value for party in PARTIES), required=True)
    mark = base.choice(*STATES["attendance"], required=True)
    was = base.choice(*STATES["attendance"], required=True)
    minutes = base.whole(1, LAST_MINUTE)


class RuleOut(Out):
    """`mode` and `party` are "" where it holds for all; `charge` is exact, as text."""

    id = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True, allow_none=True)
    mode = fields.String(required=True)
    party = fields.String(required=True)
    unit = fields.String(required=True)
    amount = fields.Integer(required=True)
    payer = fields.String(required=True)
    charge = fields.String(required=True, allow_none=True)
    currency = fields.String(required=True)
    words = fields.String(required=True)
    used = fields.Integer(required=True)


class ForeseenOut(Out):
    """What it would be if this party cancelled now; `rule` and `cut_off` are null where no rule holds."""

    party = fields.String(required=True)
    rule = fields.String(required=True, allow_none=True)
    cut_off = fields.AwareDateTime(required=True, allow_none=True)
    late = fields.Boolean(required=True)


class LatenessOut(Out):
    """`late` is null where no rule held, `waived_at` where nothing was set aside."""

    party = fields.String(required=True)
    notice_at = fields.AwareDateTime(required=True)
    rule = fields.String(required=True, allow_none=True)
    cut_off = fields.AwareDateTime(required=True, allow_none=True)
    late = fields.Boolean(required=True, allow_none=True)
    waived_at = fields.AwareDateTime(required=True, allow_none=True)
    waived_reason = fields.String(required=True)


class CancellationOut(Out):
    """`foreseen` while it can be cancelled, `was` once it is."""

    foreseen = fields.List(fields.Nested(ForeseenOut), required=True)
    was = base.nested(LatenessOut, required=True, allow_none=True)


class CancelledOut(Out):
    """A line of the list. `late` is null where no rule held."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    zone = fields.String(required=True)
    case = fields.String(required=True)
    language = fields.String(required=True)
    cancelled_by = fields.String(required=True)
    cancelled_at = fields.AwareDateTime(required=True, allow_none=True)
    cut_off = fields.AwareDateTime(required=True, allow_none=True)
    late = fields.Boolean(required=True, allow_none=True)
    waived_at = fields.AwareDateTime(required=True, allow_none=True)


class PresenceOut(Out):
    """`mark` is null before the start, for what is cancelled or void, and for a part that nobody has."""

    party = fields.String(required=True)
    mark = fields.String(required=True, allow_none=True)
    minutes_late = fields.Integer(required=True)
    marked_at = fields.AwareDateTime(required=True, allow_none=True)


class PresencesOut(Out):
    items = fields.List(fields.Nested(PresenceOut), required=True)


CancelledPageOut = base.page_of(CancelledOut)
RulePageOut = base.page_of(RuleOut)
