"""What six directed bond scores say together: one encounter's picture, the clinic's usual asymmetry, a case's tracks.

Every number here can be solved back to single ratings, so callers pass only scores the viewer may see.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from statistics import fmean
from typing import NamedTuple

from triad.domain.parties import DIRECTIONS, DYADS, LETTERS, PARTIES, DirectedDyad, Role

Scores = Mapping[str, float | None]
"""Direction key to a bond score; None, or no key, where there is none or the viewer may not see it."""

NORM_CASES = 20
NORM_ENCOUNTERS = 4


@dataclass(frozen=True)
class Triangle:
    """One encounter. Dyads are keyed TI, TC, IC, parties T, I, C; unit that of the scores.

    `mutual` and `asymmetry` are None where one direction is missing; all the others need all six scores.
    The cycle is the whole relationship part of one triad and inseparable from rating error.
    """

    scores: Mapping[str, float | None]
    mutual: Mapping[str, float | None]
    asymmetry: Mapping[str, float | None]
    level: float | None
    outside: Mapping[str, float | None]
    giver: Mapping[str, float | None]
    cycle: float | None


def picture(scores: Scores) -> Triangle:
    """Six orthogonal numbers of one encounter (level, two outside, two giver, cycle), x rater first:

    - mutual bond m_ij = (x_ij + x_ji) / 2, asymmetry d_ij = x_ij - x_ji, level L = mean of the six;
    - outside O_k = m_ij - (m_ik + m_jk) / 2: above 0 the other two are closer; the three sum to 0;
    - giver g_k = mean given by k - mean received by k; the three sum to 0;
    - cycle c = (TI + IC + CT - IT - CI - TC) / 6.

    Hence m_ij = L + 2/3 O_k, and d_ij = 2/3 (g_i - g_j) + 2c for TI, IC, CT, - 2c for IT, CI, TC: the social
    relations model [Kenny 1994] of a single triad. KeyError for a key that is none of the six directions.
    """
    if unknown := set(scores) - {dyad.key for dyad in DIRECTIONS}:
        raise KeyError(min(unknown))
    known = {dyad.key: scores.get(dyad.key) for dyad in DIRECTIONS}
    mutual = {dyad.key: _mutual(known[dyad.key], known[dyad.back.key]) for dyad in DYADS}
    asymmetry = {dyad.key: _asymmetry(known[dyad.key], known[dyad.back.key]) for dyad in DYADS}
    x = {key: score for key, score in known.items() if score is not None}
    if len(x) < len(DIRECTIONS):
        nothing: dict[str, float | None] = {LETTERS[party]: None for party in PARTIES}
        return Triangle(known, mutual, asymmetry, None, nothing, nothing, None)
    return Triangle(
        scores=known,
        mutual=mutual,
        asymmetry=asymmetry,
        level=fmean(x.values()),
        outside={LETTERS[party]: _outside(party, x) for party in PARTIES},
        giver={LETTERS[party]: _giver(party, x) for party in PARTIES},
        cycle=(x["TI"] + x["IC"] + x["CT"] - x["IT"] - x["CI"] - x["TC"]) / 6,
    )


def _mutual(there: float | None, back: float | None) -> float | None:
    return None if there is None or back is None else (there + back) / 2


def _asymmetry(there: float | None, back: float | None) -> float | None:
    return None if there is None or back is None else there - back


def _outside(party: Role, x: Mapping[str, float]) -> float:
    """O_k: the bond of the other two minus the mean of k's own two bonds."""
    bonds = {pair: (x[_key(*pair)] + x[_key(*pair[::-1])]) / 2 for pair in combinations(PARTIES, 2)}
    own = [bond for pair, bond in bonds.items() if party in pair]
    (others,) = (bond for pair, bond in bonds.items() if party not in pair)
    return others - fmean(own)


def _giver(party: Role, x: Mapping[str, float]) -> float:
    """g_k: mean given minus mean received."""
    others = [other for other in PARTIES if other != party]
    return fmean(x[_key(party, other)] for other in others) - fmean(x[_key(other, party)] for other in others)


def _key(rater: Role, about: Role) -> str:
    return DirectedDyad(rater, about).key


class Norm(NamedTuple):
    """The usual asymmetry of one dyad here, in the unit of the scores, and the number of cases behind it."""

    value: float
    cases: int


def role_norm(cases: Iterable[Sequence[float | None]]) -> Norm | None:
    """Clinic mean of case means of d for one dyad; each case is the d of its encounters, None where missing.

    Only cases with at least 4 encounters rated from both sides count; None below 20 such cases. A role norm
    is needed because therapists usually score below clients (g = .41) [Lev-Ari 2025].
    """
    paired = ([d for d in case if d is not None] for case in cases)
    means = [fmean(case) for case in paired if len(case) >= NORM_ENCOUNTERS]
    return Norm(fmean(means), len(means)) if len(means) >= NORM_CASES else None


def against_norm(d: float | None, norm: Norm | None) -> float | None:
    """Role-adjusted asymmetry d - norm; None while either is unknown."""
    return None if d is None or norm is None else d - norm.value


class Row(NamedTuple):
    """One encounter's bond scores; `interpreter_id` is None when nobody interpreted."""

    number: int
    day: date
    interpreter_id: Hashable | None
    scores: Scores


class Point(NamedTuple):
    """One encounter of one dyad: `there` is the dyad's own direction, `back` the other one.

    Points with the same `series` belong to the same two persons: the interpreter in TI and IC, None in TC.
    `begins` is True where the line before must not be drawn on, because another person interprets.
    """

    number: int
    day: date
    there: float | None
    back: float | None
    mutual: float | None
    asymmetry: float | None
    series: Hashable | None
    begins: bool


class Tracks(NamedTuple):
    """`dyads` maps TI, TC, IC to a point per encounter; `changes` are the numbers with another interpreter."""

    dyads: Mapping[str, tuple[Point, ...]]
    changes: tuple[int, ...]


def series(rows: Iterable[Row]) -> Tracks:
    """The three dyads over one case's encounters, by number; missing stays None, never carried on or filled in.

    A new interpreter starts new edges (TI, IT, IC, CI) while TC and CT go on; one who returns continues the
    earlier `series`. An encounter without an interpreter changes nothing.
    """
    ordered = sorted(rows, key=lambda row: row.number)
    changes = _changes(ordered)
    return Tracks({dyad.key: _track(dyad, ordered, changes) for dyad in DYADS}, changes)


def _changes(ordered: Sequence[Row]) -> tuple[int, ...]:
    held = [row for row in ordered if row.interpreter_id is not None]
    return tuple(row.number for before, row in pairwise(held) if row.interpreter_id != before.interpreter_id)


def _track(dyad: DirectedDyad, ordered: Sequence[Row], changes: Sequence[int]) -> tuple[Point, ...]:
    interpreted = Role.INTERPRETER in dyad
    points = []
    for row in ordered:
        there, back = row.scores.get(dyad.key), row.scores.get(dyad.back.key)
        points.append(
            Point(
                number=row.number,
                day=row.day,
                there=there,
                back=back,
                mutual=_mutual(there, back),
                asymmetry=_asymmetry(there, back),
                series=row.interpreter_id if interpreted else None,
                begins=interpreted and row.number in changes,
            )
        )
    return tuple(points)


class ErrorBars(NamedTuple):
    """Standard errors of one encounter's numbers, in the unit of the scores; one for all dyads and all parties."""

    asymmetry: float
    mutual: float
    level: float
    outside: float
    giver: float
    cycle: float


def error_bars(sem: float) -> ErrorBars:
    """Under independent rating errors of variance s2 = sem^2, six ratings of one encounter:

    Var d = 2 s2, m s2/2, L s2/6, O 3/4 s2, g s2, c s2/6. `scales.SCALES[...].sem` in POMP; ValueError below 0.
    """
    if sem < 0:
        raise ValueError("a standard error is not below 0")
    return ErrorBars(*(math.sqrt(share) * sem for share in (2, 1 / 2, 1 / 6, 3 / 4, 1, 1 / 6)))


def beyond_error(d: float | None, sem: float) -> bool:
    """abs(d) > 1.96 sqrt(2) SEM: "larger than measurement error", no more. For x2 - x1 of one rating too.

    In 8 encounters a symmetric dyad gets such a mark with probability .22 (2x5) and .49 (4x7).
    """
    return d is not None and abs(d) > 1.96 * error_bars(sem).asymmetry
