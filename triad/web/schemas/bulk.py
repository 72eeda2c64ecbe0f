"""Shapes of one step for many sessions: what is asked for, and what came of each line."""

from __future__ import annotations

from marshmallow import fields

from triad.domain import bulk as rules
from triad.domain import offers, replacing
from triad.web.schemas import base
from triad.web.schemas.base import In, Out


class BulkIn(In):
    """`by`, `reason` belong to cancel; `why`, `of` whom, `to` to reassign; the others to offer: `people`, or anybody.

    Nothing is done by it: it is looked at.
    """

    kind = base.choice(*rules.KINDS, required=True)
    sessions = base.several(base.text(24), rules.MOST, required=True)
    by = base.choice(*rules.CANCELLERS)
    reason = base.text()
    why = base.choice(*replacing.REASONS)
    of = base.text(24)
    to = base.text(24)
    count = base.whole(1, rules.MOST_ASKED)
    people = base.several(base.text(24), rules.MOST)
    answer_hours = base.whole(1, offers.LONGEST_HOURS)


class BulkLineOut(Out):
    """`outcome` is "" while it would be done, `undo` while nobody took it back. `codes`: what stands against it."""

    session = fields.String(required=True)
    people = fields.List(fields.String(), required=True)
    outcome = fields.String(required=True)
    codes = fields.List(fields.String(), required=True)
    undo = fields.String(required=True)
    undo_codes = fields.List(fields.String(), required=True)


class BulkOut(Out):
    id = fields.String(required=True)
    kind = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)
    undone_at = fields.AwareDateTime(required=True, allow_none=True)
    lines = fields.List(base.nested(BulkLineOut), required=True)
