"""The shape of what changed."""

from __future__ import annotations

from marshmallow import fields

from triad.web.schemas import base
from triad.web.schemas.base import Out


class ChangeOut(Out):
    """`who` did it, "" for the house itself; `about` is the interpreter it is about, `why` a code or typed words.

    `party` and `mark` are of attendance, `party` also of a cancellation; `was` and `to` of a move, by its own clock.
    """

    at = fields.AwareDateTime(required=True)
    kind = fields.String(required=True)
    who = fields.String(required=True)
    about = fields.String(required=True)
    why = fields.String(required=True)
    party = fields.String(required=True)
    mark = fields.String(required=True)
    was = fields.String(required=True)
    to = fields.String(required=True)


ChangePageOut = base.page_of(ChangeOut)
