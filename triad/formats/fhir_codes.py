"""Words of FHIR R4 for what the plan says: systems, extensions, states."""

from __future__ import annotations

from triad.formats.fhir_forms import HL7

TYPES = "http://terminology.hl7.org/CodeSystem/participant-type"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
CANCELLED = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
TAGS = "urn:ietf:bcp:47"
REQUIRED = f"{HL7}/patient-interpreterRequired"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed"
US_YES = {"system": "http://snomed.info/sct", "code": "373066001", "display": "Yes"}
STATUS = {
    "planned": "proposed",
    "held": "fulfilled",
    "cancelled": "cancelled",
    "abandoned": "noshow",
    "void": "entered-in-error",
}
"""Of an encounter by its state; a scheduled one is booked with an interpreter and pending without."""
FILLED = ("filled", "confirmed")
REASONS = {"client": "pat", "therapist": "prov"}
ANSWERS = {"accepted": "accepted", "declined": "declined", "sent": "needs-action", "seen": "needs-action"}
"""Of an offer by its state; one that ended without an answer is none."""
PROFILES = ("hl7", "us-core")
