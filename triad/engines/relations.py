"""Across cases: how therapist, interpreter and client rate and are rated, by the social relations model with roles.

Values in, frozen values out. Variances only, never one person's effect: nobody is ranked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any, Literal, NamedTuple, NoReturn

import numpy as np

from triad.domain import errors
from triad.domain.asymmetry import Row
from triad.engines import relations_fit, relations_indices, relations_models, relations_report
from triad.engines.relations_indices import GroupVariance
from triad.engines.relations_models import Array, Model
from triad.engines.relations_moments import Moments, moments
from triad.engines.relations_values import Caution, Divisor, Fit

Missing = Literal["fiml", "listwise"]
REML_BELOW = 200
_FLAT = 1e-12
_MODELS: Mapping[str, Callable[[], Model]] = {
    "composite": relations_models.composite,
    "roles-equal": relations_models.roles_equal,
    "parcels": relations_models.parcels,
}


def fit(
    x: Sequence[Sequence[float | None]] | Array,
    model: str | Model = "composite",
    divisor: Divisor | None = None,
    missing: Missing = "fiml",
    therapists: Sequence[Hashable] | None = None,
    interpreters: Sequence[Hashable] | None = None,
) -> Fit:
    """Maximum likelihood (`n`) or REML (`n-1`, the default below 200 complete cases); missing ratings by FIML.

    `x` has a row per case: TI, TC, IT, IC, CT, CI, None or nan where missing; for parcels six first items, then six
    second. Where a role does not rate, only what its absence leaves estimable is reported. Unfit, with details:
    `{"model": "group_variance"}` (lower, upper), `{"ratings": "too_few" | "constant" | "collinear" | "nothing_left"}`
    (cases, columns). Conflict `not_converged`.
    """
    chosen = _MODELS[model]() if isinstance(model, str) else model
    table, kept = _table(x, chosen, missing)
    if relations_models.rank(chosen) < len(chosen.names):
        _refuse_group(table, divisor)
    used, alone = _identified(chosen, table)
    if used is not chosen:
        table = table[:, [chosen.columns.index(column) for column in used.columns]]
    if len(table) <= used.size:
        raise errors.Unfit({"ratings": "too_few"}, cases=len(table), columns=used.columns)
    complete = not np.isnan(table).any()
    by = divisor or ("n-1" if len(table) < REML_BELOW else "n")
    known = moments(table, reml=by == "n-1" and complete)
    _check(known, used)
    at = relations_fit.solve(used, known)
    groups = [_kept(names, kept) for names in (therapists, interpreters)]
    return relations_report.told(used, alone, known, at, table, groups, _about(chosen, used, alone, known, by))


def _table(x: Any, model: Model, missing: Missing) -> tuple[Array, Sequence[int]]:
    """The rows in which anything is rated (listwise: everything anybody rates), and their places."""
    table = np.asarray(x, dtype=float).reshape(-1, model.size)
    there = ~np.isnan(table)
    if there.all():
        return table, range(len(table))
    wanted = there.any(axis=0)
    keep = there[:, wanted].all(axis=1) if missing == "listwise" and wanted.any() else there.any(axis=1)
    return table[keep], np.flatnonzero(keep).tolist()


def _kept(names: Sequence[Hashable] | None, kept: Sequence[int]) -> list[Hashable] | None:
    return None if names is None else [names[place] for place in kept]


def _identified(model: Model, table: Array) -> tuple[Model, tuple[str, ...]]:
    there = (~np.isnan(table)).astype(float)
    together = there.T @ there > 0
    if together.all():
        return model, model.names
    used, alone = relations_models.reduced(model, together)
    if not alone:
        raise errors.Unfit({"ratings": "nothing_left"}, cases=len(table), columns=used.columns)
    return used, alone


def _check(known: Moments, model: Model) -> None:
    weight = known.weights[:, None] * known.seen
    mean = (weight * known.means).sum(axis=0) / weight.sum(axis=0)
    apart = np.where(known.seen, known.means - mean, 0.0)
    spread = (weight * (np.diagonal(known.covariances, axis1=1, axis2=2) + apart**2)).sum(axis=0) / weight.sum(axis=0)
    flat = spread <= _FLAT * np.maximum(1.0, mean**2)
    if flat.any():
        columns = tuple(column for column, still in zip(model.columns, flat, strict=True) if still)
        raise errors.Unfit({"ratings": "constant"}, cases=known.cases, columns=columns)
    if known.complete:
        scale = np.sqrt(spread)
        if np.linalg.eigvalsh(known.covariances[0] / np.outer(scale, scale))[0] < 1e-10:
            raise errors.Unfit({"ratings": "collinear"}, cases=known.cases, columns=model.columns)


def _refuse_group(table: Array, divisor: Divisor | None) -> NoReturn:
    """The group variance and the full model cannot both be had: here is what F could be."""
    group = fit(table, "composite", divisor).group
    details = {} if group is None else {"lower": group.lower, "upper": group.upper}
    raise errors.Unfit({"model": "group_variance"}, **details)


def _about(chosen: Model, used: Model, alone: tuple[str, ...], known: Moments, by: Divisor) -> list[Caution]:
    found = []
    gate = relations_indices.gate(known.cases)
    if gate.exploratory:
        found.append(Caution("exploratory"))
    if chosen.key not in gate.models and chosen.key in _MODELS:
        found.append(Caution("too_few_for_model", (str(gate.models[0]),)))
    if lost := tuple(name for name in chosen.names if name not in alone):
        found.append(Caution("reduced", lost))
    if gone := tuple(column for column in chosen.columns if column not in used.columns):
        found.append(Caution("pair_missing", gone))
    if not known.complete:
        found.append(Caution("missing_at_random"))
        found += [Caution("divisor_n")] if by == "n-1" else []
    if chosen.size == len(relations_models.KEYS):
        found.append(Caution("holds_error"))
    return found


class CaseRow(NamedTuple):
    """One case's means of its encounters with its main interpreter, and how many encounters these were."""

    scores: tuple[float | None, ...]
    interpreter_id: Hashable
    encounters: int


def case_row(encounters: Iterable[Row]) -> CaseRow | None:
    """The row of one case for `fit`: R and DR then hold the swing between encounters. None without an interpreter.

    Main interpreter: who interpreted most often, of equals who came first.
    """
    held = [row for row in encounters if row.interpreter_id is not None]
    if not held:
        return None
    main = Counter(row.interpreter_id for row in held).most_common(1)[0][0]
    mine = [row.scores for row in held if row.interpreter_id == main]
    columns = [[x for scores in mine if (x := scores.get(key)) is not None] for key in relations_models.KEYS]
    return CaseRow(tuple(fmean(column) if column else None for column in columns), main, len(mine))


def composites(x: Array) -> Array:
    """Six scores per case from twelve parcels, the mean of both; nan unless both are there."""
    scores: Array = (x[:, :6] + x[:, 6:]) / 2
    return scores


def moment_estimates(x: Sequence[Sequence[float | None]] | Array, divisor: Divisor = "n") -> Mapping[str, float]:
    """The 18 estimates in closed form, from the complete cases; they ignore which of them are sure."""
    table = np.array(x, dtype=float)
    covariance = moments(table[~np.isnan(table).any(axis=1)], reml=divisor == "n-1").covariances[0]
    keys = relations_models.KEYS
    return relations_indices.closed_form(
        {(one, two): float(covariance[i, j]) for i, one in enumerate(keys) for j, two in enumerate(keys)}
    )


def group_band(
    x: Sequence[Sequence[float | None]] | Array, seed: int, draws: int = 200, level: float = 0.95
) -> GroupVariance | None:
    """The interval of the group variance widened by chance: outer quantiles of its bounds over redrawn cases.

    None where fewer than half of the draws could be fitted.
    """
    table = np.array(x, dtype=float)
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        drawn = table[rng.integers(len(table), size=len(table))]
        model = relations_models.composite()
        try:
            theta = relations_fit.solve(model, moments(drawn)).theta
        except (errors.Conflict, np.linalg.LinAlgError):
            continue
        found.append(relations_indices.group_variance(dict(zip(model.names, theta.tolist(), strict=True))))
    if len(found) < draws / 2:
        return None
    tail = (1 - level) / 2
    lower, upper = (np.array(side) for side in zip(*found, strict=True))
    return GroupVariance(float(np.quantile(lower, tail)), float(np.quantile(upper, 1 - tail)))
