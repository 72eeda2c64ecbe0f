"""Shapes of FHIR bundles: only their outside is fixed here, what is in them is read by `formats`."""

from __future__ import annotations

from marshmallow import fields

from triad.formats.fhir_codes import PROFILES
from triad.web.schemas import base
from triad.web.schemas.base import In, Out


class ProfileIn(In):
    """Days of the clinic, the last one included; `profile`: which extension says that an interpreter is needed."""

    first = base.day(required=True)
    last = base.day(required=True)
    profile = base.choice(*PROFILES)


class BundleOut(Out):
    """A collection; without entries where nothing is planned."""

    resource_type = fields.String(required=True, data_key="resourceType", attribute="resourceType")
    type = fields.String(required=True)
    entry = fields.List(fields.Dict())


class BundleIn(In):
    """A bundle as FHIR R4 has it; what its entries hold is looked at one by one."""

    resource_type = fields.String(
        required=True, data_key="resourceType", error_messages=base.CODES | {"invalid": "kind"}
    )
    type = base.text(80, required=True)
    entry = fields.List(
        fields.Dict(error_messages=base.CODES | {"invalid": "kind"}), error_messages={"invalid": "kind"}
    )
    id = fields.Raw()
    meta = fields.Raw()
    identifier = fields.Raw()
    timestamp = fields.Raw()
    total = fields.Raw()
    link = fields.Raw()
    language = fields.Raw()


class SeenOut(Out):
    """`refused`: where in the bundle, such as `entry.3.status`, to a code; nothing is taken while there is any."""

    requests = fields.Integer(required=True)
    arrivals = fields.Integer(required=True)
    refused = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class TakenOut(Out):
    """The requests that were made."""

    ids = fields.List(fields.String(), required=True)
