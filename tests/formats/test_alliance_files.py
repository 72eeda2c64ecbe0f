"""Ratings read from long and wide tables: what becomes missing, what belongs together, what is refused and where."""

from __future__ import annotations

import pytest

from triad.domain import errors
from triad.formats import alliance_files
from triad.formats.alliance_files import KEYS

LONG, WIDE = b"case,rater,target,p1,p2\n", b"case,session,TI,TC,IT,IC,CT,CI\n"


def test_long_table_is_one_session_a_case_with_the_mean_of_both_parcels():
    found = alliance_files.read(LONG + b"a,T,I,4,5\na,T,C,6,\na,c,i,2,3\nb,I,T,,\n")
    a, b = found.sessions
    assert (found.layout, found.persons) == ("long", ())
    assert (a.case, a.number) == ("a", 1)
    assert a.scores == {"TI": 4.5, "TC": None, "IT": None, "IC": None, "CT": None, "CI": 2.5}
    assert a.parcels == (4, 6, None, None, None, 2, 5, None, None, None, None, 3)
    assert set(b.scores.values()) == {None}
    assert found.silent == ("TC", "IT", "IC", "CT")


def test_wide_table_keeps_sessions_and_orders_them_within_a_case():
    found = alliance_files.read(WIDE + b"b,2,1,2,3,4,5,6\na,1,,,,,,\nb,1,6,5,4,3,2,1\n")
    assert [(one.case, one.number) for one in found.sessions] == [("b", 2), ("a", 1), ("b", 1)]
    assert {case: [one.number for one in group] for case, group in found.cases.items()} == {"b": [1, 2], "a": [1]}
    assert list(alliance_files.six(found.sessions[0])) == [1, 2, 3, 4, 5, 6]
    assert found.sessions[0].parcels is None
    assert found.silent == ()


def test_semicolons_a_byte_order_mark_and_empty_rows_are_read():
    text = "\ufeff" + WIDE.decode().replace(",", ";") + "a;1;1;2;3;4;5;6\n;;;;;;;\na;2;1;2;3;4;5;6\n"
    assert len(alliance_files.read(text.encode()).sessions) == 2


def test_persons_are_read_where_the_table_names_them():
    heading = WIDE.replace(b"\n", b",interpreter,therapist\n")
    found = alliance_files.read(heading + b"a,1,1,2,3,4,5,6,ines,thea\n")
    assert found.persons == ("therapist", "interpreter")
    assert (found.sessions[0].therapist, found.sessions[0].interpreter) == ("thea", "ines")


def test_other_columns_are_left_alone():
    heading = WIDE.replace(b"\n", b",language\n")
    assert alliance_files.read(heading + b"a,1,1,2,3,4,5,6,ar\n").sessions[0].scores["CI"] == 6


@pytest.mark.parametrize(
    ("content", "code", "details"),
    [
        (WIDE + b"a,1,1,2,3,4,5,six\n", "number", {"row": 2, "column": "CI", "value": "six"}),
        (WIDE + b"\na,1,1,2,3,4,5,1_0\n", "number", {"row": 3, "column": "CI", "value": "1_0"}),
        (WIDE + b'a,1,1,2,3,4,5,"5,5"\n', "number", {"row": 2, "column": "CI", "value": "5,5"}),
        (WIDE + b"a,1,1,2,3,4,5,-inf\n", "number", {"row": 2, "column": "CI", "value": "-inf"}),
        (
            WIDE + b"a,1,1,2,3,4,5,7.5\n",
            "out_of_range",
            {"row": 2, "column": "CI", "value": "7.5", "low": 1, "high": 7},
        ),
        (WIDE + b"a,-1,1,2,3,4,5,6\n", "session", {"row": 2, "column": "session", "value": "-1"}),
        (WIDE + b"a,1,1,2,3,4,5,6,7\n", "cells", {"row": 2, "found": 9, "wanted": 8}),
        (LONG + b"a,T,I,4,5\na,t,i,4,5\n", "twice", {"row": 3, "column": "target", "value": "i", "first": 2}),
        (b"case,rater,p1\n1,T,4\n", "columns", {"missing": ("target", "p2"), "layout": "long"}),
        (b"case,ti\n1,4\n", "columns", {"missing": ("session", *KEYS[1:]), "layout": "wide"}),
        (LONG, "no_rows", {}),
        (b"", "empty", {}),
    ],
)
def test_table_that_does_not_fit_is_refused_with_its_place(content, code, details):
    with pytest.raises(errors.Unfit) as refused:
        alliance_files.read(content, (1, 7))
    assert (refused.value.fields, refused.value.details) == ({"file": code}, details)


def test_session_with_two_interpreters_is_refused_and_with_one_read():
    heading = LONG.replace(b"\n", b",interpreter\n")
    with pytest.raises(errors.Unfit) as refused:
        alliance_files.read(heading + b"a,T,I,4,5,ines\na,T,C,4,5,ivo\n")
    assert refused.value.fields == {"file": "person"}
    assert alliance_files.read(heading + b"a,T,I,4,5,ines\na,T,C,4,5,ines\n").sessions[0].interpreter == "ines"


def test_values_beyond_any_scale_are_refused_without_a_range():
    with pytest.raises(errors.Unfit) as refused:
        alliance_files.read(WIDE + b"a,1,1,2,3,4,5,1e300\n")
    assert refused.value.fields == {"file": "too_large_number"}
    assert alliance_files.read(WIDE + b"a,1,1,2,3,4,5,-9\n").sessions[0].scores["CI"] == -9
