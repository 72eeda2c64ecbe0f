"""What a table of ratings says about means and covariances, pattern by pattern of what is there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triad.engines.relations_models import Array, Mask


@dataclass(frozen=True, eq=False)
class Moments:
    """Per pattern: what is `seen`, cases, means and covariances (divisor = cases), 0 where nothing is seen.

    `weights` are the cases, or what makes their sum n - 1. `cases` counts rows in which anything is seen.
    """

    seen: Mask
    counts: Array
    weights: Array
    means: Array
    covariances: Array
    labels: np.ndarray

    @property
    def cases(self) -> int:
        return int(self.counts.sum())

    @property
    def complete(self) -> bool:
        return len(self.seen) == 1

    @property
    def n(self) -> float:
        return float(self.weights.sum())

    @property
    def together(self) -> Mask:
        """Which two columns were ever seen in one row."""
        return np.any(self.seen[:, :, None] & self.seen[:, None, :], axis=0)


def moments(x: Array, reml: bool = False) -> Moments:
    """Rows of ratings, nan where missing; with `reml` the sums are divided by n - 1, for complete rows only."""
    there = ~np.isnan(x)
    if there.all():
        mean = x.mean(axis=0)
        apart = x - mean
        n = len(x) - reml
        covariance = apart.T @ apart / n
        labels = np.zeros(len(x), dtype=np.intp)
        shapes = np.array([float(len(x))]), np.array([float(n)]), mean[None], covariance[None]
        return Moments(np.ones((1, x.shape[1]), dtype=bool), *shapes, labels)
    codes = there @ (1 << np.arange(x.shape[1]))
    kinds, labels = np.unique(codes, return_inverse=True)
    order = np.argsort(labels, kind="stable")
    groups = np.split(x[order], np.flatnonzero(np.diff(labels[order])) + 1)
    seen = (kinds[:, None] >> np.arange(x.shape[1]) & 1).astype(bool)
    size = x.shape[1]
    means, covariances = np.zeros((len(kinds), size)), np.zeros((len(kinds), size, size))
    for place, rows in enumerate(groups):
        filled = np.where(seen[place], rows, 0.0)
        means[place] = filled.mean(axis=0)
        apart = filled - means[place]
        covariances[place] = apart.T @ apart / len(rows)
    counts = np.bincount(labels).astype(float) * seen.any(axis=1)
    return Moments(seen, counts, counts, means, covariances, labels)
