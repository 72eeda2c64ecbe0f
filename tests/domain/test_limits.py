"""What a case cannot say: found where it holds, and silent where it does not."""

from __future__ import annotations

from datetime import date

import pytest

from triad.domain import asymmetry, limits
from triad.domain.limits import Limit
from triad.domain.meetings import Meeting

KEYS = ("TI", "TC", "IT", "IC", "CT", "CI")
FINE = (75, 62.5, 75, 87.5, 50, 100)


def meetings(*sessions):
    return [
        Meeting(
            id=f"enc-{number}",
            number=number,
            day=date(2027, 1, number),
            interpreter_id="ines",
            interpreter="Ines",
            phase="foundation",
            changed=False,
            own_in=True,
            triangle=asymmetry.picture(dict(zip(KEYS, scores, strict=True))),
            aims={},
        )
        for number, scores in enumerate(sessions, 1)
    ]


@pytest.mark.parametrize(
    ("sessions", "found"),
    [
        ([FINE] * 4, ()),
        ([FINE], (Limit("one", 1),)),
        ([FINE, FINE], (Limit("few", 2),)),
        ([FINE, (None,) * 6, FINE, FINE, FINE], ()),
        ([(75,) * 6] * 4, (Limit("constant"),)),
        ([(100,) * 6] * 4, (Limit("constant"), Limit("ceiling", 100))),
        ([(100, 100, 75, 75, 50, 50)] * 4, (Limit("ceiling", 33),)),
        ([(75, 62.5, None, None, 50, 100)] * 4, (Limit("silent", who="I"),)),
        ([(75, 62.5, None, None, None, None)] * 4, (Limit("silent", who="I"), Limit("silent", who="C"))),
        ([(None,) * 6] * 4, ()),
        ([], ()),
    ],
)
def test_limits_of_a_case(sessions, found):
    assert limits.of_case(meetings(*sessions)) == found


def test_one_session_is_no_limit_of_its_own_page():
    assert limits.of_sessions(meetings(FINE)) == ()
    assert limits.of_sessions(meetings((100,) * 6)) == (Limit("constant"), Limit("ceiling", 100))
