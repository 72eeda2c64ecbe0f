"""Shapes of an import: tables as text, what they would do, and what was done."""

from __future__ import annotations

from marshmallow import fields, validate

from triad.web.schemas import base
from triad.web.schemas.base import In, Out


class FilesIn(In):
    """File name, with or without `.csv`, to the file's text."""

    files = fields.Dict(
        keys=base.text(80),
        values=fields.String(error_messages=base.CODES | {"invalid": "kind"}),
        required=True,
        validate=[validate.Length(1, 20, error="range")],
        error_messages=base.CODES | {"invalid": "kind"},
    )


class CountsOut(Out):
    read = fields.Integer(required=True)
    created = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    refused = fields.Integer(required=True)


class FindingOut(Out):
    """Row 1 is the heading; row 0 the file as a whole."""

    file = fields.String(required=True)
    row = fields.Integer(required=True)
    column = fields.String(required=True)
    code = fields.String(required=True)


class PreviewOut(Out):
    """The first 50 findings; `counts` by file."""

    counts = fields.Dict(keys=fields.String(), values=fields.Nested(CountsOut), required=True)
    findings = fields.List(fields.Nested(FindingOut), required=True)
    more = fields.Integer(required=True)


class BatchOut(Out):
    id = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    created = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    undone_at = fields.AwareDateTime(required=True, allow_none=True)


BatchPageOut = base.page_of(BatchOut)
