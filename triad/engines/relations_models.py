"""Which variances and covariances a social relations model of therapist, interpreter and client consists of.

Sigma = sum_k theta_k G_k with fixed matrices G; what the data cannot tell apart is found by rank, never guessed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from triad.domain.parties import DIRECTIONS, DYADS, LETTERS

Array = np.ndarray[Any, np.dtype[np.floating[Any]]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Errors = Literal["independent", "rater", "all"]
Block = tuple[tuple[int, ...], ...]
"""Places of parameters in a symmetric matrix."""

KEYS = tuple(dyad.key for dyad in DIRECTIONS)
"""TI, TC, IT, IC, CT, CI: the order of the six columns everywhere."""
ROLES = tuple(LETTERS.values())
PAIRS = tuple(dyad.key for dyad in DYADS)
TERMS = ("A", "P", "R", "GR", "DR")
"""Actor, partner, relationship variance; generalized (A with P) and dyadic (R with R back) reciprocity."""
_CLOSE = 1e-9

CONTRASTS: Array = np.array(
    [
        [1 / 6] * 6,
        *([(2 * (key[0] == role) + (key[1] == role) - 1) / 3 for key in KEYS] for role in ROLES),
        *([(2 * (key[1] == role) + (key[0] == role) - 1) / 3 for key in KEYS] for role in ROLES),
        [(1 if key in ("TI", "IC", "CT") else -1) / 6 for key in KEYS],
    ]
)
"""K: six means to grand mean, actor T I C, partner T I C, and rho, the cycle."""
CONTRAST_NAMES = ("grand", *(f"A.{role}" for role in ROLES), *(f"P.{role}" for role in ROLES), "rho")


@dataclass(frozen=True, eq=False)
class Model:
    """`matrices` has one G per name. `blocks` are the places of parameters that form a covariance matrix each:

    variances and covariances of things that exist, so no block may have an eigenvalue below 0.
    """

    key: str
    names: tuple[str, ...]
    matrices: Array
    blocks: tuple[Block, ...]
    columns: tuple[str, ...] = KEYS

    @property
    def size(self) -> int:
        return len(self.columns)

    @property
    def df(self) -> int:
        return self.size * (self.size + 1) // 2 - len(self.names)


def composite(terms: Collection[str] = TERMS) -> Model:
    """18 parameters, df 3, for the six scores; other `terms` (also "F", the group) for the table of what is refused.

    x_ij = mu_ij + F + A_i + P_j + R_ij; Cov(A_i, P_i) = GR_i, Cov(R_ij, R_ji) = DR_ij, all else 0 [Kenny 1994].
    """
    return _composite(frozenset(terms))


@lru_cache
def _composite(terms: frozenset[str]) -> Model:
    wanted = {name: matrix for name, matrix in _named().items() if name.split(".")[0] in terms}
    names = tuple(wanted)
    key = "composite" if terms == set(TERMS) else "+".join(term for term in ("F", *TERMS) if term in terms)
    return Model(key, names, np.stack(list(wanted.values())), _blocks(names))


def _named() -> dict[str, Array]:
    a = {role: _column(lambda key, role=role: key[0] == role) for role in ROLES}
    p = {role: _column(lambda key, role=role: key[1] == role) for role in ROLES}
    r = {key: _column(lambda other, key=key: other == key) for key in KEYS}
    found: dict[str, Array] = {"F": np.ones((6, 6))}
    found |= {f"A.{role}": _both(a[role], a[role]) for role in ROLES}
    found |= {f"P.{role}": _both(p[role], p[role]) for role in ROLES}
    found |= {f"R.{key[0]}.{key[1]}": _both(r[key], r[key]) for key in KEYS}
    found |= {f"GR.{role}": _both(a[role], p[role]) for role in ROLES}
    found |= {f"DR.{pair[0]}.{pair[1]}": _both(r[pair], r[pair[::-1]]) for pair in PAIRS}
    return found


def _column(loads: Any) -> Array:
    return np.array([float(loads(key)) for key in KEYS])


def _both(one: Array, other: Array) -> Array:
    """l l' for a variance, l m' + m l' for a covariance."""
    return np.outer(one, one) if one is other else np.outer(one, other) + np.outer(other, one)


def _blocks(names: Sequence[str]) -> tuple[Block, ...]:
    at = {name: place for place, name in enumerate(names)}
    pairs = [(f"A.{role}", f"P.{role}", f"GR.{role}") for role in ROLES]
    pairs += [(f"R.{d[0]}.{d[1]}", f"R.{d[1]}.{d[0]}", f"DR.{d[0]}.{d[1]}") for d in PAIRS]
    found: list[Block] = []
    for one, other, between in pairs:
        if between in at and one in at and other in at:
            found.append(((at[one], at[between]), (at[between], at[other])))
        else:
            found += [((at[name],),) for name in (one, other) if name in at]
    return tuple(found)


@lru_cache
def roles_equal() -> Model:
    """5 parameters, df 16, for small samples: every role has the same actor, partner and relationship variance."""
    whole = composite()
    families = [[name.split(".")[0] == term for name in whole.names] for term in TERMS]
    matrices = np.stack([whole.matrices[np.array(family)].sum(axis=0) for family in families])
    at = {term: place for place, term in enumerate(TERMS)}
    blocks = (
        ((at["A"], at["GR"]), (at["GR"], at["P"])),
        ((at["R"], at["DR"]), (at["DR"], at["R"])),
    )
    return Model("roles-equal", TERMS, matrices, blocks)


@lru_cache
def parcels(errors: Errors = "independent") -> Model:
    """12 columns, six first items then six second: y = nu + x + e, loadings 1, Sigma = J (x) Sigma_x + Theta.

    `errors` covary not at all (30 parameters, df 48), within a rater's parcel (36, 42) or within a parcel (60, 18).
    """
    whole = composite()
    names, matrices = list(whole.names), [np.kron(np.ones((2, 2)), matrix) for matrix in whole.matrices]
    blocks = list(whole.blocks)
    for parcel in (0, 1):
        own = np.eye(2)[parcel]
        places: dict[tuple[int, int], int] = {}
        for i, j in _corner(6):
            if i != j and not (errors == "all" or (errors == "rater" and KEYS[i][0] == KEYS[j][0])):
                continue
            one, other = (np.kron(own, np.eye(6)[at]) for at in (i, j))
            places[i, j] = places[j, i] = len(names)
            names.append(f"E{parcel + 1}.{KEYS[i]}" if i == j else f"E{parcel + 1}.{KEYS[i]}.{KEYS[j]}")
            matrices.append(np.outer(one, one) if i == j else np.outer(one, other) + np.outer(other, one))
        blocks += _error_blocks(places, errors)
    columns = tuple(f"{key}.{parcel}" for parcel in (1, 2) for key in KEYS)
    return Model("parcels", tuple(names), np.stack(matrices), tuple(blocks), columns)


def _corner(size: int) -> list[tuple[int, int]]:
    return [(row, column) for column in range(size) for row in range(column + 1)]


def _error_blocks(places: dict[tuple[int, int], int], errors: Errors) -> list[Block]:
    groups: dict[Errors, list[list[int]]] = {
        "independent": [[i] for i in range(6)],
        "rater": [[0, 1], [2, 3], [4, 5]],
        "all": [list(range(6))],
    }
    return [tuple(tuple(places[i, j] for j in group) for i in group) for group in groups[errors]]


@lru_cache
def saturated(columns: tuple[str, ...] = KEYS) -> Model:
    """Every variance and covariance free: the fit a model is compared with when ratings are missing."""
    size = len(columns)
    names, matrices = [], []
    for i, j in _corner(size):
        matrix = np.zeros((size, size))
        matrix[i, j] = matrix[j, i] = 1.0
        names.append(f"{columns[i]}~{columns[j]}")
        matrices.append(matrix)
    return Model("saturated", tuple(names), np.stack(matrices), (), columns)


@lru_cache
def rank(model: Model) -> int:
    """How many parameters complete ratings can tell apart."""
    return int(np.linalg.matrix_rank(_rows(model), tol=_CLOSE))


def remaining(model: Model, seen: Mask) -> tuple[str, ...]:
    """The parameters that stay estimable on their own when only these pairs are observed together, in order."""
    rows = _rows(model, seen)
    _, values, right = np.linalg.svd(rows, full_matrices=False)
    space = right[values > _CLOSE * max(1.0, float(values.max(initial=0.0)))]
    known = np.linalg.norm(space, axis=0)
    return tuple(name for name, length in zip(model.names, known, strict=True) if abs(length - 1) < 1e-7)


def reduced(model: Model, seen: Mask) -> tuple[Model, tuple[str, ...]]:
    """A model of full rank for these pairs, and the names in it that mean what they say.

    What cannot be told apart is merged into as many parameters as the rank allows; those are never reported.
    """
    alone = remaining(model, seen)
    rows = _rows(model, seen)
    chosen = [place for place, name in enumerate(model.names) if name in alone]
    for place in range(len(model.names)):
        if place not in chosen and np.linalg.matrix_rank(rows[:, [*chosen, place]], tol=_CLOSE) > len(chosen):
            chosen.append(place)
    chosen.sort()
    names = tuple(model.names[place] for place in chosen)
    kept = np.flatnonzero(np.diag(seen))
    matrices = model.matrices[chosen][:, kept][:, :, kept]
    columns = tuple(model.columns[place] for place in kept)
    new = {place: number for number, place in enumerate(chosen)}
    blocks = [block for block in model.blocks if all(model.names[place] in alone for row in block for place in row)]
    moved = tuple(tuple(tuple(new[place] for place in row) for row in block) for block in blocks)
    return Model(model.key, names, matrices, moved, columns), alone


def _rows(model: Model, seen: Mask | None = None) -> Array:
    size = model.size
    wanted = np.triu(np.ones((size, size), dtype=bool) if seen is None else seen)
    return np.ascontiguousarray(model.matrices[:, wanted].T)
