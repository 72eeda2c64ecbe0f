"""The relations model on 10,000 triads against a plain `scipy.optimize` fit of the same likelihood, and one case.

`python -m benchmarks.alliance`. Input is a wide array; medians of some rounds, the baseline once per table. Then the
picture of a case as `benchmarks.picture` has it.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]

from benchmarks import picture
from triad.domain import scales, signals
from triad.domain.asymmetry import Row
from triad.engines import relations, relations_levels, relations_models
from triad.engines.relations_models import KEYS, Array, Model

CASES, ROUNDS, ENCOUNTERS = 10_000, 15, 60
VALUES = {"A": 0.3, "P": 0.25, "R": 0.3, "GR": 0.1, "DR": 0.08, "E1": 0.12, "E2": 0.12}


def main() -> int:
    rng = np.random.default_rng(20250304)
    x, pairs = drawn(rng, relations_models.composite()), drawn(rng, relations_models.parcels())
    sessions = list(x[:8000].reshape(1000, 8, 6) + rng.normal(size=(1000, 1, 6)))
    fine = [
        measure("composite", lambda: relations.fit(x), lambda: plain(relations_models.composite(), x), 0.010),
        measure(
            "composite, 10 % missing",
            lambda: relations.fit(holes(x)),
            lambda: plain(relations_models.composite(), holes(x)),
            0.100,
        ),
        measure("two parcels, errors covary", lambda: relations.fit(pairs, covarying()), None, 0.030),
        measure("two parcels, 10 % missing", lambda: relations.fit(holes(pairs), "parcels"), None, 0.250),
        measure("two levels, 1,000 x 8", lambda: relations_levels.fit(sessions), None, 0.200),
        measure(f"signals of {ENCOUNTERS} sessions", one_case(rng), None, 0.005),
        picture.main(),
    ]
    return 0 if all(fine) else 1


def covarying() -> Model:
    return relations_models.parcels("all")


def drawn(rng: np.random.Generator, model: Model) -> Array:
    theta = np.array([VALUES[name.split(".")[0]] for name in model.names])
    root = np.linalg.cholesky(np.tensordot(theta, model.matrices, axes=1))
    table: Array = 5 + rng.normal(size=(CASES, model.size)) @ root.T
    return table


def holes(x: Array) -> Array:
    """Every tenth rating away, both parcels of it together."""
    gone = np.random.default_rng(10).random((len(x), len(KEYS))) < 0.1
    return np.where(np.tile(gone, x.shape[1] // len(KEYS)), np.nan, x)


def one_case(rng: np.random.Generator) -> Callable[[], Any]:
    values = np.clip(rng.normal(75, 12, (ENCOUNTERS, len(KEYS))), 0, 100).tolist()
    day = date(2025, 3, 4)
    rows = [Row(number, day, "ines", dict(zip(KEYS, row, strict=True))) for number, row in enumerate(values, 1)]
    return lambda: signals.read(rows, scales.SCALES["2x5"])


def plain(model: Model, x: Array) -> float:
    """The same likelihood by L-BFGS over means and parameters, pattern by pattern, slopes by differences."""
    there = ~np.isnan(x)
    kinds, labels = np.unique(there, axis=0, return_inverse=True)
    groups = [(kind, x[labels == number][:, kind]) for number, kind in enumerate(kinds) if kind.any()]
    moments = [(kind, len(rows), rows.mean(axis=0), np.cov(rows.T, bias=True)) for kind, rows in groups]

    def fall(y: Array) -> float:
        sigma = np.tensordot(y[model.size :], model.matrices, axes=1)
        total = 0.0
        for kind, count, mean, covariance in moments:
            part = sigma[np.ix_(kind, kind)]
            sign, log = np.linalg.slogdet(part)
            if sign <= 0:
                return 1e10
            apart = mean - y[: model.size][kind]
            total += count * (log + float(np.trace(np.linalg.solve(part, covariance + np.outer(apart, apart)))))
        return total / len(x)

    start = np.concatenate([np.nanmean(x, axis=0), [VALUES[name.split(".")[0]] * 0.8 for name in model.names]])
    return float(minimize(fall, start, method="L-BFGS-B").fun)


def measure(name: str, fit: Callable[[], Any], baseline: Callable[[], Any] | None, limit: float) -> bool:
    fit()
    took = statistics.median(_seconds(fit) for _ in range(ROUNDS))
    line = f"{name:<28} {1000 * took:7.1f} ms (asked <= {1000 * limit:.0f})"
    if baseline:
        plainly = _seconds(baseline)
        line += f", plain scipy.optimize {plainly:.2f} s: {plainly / took:.0f} x"
    print(line)
    return took <= limit


def _seconds(verb: Callable[[], Any]) -> float:
    start = time.perf_counter()
    verb()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
