"""Standard errors that know that cases of one therapist, or of one interpreter, are alike."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from triad.engines import relations_fit
from triad.engines.relations_fit import Solution
from triad.engines.relations_models import Array, Model
from triad.engines.relations_moments import Moments


def scores(model: Model, known: Moments, at: Solution, x: Array) -> Array:
    """The slope of each case in (means, parameters): Si e, and s_k = 1/2 (e' Si G_k Si e - tr(Si G_k)).

    0 for a case in which nothing is seen.
    """
    here = relations_fit.point(model, known, at.mean, at.theta)
    assert here is not None
    there = known.seen[known.labels]
    apart = np.where(there, x - at.mean, 0.0)
    turned = np.einsum("nij,nj->ni", here.inverse[known.labels], apart)
    size = model.size
    squares = (turned[:, :, None] * turned[:, None, :]).reshape(len(x), size**2)
    flat = model.matrices.reshape(len(model.names), -1)
    traces = here.inverse.reshape(len(here.inverse), -1) @ flat.T
    return np.hstack([turned, 0.5 * (squares @ flat.T - traces[known.labels])])


def clustered(slopes: Array, bread: Array, groups: Sequence[Hashable]) -> Array:
    """I^-1 M I^-1 with M = sum_g s_g s_g' G/(G - 1) [Liang & Zeger 1986], `bread` being I^-1,

    or K I^-1 for combinations K of means and parameters. ValueError below two groups.
    """
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    if len(numbers) < 2:
        raise ValueError("standard errors by group need two groups")
    sums = np.zeros((len(numbers), slopes.shape[1]))
    np.add.at(sums, [numbers[group] for group in groups], slopes)
    covariance: Array = bread @ (sums.T @ sums * (len(numbers) / (len(numbers) - 1))) @ bread.T
    return covariance


def two_way(
    slopes: Array, bread: Array, therapists: Sequence[Hashable], interpreters: Sequence[Hashable]
) -> tuple[Array, bool]:
    """Variances by therapist + by interpreter - by pair [Cameron, Gelbach & Miller 2011]; whether all were above 0.

    A variance that is not is replaced by the larger of the two one-way ones.
    """
    one, other = (np.diag(clustered(slopes, bread, groups)) for groups in (therapists, interpreters))
    pairs = list(zip(therapists, interpreters, strict=True))
    both = one + other - np.diag(clustered(slopes, bread, pairs))
    fine = both > 0
    return np.where(fine, both, np.maximum(one, other)), bool(fine.all())
