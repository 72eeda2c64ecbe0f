"""The tables and the codebook, cell by cell."""

from __future__ import annotations

import csv
import io

import pytest

from tests.formats.test_tables import FORMULAS
from tests.taken import ENGLISH, TWO, VERSION, export, meeting, rows, triad
from triad.domain import exports, instruments
from triad.domain.exports import COLUMNS, WIDE
from triad.formats import fhir_forms, ratings_table, tables, wordings
from triad.formats.ratings_table import MISSING, VALUES, VARIABLES


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def test_ratings_are_plain_utf8_with_commas_and_an_empty_cell_for_nothing() -> None:
    content = ratings_table.ratings(export(*rows(meeting())[:1], *rows(meeting(), "ti")[-4:-3]))
    assert content.decode("utf-8").split("\r\n") == [
        "case,client,encounter,session,day,therapist,interpreter,rater,target,direction,facet,item,question,value,"
        "missing,mode,flags,language,instrument,version,edition,wording,provenance,revision",
        "T-1,K-1,e-0000000001,1,2027-02-26,t-0123456789,i-abcdef0123,therapist,client,TC,bond,bond.1,bond.1:TC,4,,"
        f"own_device,,en,triad-session-form,1,brief,{exports.wording_code(ENGLISH.hash)},source,1",
        "T-1,K-1,e-0000000001,1,2027-02-26,t-0123456789,i-abcdef0123,client,therapist,CT,task,task.1,task.1:CT,,declined,"
        "own_device,draft_wording,ti,triad-session-form,1,brief,"
        f"{exports.wording_code(wordings.wording('ti').hash)},machine_draft,1",
        "",
    ]


@pytest.mark.parametrize("formula", FORMULAS)
def test_codes_that_would_be_formulas_are_disarmed_in_both_tables(formula: str) -> None:
    hostile = meeting(case=formula, client=formula)
    taken = export(*rows(hostile), triads=(triad(hostile, TI=50.0),))
    for content in (ratings_table.ratings(taken), ratings_table.triads(taken)):
        assert {tuple(line[:2]) for line in read(content)[1:]} == {(tables.disarmed(formula),) * 2}
        assert not content.startswith(b"\xef\xbb\xbf")


def test_triads_keep_numbers_as_numbers_and_leave_out_what_is_not_available() -> None:
    six = {"TI": 75.0, "TC": 81.25, "IT": 100 / 3, "IC": 50.0, "CT": 81.25 + 1e-14, "CI": 62.5}
    taken = export(triads=(triad(meeting(1), **six), triad(meeting(2), TI=75.0, IT=12.5, CT=0.0)))
    head, first, second = read(ratings_table.triads(taken))
    assert (tuple(head), first[:7]) == (WIDE, [str(cell) for cell in meeting(1)])
    assert first[7:] == [
        "75",
        "81.25",
        "33.333333",
        "50",
        "81.25",
        "62.5",
        "41.666667",
        "0",
        "-12.5",
        "54.166667",
        "81.25",
        "56.25",
    ]
    assert second[7:] == ["75", "", "12.5", "", "0", "", "62.5", "", "", "43.75", "", ""]
    assert exports.triad(meeting(), {"TI": None}) is None


@pytest.mark.parametrize("tag", wordings.languages())
def test_codebook_names_every_column_and_code_and_calls_a_draft_a_draft(tag: str) -> None:
    head, *lines = read(ratings_table.codebook(VERSION, wordings.wording(tag)))
    assert tuple(head) == ratings_table.CODEBOOK
    assert {line[0] for line in lines if not line[1]} == {*COLUMNS, *WIDE} == set(VARIABLES)
    assert {(line[0], line[1]) for line in lines} >= {(name, code) for name in VALUES for code in VALUES[name]}
    assert {(line[4], line[5]) for line in lines if line[0] in ("value", "question") and line[1]} == {
        ("source", "source") if tag == "en" else ("machine_draft", "draft")
    }
    wording = wordings.wording(tag)
    asked = {line[1]: line[2] for line in lines if line[0] == "question" and line[1]}
    assert asked == {":".join(key): text for key, text in wording.texts.items()}
    assert [line[2] for line in lines if line[0] == "value" and line[1]] == list(wording.anchors)


def test_every_code_a_row_can_hold_is_in_the_codebook() -> None:
    for name, codes in VALUES.items():
        held = {getattr(row, name) for row in TWO.rows}
        found = {flag for flags in held for flag in flags.split()} if name == "flags" else held - {""}
        assert (name, found - set(codes), bool(found)) == (name, set(), True)
    assert set(VALUES["missing"]) == set(MISSING) == set(fhir_forms.REASONS)
    assert set(VALUES["provenance"]) == set(instruments.PROVENANCE)
