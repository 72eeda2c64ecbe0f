"""The fit in which no variance is negative and no reciprocity larger than its two variances allow.

Every block of parameters is L L'. Bounding the variances alone would yield impossible pairs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from triad.engines import relations_fit
from triad.engines.relations_models import Array, Block, Model
from triad.engines.relations_moments import Moments

_LEAST = 1e-3
"""Share of a block's size its smallest eigenvalue starts with: at 0 the slope would vanish and hold it there."""
_ROUNDS, _STOP, _STUCK, _SAME = 300, 1e-9, 1e12, 1e-6
_SHARES = ((1, 1, 1), (3, 1, 1), (1, 3, 1))


def eigenvalues(model: Model, theta: Array) -> Array:
    """The smallest eigenvalue of every block, in the order of `model.blocks`."""
    return np.array([np.linalg.eigvalsh(_filled(block, theta))[0] for block in model.blocks])


def maximize(model: Model, known: Moments, mean: Array, theta: Array) -> tuple[Array, Array, float]:
    """Means, parameters and value of the best of several starts, until two agree.

    The first start is the unrestricted fit, made possible.

    Newton steps on the roots L, damped until they climb [Levenberg 1944, Marquardt 1963].
    """
    found: list[tuple[Array, Array, float]] = []
    for start in _starts(model, theta):
        found.append(_climbed(model, known, mean, start))
        found.sort(key=lambda one: -one[2])
        if len(found) > 1 and found[0][2] - found[1][2] < _SAME:
            break
    top, y, value = found[0]
    return top, _theta(model, y), value


def _climbed(model: Model, known: Moments, mean: Array, y: Array) -> tuple[Array, Array, float]:
    size, damping = model.size, 1e-3
    here = relations_fit.point(model, known, mean, _theta(model, y))
    for _ in range(_ROUNDS):
        if here is None:
            break
        slope, curve = _quadratic(model, known, here, y)
        step = np.linalg.solve(curve + damping * np.diag(np.diag(curve).clip(1e-8)), slope)
        there = relations_fit.point(model, known, mean + step[:size], _theta(model, y + step[size:]))
        if there is None or there.value < here.value or float(slope @ step) < 0:
            damping *= 8
            if damping > _STUCK:
                break
            continue
        gained = there.value - here.value
        mean, y, here, damping = mean + step[:size], y + step[size:], there, damping / 5
        if gained < _STOP and float(slope @ step) < _STOP:
            break
    return mean, y, -np.inf if here is None else here.value


def _quadratic(model: Model, known: Moments, here: relations_fit.Point, y: Array) -> tuple[Array, Array]:
    """Slope and minus curvature in (means, y): the information carried over, less what the bending of L L' adds."""
    size = model.size
    turn, bend = _bent(model, y, here.slope)
    whole = np.zeros((size + len(model.names), size + len(y)))
    whole[:size, :size], whole[size:, size:] = np.eye(size), turn
    curve = whole.T @ relations_fit.expected_information(model, known, here) @ whole
    curve[size:, size:] -= bend
    values, vectors = np.linalg.eigh(curve)
    slope = whole.T @ np.concatenate([here.mean_slope, here.slope])
    # Where it bends upwards the step still climbs: away from the saddle instead of towards it.
    return slope, (vectors * np.abs(values)) @ vectors.T


def _starts(model: Model, theta: Array) -> Iterator[Array]:
    possible = theta.copy()
    for block in model.blocks:
        _place(possible, block, _lifted(_filled(block, theta)))
    yield _roots(model, possible)
    sizes = np.abs(np.diag(relations_fit.sigma(model, theta))).mean()
    for shares in _SHARES:
        plain = np.zeros_like(theta)
        for share, block in zip(_spread(model, shares), model.blocks, strict=True):
            _place(plain, block, np.eye(len(block)) * share * sizes)
        yield _roots(model, plain)


def _spread(model: Model, shares: tuple[int, int, int]) -> list[float]:
    """How much of the variance each block starts with: persons, relationships, errors."""
    kinds = ["AP".find(model.names[block[0][0]][0]) >= 0 for block in model.blocks]
    parts = [
        shares[0] if person else shares[1] if model.names[block[0][0]].startswith("R") else shares[2]
        for person, block in zip(kinds, model.blocks, strict=True)
    ]
    return [part / (2 * shares[0] + shares[1] + shares[2]) for part in parts]


def _filled(block: Block, theta: Array) -> Array:
    filled: Array = theta[np.array(block)]
    return filled


def _place(theta: Array, block: Block, matrix: Array) -> None:
    theta[np.array(block)] = matrix


def _lifted(matrix: Array) -> Array:
    values, vectors = np.linalg.eigh(matrix)
    least = _LEAST * max(float(np.abs(values).max()), 1e-12)
    lifted: Array = (vectors * np.maximum(values, least)) @ vectors.T
    return lifted


def _twin(block: Block) -> bool:
    """[[R, DR], [DR, R]] of equal roles: both variances are one parameter."""
    return len(block) == 2 and block[0][0] == block[1][1]


def _lengths(model: Model) -> list[int]:
    return [2 if _twin(block) else len(block) * (len(block) + 1) // 2 for block in model.blocks]


def _pieces(model: Model, y: Array) -> list[Array]:
    return list(np.split(y, np.cumsum(_lengths(model))))


def _free(model: Model) -> Array:
    """Places of parameters in no block: covariances that were merged, or whose variances are left out."""
    bound = {place for block in model.blocks for row in block for place in row}
    return np.array([place for place in range(len(model.names)) if place not in bound], dtype=np.intp)


def _roots(model: Model, theta: Array) -> Array:
    """The y from which `_theta` makes theta: lower triangles of the blocks, then what is free."""
    found = []
    for block in model.blocks:
        matrix = _lifted(_filled(block, theta))
        if _twin(block):
            found.append(np.sqrt([matrix[0, 0] + matrix[0, 1], matrix[0, 0] - matrix[0, 1]]))
        else:
            found.append(np.linalg.cholesky(matrix)[np.tril_indices(len(block))])
    return np.concatenate([*found, theta[_free(model)]])


def _theta(model: Model, y: Array) -> Array:
    theta = np.zeros(len(model.names))
    *pieces, rest = _pieces(model, y)
    for block, piece in zip(model.blocks, pieces, strict=True):
        if _twin(block):
            one, other = piece**2 / 2
            _place(theta, block, np.array([[one + other, one - other], [one - other, one + other]]))
        else:
            root = _triangle(piece, len(block))
            _place(theta, block, root @ root.T)
    theta[_free(model)] = rest
    return theta


def _triangle(piece: Array, size: int) -> Array:
    root = np.zeros((size, size))
    root[np.tril_indices(size)] = piece
    return root


def _bent(model: Model, y: Array, slope: Array) -> tuple[Array, Array]:
    """d theta / dy, and the second derivatives of theta(y) summed up with `slope`: 2 D per column of L.

    D is the symmetric matrix with slope d theta = tr(D dBlock).
    """
    turn, bend = np.zeros((len(model.names), len(y))), np.zeros((len(y), len(y)))
    first = 0
    for block, length in zip(model.blocks, _lengths(model), strict=True):
        own = slice(first, first + length)
        inner = slope[np.array(block)]
        if _twin(block):
            turn[[block[0][0], block[0][1]], own] = y[own] * np.array([[1, 1], [1, -1]])
            bend[own, own] = np.diag([inner[0, 0] + inner[0, 1], inner[0, 0] - inner[0, 1]])
        else:
            root = _triangle(y[own], len(block))
            half = (inner + np.diag(np.diag(inner))) / 2
            rows, columns = np.tril_indices(len(block))
            for number, (i, j) in enumerate(zip(rows, columns, strict=True), start=first):
                for a in range(len(block)):
                    turn[block[i][a], number] += root[a, j] * (2 if a == i else 1)
            bend[own, own] = 2 * half[np.ix_(rows, rows)] * (columns[:, None] == columns)
        first += length
    turn[_free(model), first:] = np.eye(len(y) - first)
    return turn, bend
