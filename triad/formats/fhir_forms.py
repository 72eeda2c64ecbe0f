"""The ratings as FHIR R4: a Questionnaire for each rater's form, a QuestionnaireResponse for each rating."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from triad.domain import exports, forms, instruments
from triad.domain.exports import Export, Row
from triad.domain.instruments import InstrumentVersion, Line, Wording
from triad.domain.parties import PARTIES, Role
from triad.formats import ratings_table

Resource = dict[str, Any]

URN = "urn:triad"
HL7 = "http://hl7.org/fhir/StructureDefinition"
REASONS = {
    "declined": "asked-declined",
    "not_understood": "asked-unknown",
    "not_reached": "not-asked",
    "untouched": "unknown",
}
"""Missing code to the code of FHIR's data-absent-reason."""

TYPES = {"therapist": "PractitionerRole", "interpreter": "PractitionerRole", "client": "Patient"}
RECORDERS = {
    "read_by_other_staff": ("PractitionerRole", "member of staff"),
    "paper_transcribed": ("PractitionerRole", "member of staff"),
    "read_by_interpreter": ("PractitionerRole", "interpreter"),
    "relative": ("RelatedPerson", "relative"),
}
"""Who wrote the form down, by its mode; in every other mode the rater did."""


def written(version: InstrumentVersion, wordings: Sequence[Wording], export: Export) -> bytes:
    """`fhir.json`: a collection of every Questionnaire and of a response for each rating in the export."""
    found = [*questionnaires(version, wordings), *responses(export.rows, wordings)]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": f"{URN}:{one['resourceType'].lower()}:{one['id']}", "resource": one} for one in found],
    }
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode()


def questionnaires(version: InstrumentVersion, wordings: Iterable[Wording]) -> list[Resource]:
    """One for each edition and rater, in English with translations; a draft is named as one.

    Of a form under licence there are the lines and no texts.
    """
    packs = [] if version.origin == "licensed" else list(wordings)
    return [_questionnaire(version, edition.name, rater, packs) for edition in version.editions for rater in PARTIES]


def responses(rows: Iterable[Row], wordings: Iterable[Wording]) -> list[Resource]:
    """One for each session and rater among the rows, which lie together; what is not in the rows is not there."""
    anchors = {exports.wording_code(one.hash): one.anchors for one in wordings}
    forms_given = groupby(rows, key=lambda row: (row.encounter, row.rater))
    return [_response(list(lines), anchors) for _, lines in forms_given]


def _questionnaire(version: InstrumentVersion, edition: str, rater: Role, packs: Sequence[Wording]) -> Resource:
    lines = instruments.lines(version, edition, rater)
    return {
        "resourceType": "Questionnaire",
        "id": f"{version.key}-{edition}-{rater}",
        "url": _url(version.key, edition, rater),
        "version": version.version,
        "title": f"{version.title}, {edition}, {rater}",
        "status": "active",
        "experimental": True,
        "description": "Not validated: for conversation and for tracking within one case.",
        "subjectType": ["Patient"],
        "item": [
            {
                "linkId": slot,
                "text": ratings_table.VALUES["direction"][slot],
                "type": "group",
                "item": [_question(version, line, packs) for line in group],
            }
            for slot, group in groupby(lines, key=lambda line: line.slot)
        ],
    }


def _question(version: InstrumentVersion, line: Line, packs: Sequence[Wording]) -> Resource:
    texts = [(one, one.texts[line.text_key]) for one in packs if line.text_key in one.texts]
    marks = range(version.minimum, version.maximum + 1)
    return {
        "linkId": line.key,
        **_text("text", texts),
        "type": "choice",
        "answerOption": [{"valueCoding": _mark(version.key, mark, packs, n)} for n, mark in enumerate(marks)],
    }


def _mark(key: str, mark: int, packs: Sequence[Wording], place: int) -> Resource:
    texts = [(one, one.anchors[place]) for one in packs]
    return {"system": f"{URN}:scale:{key}", "code": str(mark), **_text("display", texts)}


def _text(name: str, texts: Sequence[tuple[Wording, str]]) -> Resource:
    """The English text under `name`, the others as its translations."""
    english = next((text for wording, text in texts if wording.language == "en"), None)
    if english is None:
        return {}
    others = [_translation(wording, text) for wording, text in texts if wording.language != "en"]
    return {name: english, **({f"_{name}": {"extension": others}} if others else {})}


def _translation(wording: Wording, text: str) -> Resource:
    """A translation nobody has reviewed is no translation in FHIR's sense: it has an extension of its own."""
    parts: list[Resource] = [{"url": "lang", "valueCode": wording.language}, {"url": "content", "valueString": text}]
    if forms.reviewed(wording):
        return {"url": f"{HL7}/translation", "extension": parts}
    parts.append({"url": "provenance", "valueCode": wording.provenance})
    return {"url": f"{URN}:draft-translation", "extension": parts}


def _response(rows: Sequence[Row], anchors: dict[str, tuple[str, ...]]) -> Resource:
    """`authored` is the day of the session: when within the week a form came is nobody's to see."""
    one = rows[0]
    return {
        "resourceType": "QuestionnaireResponse",
        "id": f"{one.encounter}-{one.rater}",
        "meta": {"tag": [_tag("mode", one.mode), _tag("revision", str(one.revision)), *_flagged(rows)]},
        "language": one.language,
        "identifier": {"system": f"{URN}:rating", "value": f"{one.encounter}-{one.rater}"},
        "questionnaire": f"{_url(one.instrument, one.edition, one.rater)}|{one.version}",
        "status": "completed",
        "subject": _coded("Patient", "client", one.client),
        "encounter": _coded("Encounter", "encounter", one.encounter),
        "authored": one.day.isoformat(),
        "author": _author(one),
        "source": _rater(one),
        "item": [
            {"linkId": slot, "item": [_answer(row, anchors.get(row.wording, ())) for row in group]}
            for slot, group in groupby(rows, key=lambda row: row.direction)
        ],
    }


def _answer(row: Row, anchors: Sequence[str]) -> Resource:
    if row.value is None:
        absent = {"url": f"{HL7}/data-absent-reason", "valueCode": REASONS[row.missing]}
        coding: Resource = {"extension": [absent]}
    else:
        coding = {"system": f"{URN}:scale:{row.instrument}", "code": str(row.value)}
        if anchors:
            coding["display"] = anchors[row.value - 1]
    return {"linkId": f"{row.item}:{row.direction}", "answer": [{"valueCoding": coding}]}


def _rater(row: Row) -> Resource:
    code = {"therapist": row.therapist, "interpreter": row.interpreter, "client": row.client}[row.rater]
    return _coded(TYPES[row.rater], row.rater, code)


def _author(row: Row) -> Resource:
    if row.mode not in RECORDERS:
        return _rater(row)
    kind, words = RECORDERS[row.mode]
    return {"type": kind, "display": words}


def _coded(kind: str, noun: str, code: str) -> Resource:
    """A reference by code, never by name; by the role alone where the reader's files have no code."""
    found: Resource = {"type": kind, "display": noun}
    return {**found, "identifier": {"system": f"{URN}:{noun}", "value": code}} if code else found


def _flagged(rows: Sequence[Row]) -> list[Resource]:
    flags = {flag for row in rows for flag in row.flags.split()}
    return [_tag("flag", flag) for flag in sorted(flags)]


def _tag(noun: str, code: str) -> Resource:
    return {"system": f"{URN}:{noun}", "code": code}


def _url(key: str, edition: str, rater: str) -> str:
    return f"{URN}:questionnaire:{key}:{edition}:{rater}"
