"""Shapes of cases, and of the notes and goals in them. Clients go by their code: no name of a client is told."""

from __future__ import annotations

from marshmallow import fields

from triad.domain.notes import AUDIENCES, TOPICS
from triad.web.schemas import base
from triad.web.schemas.base import In, NamedOut, Out
from triad.web.schemas.encounters import PARTIES, ModesOut

LONGEST = 2_000


class NeedOut(Out):
    """`wishes`: attribute -> how strongly. `mode` is the interpreter's."""

    id = fields.String(required=True)
    language = fields.String(required=True)
    dialect = fields.String(required=True)
    strict = fields.Boolean(required=True)
    min_level = fields.Integer(required=True)
    direction = fields.String(required=True)
    gender_wish = fields.String(required=True)
    wish_kind = fields.String(required=True)
    wishes = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    mode = fields.String(required=True)
    modes = base.nested(ModesOut, required=True)


class CaseOut(Out):
    """`site`, days and `needs` are for coordinators and the therapist; a lead is told the rest."""

    id = fields.String(required=True)
    code = fields.String(required=True)
    client_code = fields.String(required=True)
    therapist = base.nested(NamedOut, required=True)
    usual_interpreter = base.nested(NamedOut, required=True, allow_none=True)
    site = base.nested(NamedOut, allow_none=True)
    opened_on = fields.Date()
    closed_on = fields.Date(allow_none=True)
    needs = fields.List(fields.Nested(NeedOut))


class NoteIn(In):
    topic = base.choice(*TOPICS, required=True)
    whose = base.choice(*PARTIES, required=True)
    source = base.choice(*PARTIES, required=True)
    confirmed = base.yes()
    text = base.text(LONGEST, required=True)
    language = base.text(40, required=True)
    audience = base.choice(*AUDIENCES, required=True)
    review_on = base.day()


class NoteOutForTherapist(Out):
    id = fields.String(required=True)
    version = fields.Integer(required=True)
    topic = fields.String(required=True)
    whose = fields.String(required=True)
    source = fields.String(required=True)
    confirmed = fields.Boolean(required=True)
    text = fields.String(required=True)
    language = fields.String(required=True)
    audience = fields.String(required=True)
    review_on = fields.Date(required=True, allow_none=True)
    written_at = fields.AwareDateTime(required=True)


class GoalIn(In):
    words = base.text(LONGEST, required=True)
    language = base.text(40, required=True)
    aim = base.text(LONGEST)
    tasks = base.text(LONGEST)
    agreed_by = base.several(base.choice(*PARTIES), 3)
    attained_on = base.day()


class GoalOutForTherapist(Out):
    id = fields.String(required=True)
    version = fields.Integer(required=True)
    words = fields.String(required=True)
    language = fields.String(required=True)
    aim = fields.String(required=True)
    tasks = fields.String(required=True)
    agreed_by = fields.List(fields.String(), required=True)
    attained_on = fields.Date(required=True, allow_none=True)
    written_at = fields.AwareDateTime(required=True)


CasePageOut = base.page_of(CaseOut)
NotePageOut = base.page_of(NoteOutForTherapist)
GoalPageOut = base.page_of(GoalOutForTherapist)
