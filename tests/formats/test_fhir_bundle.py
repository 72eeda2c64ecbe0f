"""A bundle's file and the places in it: read strictly, shown without harm."""

from __future__ import annotations

import json

import pytest

from tests.formats.test_fhir_intake import PATIENT, appointment, bundle
from triad.domain import errors
from triad.formats import fhir_bundle


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"resourceType": "Bundle", "type": "batch", "type": "collection"}', "not_json"),
        (b'{"resourceType": "Patient"}', "bundle"),
        (b"{}", "bundle"),
    ],
)
def test_file_that_holds_no_bundle_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(errors.Unfit) as refused:
        fhir_bundle.parsed(content)
    assert refused.value.fields == {"file": code}


def test_bundle_is_read_with_or_without_a_mark_at_its_begin() -> None:
    content = json.dumps(bundle(appointment(), PATIENT)).encode()
    assert (
        fhir_bundle.parsed(content) == fhir_bundle.parsed(b"\xef\xbb\xbf" + content) == bundle(appointment(), PATIENT)
    )


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("entry.0.status", "waitlist"),
        ("entry.0.minutesDuration", "50"),
        ("entry.0.participant.0.actor", '{"reference": "Patient/x"}'),
        ("entry.0.identifier", ""),
        ("entry.7.status", ""),
        ("entry.0.status.deeper", ""),
        ("type", "collection"),
        ("signature", ""),
        ("entry.0.description", "a\ufffdb"),
    ],
)
def test_what_stands_at_a_place_is_told(place: str, text: str) -> None:
    assert fhir_bundle.held(bundle(appointment(description="a\ud800b"), PATIENT), place) == text


def test_what_is_long_or_deep_is_cut_short() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    found = bundle(appointment(status="x" * 500, start=deep, end=["ä" * 200]))
    assert fhir_bundle.held(found, "entry.0.status") == "x" * 79 + "…"
    assert fhir_bundle.held(found, "entry.0.start") == "…"
    assert fhir_bundle.held(found, "entry.0.end") == '["' + "ä" * 77 + "…"
