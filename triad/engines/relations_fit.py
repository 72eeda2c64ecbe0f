"""Maximum likelihood for a covariance matrix that is linear in its parameters, complete or with missing ratings.

Everything is summed over patterns of what is there; complete ratings are the case of one pattern.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from triad.domain import errors
from triad.engines.relations_models import Array, Model
from triad.engines.relations_moments import Moments

_STOP = 1e-10
"""Decrement g' I^-1 g at which scoring stops: the last step is below 1e-5 standard errors."""
_ROUNDS = 200
_HALVINGS = 40


@dataclass(frozen=True, eq=False)
class Point:
    """The likelihood at one place: value (without constants), gradients, and what the information is made of."""

    value: float
    mean_slope: Array
    slope: Array
    inverse: Array
    middle: Array
    apart: Array


@dataclass(frozen=True, eq=False)
class Solution:
    """`covariance` of (means, parameters): observed information where ratings are missing, else expected."""

    mean: Array
    theta: Array
    value: float
    covariance: Array
    rounds: int


def sigma(model: Model, theta: Array) -> Array:
    """The covariance matrix these parameters imply."""
    implied: Array = np.tensordot(theta, model.matrices, axes=1)
    return implied


def point(model: Model, known: Moments, mean: Array, theta: Array) -> Point | None:
    """None where the implied covariance matrix is not positive definite."""
    both = known.seen[:, :, None] & known.seen[:, None, :]
    # An identity stands in for what a pattern lacks: it adds nothing to the determinant and is taken out again.
    implied = np.where(both, sigma(model, theta), np.eye(model.size))
    try:
        root = np.linalg.cholesky(implied)
    except np.linalg.LinAlgError:
        return None
    logs = 2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    inverse = np.linalg.inv(implied) * both
    apart = np.where(known.seen, known.means - mean, 0.0)
    products = known.covariances + apart[:, :, None] * apart[:, None, :]
    middle = inverse @ products @ inverse
    weighted = known.weights
    value = -0.5 * float(weighted @ (logs + np.einsum("pij,pij->p", inverse, products)))
    slope = 0.5 * _against(model, np.tensordot(weighted, middle - inverse, axes=1))
    mean_slope = weighted @ np.einsum("pij,pj->pi", inverse, apart)
    return Point(value, mean_slope, slope, inverse, middle, apart)


def _against(model: Model, matrix: Array) -> Array:
    """tr(G_k M) for every k."""
    return _flat(model) @ matrix.ravel()


def _flat(model: Model) -> Array:
    return model.matrices.reshape(len(model.names), -1)


def _crossed(model: Model, known: Moments, one: Array, other: Array) -> Array:
    return crossed(_flat(model), known.weights, one, other)


def crossed(flat: Array, weights: Array, one: Array, other: Array) -> Array:
    """sum over groups of w tr(S G_k M G_l), S and M one matrix per group, `flat` the G_k as rows."""
    size = one.shape[1]
    sums = (weights[:, None] * one.reshape(len(one), -1)).T @ other.reshape(len(other), -1)
    turned = sums.reshape(size, size, size, size).transpose(1, 2, 3, 0).reshape(size**2, size**2)
    return flat @ turned @ flat.T


def expected_information(model: Model, known: Moments, here: Point) -> Array:
    """I_kl = n/2 tr(Si G_k Si G_l), summed over patterns; means n Si, apart from the parameters."""
    size = model.size
    whole = np.zeros((size + len(model.names),) * 2)
    whole[:size, :size] = np.tensordot(known.weights, here.inverse, axes=1)
    whole[size:, size:] = 0.5 * _crossed(model, known, here.inverse, here.inverse)
    return whole


def observed_information(model: Model, known: Moments, here: Point) -> Array:
    """Means n Si, cross n Si G_k Si d, parameters n/2 (B + B' - A), summed over patterns."""
    size = model.size
    whole = expected_information(model, known, here)
    mixed = _crossed(model, known, here.inverse, here.middle)
    whole[size:, size:] = 0.5 * (mixed + mixed.T) - whole[size:, size:]
    turned = np.einsum("pij,pj->pi", here.inverse, here.apart)
    sums = (known.weights[:, None] * here.inverse.reshape(len(turned), -1)).T @ turned
    cross = sums.reshape(size, -1) @ _flat(model).T
    whole[:size, size:], whole[size:, :size] = cross, cross.T
    return whole


def solve(model: Model, known: Moments) -> Solution:
    """Fisher scoring, Newton near the top, where scoring alone creeps. Conflict `not_converged`."""
    try:
        return _solved(model, known)
    except np.linalg.LinAlgError:
        raise errors.Conflict("not_converged") from None


def _solved(model: Model, known: Moments) -> Solution:
    mean, theta = _start(model, known)
    here = point(model, known, mean, theta)
    for rounds in range(1, _ROUNDS + 1):
        if here is None:
            break
        slope = np.concatenate([here.mean_slope, here.slope])
        step, decrement = _step(model, known, here, slope)
        moved = _climb(model, known, (mean, theta), step, here)
        if moved is None:
            break
        mean, theta, here = moved
        if decrement < _STOP:
            covariance = _covariance(model, known, here)
            return Solution(mean, theta, here.value, covariance, rounds)
    raise errors.Conflict("not_converged")


def _step(model: Model, known: Moments, here: Point, slope: Array) -> tuple[Array, float]:
    step = np.linalg.solve(expected_information(model, known, here), slope)
    decrement = float(slope @ step)
    if decrement > 1:
        return step, decrement
    curved = observed_information(model, known, here)
    try:
        np.linalg.cholesky(curved)
    except np.linalg.LinAlgError:
        return step, decrement
    step = np.linalg.solve(curved, slope)
    return step, float(slope @ step)


def _climb(
    model: Model, known: Moments, at: tuple[Array, Array], step: Array, here: Point
) -> tuple[Array, Array, Point] | None:
    """The step, halved until the likelihood does not fall; None when no part of it helps."""
    size, share = model.size, 1.0
    for _ in range(_HALVINGS):
        mean, theta = at[0] + share * step[:size], at[1] + share * step[size:]
        there = point(model, known, mean, theta)
        if there is not None and there.value >= here.value - 1e-9 * (1 + abs(here.value)):
            return mean, theta, there
        share /= 2
    return None


def _start(model: Model, known: Moments) -> tuple[Array, Array]:
    """Means of what is there; one step of generalized least squares from unrelated columns, as far as allowed."""
    weight = known.weights[:, None] * known.seen
    mean = (weight * known.means).sum(axis=0) / weight.sum(axis=0)
    apart = np.where(known.seen, known.means - mean, 0.0)
    products = known.covariances + apart[:, :, None] * apart[:, None, :]
    variances = (weight * np.diagonal(products, axis1=1, axis2=2)).sum(axis=0) / weight.sum(axis=0)
    both = known.seen[:, :, None] & known.seen[:, None, :]
    inverse = np.diag(1 / variances) * both
    information = _crossed(model, known, inverse, inverse)
    plain, fitted = (
        np.linalg.solve(information, _against(model, np.tensordot(known.weights, inverse @ target @ inverse, axes=1)))
        for target in (np.diag(variances) * both, products)
    )
    share = 1.0
    while share > 1e-6 and point(model, known, mean, plain + share * (fitted - plain)) is None:
        share /= 2
    return mean, plain + share * (fitted - plain)


def _covariance(model: Model, known: Moments, here: Point) -> Array:
    information = expected_information if known.complete else observed_information
    curved = information(model, known, here)
    # LinAlgError where it is not a top: a saddle has no standard errors.
    np.linalg.cholesky(curved)
    return np.linalg.inv(curved)


def log_likelihood(known: Moments, value: float) -> float:
    """-N/2 (p log 2 pi + log|Sigma| + tr(S Si)), summed over patterns, from the value without constants."""
    cells = float(known.counts @ known.seen.sum(axis=1))
    return known.cases / known.n * value - 0.5 * cells * math.log(2 * math.pi)
