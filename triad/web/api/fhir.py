"""FHIR R4 for other systems: the plan as a bundle, and bundles of appointments that somebody asks for."""

from __future__ import annotations

from typing import Any

from triad.formats import fhir_codes, fhir_intake, fhir_schedule
from triad.formats.fhir_intake import Intake
from triad.services import interchange, referrals
from triad.services.policy import May
from triad.web import guard, spans
from triad.web.exchange import Noun
from triad.web.schemas import fhir as shapes

bp = Noun("fhir")


@bp.get("/fhir/Bundle")
@guard.needs(May.EXPORT_SCHEDULE)
@bp.answers(shapes.BundleOut, asks=shapes.ProfileIn, refuses=(422,))
def out(asked: dict[str, Any]) -> Any:
    """The plan of these days as a FHIR R4 collection; clients are pseudonyms."""
    found = interchange.plan(guard.actor(), *spans.instants(asked))
    return fhir_schedule.bundle(found, asked.get("profile", fhir_codes.PROFILES[0]))


@bp.post("/fhir/Bundle/preview")
@guard.needs(May.IMPORT)
@bp.answers(shapes.SeenOut, takes=shapes.BundleIn)
def preview(body: dict[str, Any]) -> Any:
    """What this bundle would do, and what stands against it; nothing is written."""
    return referrals.preview(guard.actor(), _intake(body))


@bp.post("/fhir/Bundle")
@guard.needs(May.IMPORT)
@bp.answers(shapes.TakenOut, 201, takes=shapes.BundleIn, once=True)
def take(body: dict[str, Any]) -> Any:
    """Take all of it in, or refuse all of it: appointments asked for become requests, arrivals are marked."""
    return {"ids": referrals.take(guard.actor(), _intake(body))}


def _intake(body: dict[str, Any]) -> Intake:
    return fhir_intake.read(body | {"resourceType": body["resource_type"]})
