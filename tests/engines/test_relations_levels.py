"""Between and within cases at once, against independently fitted values; sessions in a case of every length."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engines.alliance_tables import EXPECTED, ratings
from triad.domain import errors
from triad.engines import relations_levels
from triad.formats import alliance_files

WITHIN = 1e-4
EXPECT = EXPECTED["sessions_n80"]


def cases():
    groups = ratings("sessions_n80").cases.values()
    return [[[x or 0.0 for x in alliance_files.six(session)] for session in group] for group in groups]


def test_two_levels_agree_with_the_reference():
    found = relations_levels.fit(cases())
    assert (found.cases, found.sessions, found.df) == (80, 542, EXPECT["fit"]["df"])
    for level, estimates, errors_of in (
        ("between", found.between, found.between_se),
        ("within", found.within, found.within_se),
    ):
        expected = EXPECT["estimate_se"][level]
        assert estimates == pytest.approx({name: pair[0] for name, pair in expected.items()}, abs=WITHIN)
        assert errors_of == pytest.approx({name: pair[1] for name, pair in expected.items()}, abs=WITHIN)
    assert found.means == pytest.approx(EXPECT["mean"], abs=WITHIN)
    assert found.mean_se == pytest.approx(EXPECT["mean_se"], abs=WITHIN)
    assert (found.logl, found.chisq) == pytest.approx((EXPECT["fit"]["logl"], EXPECT["fit"]["chisq"]), abs=WITHIN)


def test_two_levels_in_another_order_or_moved_are_the_same():
    plain = relations_levels.fit(cases())
    turned = relations_levels.fit([(np.array(case)[::-1] + 3).tolist() for case in reversed(cases())])
    assert turned.between == pytest.approx(plain.between, abs=1e-6)
    assert turned.within == pytest.approx(plain.within, abs=1e-6)
    assert turned.means["TI"] == pytest.approx(plain.means["TI"] + 3)


@pytest.mark.parametrize("some", [lambda all_: all_[:6], lambda all_: [case[:1] for case in all_], lambda all_: []])
def test_two_levels_of_too_little_are_refused(some):
    with pytest.raises(errors.Unfit) as refused:
        relations_levels.fit(some(cases()))
    assert refused.value.fields == {"ratings": "too_few"}
