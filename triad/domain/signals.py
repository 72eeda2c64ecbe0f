"""Everything one case's bond scores signal: drops, lasting shifts, lasting asymmetries and patterns.

Callers pass only scores the viewer may see: a flag tells of every rating in it. Unit: POMP points, 0..100.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any, Literal

from triad.domain import asymmetry, flags, patterns, persistence, pooling, ruptures, scales
from triad.domain.asymmetry import Row
from triad.domain.flags import Flag, Kind, Signals
from triad.domain.parties import DIRECTIONS, DYADS, DirectedDyad, Role
from triad.domain.patterns import Pattern
from triad.domain.persistence import Lasting
from triad.domain.pooling import Spread, Spreads
from triad.domain.ruptures import State, Step
from triad.domain.scales import Rules, Scale

Range = tuple[float, float]


@dataclass
class _Reader:
    """What the rules of one case read with, and what they have found so far."""

    spreads: Spreads
    rules: Rules
    norms: Mapping[str, asymmetry.Norm]
    found: list[Flag] = field(default_factory=list)
    expected: dict[Kind, float] = field(default_factory=lambda: defaultdict(float))
    asymmetries: dict[tuple[str, Hashable | None], Lasting] = field(default_factory=dict)
    patterns: dict[Hashable, Pattern] = field(default_factory=dict)


def read(
    rows: Iterable[Row],
    scale: Scale,
    spreads: Spreads | None = None,
    rules: Rules | None = None,
    norms: Mapping[str, asymmetry.Norm] | None = None,
) -> Signals:
    """All flags of one case, looked at after every encounter; formulas in `ruptures`, `persistence`, `patterns`.

    A new interpreter starts new series (TI, IT, IC, CI) and a new triad, who returns continues the own; TC and CT
    go on. Encounters without an interpreter count for TC and CT alone. The default spreads are the assumed ones.
    """
    ordered = sorted(rows, key=lambda row: row.number)
    reader = _Reader(spreads or pooling.assumed(scale), rules or scales.rules(scale), norms or {})
    for dyad in DYADS:
        for interpreter_id, mine in _series(ordered, dyad):
            _drops(reader, dyad, mine, interpreter_id)
            _asymmetry(reader, dyad, mine, interpreter_id)
    for interpreter_id, mine in _series(ordered, DYADS[0]):
        _pattern(reader, mine, interpreter_id)
    reader.found.sort(key=lambda flag: flag.number)
    return Signals(tuple(reader.found), dict(reader.expected), reader.asymmetries, reader.patterns)


def bands(rows: Sequence[Row], scale: Scale, spreads: Spreads | None = None) -> dict[str, list[Range | None]]:
    """Direction to the range in which each encounter's rating is expected (`ruptures.expected`); `rows` in order.

    None before the 4th rating of the same two persons, and where nobody interprets for what needs an interpreter.
    """
    known, rule = spreads or pooling.assumed(scale), scales.rules(scale).rating
    found: dict[str, list[Range | None]] = {}
    for dyad in DYADS:
        for key in (dyad.key, dyad.back.key):
            by_number: dict[int, Range | None] = {}
            for _, mine in _series(rows, dyad):
                each = ruptures.expected([row.scores.get(key) for row in mine], known.ratings[key].value, rule)
                by_number |= {row.number: span for row, span in zip(mine, each, strict=True)}
            found[key] = [by_number.get(row.number) for row in rows]
    return found


def _series(rows: Sequence[Row], dyad: DirectedDyad) -> Iterator[tuple[Hashable | None, list[Row]]]:
    """The encounters of the same two persons, in the order in which these persons first met."""
    if Role.INTERPRETER not in dyad:
        yield None, list(rows)
        return
    for interpreter_id in dict.fromkeys(row.interpreter_id for row in rows if row.interpreter_id is not None):
        yield interpreter_id, [row for row in rows if row.interpreter_id == interpreter_id]


def _drops(reader: _Reader, dyad: DirectedDyad, rows: Sequence[Row], who: Hashable | None) -> None:
    keys = (dyad.key, dyad.back.key)
    rule = reader.rules.rating
    s_w = [reader.spreads.ratings[key] for key in keys]
    there, back = (
        ruptures.steps([row.scores.get(key) for row in rows], spread.value, rule)
        for key, spread in zip(keys, s_w, strict=True)
    )
    for key, spread, steps in zip(keys, s_w, (there, back), strict=True):
        looks = sum(step.z is not None for step in steps)
        reader.expected["rating"] += looks * flags.FALSE_PER_LOOK["rating"]
        reader.expected["shift"] += looks * flags.FALSE_PER_LOOK["shift"]
        _ratings(reader, key, rows, steps, spread, who)
    r = reader.spreads.together[dyad.key]
    zz = ruptures.dyad_z(there, back, r)
    reader.expected["dyad"] += sum(z is not None for z in zz) * flags.FALSE_PER_LOOK["dyad"]
    values = (s_w[0].value, s_w[1].value)
    events = ruptures.dyad_events(there, back, values, (rule, reader.rules.dyad), r)
    _alerts(reader, "dyad", dyad.key, rows, events, tuple(s_w), who, [{"r": r}] * len(events))


def _ratings(
    reader: _Reader, key: str, rows: Sequence[Row], steps: Sequence[Step], spread: Spread, who: Hashable | None
) -> None:
    rule = reader.rules.rating
    events = ruptures.events(steps, spread.value, rule)
    _alerts(reader, "rating", key, rows, events, (spread,), who, [_numbers(steps[event.at]) for event in events])
    for row, step in zip(rows, steps, strict=True):
        if not step.level:
            continue
        marks: list[Kind] = ["watch"] if step.watch else []
        marks += ["shift"] if step.shift else []
        reader.found += [
            Flag(kind, row.number, key, rule.id, _parameters(rule), (spread,), step.z or 0.0, _numbers(step), who)
            for kind in marks
        ]


def _numbers(step: Step) -> dict[str, float]:
    return {"baseline": step.baseline or 0.0, "drop": step.drop or 0.0, "cusum": step.cusum}


def _alerts(
    reader: _Reader,
    kind: Literal["rating", "dyad"],
    where: str,
    rows: Sequence[Row],
    events: Sequence[ruptures.Event],
    spreads: tuple[Spread, ...],
    who: Hashable | None,
    numbers: Sequence[Mapping[str, float]],
) -> None:
    rule = reader.rules.rating if kind == "rating" else reader.rules.dyad
    # A dyad's event is closed by the window and tolerance of the rating rule: they belong to what it was read with.
    repair = {"window": reader.rules.rating.window, "tolerance": reader.rules.rating.tolerance}
    places = {event.at for event in events}
    for event, known in zip(events, numbers, strict=True):
        reader.found.append(
            Flag(
                kind=kind,
                number=rows[event.at].number,
                where=where,
                rule=rule.id,
                parameters={**_parameters(rule), **repair},
                spreads=spreads,
                z=event.z,
                numbers=known,
                interpreter_id=who,
                state=event.state,
                repaired_at=None if event.repaired_at is None else rows[event.repaired_at].number,
                continues=event.at - 1 in places,
            )
        )


def _asymmetry(reader: _Reader, dyad: DirectedDyad, rows: Sequence[Row], who: Hashable | None) -> None:
    rule, spread = reader.rules.asymmetry, reader.spreads.asymmetries[dyad.key]
    norm = reader.norms.get(dyad.key)
    d = pooling.apart(*([row.scores.get(key) for row in rows] for key in (dyad.key, dyad.back.key)))
    looks = persistence.looks(d, spread.value, rule, None if norm is None else norm.value)
    if not looks or looks[-1] is None:
        return
    reader.asymmetries[dyad.key, who] = looks[-1]
    reader.expected["asymmetry"] += flags.FALSE_PER_SERIES["asymmetry"] * (looks[-1].n >= flags.LOOKED_FROM)
    first = next(((row, look) for row, look in zip(rows, looks, strict=True) if look and look.flag), None)
    if first:
        row, look = first
        state: State | None = "open" if looks[-1].flag else None
        numbers = {name: value for name, value in look._asdict().items() if name != "flag" and value is not None}
        reader.found.append(
            Flag(
                "asymmetry", row.number, dyad.key, rule.id, _parameters(rule), (spread,), look.z, numbers, who, state
            )
        )


def _pattern(reader: _Reader, rows: Sequence[Row], who: Hashable | None) -> None:
    rule = reader.rules.pattern
    encounters = [patterns.bonds(row.scores) for row in rows]
    looks = patterns.looks(encounters, reader.spreads.bond_variance, rule)
    known = [(row, look) for row, look in zip(rows, looks, strict=True) if look]
    if not known:
        return
    latest = reader.patterns[who] = known[-1][1]
    reader.expected["pattern"] += flags.FALSE_PER_SERIES["pattern"]
    seen = set()
    for row, look in known:
        if not look.claim or (look.name, look.who) in seen:
            continue
        seen.add((look.name, look.who))
        state: State | None = "open" if (latest.name, latest.who) == (look.name, look.who) else None
        z = {"outsider": look.z_high, "weak_link": look.z_low}.get(look.name, min(look.z_high, look.z_low))
        numbers = {"q": look.q, "p": look.p, "gap_high": look.gap_high, "gap_low": look.gap_low, **look.outside}
        reader.found.append(
            Flag(
                "pattern",
                row.number,
                "",
                rule.id,
                _parameters(rule),
                tuple(reader.spreads.ratings[dyad.key] for dyad in DIRECTIONS),
                z,
                numbers,
                who,
                state,
                pattern=look.name,
                who=look.who,
            )
        )


@cache
def _parameters(rule: Any) -> Mapping[str, Any]:
    return {name: value for name, value in asdict(rule).items() if name != "id"}
