"""What all shapes share: unknown fields are refused, every refusal of a value is a code, lists come in pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from triad.domain.notes import plain

CODES: dict[str, Any] = {"required": "required", "null": "required", "type": "kind", "invalid_utf8": "characters"}
LAST_PAGE = 10_000


class In(Schema):
    """A body or a query somebody sends."""

    error_messages = {"unknown": "unknown_field", "type": "kind"}  # noqa: RUF012

    class Meta:
        unknown = RAISE


class Out(Schema):
    """An answer: what is not named here is not told."""


def _visible(text: str) -> None:
    if not plain(text):
        raise ValidationError("characters")


def _field(kind: Callable[..., Any], code: str, *checks: Any, required: bool = False, **more: Any) -> Any:
    messages = {**CODES, "invalid": code, "too_large": code, "format": code, "invalid_awareness": code}
    return kind(required=required, validate=list(checks), error_messages=messages, **more)


def text(limit: int = 200, *, required: bool = False) -> Any:
    """At most `limit` characters, none of which cannot be seen."""
    return _field(fields.String, "kind", validate.Length(0, limit, error="too_long"), _visible, required=required)


def choice(*among: str, required: bool = False) -> Any:
    return _field(fields.String, "kind", validate.OneOf(among, error="unknown"), required=required)


def whole(low: int, high: int, *, required: bool = False) -> Any:
    limits = validate.Range(low, high, error="range")
    return _field(fields.Integer, "number", limits, required=required, strict=True)


def asked_number(low: int, high: int) -> Any:
    """A whole number in an address, where everything is text."""
    return _field(fields.Integer, "number", validate.Range(low, high, error="range"))


def day(*, required: bool = False) -> Any:
    return _field(fields.Date, "date", required=required)


def instant(*, required: bool = False) -> Any:
    """With its offset, as 2027-03-28T14:30:00Z."""
    return _field(fields.AwareDateTime, "instant", required=required)


def clock(*, required: bool = False) -> Any:
    """A time on the wall clock, as 14:30."""
    pattern = validate.Regexp(r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z", error="time")
    return _field(fields.String, "time", pattern, required=required)


def yes() -> Any:
    return _field(fields.Boolean, "kind")


def several(inner: Any, limit: int, *, required: bool = False) -> Any:
    """A list of at most `limit`."""
    return _field(
        fields.List, "kind", validate.Length(0, limit, error="too_long"), cls_or_instance=inner, required=required
    )


def nested(schema: type[Schema], **more: Any) -> Any:
    return fields.Nested(schema, **more)


class PageIn(In):
    page = asked_number(1, LAST_PAGE)


class SpanIn(PageIn):
    """Days of the clinic, the last one included."""

    first = day(required=True)
    last = day(required=True)


class CreatedOut(Out):
    id = fields.String(required=True)


class NamedOut(Out):
    id = fields.String(required=True)
    name = fields.String(required=True)


class RefusalOut(Out):
    """The one shape of every refusal. `fields` names what does not fit, with a sentence or a list of codes."""

    error = fields.String(required=True)
    message = fields.String(required=True)
    fields_ = fields.Dict(
        keys=fields.String(),
        required=True,
        data_key="fields",
        metadata={
            "additionalProperties": {
                "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            }
        },
    )


def page_of(inner: type[Out]) -> type[Schema]:
    """`items`, at most 50, and the number of the `next` page or null."""
    name = inner.__name__.replace("Out", "PageOut", 1)
    shape: dict[str, Any] = {
        "items": fields.List(fields.Nested(inner), required=True),
        "next": fields.Integer(required=True, allow_none=True),
    }
    return Out.from_dict(shape, name=name)
