"""The script for R: every column named, every string and bracket closed."""

from __future__ import annotations

import re

import pytest

from tests.taken import VERSION
from triad.domain.exports import COLUMNS, WIDE
from triad.formats import r_script, wordings
from triad.formats.ratings_table import VALUES


@pytest.mark.parametrize("tag", ["en", "ar", "ti"])
def test_r_script_names_every_column_and_closes_what_it_opens(tag: str) -> None:
    text = r_script.written(VERSION, wordings.wording(tag)).decode("ascii")
    code = re.sub(r"#.*", "", text)
    strings = re.findall(r'"((?:[^"\\]|\\.)*)"', code)
    assert {name for name in (*COLUMNS, *WIDE) if strings.count(name) < 2} == set()
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', code)
    assert '"' not in bare.replace('""', "")
    assert [bare.count(left) - bare.count(right) for left, right in ("()", "{}", "[]")] == [0, 0, 0]
    assert {name for name, codes in VALUES.items() for code in codes if code not in strings} == {"flags"}
    spoken = [re.sub(r"\\U([0-9a-f]{8})", lambda sign: chr(int(sign[1], 16)), one) for one in strings]
    assert set(wordings.wording(tag).anchors) <= set(spoken)


def test_r_factors_have_no_two_labels_alike() -> None:
    assert [name for name in r_script.FACTORS if len(set(VALUES[name].values())) < len(VALUES[name])] == []
    assert r_script._quoted('a "b" \\n é') == '"a \\"b\\" \\\\n \\U000000e9"'
