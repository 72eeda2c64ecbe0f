"""From a solution to what is said of it: names, indices, the possible fit, errors that know the groups."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from triad.engines import relations_bounded, relations_fit, relations_indices, relations_models, relations_robust
from triad.engines.relations_fit import Solution
from triad.engines.relations_indices import Indices
from triad.engines.relations_models import Array, Model
from triad.engines.relations_moments import Moments
from triad.engines.relations_values import Bounded, Caution, Fit, Robust

_PSD = -1e-8
_SWAIN_BELOW = 200


def told(
    model: Model,
    alone: tuple[str, ...],
    known: Moments,
    at: Solution,
    table: Array,
    groups: Sequence[Sequence[Hashable] | None],
    cautions: Sequence[Caution],
) -> Fit:
    """The fit as values: `alone` are the names that mean what they say, `groups` therapists and interpreters."""
    estimates = _named(model, alone, at.theta)
    bounded, saturated = _bounded(model, alone, known, at), _saturated(model, known)
    robust, few = _robust(model, alone, known, at, table, groups)
    counts = (known.counts @ known.seen).astype(int).tolist()
    return Fit(
        model=model.key,
        n=known.cases,
        divisor="n-1" if known.n < known.cases else "n",
        estimates=estimates,
        se=_named(model, alone, np.sqrt(np.diag(at.covariance)[model.size :])),
        **_means(model, known, at),
        indices=_indices(model, known, at.value, saturated),
        logl=relations_fit.log_likelihood(known, at.value),
        seen=dict(zip(model.columns, counts, strict=True)),
        rounds=at.rounds,
        bounded=bounded and Bounded(bounded[0], bounded[1], 2 * (saturated - bounded[2])),
        group=relations_indices.group_variance(estimates) if _whole(estimates) else None,
        robust=robust,
        cautions=(*cautions, *([_improper(model, at)] if bounded else []), *few),
    )


def _improper(model: Model, at: Solution) -> Caution:
    low = relations_bounded.eigenvalues(model, at.theta) < _PSD
    places = {place for block, bad in zip(model.blocks, low, strict=True) if bad for row in block for place in row}
    return Caution("improper", tuple(model.names[place] for place in sorted(places)))


def _means(model: Model, known: Moments, at: Solution) -> dict[str, dict[str, float]]:
    """Means of the columns and of the roles with their errors: K mu and sqrt(diag(K V K'))."""
    spread, turn = _mean_covariance(model, known, at), _contrasts(model)
    names = relations_models.CONTRAST_NAMES if turn is not None else ()
    turned = np.zeros((0, model.size)) if turn is None else turn
    return {
        "means": dict(zip(model.columns, at.mean.tolist(), strict=True)),
        "mean_se": dict(zip(model.columns, np.sqrt(np.diag(spread)).tolist(), strict=True)),
        "role_means": dict(zip(names, (turned @ at.mean).tolist(), strict=True)),
        "role_mean_se": dict(zip(names, np.sqrt(np.diag(turned @ spread @ turned.T)).tolist(), strict=True)),
    }


def _named(model: Model, alone: Sequence[str], values: Array) -> dict[str, float]:
    wanted = set(alone)
    return {name: value for name, value in zip(model.names, values.tolist(), strict=True) if name in wanted}


def _whole(estimates: Mapping[str, float]) -> bool:
    return set(relations_models.composite().names) <= estimates.keys()


def _mean_covariance(model: Model, known: Moments, at: Solution) -> Array:
    """Sigma / N where everything is there, else from the information on means and parameters together."""
    if known.complete:
        return relations_fit.sigma(model, at.theta) / known.cases
    return at.covariance[: model.size, : model.size]


def _contrasts(model: Model) -> Array | None:
    """K for these columns; parcels are averaged. None where a direction is missing."""
    sides = len(model.columns) // len(relations_models.KEYS)
    if len(model.columns) not in (6, 12):
        return None
    contrasts: Array = np.tile(relations_models.CONTRASTS, sides) / sides
    return contrasts


def _saturated(model: Model, known: Moments) -> float:
    """The value of the fit in which every covariance is free."""
    if known.complete:
        return -0.5 * known.n * (float(np.linalg.slogdet(known.covariances[0])[1]) + model.size)
    together = known.together
    free, _ = relations_models.reduced(relations_models.saturated(model.columns), together)
    return relations_fit.solve(free, known).value


def _indices(model: Model, known: Moments, value: float, saturated: float) -> Indices:
    weight = known.weights[:, None] * known.seen
    n = weight.sum(axis=0)
    mean = (weight * known.means).sum(axis=0) / n
    apart = np.where(known.seen, known.means - mean, 0.0)
    spread = (weight * (np.diagonal(known.covariances, axis1=1, axis2=2) + apart**2)).sum(axis=0) / n
    alone = -0.5 * float(n @ (np.log(spread) + 1))
    pairs = int(np.triu(known.together).sum())
    df, df_b = pairs - len(model.names), pairs - model.size
    chisq = max(0.0, 2 * (saturated - value)) if df else 0.0
    found = relations_indices.indices(chisq, df, (2 * (saturated - alone), df_b), known.n)
    if not known.complete or known.cases >= _SWAIN_BELOW or not df:
        return found
    return replace(found, swain=relations_indices.swain(chisq, df, model.size, known.cases))


def _bounded(
    model: Model, alone: Sequence[str], known: Moments, at: Solution
) -> tuple[dict[str, float], float, float] | None:
    """Estimates, log-likelihood and value of the possible fit; None where the unrestricted one is possible."""
    if not model.blocks or relations_bounded.eigenvalues(model, at.theta).min() >= _PSD:
        return None
    _, theta, value = relations_bounded.maximize(model, known, at.mean, at.theta)
    return _named(model, alone, theta), relations_fit.log_likelihood(known, value), value


def _robust(
    model: Model,
    alone: Sequence[str],
    known: Moments,
    at: Solution,
    table: Array,
    groups: Sequence[Sequence[Hashable] | None],
) -> tuple[Robust | None, list[Caution]]:
    given = [one for one in groups if one is not None]
    if not given:
        return None, []
    counts = [None if one is None else len(set(one)) for one in groups]
    if min(count for count in counts if count is not None) < 2:
        return None, [Caution("few_groups")]
    slopes = relations_robust.scores(model, known, at, table)
    size, turn = model.size, _contrasts(model)
    names = relations_models.CONTRAST_NAMES if turn is not None else ()
    bread = at.covariance if turn is None else np.vstack([at.covariance, turn @ at.covariance[:size]])
    if len(given) == 1:
        variances, fine = np.diag(relations_robust.clustered(slopes, bread, given[0])), True
    else:
        variances, fine = relations_robust.two_way(slopes, bread, *given)
    means, parameters, turned = np.split(np.sqrt(variances), [size, size + len(model.names)])
    found = Robust(
        se=_named(model, alone, parameters),
        mean_se=dict(zip(model.columns, means.tolist(), strict=True)),
        role_mean_se=dict(zip(names, turned.tolist(), strict=True)),
        df=min(count for count in counts if count is not None) - 1,
        therapists=counts[0],
        interpreters=counts[1],
    )
    return found, [] if fine else [Caution("few_groups")]
