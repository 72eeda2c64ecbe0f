"""What six directed bond scores say together: one encounter's picture with its errors, the clinic's usual asymmetry.

Every number here can be solved back to single ratings, so callers pass only scores the viewer may see.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import NamedTuple

from triad.domain.parties import DIRECTIONS, DYADS, LETTERS, PARTIES, DirectedDyad, Role
from triad.domain.scales import SURE

Scores = Mapping[str, float | None]
"""Direction key to a bond score; None, or no key, where there is none or the viewer may not see it."""

NORM_CASES = 20
NORM_ENCOUNTERS = 4
BONDS = ("level", "mutual")
"""Numbers on the scale of the ratings themselves; the others are differences, with 0 in the middle."""


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
    if unknown := scores.keys() - _KEYS.keys():
        raise KeyError(min(unknown))
    known = {**_KEYS, **scores}
    mutual, asymmetry = dict(_NO_DYAD), dict(_NO_DYAD)
    for dyad, back in _BOTH:
        one, other = known[dyad], known[back]
        if one is not None and other is not None:
            mutual[dyad], asymmetry[dyad] = (one + other) / 2, one - other
    x = {key: score for key, score in known.items() if score is not None}
    if len(x) < len(_KEYS):
        return Triangle(known, mutual, asymmetry, None, _NO_PARTY, _NO_PARTY, None)
    return Triangle(
        scores=known,
        mutual=mutual,
        asymmetry=asymmetry,
        level=sum(x.values()) / len(x),
        outside={party: _outside(places, x) for party, places in _PLACES.items()},
        giver={party: _giver(places, x) for party, places in _PLACES.items()},
        cycle=(x["TI"] + x["IC"] + x["CT"] - x["IT"] - x["CI"] - x["TC"]) / 6,
    )


class _Places(NamedTuple):
    """Of one party: the two ratings it gives, the two it receives, in the order of the others; the others' bond."""

    given: tuple[str, str]
    received: tuple[str, str]
    others: tuple[str, str]


def _places(party: Role) -> _Places:
    one, other = (each for each in PARTIES if each != party)
    return _Places(
        (_key(party, one), _key(party, other)),
        (_key(one, party), _key(other, party)),
        (_key(one, other), _key(other, one)),
    )


def _outside(places: _Places, x: Mapping[str, float]) -> float:
    """O_k: the bond of the other two minus the mean of k's own two bonds."""
    own = sum(x[key] for key in (*places.given, *places.received)) / 4
    return (x[places.others[0]] + x[places.others[1]]) / 2 - own


def _giver(places: _Places, x: Mapping[str, float]) -> float:
    """g_k: mean given minus mean received."""
    (give, give_too), (get, get_too) = places.given, places.received
    return (x[give] + x[give_too]) / 2 - (x[get] + x[get_too]) / 2


def _key(rater: Role, about: Role) -> str:
    return DirectedDyad(rater, about).key


# Looked up for every encounter of every case, and always the same.
_KEYS: Mapping[str, float | None] = dict.fromkeys(dyad.key for dyad in DIRECTIONS)
_BOTH = tuple((dyad.key, dyad.back.key) for dyad in DYADS)
_NO_DYAD: Mapping[str, float | None] = dict.fromkeys(dyad.key for dyad in DYADS)
_NO_PARTY: Mapping[str, float | None] = dict.fromkeys(LETTERS[party] for party in PARTIES)
_PLACES = {LETTERS[party]: _places(party) for party in PARTIES}


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


class Measured(NamedTuple):
    """One number and the range it lies in but for measurement error; all None where a rating it needs is missing.

    `beyond` is True where the range leaves out 0: "larger than measurement error", no more, and no sign for a level.
    """

    value: float | None
    low: float | None
    high: float | None
    beyond: bool


def measured(seen: Triangle, sem: float) -> dict[str, dict[str, Measured]]:
    """Kind of number (`level`, `mutual`, `outside`, `giver`, `cycle`, `asymmetry`) to its key: value +/- 1.96 SE.

    Level and cycle have the key "". In POMP points: no range goes beyond what ratings from 0 to 100 can give.
    In 8 encounters a dyad that is symmetric goes beyond once with probability .22 (2x5) and .49 (4x7).
    """
    bars = error_bars(sem)
    kinds: dict[str, Mapping[str, float | None]] = {
        "level": {"": seen.level},
        "mutual": seen.mutual,
        "outside": seen.outside,
        "giver": seen.giver,
        "cycle": {"": seen.cycle},
        "asymmetry": seen.asymmetry,
    }
    return {
        kind: {key: _measured(value, SURE * getattr(bars, kind), kind in BONDS) for key, value in values.items()}
        for kind, values in kinds.items()
    }


def _measured(value: float | None, reach: float, bond: bool) -> Measured:
    if value is None:
        return Measured(None, None, None, beyond=False)
    least = 0.0 if bond else -100.0
    low, high = max(least, value - reach), min(100.0, value + reach)
    return Measured(value, low, high, beyond=not bond and abs(value) > reach)
