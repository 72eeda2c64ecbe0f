"""Shapes of requests: what is asked for, how it stands, and searches that were given up."""

from __future__ import annotations

from marshmallow import fields

from triad.domain import requests
from triad.domain.modes import MODES
from triad.web.schemas import base
from triad.web.schemas.base import In, NamedOut, Out


class RequestIn(In):
    """The first date on the wall clock of `zone`, and how often it repeats. Without `mode` as the need says.

    With `send` it is on its way at once, else it stays a draft.
    """

    need = base.text(24, required=True)
    day = base.day(required=True)
    start = base.clock(required=True)
    zone = base.text(60, required=True)
    minutes = base.whole(5, 480, required=True)
    count = base.whole(1, 52)
    every = base.whole(1, 52)
    mode = base.choice(*MODES)
    urgency = base.choice(*requests.URGENCIES, required=True)
    send = base.yes()


class RefuseIn(In):
    code = base.choice(*requests.REFUSALS, required=True)


class CloseIn(In):
    cause = base.choice(*requests.CAUSES, required=True)


class RequestOut(Out):
    """`code` is why it was refused; `amended` names the lines that were planned otherwise than asked for."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)
    case = base.nested(NamedOut, required=True)
    need = fields.String(required=True)
    language = fields.String(required=True)
    day = fields.Date(required=True)
    start = fields.String(required=True)
    zone = fields.String(required=True)
    minutes = fields.Integer(required=True)
    count = fields.Integer(required=True)
    every = fields.Integer(required=True)
    mode = fields.String(required=True)
    urgency = fields.String(required=True)
    arrived_at = fields.AwareDateTime(required=True, allow_none=True)
    code = fields.String(required=True)
    amended = fields.List(fields.String(), required=True)


class UnmetOut(Out):
    """`cause` of slots that were given up, or "refused:" and the code of requests."""

    language = fields.String(required=True)
    cause = fields.String(required=True)
    count = fields.Integer(required=True)


RequestPageOut = base.page_of(RequestOut)
UnmetPageOut = base.page_of(UnmetOut)
