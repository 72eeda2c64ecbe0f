"""Invented courses of an alliance, for a demo and for tests: six bonds over the encounters of one case.

Chance comes in from outside; nothing here claims to be how real alliances run.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from triad.domain.instruments import TRIAD, InstrumentVersion, Line
from triad.domain.parties import DIRECTIONS, Role
from triad.domain.scoring import DECLINED

Kind = Literal["steady", "rising", "asymmetric", "outsider", "repaired", "open_rupture"]
KINDS: tuple[Kind, ...] = ("steady", "rising", "rising", "asymmetric", "outsider", "repaired", "open_rupture")

# Planted differences from the usual level, on the scale of the items: the client trusts the interpreter and
# not the therapist, who does not see it; the interpreter stands outside.
PLANTED: dict[Kind, Mapping[str, float]] = {
    "asymmetric": {"CT": -1.5, "CI": 0.7, "TC": 0.4},
    "outsider": {"TI": -1.2, "IT": -1.3, "CI": -1.3, "IC": -1.0},
}
USUAL = {"TI": 3.9, "TC": 3.85, "IT": 3.9, "IC": 4.0, "CT": 4.0, "CI": 4.0}
FALLS = {"CT": -2.6, "TC": -1.6, "CI": -0.4}
GROWTH = 0.9
Bonds = Mapping[str, float]
"""Direction key to the level on the scale of the items, before chance and rounding."""

GIVEN = {Role.THERAPIST: 0.95, Role.INTERPRETER: 0.92, Role.CLIENT: 0.74}
"""How often each party's form comes in at all."""
CHOICES = (("therapist", 62), ("lead_only", 20), ("statistics_only", 18))


def course(dice: random.Random, kind: Kind, interpreters: Sequence[str]) -> Iterator[Bonds]:
    """One set of bonds per encounter; `interpreters` says who sat there. A new one starts the shared edges lower.

    `steady` is what chance alone makes. In `repaired` the bond falls half-way and is back three encounters later,
    in `open_rupture` it stays down; both need at least five encounters to show.
    """
    warmth = dice.gauss(0, 0.3)
    own = {key: 0.0 if kind == "steady" else dice.gauss(0, 0.12) for key in USUAL}
    base = {key: level + warmth + own[key] + PLANTED.get(kind, {}).get(key, 0) for key, level in USUAL.items()}
    breaks = max(4, len(interpreters) // 2)
    since: dict[str, int] = {}
    for number, interpreter in enumerate(interpreters):
        together = since[interpreter] = since.get(interpreter, -1) + 1
        change = bool(number) and len(since) > 1
        fallen = (kind == "open_rupture" and number >= breaks) or (kind == "repaired" and 0 <= number - breaks < 3)
        bonds = {}
        for dyad in DIRECTIONS:
            met = together if Role.INTERPRETER in dyad else number
            growth = GROWTH * (met / max(4, len(interpreters)) - 0.5) if kind == "rising" else 0
            new = -0.6 if change and Role.INTERPRETER in dyad and together < 2 else 0
            bonds[dyad.key] = base[dyad.key] + growth + new + (FALLS.get(dyad.key, -0.2) if fallen else 0)
        yield bonds


def answers(
    dice: random.Random, version: InstrumentVersion, lines: Sequence[Line], bonds: Bonds
) -> dict[tuple[str, str], int | str]:
    """A filled form: each answer lies around the bond it belongs to; a client now and then says nothing."""
    given: dict[tuple[str, str], int | str] = {}
    for line in lines:
        own = [bonds[dyad.key] for dyad in DIRECTIONS if dyad.rater == line.rater]
        level = sum(own) / len(own) if line.slot == TRIAD else bonds[line.slot]
        value = round(min(max(level + dice.gauss(0, 0.45), version.minimum), version.maximum))
        silent = line.rater == Role.CLIENT and dice.random() < 0.02
        given[line.item_id, line.slot] = DECLINED if silent else value
    return given


def choice(dice: random.Random) -> str:
    """What a client allows; the last of the three is also what no answer means."""
    return dice.choices([name for name, _ in CHOICES], [weight for _, weight in CHOICES])[0]
