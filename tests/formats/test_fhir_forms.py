"""FHIR resources, checked by the models of another house."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from tests.taken import ALL, ENGLISH, TWO, VERSION, export, meeting, rows
from triad.formats import fhir_forms, r_script, ratings_table, spss


def test_fhir_bundle_is_valid_and_holds_forms_and_responses() -> None:
    bundle = json.loads(fhir_forms.written(VERSION, ALL, TWO))
    assert Bundle.model_validate(bundle).type == "collection"
    found = [entry["resource"] for entry in bundle["entry"]]
    kinds = {"Questionnaire": Questionnaire, "QuestionnaireResponse": QuestionnaireResponse}
    for one in found:
        kinds[one["resourceType"]].model_validate(one)
    assert [one["resourceType"] for one in found] == ["Questionnaire"] * 6 + ["QuestionnaireResponse"] * 6
    assert len({entry["fullUrl"] for entry in bundle["entry"]}) == 12
    forms = {f"{one['url']}|{one['version']}" for one in found[:6]}
    assert {one["questionnaire"] for one in found[6:]} <= forms
    with pytest.raises(ValueError, match="status"):
        QuestionnaireResponse.model_validate({**found[6], "status": None})


def test_fhir_response_has_a_group_for_each_direction_there_is_and_a_reason_for_each_missing_answer() -> None:
    found = {one["id"]: one for one in fhir_forms.responses(TWO.rows, ALL)}
    full, part = found["e-0000000001-client"], found["e-0000000002-client"]
    assert [group["linkId"] for group in full["item"]] == ["CT", "CI", "triad"]
    assert [group["linkId"] for group in part["item"]] == ["CT", "triad"]
    answers = {line["linkId"]: line["answer"][0]["valueCoding"] for group in full["item"] for line in group["item"]}
    assert answers["bond.1:CT"] == {
        "system": "urn:triad:scale:triad-session-form",
        "code": "2",
        "display": "a little",
    }
    reasons = {key: coding["extension"][0]["valueCode"] for key, coding in answers.items() if "extension" in coding}
    assert reasons == {"task.1:CT": "asked-declined", "bond.2:CI": "not-asked"}
    assert {key: part[key] for key in ("language", "authored", "subject", "source", "author", "encounter")} == {
        "language": "ti",
        "authored": "2027-02-26",
        "subject": {
            "type": "Patient",
            "display": "client",
            "identifier": {"system": "urn:triad:client", "value": "K-1"},
        },
        "source": {
            "type": "Patient",
            "display": "client",
            "identifier": {"system": "urn:triad:client", "value": "K-1"},
        },
        "author": {
            "type": "Patient",
            "display": "client",
            "identifier": {"system": "urn:triad:client", "value": "K-1"},
        },
        "encounter": {
            "type": "Encounter",
            "display": "encounter",
            "identifier": {"system": "urn:triad:encounter", "value": "e-0000000002"},
        },
    }
    assert {"system": "urn:triad:flag", "code": "draft_wording"} in part["meta"]["tag"]


@pytest.mark.parametrize(
    ("mode", "recorder"),
    [("read_by_other_staff", "member of staff"), ("read_by_interpreter", "interpreter"), ("relative", "relative")],
)
def test_fhir_author_is_whoever_wrote_the_form_down(mode: str, recorder: str) -> None:
    helped = [row._replace(mode=mode) for row in rows(meeting()) if row.rater == "client"]
    (found,) = fhir_forms.responses(helped, ALL)
    QuestionnaireResponse.model_validate(found)
    assert (found["author"]["display"], found["source"]["display"]) == (recorder, "client")


def test_fhir_draft_is_no_translation_until_somebody_has_reviewed_it() -> None:
    (first, *_) = fhir_forms.questionnaires(VERSION, ALL)
    line = first["item"][0]["item"][0]
    assert line["text"] == ENGLISH.texts["bond.1", "TC"]
    assert {one["url"] for one in line["_text"]["extension"]} == {"urn:triad:draft-translation"}
    reviewed = [replace(one, provenance="source" if one.language == "en" else "final", active=True) for one in ALL]
    (first, *_) = fhir_forms.questionnaires(VERSION, reviewed)
    Questionnaire.model_validate(first)
    urls = {one["url"] for one in first["item"][0]["item"][0]["_text"]["extension"]}
    assert urls == {"http://hl7.org/fhir/StructureDefinition/translation"}


def test_texts_under_licence_are_in_no_file() -> None:
    licensed = replace(VERSION, origin="licensed")
    contents = [
        ratings_table.codebook(licensed, ENGLISH),
        spss.written(licensed, ENGLISH, export(*rows(meeting()))),
        r_script.written(licensed, ENGLISH),
        json.dumps(fhir_forms.questionnaires(licensed, ALL)).encode(),
    ]
    for content in contents:
        assert [text for text in ENGLISH.texts.values() if text.encode() in content] == []
    Questionnaire.model_validate(fhir_forms.questionnaires(licensed, ALL)[0])
    assert ENGLISH.texts["bond.1", "TC"].encode() in ratings_table.codebook(VERSION, ENGLISH)
