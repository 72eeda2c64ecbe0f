"""The ratings as CSV files: a line per answer, a line per session, and the codebook that says what the codes mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from triad.domain import exports, forms, instruments
from triad.domain.exports import Export
from triad.domain.instruments import InstrumentVersion, Wording
from triad.domain.parties import DIRECTIONS, DYADS, PARTIES
from triad.formats import tables

CODEBOOK = ("variable", "value", "label", "language", "provenance", "state", "instrument", "version", "wording")

MISSING = {"declined": -99, "not_understood": -98, "not_reached": -97, "untouched": -96}
"""How a missing answer is coded where only numbers will do; -99 to -91 are kept for such codes."""

VARIABLES = {
    "case": "Case, as its code",
    "client": "Client, as the clinic's code",
    "encounter": "Session, as a code: the same in all files of one reader, another in every other reader's",
    "session": "Number of the session in its case; among the own ones in a file of own forms",
    "day": "Day of the session",
    "therapist": "Therapist, as a code of this reader's files",
    "interpreter": "Interpreter, as a code of this reader's files; empty where nobody interpreted",
    "rater": "Who rates",
    "target": "Who is rated",
    "direction": "Rater and rated by their first letters",
    "facet": "What the question is about",
    "item": "Question without its direction",
    "question": "Question as it was put",
    "value": "Mark as it was given, from 1 (low) to 5 (high)",
    "missing": "Why there is no mark",
    "mode": "How the form was filled in",
    "flags": "What to think of before this answer is used",
    "language": "Language of the question",
    "instrument": "Rating form. Not validated: for conversation and for tracking within one case",
    "version": "Version of the rating form",
    "edition": "Edition of the rating form",
    "wording": "Wording: the texts of the form in one language",
    "provenance": "How the wording came about",
    "revision": "1, or more where the rater corrected the form before it was locked",
    **{dyad.key: f"Bond, the {dyad.rater} about the {dyad.about}, 0 to 100" for dyad in DIRECTIONS},
    **{f"gap_{dyad.key}": f"Bond {dyad.key} minus bond {dyad.back.key}" for dyad in DYADS},
    **{f"level_{dyad.key}": f"Mean of the bonds {dyad.key} and {dyad.back.key}" for dyad in DYADS},
}

_PARTIES = {party.value: party.value.title() for party in PARTIES}
VALUES: Mapping[str, Mapping[str, str]] = {
    "rater": _PARTIES,
    "target": {**_PARTIES, instruments.TRIAD: "The three together"},
    "direction": {
        **{dyad.key: f"{dyad.rater.title()} about {dyad.about}" for dyad in DIRECTIONS},
        instruments.TRIAD: "About the three together",
    },
    "facet": {"bond": "Bond", "goal": "Goals", "task": "Way of working", "triad": "The three together"},
    "missing": {
        "declined": "Did not want to say",
        "not_understood": "Did not understand the question",
        "not_reached": "Did not come to this question",
        "untouched": "Left open",
    },
    "mode": {
        "own_device": "On the rater's own device",
        "clinic_tablet": "On a tablet of the clinic",
        "recorded_audio": "With recorded audio",
        "read_by_other_staff": "Read out by other staff",
        "read_by_interpreter": "Read out by the interpreter, who is rated in it",
        "relative": "With the help of a relative",
        "paper_transcribed": "On paper, keyed in later",
    },
    "flags": {
        exports.READ_BY_RATED: "The interpreter had a hand in this form; what it says of the interpreter is absent",
        exports.DRAFT: "The wording is a draft that nobody has reviewed",
    },
    "provenance": {
        "source": "The text all others are translated from",
        "machine_draft": "Draft by a machine",
        "human_forward": "Draft by a person",
        "reconciled": "Draft made of several",
        "back_translated": "Draft, translated back for comparison",
        "expert_reviewed": "Reviewed by an expert",
        "cognitively_debriefed": "Tried out with people who were asked what they understood",
        "final": "Final",
        "retired": "Not in use any more",
    },
}
"""Variable to its codes and what they mean. English, the language of the files; questions follow the codebook's."""


def ratings(export: Export) -> bytes:
    """`ratings.csv`: UTF-8 without a byte order mark, commas, CRLF; an empty cell where there is nothing."""
    return tables.written(exports.COLUMNS, export.rows, mark=False)


def licensed(export: Export) -> bytes:
    """`licensed.csv`: as `ratings.csv`, by codes alone. What the codes mean is in the clinic's own file."""
    return tables.written(exports.COLUMNS, export.licensed, mark=False)


def triads(export: Export) -> bytes:
    """`triads_wide.csv`: at most six decimals, never an exponent, which a reader could take for text."""
    lines = ([_figure(cell) for cell in one.cells] for one in export.triads)
    return tables.written(exports.WIDE, lines, mark=False)


def _figure(cell: object) -> object:
    if not isinstance(cell, float):
        return cell
    text = f"{cell:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def codebook(version: InstrumentVersion, wording: Wording) -> bytes:
    """`codebook_<language>.csv`: all variables and codes, then scale and questions in the wording's language.

    A wording nobody has reviewed says `draft` in each of its lines. Texts under licence are not given away.
    """
    names = (*exports.COLUMNS, *(name for name in exports.WIDE if name not in exports.COLUMNS))
    named = [(name, "", VARIABLES[name], "en") for name in names]
    coded = [(name, code, label, "en") for name, codes in VALUES.items() for code, label in codes.items()]
    fixed = [(*line, "", "", "", "", "") for line in (*named, *coded)]
    return tables.written(CODEBOOK, [*fixed, *_worded(version, wording)], mark=False)


def _worded(version: InstrumentVersion, wording: Wording) -> Iterator[tuple[str, ...]]:
    origin = (
        wording.language,
        wording.provenance,
        state(wording),
        version.key,
        version.version,
        exports.wording_code(wording.hash),
    )
    for mark, label in scale(version, wording).items():
        yield ("value", str(mark), label, *origin)
    for code, label in questions(version, wording).items():
        yield ("question", code, label, *origin)


def state(wording: Wording) -> str:
    """`source`, `reviewed` or `draft`."""
    if wording.provenance == "source":
        return "source"
    return "reviewed" if forms.reviewed(wording) else "draft"


def scale(version: InstrumentVersion, wording: Wording) -> dict[int, str]:
    """Each mark and its words; empty for a form under licence."""
    if version.origin == "licensed":
        return {}
    return dict(zip(range(version.minimum, version.maximum + 1), wording.anchors, strict=True))


def questions(version: InstrumentVersion, wording: Wording) -> dict[str, str]:
    """Each question's code and sentence, as far as the wording has it; empty for a form under licence."""
    if version.origin == "licensed":
        return {}
    lines = (line for rater in PARTIES for line in instruments.lines(version, "full", rater))
    return {exports.question(line): wording.texts[line.text_key] for line in lines if line.text_key in wording.texts}
