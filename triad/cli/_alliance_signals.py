"""Signals of a file: every case read by the product's rules, with the assumed constants of a scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from datetime import date
from statistics import pstdev
from typing import Any

import click

from triad.cli import _alliance as words
from triad.domain import literature as criteria
from triad.domain import pooling, scales, scoring
from triad.domain import signals as rules
from triad.domain.asymmetry import Row
from triad.domain.flags import FALSE_PER_LOOK, FALSE_PER_SERIES, Flag, Signals
from triad.domain.scales import Scale
from triad.formats.alliance_files import KEYS, Ratings, Session

ON_EDGE = ("rating", "shift", "watch")
ON_DYAD = ("dyad", "asymmetry")
SHOWN = ("kind", "z", "state", "pattern", "who")


def signals(ratings: Ratings, bounds: tuple[float, float], key: str, literature: bool) -> dict[str, Any]:
    """The answer as it goes into JSON; numbers in POMP points, 0..100."""
    scale = scales.SCALES[key]
    cases = {case: _rows(sessions, ratings, bounds) for case, sessions in ratings.cases.items()}
    read = {case: rules.read(rows, scale) for case, rows in cases.items()}
    kinds = [*FALSE_PER_LOOK, *FALSE_PER_SERIES]
    expected = {kind: sum(one.expected.get(kind, 0.0) for one in read.values()) for kind in kinds}
    answer = {
        "scale": key,
        "unit": "POMP, 0 to 100",
        "cases": len(cases),
        "flags": [_flag(case, flag) for case, one in read.items() for flag in one.flags],
        "counted": sum(one.counted for one in read.values()),
        "expected_false": sum(expected.values()),
        "expected_false_by_kind": expected,
        "notes": _notes(cases, read, scale),
    }
    if literature:
        answer["literature"] = _literature(cases, scale)
    return answer


def _rows(sessions: Sequence[Session], ratings: Ratings, bounds: tuple[float, float]) -> list[Row]:
    named = "interpreter" in ratings.persons
    rows = []
    for one in sessions:
        who: Hashable | None = (one.interpreter or None) if named else "I"
        scores = {key: None if x is None else scoring.pomp(x, *bounds) for key, x in one.scores.items()}
        rows.append(Row(one.number, date.min, who, scores))
    return rows


def _flag(case: str, flag: Flag) -> dict[str, Any]:
    spread = flag.spreads[0]
    return {
        "case": case,
        "session": flag.number,
        "edge": flag.where if flag.kind in ON_EDGE else None,
        "dyad": flag.where if flag.kind in ON_DYAD else None,
        "kind": flag.kind,
        "rule": flag.rule,
        "z": flag.z,
        "state": flag.state,
        "repaired_at": flag.repaired_at,
        "continues": flag.continues,
        "pattern": flag.pattern or None,
        "who": flag.who,
        "interpreter": flag.interpreter_id,
        "numbers": dict(flag.numbers),
        "parameters": dict(flag.parameters),
        "spread": {"value": spread.value, "source": spread.source},
    }


def _notes(cases: dict[str, list[Row]], read: dict[str, Signals], scale: Scale) -> list[str]:
    notes = [f"Swing within a case is assumed ({scale.swing} points), not measured in this clinic."]
    short = sum(len(rows) < 4 for rows in cases.values())
    if short:
        notes.append(f"{short} of {len(cases)} cases have fewer than 4 sessions: too short for any signal.")
    if scale.key == "2x5":
        notes.append("The brief form sees single dips poorly: no flag does not mean that nothing happened.")
    series = [{key: [row.scores[key] for row in rows] for key in KEYS} for rows in cases.values()]
    if any(spread.above_assumed for spread in pooling.of_clinic(series, scale).ratings.values()):
        notes.append("Ratings in this file swing more than assumed: expect more false flags than printed.")
    return notes


def _literature(cases: dict[str, list[Row]], scale: Scale) -> list[dict[str, Any]]:
    values = [x for rows in cases.values() for row in rows for x in row.scores.values() if x is not None]
    spread = pstdev(values) if values else 0.0
    found = []
    for case, rows in cases.items():
        for key in KEYS:
            for one in criteria.every([row.scores[key] for row in rows], scale.sem, spread or None):
                marks = [rows[at].number for at in one.at]
                found += [{"case": case, "session": mark, "edge": key, "criterion": one.criterion} for mark in marks]
    return found


def show(answer: dict[str, Any]) -> None:
    """A line per flag, then what chance would give."""
    flags = answer["flags"]
    if flags:
        words.table(
            ("case", "session", "where", *SHOWN),
            [
                (one["case"], one["session"], one["edge"] or one["dyad"] or "triad", *(one[key] for key in SHOWN))
                for one in flags
            ],
        )
    else:
        click.echo("Nothing is flagged.")
    kinds = Counter(one["kind"] for one in flags)
    click.echo(
        f"{answer['counted']} flags counted ({kinds['watch']} watches are not); "
        f"chance alone would give about {answer['expected_false']:.1f}."
    )
    click.echo("A flag is an occasion for a conversation, no finding about a person.")
    if "literature" in answer:
        often = Counter(one["criterion"] for one in answer["literature"])
        for criterion, false in criteria.FALSE_PER_TWELVE.items():
            share = f"{false[answer['scale']]:.0%}" if answer["scale"] in false else "many"
            line = f"Literature criterion {criterion}: {often[criterion]} marks; fires by chance in {share} of"
            click.echo(f"{line} 12-session series.")
    words.sentences(answer["notes"])
