"""The social relations model against independently fitted values of the shared tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.engines.alliance_tables import EXPECTED, composites, parcels
from triad.domain import errors
from triad.engines import relations, relations_bounded, relations_models
from triad.engines.relations_models import KEYS

ESTIMATE, LIKELIHOOD, INDEX = 2e-5, 1e-4, 1e-5
N60, MISSING, HEYWOOD = "triad_n60", "triad_n200_missing", "triad_n25_heywood"
COMPLETE = [
    ("composite_F_dropped", "composite", "n"),
    ("composite_F_dropped_divisor_N_minus_1", "composite", "n-1"),
    ("composite_F_dropped_with_structured_means", "composite", "n"),
    ("two_parcels_independent_errors", "parcels", "n"),
    ("two_parcels_itemwise_error_covariances", relations_models.parcels("all"), "n"),
]
PARTIAL = [
    ("composite_F_dropped", "composite"),
    ("composite_F_dropped_with_structured_means", "composite"),
    ("two_parcels_independent_errors", "parcels"),
    ("two_parcels_itemwise_error_covariances", relations_models.parcels("all")),
]


def table(name: str, model: Any) -> Any:
    wide = model == "parcels" or (not isinstance(model, str) and model.size == 12)
    return parcels(name) if wide else composites(name)


def near(found: Any, expected: Any, within: float) -> None:
    known = {name: value for name, value in expected.items() if name != "F"}
    assert known.keys() <= found.keys()
    assert {name: found[name] for name in known} == pytest.approx(known, abs=within)


def agrees(found: relations.Fit, expected: dict[str, Any]) -> None:
    near(found.estimates, expected["estimate"] | expected.get("error_variance", {}), ESTIMATE)
    near(found.se, expected["se"] | expected.get("error_variance_se", {}), ESTIMATE)
    fit, indices = expected["fit"], found.indices
    assert (indices.df, indices.baseline_df) == (fit["df"], fit["baseline.df"])
    assert found.logl == pytest.approx(fit["logl"], abs=LIKELIHOOD)
    assert indices.chisq == pytest.approx(fit["chisq"], abs=LIKELIHOOD)
    assert indices.p == pytest.approx(fit["pvalue"], abs=INDEX)
    assert indices.baseline_chisq == pytest.approx(fit["baseline.chisq"], abs=LIKELIHOOD)
    assert (indices.cfi, indices.tli, indices.rmsea) == pytest.approx(
        (fit["cfi"], fit["tli"], fit["rmsea"]), abs=INDEX
    )


@pytest.mark.parametrize(("key", "model", "divisor"), COMPLETE, ids=[one[0] for one in COMPLETE])
def test_complete_table_agrees_with_the_reference(key, model, divisor):
    found = relations.fit(table(N60, model), model, divisor)
    agrees(found, EXPECTED[N60][key])
    assert (found.n, found.divisor) == (60, divisor)


@pytest.mark.parametrize(("key", "model"), PARTIAL, ids=[one[0] for one in PARTIAL])
def test_missing_ratings_agree_with_the_reference(key, model):
    found = relations.fit(table(MISSING, model), model)
    agrees(found, EXPECTED[MISSING][key])
    assert (found.n, found.divisor) == (200, "n")


@pytest.mark.parametrize("name", [N60, MISSING])
def test_role_means_agree_with_the_reference(name):
    expected = EXPECTED[name]["composite_F_dropped_with_structured_means"]
    found = relations.fit(composites(name), divisor="n")
    for means, known in (
        (found.role_means, expected["structured_means"]),
        (found.role_mean_se, expected["structured_means_se"]),
    ):
        renamed = {"grand": known["FE"], "rho": known["R.T.I"]} | {
            key: value for key, value in known.items() if key[0] in "AP"
        }
        assert means == pytest.approx(renamed, abs=ESTIMATE)


def test_equal_roles_agree_with_the_reference():
    expected = EXPECTED[N60]["composite_roles_equal_free_means"]
    found = relations.fit(composites(N60), "roles-equal", "n")
    near(found.estimates, expected["estimate"], ESTIMATE)
    near(found.se, expected["se"], ESTIMATE)
    assert found.indices.df == expected["df"]
    assert (found.indices.chisq, found.logl) == pytest.approx((expected["chisq"], expected["logl"]), abs=LIKELIHOOD)
    assert found.indices.p == pytest.approx(expected["p"], abs=INDEX)


def test_closed_form_agrees_with_the_reference():
    found = relations.moment_estimates(composites(N60))
    assert found == pytest.approx(EXPECTED[N60]["composite_closed_form_moments"], abs=1e-8)


@pytest.mark.parametrize(
    ("model", "key"), [("composite", "composite_F_dropped"), ("parcels", "two_parcels_independent_errors")]
)
def test_swain_corrects_the_chi_square(model, key):
    found = relations.fit(table(N60, model), model, "n")
    assert found.indices.swain == pytest.approx(EXPECTED[N60]["swain_chisq"][key], abs=LIKELIHOOD)
    assert relations.fit(table(MISSING, model), model).indices.swain is None


def test_group_variance_is_refused_with_its_interval():
    with_group = relations_models.composite(("F", *relations_models.TERMS))
    with pytest.raises(errors.Unfit) as refused:
        relations.fit(composites(N60), with_group, "n")
    lower, upper = EXPECTED[N60]["group_variance_bounds"]
    assert refused.value.fields == {"model": "group_variance"}
    assert refused.value.details == pytest.approx({"lower": lower, "upper": upper}, abs=INDEX)
    found = relations.fit(composites(N60), divisor="n").group
    assert found is not None
    assert found.admissible


def test_group_variance_with_empty_bounds_has_no_admissible_value():
    found = relations.fit(composites(HEYWOOD), divisor="n").group
    assert found is not None
    assert (found.admissible, found.lower > found.upper) == (False, True)


def test_impossible_estimates_come_with_the_bounded_fit_and_a_caution():
    found = relations.fit(composites(HEYWOOD), divisor="n")
    expected = EXPECTED[HEYWOOD]
    near(found.estimates, expected["free"]["estimate"], ESTIMATE)
    near(found.se, expected["free"]["se"], ESTIMATE)
    assert found.logl == pytest.approx(expected["free"]["fit"]["logl"], abs=1e-3)
    assert found.bounded is not None
    assert found.bounded.logl == pytest.approx(expected["psd_blocks"]["logl"], abs=1e-3)
    assert found.bounded.chisq == pytest.approx(expected["psd_blocks"]["chisq"], abs=1e-3)
    near(found.bounded.estimates, expected["psd_blocks"]["estimate"], 1e-3)
    model = relations_models.composite()
    theta = np.array([found.bounded.estimates[name] for name in model.names])
    assert relations_bounded.eigenvalues(model, theta).min() >= -1e-8
    (caution,) = (one for one in found.cautions if one.code == "improper")
    assert {"R.I.C", "DR.I.C"} <= set(caution.names)
    assert "R.T.C" not in caution.names


def test_possible_estimates_have_no_bounded_fit():
    found = relations.fit(composites(N60))
    assert found.bounded is None
    assert [one.code for one in found.cautions] == ["holds_error"]


def test_bounded_fit_with_missing_ratings_is_below_the_free_one_and_possible():
    found = relations.fit(composites(MISSING))
    assert found.estimates["R.T.I"] < 0
    assert found.bounded is not None
    assert found.logl - 1 < found.bounded.logl < found.logl
    model = relations_models.composite()
    theta = np.array([found.bounded.estimates[name] for name in model.names])
    assert relations_bounded.eigenvalues(model, theta).min() >= -1e-8


def test_listwise_uses_the_complete_cases_alone():
    x = composites(MISSING)
    found = relations.fit(x, missing="listwise", divisor="n")
    again = relations.fit(x[~np.isnan(x).any(axis=1)], divisor="n")
    assert (found.n, found.estimates) == (112, again.estimates)


@pytest.mark.parametrize("order", ["ITC", "CIT", "TCI"])
def test_roles_permute_with_their_estimates(order):
    """Column TI of the new table is the rating of whoever now is called T of whoever now is called I."""
    x, old = composites(N60), dict(zip("TIC", order, strict=True))
    turned = x[:, [KEYS.index(old[key[0]] + old[key[1]]) for key in KEYS]]
    before, after = (relations.fit(one, divisor="n").estimates for one in (x, turned))
    for name, value in after.items():
        term, *who = name.split(".")
        names = [".".join([term, *(old[role] for role in who)]), ".".join([term, *(old[r] for r in reversed(who))])]
        assert value == pytest.approx(next(before[one] for one in names if one in before), abs=1e-6)


def test_added_constant_moves_only_the_means_and_reversal_only_their_sign():
    x = composites(N60)
    before, higher, reverse = (relations.fit(one, divisor="n") for one in (x, x + 2, 8 - x))
    for changed in (higher, reverse):
        assert changed.estimates == pytest.approx(before.estimates, abs=1e-6)
        assert changed.se == pytest.approx(before.se, abs=1e-6)
        assert changed.indices.chisq == pytest.approx(before.indices.chisq, abs=1e-6)
    assert higher.role_means["grand"] == pytest.approx(before.role_means["grand"] + 2)
    assert reverse.role_means["A.T"] == pytest.approx(-before.role_means["A.T"])


def test_scale_multiplies_covariances_by_its_square():
    x = composites(N60)
    before, after = (relations.fit(one, divisor="n") for one in (x, 100 / 6 * x))
    assert after.indices.chisq == pytest.approx(before.indices.chisq, abs=1e-6)
    assert after.estimates["A.T"] == pytest.approx((100 / 6) ** 2 * before.estimates["A.T"])
    assert after.se["A.T"] == pytest.approx((100 / 6) ** 2 * before.se["A.T"])


def test_default_divisor_is_n_minus_1_below_200_cases_and_told():
    x = composites(N60)
    assert relations.fit(x).divisor == "n-1"
    assert relations.fit(np.vstack([x] * 4) + np.arange(240)[:, None] % 7).divisor == "n"
    missing = relations.fit(composites(MISSING)[:150])
    assert (missing.divisor, "divisor_n" in [one.code for one in missing.cautions]) == ("n", True)
