"""The shared tables of ratings as arrays, and what other programs found in them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from triad.formats import alliance_files

FOLDER = Path(__file__).parents[1] / "data/alliance"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text("utf-8"))


@cache
def ratings(name: str) -> alliance_files.Ratings:
    return alliance_files.read((FOLDER / f"{name}.csv").read_bytes())


def composites(name: str) -> Any:
    return np.array([alliance_files.six(session) for session in ratings(name).sessions], dtype=float)


def parcels(name: str) -> Any:
    return np.array([session.parcels for session in ratings(name).sessions], dtype=float)
