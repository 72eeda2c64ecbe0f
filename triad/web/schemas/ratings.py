"""Shapes of a staff member's own form, and of the picture of three as numbers."""

from __future__ import annotations

from marshmallow import fields

from triad.web.schemas import base
from triad.web.schemas.base import In, NamedOut, Out


class LanguageIn(In):
    language = base.text(20)


class RatingIn(In):
    """Question key to one of the form's `marks` or "declined"; every question of the form is answered. `form` is the
    key of the form that was read: 412 where another one is asked now."""

    answers = fields.Dict(
        keys=base.text(40),
        values=base.text(10),
        required=True,
        error_messages=base.CODES | {"invalid": "kind"},
    )
    language = base.text(20)
    form = base.text(60)


class QuestionOut(Out):
    key = fields.String(required=True)
    about = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)


class RatingFormOut(Out):
    party = fields.String(required=True)
    state = fields.String(required=True)
    language = fields.String(required=True, attribute="given.wording.language")
    form = fields.String(required=True, attribute="given.key")
    marks = fields.List(fields.Integer(), required=True, attribute="given.values")
    anchors = fields.List(fields.String(), required=True, attribute="given.wording.anchors")
    questions = fields.List(fields.Nested(QuestionOut), required=True)
    closes_at = fields.AwareDateTime(required=True)


class ScoreOut(Out):
    """0 to 100; null where too little was answered."""

    direction = fields.String(required=True)
    facet = fields.String(required=True)
    value = fields.Float(required=True, allow_none=True)


class SubscaleOut(Out):
    """Of a licensed form, in its makers' own unit; null where too little was answered."""

    direction = fields.String(required=True)
    subscale = fields.String(required=True)
    value = fields.Float(required=True, allow_none=True)


class RatingOutForRater(Out):
    revision = fields.Integer(required=True)
    submitted_at = fields.AwareDateTime(required=True)
    locked_at = fields.AwareDateTime(required=True)
    answers = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    scores = fields.List(fields.Nested(ScoreOut), required=True)
    subscales = fields.List(fields.Nested(SubscaleOut), required=True)


def _numbers() -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Float(allow_none=True), required=True)


class MeetingOut(Out):
    """Scores by direction, the others by dyad or party. Null: not available, whatever the reason."""

    encounter = fields.String(required=True, attribute="id")
    number = fields.Integer(required=True)
    day = fields.Date(required=True)
    phase = fields.String(required=True)
    interpreter = base.nested(NamedOut, required=True, allow_none=True)
    changed = fields.Boolean(required=True)
    scores = _numbers()
    mutual = _numbers()
    asymmetry = _numbers()
    level = fields.Float(required=True, allow_none=True)
    outside = _numbers()
    giver = _numbers()
    cycle = fields.Float(required=True, allow_none=True)


class PictureOut(Out):
    case = fields.String(required=True)
    code = fields.String(required=True)
    language = fields.String(required=True)
    therapist = fields.String(required=True)
    shown = fields.String(required=True, allow_none=True)
    items = fields.List(fields.Nested(MeetingOut), required=True)
    next = fields.Integer(required=True, allow_none=True)


class EncounterPictureOut(Out):
    case = fields.String(required=True)
    meeting = base.nested(MeetingOut, required=True)
