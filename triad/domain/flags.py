"""What a signal is: one flag with all it was found by, and a case's flags beside what chance alone would give."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from triad.domain.meetings import Meeting
from triad.domain.patterns import Pattern
from triad.domain.persistence import Lasting
from triad.domain.pooling import Spread
from triad.domain.ruptures import State

Kind = Literal["rating", "dyad", "shift", "watch", "asymmetry", "pattern"]
COUNTED: tuple[Kind, ...] = ("rating", "dyad", "shift", "asymmetry", "pattern")
"""Kinds a count of flags holds; a watch is grey and only drawn."""
FALSE_PER_LOOK: Mapping[Kind, float] = {"rating": 0.0017, "dyad": 0.0031, "shift": 0.0025}
"""By chance, per encounter with a z, under the assumed model and the default thresholds."""
FALSE_PER_SERIES: Mapping[Kind, float] = {"asymmetry": 0.04, "pattern": 0.025}
"""By chance, per dyad or triad with at least 4 encounters."""
LOOKED_FROM = 4
LAST = 2
"""Ratings in a row that must be back before a series that stayed lower is said to do so no more."""


@dataclass(frozen=True)
class Flag:
    """One thing to talk about. `number` is the encounter's; `where` a direction, a dyad, or "" for the triad.

    `rule`, `parameters`, `spreads` (s_w or s_d with its source) and `numbers` say how it came about. `state` is that
    of the event; "open" for an asymmetry or a pattern while it still holds, None for what has no state.
    `repaired_at` is an encounter's number. `continues`: the encounter before in the series alerted too, so that both
    are one entry on screen. `interpreter_id` tells series apart, None for TC and CT. `pattern` and `who` as in
    `patterns.Pattern`.
    """

    kind: Kind
    number: int
    where: str
    rule: str
    parameters: Mapping[str, Any]
    spreads: tuple[Spread, ...]
    z: float
    numbers: Mapping[str, float]
    interpreter_id: Hashable | None = None
    state: State | None = None
    repaired_at: int | None = None
    continues: bool = False
    pattern: str = ""
    who: str | None = None


@dataclass(frozen=True)
class Signals:
    """The flags of one case in order, and what chance alone would give (`expected`, per kind).

    `asymmetries` and `patterns` hold the latest look per (dyad, interpreter) and per interpreter.
    """

    flags: tuple[Flag, ...]
    expected: Mapping[Kind, float]
    asymmetries: Mapping[tuple[str, Hashable | None], Lasting] = field(default_factory=dict)
    patterns: Mapping[Hashable, Pattern] = field(default_factory=dict)

    @property
    def counted(self) -> int:
        return sum(flag.kind in COUNTED for flag in self.flags)

    @property
    def expected_false(self) -> float:
        return sum(self.expected.values())


STEPS = ("dismissed", "talked", "repair", "closed", "reopened")
"""What a reader can say of an entry; the mark of a person weighs as much as a number."""
ENDS = ("dismissed", "closed")
"""Steps after which an entry waits no more, and which need a reason."""


@dataclass(frozen=True)
class Entry:
    """A flag on screen, the meeting it was found at, and the reader's own steps (step, reason, at), oldest first.

    `returned`: of a series that stayed lower, the last two ratings are back where they were before.
    """

    key: str
    flag: Flag
    meeting: Meeting
    answers: tuple[Any, ...]
    returned: bool = False

    @property
    def ended(self) -> bool:
        """Did a person close it? What was opened again afterwards is not."""
        steps = [one.step for one in self.answers if one.step in (*ENDS, "reopened")]
        return bool(steps) and steps[-1] in ENDS

    @property
    def waits(self) -> bool:
        """Is it still to be talked about? A return to the baseline, or a gap that no longer holds, ends it too."""
        lower = self.flag.kind == "shift" and not self.returned
        return not self.ended and (lower or self.flag.state in ("open", "unrepaired"))


def entries(signals: Signals, seen: Sequence[Meeting], answers: Iterable[Any]) -> tuple[Entry, ...]:
    """The counted flags, newest first; one entry where several encounters in a row raised the same."""
    met = {one.number: one for one in seen}
    given = list(answers)
    found = []
    for flag in signals.flags:
        if flag.kind in COUNTED and not flag.continues:
            key = ":".join([flag.kind, flag.where or flag.pattern, met[flag.number].id])
            mine = tuple(one for one in given if one.key == key)
            found.append(Entry(key, flag, met[flag.number], mine, flag.kind == "shift" and _returned(flag, seen)))
    return tuple(reversed(found))


def _returned(flag: Flag, seen: Iterable[Meeting]) -> bool:
    """One rating alone may be chance: the last two must lie no more than half a usual swing below the baseline."""
    same = [one for one in seen if flag.interpreter_id in (None, one.interpreter_id) and one.number > flag.number]
    later = [x for one in same if (x := one.scores[flag.where]) is not None]
    least = flag.numbers["baseline"] - flag.parameters["tolerance"] * flag.spreads[0].value
    return len(later) >= LAST and all(x >= least for x in later[-LAST:])


def unfit(step: str, reason: str, longest: int) -> dict[str, str]:
    """What is wrong with a step, by field."""
    if step not in STEPS:
        return {"step": "unknown"}
    if step in ENDS and not reason.strip():
        return {"reason": "required"}
    return {"reason": "too_long"} if len(reason.strip()) > longest else {}


def stored(flag: Flag) -> dict[str, Any]:
    """By what it was found, without a number in it: those go when somebody withdraws the form they came from."""
    spreads = [{"source": spread.source, "cases": spread.cases} for spread in flag.spreads]
    found = {"kind": flag.kind, "where": flag.where, "rule": flag.rule, "spreads": spreads}
    return {**found, "parameters": dict(flag.parameters)}
