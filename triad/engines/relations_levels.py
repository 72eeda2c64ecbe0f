"""The relations model on two levels: what differs between cases, and what swings within a case between sessions.

Complete sessions only; useful from about 4 sessions a case. A trend over sessions would look like a group variance.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from triad.domain import errors
from triad.engines import relations_models
from triad.engines.relations_fit import crossed
from triad.engines.relations_indices import beyond
from triad.engines.relations_models import KEYS, Array, Model

_STOP, _ROUNDS, _HALVINGS = 1e-10, 200, 40


@dataclass(frozen=True)
class Levels:
    """Estimates and standard errors (observed information) `between` cases and `within` them, by the 18 names."""

    cases: int
    sessions: int
    between: Mapping[str, float]
    between_se: Mapping[str, float]
    within: Mapping[str, float]
    within_se: Mapping[str, float]
    means: Mapping[str, float]
    mean_se: Mapping[str, float]
    logl: float
    chisq: float
    df: int
    p: float
    rounds: int


class _Sums(NamedTuple):
    """Cases grouped by their number of sessions: sizes, counts, means, covariances; and the pooled within part."""

    sizes: Array
    counts: Array
    means: Array
    covariances: Array
    within: Array
    spare: float


class _Point(NamedTuple):
    value: float
    slope: Array
    expected: Array
    observed: Array


def fit(cases: Sequence[Sequence[Sequence[float]] | Array]) -> Levels:
    """Maximum likelihood over cases of complete sessions, each session TI, TC, IT, IC, CT, CI [Muthen 1994]:

    -2l = (n - C)(log|W| + tr(W^-1 S_W)) + sum_c (log|B + W/S_c| + d_c'(B + W/S_c)^-1 d_c) + 6 n log 2 pi
    + 6 sum_c log S_c, with B and W as in `relations_models.composite`. df 6 against both levels unrestricted.
    Unfit `{"ratings": "too_few"}` where cases or further sessions do not exceed six; Conflict `not_converged`.
    """
    tables = [np.asarray(case, dtype=float).reshape(-1, len(KEYS)) for case in cases if len(case)]
    sums = _sums(tables)
    if len(tables) <= len(KEYS) or sums.spare <= len(KEYS):
        raise errors.Unfit({"ratings": "too_few"}, cases=len(tables), columns=KEYS)
    model = relations_models.composite()
    try:
        x, here, rounds = _solved(model, sums)
        _, free, _ = _solved(relations_models.saturated(), sums)
        np.linalg.cholesky(here.observed)
        se = np.sqrt(np.diag(np.linalg.inv(here.observed)))
    except np.linalg.LinAlgError:
        raise errors.Conflict("not_converged") from None
    chisq, df = max(0.0, 2 * (free.value - here.value)), 2 * model.df
    mean, between, within = (dict(zip(names, part, strict=True)) for names, part in _parts(model, x))
    mean_se, between_se, within_se = (dict(zip(names, part, strict=True)) for names, part in _parts(model, se))
    return Levels(
        cases=len(tables),
        sessions=sum(map(len, tables)),
        between=between,
        between_se=between_se,
        within=within,
        within_se=within_se,
        means=mean,
        mean_se=mean_se,
        logl=here.value - _constant(tables),
        chisq=chisq,
        df=df,
        p=beyond(chisq, df),
        rounds=rounds,
    )


def _parts(model: Model, x: Array) -> list[tuple[tuple[str, ...], list[float]]]:
    size, k = model.size, len(model.names)
    pieces = np.split(x, [size, size + k])
    return [(names, part.tolist()) for names, part in zip((KEYS, model.names, model.names), pieces, strict=True)]


def _constant(tables: Sequence[Array]) -> float:
    n = sum(map(len, tables))
    return len(KEYS) / 2 * (n * math.log(2 * math.pi) + sum(math.log(len(table)) for table in tables))


def _sums(tables: Sequence[Array]) -> _Sums:
    lengths = np.array([len(table) for table in tables], dtype=float)
    means = np.array([table.mean(axis=0) for table in tables])
    squares = sum((table - mean).T @ (table - mean) for table, mean in zip(tables, means, strict=True))
    spare = float(lengths.sum() - len(tables))
    sizes = np.unique(lengths)
    groups = [means[lengths == size] for size in sizes]
    middles = np.array([group.mean(axis=0) for group in groups])
    covariances = np.array([(g - m).T @ (g - m) / len(g) for g, m in zip(groups, middles, strict=True)])
    counts = np.array([float(len(group)) for group in groups])
    return _Sums(sizes, counts, middles, covariances, np.asarray(squares) / max(spare, 1.0), spare)


def _solved(model: Model, sums: _Sums) -> tuple[Array, _Point, int]:
    """Fisher scoring, Newton near the top; LinAlgError or Conflict where it does not end."""
    x = _start(model, sums)
    here = _point(model, sums, x)
    for rounds in range(1, _ROUNDS + 1):
        if here is None:
            break
        step = np.linalg.solve(here.expected, here.slope)
        decrement = float(here.slope @ step)
        if decrement <= 1 and np.linalg.eigvalsh(here.observed)[0] > 0:
            step = np.linalg.solve(here.observed, here.slope)
            decrement = float(here.slope @ step)
        for halving in range(_HALVINGS):
            there = _point(model, sums, x + step / 2**halving)
            if there is not None and there.value >= here.value - 1e-9 * (1 + abs(here.value)):
                break
        else:
            break
        x, here = x + step / 2**halving, there
        if decrement < _STOP:
            return x, here, rounds
    raise errors.Conflict("not_converged")


def _start(model: Model, sums: _Sums) -> Array:
    """Least squares on the two covariance matrices; less between where a matrix would not be positive definite."""
    mean = sums.counts @ sums.means / sums.counts.sum()
    apart = sums.means - mean
    both = sums.covariances + apart[:, :, None] * apart[:, None, :]
    total = np.tensordot(sums.counts / sums.counts.sum(), both, axes=1)
    flat = model.matrices.reshape(len(model.names), -1).T
    shrink = float(sums.counts @ (1 / sums.sizes) / sums.counts.sum())
    plain = [np.linalg.lstsq(flat, np.diag(np.diag(part)).ravel())[0] for part in (total, sums.within)]
    fitted = [np.linalg.lstsq(flat, part.ravel())[0] for part in (total - shrink * sums.within, sums.within)]
    share = 1.0
    while share > 1e-6:
        x = np.concatenate([mean, *(p + share * (f - p) for p, f in zip(plain, fitted, strict=True))])
        if _point(model, sums, x) is not None:
            return x
        share /= 2
    return np.concatenate([mean, *plain])


def _point(model: Model, sums: _Sums, x: Array) -> _Point | None:
    """Value without constants, slope, both informations; None where a covariance matrix is not positive definite."""
    size, k = model.size, len(model.names)
    between, within = (np.tensordot(part, model.matrices, axes=1) for part in (x[size : size + k], x[size + k :]))
    # The pooled within part is one more group: no mean, nothing between, W itself.
    implied = np.concatenate([between + within / sums.sizes[:, None, None], within[None]])
    try:
        root = np.linalg.cholesky(implied)
    except np.linalg.LinAlgError:
        return None
    inverse = np.linalg.inv(implied)
    apart = np.concatenate([sums.means - x[:size], np.zeros((1, size))])
    products = np.concatenate([sums.covariances, sums.within[None]]) + apart[:, :, None] * apart[:, None, :]
    middle = inverse @ products @ inverse
    weights = np.append(sums.counts, sums.spare)
    # How a group's matrix moves with B and with W.
    loads = np.array([np.append(np.ones(len(sums.sizes)), 0.0), np.append(1 / sums.sizes, 1.0)])
    logs = 2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    value = -0.5 * float(weights @ (logs + np.einsum("pij,pij->p", inverse, products)))
    flat = model.matrices.reshape(k, -1)
    slopes = [0.5 * flat @ np.tensordot(weights * load, middle - inverse, axes=1).ravel() for load in loads]
    turned = np.einsum("pij,pj->pi", inverse, apart)
    slope = np.concatenate([(weights * loads[0]) @ turned, *slopes])
    return _Point(value, slope, *_information(flat, weights, loads, (inverse, middle, turned)))


def _information(flat: Array, weights: Array, loads: Array, known: tuple[Array, Array, Array]) -> tuple[Array, Array]:
    inverse, middle, turned = known
    size, k = inverse.shape[1], len(flat)
    expected = np.zeros((size + 2 * k, size + 2 * k))
    expected[:size, :size] = np.tensordot(weights * loads[0], inverse, axes=1)
    observed = expected.copy()
    for one in (0, 1):
        rows = slice(size + one * k, size + (one + 1) * k)
        cross = (
            np.einsum("p,pij,pl->ijl", weights * loads[0] * loads[one], inverse, turned).reshape(size, -1) @ flat.T
        )
        observed[:size, rows], observed[rows, :size] = cross, cross.T
        for other in (0, 1):
            columns = slice(size + other * k, size + (other + 1) * k)
            weight = weights * loads[one] * loads[other]
            half = 0.5 * crossed(flat, weight, inverse, inverse)
            mixed = crossed(flat, weight, inverse, middle)
            expected[rows, columns] = half
            observed[rows, columns] = 0.5 * (mixed + mixed.T) - half
    return expected, observed
