"""What can be told apart at all: models, reduced designs, sample sizes, refusals, and errors that know the groups."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pytest

from tests.engines.alliance_tables import composites
from triad.domain import errors
from triad.domain.asymmetry import Row
from triad.engines import relations, relations_indices, relations_models, relations_robust
from triad.engines.relations_models import KEYS, TERMS

N60 = "triad_n60"
ALL = set(relations_models.composite().names)


def seen(*keys: str) -> Any:
    there = np.array([key in keys for key in KEYS])
    return np.outer(there, there)


@pytest.mark.parametrize(
    ("terms", "parameters", "rank"),
    [
        (TERMS, 18, 18),
        (("F", *TERMS), 19, 18),
        (("F", "A", "P", "R", "DR"), 16, 16),
        (("F", "A", "P", "R", "GR"), 16, 16),
        (("F", "P", "R", "DR"), 13, 13),
        (("F", "A", "R", "DR"), 13, 13),
    ],
)
def test_composite_models_have_the_rank_of_the_table(terms, parameters, rank):
    model = relations_models.composite(terms)
    assert (len(model.names), relations_models.rank(model)) == (parameters, rank)


@pytest.mark.parametrize(("kind", "parameters", "df"), [("independent", 30, 48), ("rater", 36, 42), ("all", 60, 18)])
def test_parcel_models_have_full_rank(kind, parameters, df):
    model = relations_models.parcels(kind)
    assert (len(model.names), relations_models.rank(model), model.df) == (parameters, parameters, df)


def test_equal_roles_have_five_parameters():
    model = relations_models.roles_equal()
    assert (model.names, relations_models.rank(model), model.df) == (TERMS, 5, 16)


@pytest.mark.parametrize(
    ("rated", "remain"),
    [
        (KEYS, ALL),
        (("TI", "TC", "CT", "CI"), {"A.T", "A.C", "P.I", "GR.T", "GR.C", "DR.T.C", "R.T.I", "R.C.I"}),
        (
            ("TI", "TC", "IT", "IC", "CT"),
            ALL - {"A.C", "P.I", "R.T.I", "R.C.T", "R.C.I", "DR.I.C"},
        ),
        (("TI", "IT", "TC", "CT"), {"A.T", "P.T", "GR.T"}),
        (("TC", "CT"), set()),
    ],
)
def test_reduced_designs_keep_what_can_be_told_apart(rated, remain):
    assert set(relations_models.remaining(relations_models.composite(), seen(*rated))) == remain


def test_silent_interpreter_leaves_estimates_near_those_of_the_whole():
    x = composites(N60)
    x[:, [KEYS.index("IT"), KEYS.index("IC")]] = np.nan
    found = relations.fit(x, divisor="n")
    assert set(found.estimates) == {"A.T", "A.C", "P.I", "GR.T", "GR.C", "DR.T.C", "R.T.I", "R.C.I"}
    covariance = np.cov(x[:, [0, 1]].T, bias=True)
    assert found.estimates["A.T"] == pytest.approx(covariance[0, 1], abs=1e-6)
    assert (found.indices.df, found.indices.tli, found.indices.rmsea) == (0, None, None)
    assert (found.group, found.role_means) == (None, {})
    cautions = {one.code: one.names for one in found.cautions}
    assert set(cautions["reduced"]) == ALL - set(found.estimates)
    assert cautions["pair_missing"] == ("IT", "IC")


def halved(one: str, other: str) -> Any:
    """Half of the cases lack the one rating, half the other: every column is there, the pair is not."""
    x = composites(N60)
    x[:30, KEYS.index(one)] = np.nan
    x[30:, KEYS.index(other)] = np.nan
    return x


def test_ratings_never_seen_together_are_found_by_pair_and_not_by_column():
    found = relations.fit(halved("TC", "CT"))
    (reduced,) = (one for one in found.cautions if one.code == "reduced")
    assert reduced.names == ("DR.T.C",)
    assert set(found.estimates) == ALL - {"DR.T.C"}
    assert found.indices.df == 3
    assert found.group is None


def test_second_way_to_a_reciprocity_replaces_the_first():
    found = relations.fit(halved("IC", "CT"))
    assert (set(found.estimates), found.indices.df) == (ALL, 2)


@pytest.mark.parametrize(
    ("change", "code", "columns"),
    [
        (lambda x: x[:6], "too_few", KEYS),
        (lambda x: np.where(np.arange(6) == 1, 5.0, x), "constant", ("TC",)),
        (lambda x: x * 0 + 5, "constant", KEYS),
        (lambda x: np.where(np.arange(6) == 1, x[:, [0]], x), "collinear", KEYS),
    ],
)
def test_tables_nothing_can_be_said_about_are_refused(change, code, columns):
    with pytest.raises(errors.Unfit) as refused:
        relations.fit(change(composites(N60)))
    assert refused.value.fields == {"ratings": code}
    assert refused.value.details["columns"] == columns


def test_one_dyad_alone_leaves_nothing():
    x = composites(N60)
    x[:, [KEYS.index(key) for key in KEYS if key not in ("TC", "CT")]] = np.nan
    with pytest.raises(errors.Unfit) as refused:
        relations.fit(x)
    assert refused.value.fields == {"ratings": "nothing_left"}


def test_few_cases_with_many_missing_ratings_have_no_estimates():
    x = composites("triad_n200_missing")
    with pytest.raises(errors.Conflict) as refused:
        relations.fit(np.where(np.random.default_rng(2).random((12, 6)) < 0.3, np.nan, x[:12]))
    assert refused.value.code == "not_converged"
    assert relations.fit(x[:60]).n == 60


def test_none_is_missing_like_nan():
    x = composites("triad_n200_missing")
    rows = [[None if math.isnan(value) else value for value in row] for row in x.tolist()]
    assert relations.fit(rows).estimates == relations.fit(x).estimates
    assert relations.fit([*rows, [None] * 6]).n == 200


@pytest.mark.parametrize(
    ("cases", "models", "exploratory", "correlations", "chi_square"),
    [
        (9, ("describe",), True, False, False),
        (10, ("roles-equal",), True, False, False),
        (30, ("roles-equal", "composite"), True, False, False),
        (50, ("roles-equal", "composite", "parcels"), False, False, False),
        (100, ("roles-equal", "composite", "parcels"), False, True, False),
        (200, ("roles-equal", "composite", "parcels"), False, True, True),
    ],
)
def test_gate_allows_by_the_number_of_cases(cases, models, exploratory, correlations, chi_square):
    gate = relations_indices.gate(cases)
    assert gate[1:5] == (models, exploratory, correlations, chi_square)
    assert relations_indices.gate(cases - 1).least < gate.least or cases == 9


def test_small_samples_come_with_a_caution():
    codes = [one.code for one in relations.fit(composites("triad_n25_heywood")).cautions]
    assert {"exploratory", "too_few_for_model"} <= set(codes)
    assert "exploratory" not in [one.code for one in relations.fit(composites(N60)).cautions]


def test_correlation_needs_both_variances_beyond_two_errors():
    estimates = {"A.T": 0.4, "P.T": 0.1, "GR.T": 0.1, "R.T.C": 0.3, "R.C.T": 0.3, "DR.T.C": 0.15}
    sure, unsure = dict.fromkeys(estimates, 0.04), dict.fromkeys(estimates, 0.1)
    assert relations_indices.correlation(estimates, sure, "GR.T") == pytest.approx(0.5)
    assert relations_indices.correlation(estimates, sure, "DR.T.C") == pytest.approx(0.5)
    assert relations_indices.correlation(estimates, unsure, "GR.T") is None
    assert relations_indices.correlation({"GR": 0.1, "A": 0.2, "P": 0.2}, dict.fromkeys(("A", "P"), 0), "GR") == 0.5


def test_variance_is_tested_one_sided():
    assert relations_indices.one_sided(1.6448536, 1) == pytest.approx(0.05, abs=1e-6)
    assert relations_indices.one_sided(-1, 1) > 0.5


@pytest.mark.parametrize(
    ("chisq", "df", "p"), [(3.841459, 1, 0.05), (7.814728, 3, 0.05), (26.29623, 16, 0.05), (0, 3, 1)]
)
def test_chi_square_tail(chisq, df, p):
    assert relations_indices.beyond(chisq, df) == pytest.approx(p, abs=1e-6)


def test_errors_by_case_are_near_the_plain_ones_and_by_therapist_larger_where_therapists_differ():
    rng = np.random.default_rng(7)
    therapists = np.repeat(np.arange(30), 10)
    interpreters = rng.permutation(np.arange(300) % 25)
    x = rng.normal(size=(300, 6)) + rng.normal(size=(300, 1)) * 0.7
    alone = relations.fit(x, therapists=range(300))
    assert alone.robust is not None
    assert alone.robust.df == 299
    assert {name: alone.robust.se[name] / alone.se[name] for name in alone.se} == pytest.approx(
        dict.fromkeys(alone.se, 1), abs=0.25
    )
    assert alone.robust.mean_se == pytest.approx(alone.mean_se, abs=0.01)
    assert alone.robust.role_mean_se == pytest.approx(alone.role_mean_se, abs=0.01)
    shared = x + rng.normal(size=(30, 1))[therapists] * np.array([1, 1, 0, 0, 0, 0])
    found = relations.fit(shared, therapists=therapists.tolist(), interpreters=interpreters.tolist())
    assert found.robust is not None
    assert (found.robust.therapists, found.robust.interpreters, found.robust.df) == (30, 25, 24)
    assert found.robust.mean_se["TI"] > 1.5 * found.mean_se["TI"]
    assert found.robust.role_mean_se["A.T"] > 1.5 * found.role_mean_se["A.T"]
    assert found.robust.mean_se["CT"] < 1.5 * found.mean_se["CT"]


def test_errors_by_group_need_two_groups():
    found = relations.fit(composites(N60), therapists=["thea"] * 60)
    assert found.robust is None
    assert "few_groups" in [one.code for one in found.cautions]
    with pytest.raises(ValueError, match="two groups"):
        relations_robust.clustered(np.zeros((2, 1)), np.eye(1), ["thea", "thea"])


def test_errors_by_group_with_missing_ratings_follow_the_rows_that_are_left():
    x = composites("triad_n200_missing")
    names = [f"t{number % 20}" for number in range(200)]
    found = relations.fit(np.vstack([np.full((1, 6), np.nan), x]), therapists=["nobody", *names])
    again = relations.fit(x, therapists=names)
    assert found.robust == again.robust is not None


def test_case_row_is_the_mean_with_the_main_interpreter():
    def row(number: int, who: str | None, score: float | None) -> Row:
        return Row(number, date(2025, 3, 4), who, {**dict.fromkeys(KEYS, 60.0), "CT": score})

    rows = [row(1, "ivo", 10), row(2, "ines", 80), row(3, None, 0), row(4, "ines", None), row(5, "ines", 60)]
    found = relations.case_row(rows)
    assert found is not None
    assert (found.scores, found.interpreter_id, found.encounters) == ((60, 60, 60, 60, 70, 60), "ines", 3)
    assert relations.case_row([row(1, None, 5)]) is None


def test_composites_need_both_parcels():
    x = np.array([[1.0] * 6 + [3.0] * 6, [np.nan, *[1.0] * 5, *[3.0] * 6]])
    assert relations.composites(x)[0].tolist() == [2] * 6
    assert np.isnan(relations.composites(x)[1]).tolist() == [True, *[False] * 5]


def test_band_of_the_group_variance_holds_its_interval():
    x = composites(N60)
    found, band = relations.fit(x, divisor="n").group, relations.group_band(x, seed=3, draws=60)
    assert found is not None
    assert band is not None
    assert band.lower <= found.lower <= found.upper <= band.upper
    assert band == relations.group_band(x, seed=3, draws=60)


TRUTH = {"A": 0.3, "P": 0.25, "R": 0.3, "GR": 0.1, "DR": 0.08}


def test_recovery_at_200_cases():
    """200 tables of 200 cases from known values: bias, coverage and convergence per family of parameters."""
    model = relations_models.composite()
    truth = np.array([TRUTH[name.split(".")[0]] for name in model.names])
    root = np.linalg.cholesky(np.tensordot(truth, model.matrices, axes=1))
    rng = np.random.default_rng(811)
    estimates, errors_of = [], []
    for _ in range(200):
        x = 5 + rng.normal(size=(200, 6)) @ root.T
        try:
            at, known = solved(x)
        except errors.Conflict:
            continue
        estimates.append(at.theta)
        errors_of.append(np.sqrt(np.diag(at.covariance)[known:]))
    assert len(estimates) >= 198
    apart = np.array(estimates) - truth
    covered = np.abs(apart) <= 1.96 * np.array(errors_of)
    for family in TRUTH:
        own = [name.split(".")[0] == family for name in model.names]
        bias, coverage = float(apart[:, own].mean()), float(covered[:, own].mean())
        print(f"{family}: bias {bias:+.4f}, coverage {coverage:.3f}")
        assert abs(bias) <= 0.02
        assert 0.91 <= coverage <= 0.98


def solved(x: Any) -> Any:
    from triad.engines import relations_fit
    from triad.engines.relations_moments import moments

    return relations_fit.solve(relations_models.composite(), moments(x)), 6
