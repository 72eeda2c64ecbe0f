"""A linear program as lists of numbers, and what it remembers of the rows that days of one week share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from triad.domain.staffing import Assigned, Interpreter, Week


@dataclass(frozen=True)
class Taken:
    """(Person, week) -> minutes and exposure that are held in it."""

    minutes: Mapping[tuple[int, int], int]
    exposure: Mapping[tuple[int, int], int]

    @classmethod
    def of(cls, week: Week, held: Assigned) -> Taken:
        minutes: Counter[tuple[int, int]] = Counter()
        exposure: Counter[tuple[int, int]] = Counter()
        for n, who in held.items():
            session = week.sessions[n]
            minutes[who, session.week] += session.minutes
            exposure[who, session.week] += session.exposure
        return cls(minutes, exposure)


Room = Callable[[Interpreter, int, Taken, int], int]
"""What is left of a limit in this week of this person."""


def minutes_left(limits: Interpreter, number: int, taken: Taken, who: int) -> int:
    return limits.most_in(number) - taken.minutes[who, number]


def bearable_left(limits: Interpreter, number: int, taken: Taken, who: int) -> int:
    return limits.bearable[number] - taken.exposure[who, number]


def easy_left(limits: Interpreter, number: int, taken: Taken, who: int) -> int:
    # What the held ones are beyond it already is counted with them.
    return max(0, limits.easy_in(number) - taken.exposure[who, number])


class Shared(NamedTuple):
    """A row over somebody's week; what is held on other days leaves less room in it."""

    row: int
    room: Room
    who: int
    week: int


@dataclass
class Program:
    """Maximise `gain` over `lower <= x <= upper` and rows `sum <= most`. `chosen[n]` is what column n stands for,
    session and interpreter; the columns after these are no choices and need not be whole.
    """

    chosen: list[tuple[int, int]] = field(default_factory=list)
    gain: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    columns: list[int] = field(default_factory=list)
    factors: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    shared: list[Shared] = field(default_factory=list)
    firsts: dict[tuple[int, int], int] = field(default_factory=dict)
    """New client and person -> the column that pays for their meeting."""

    def column(self, gain: float, lower: float = 0.0, upper: float = 1.0) -> int:
        self.gain.append(gain)
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.gain) - 1

    def row(self, most: float, columns: Sequence[int], factors: Sequence[float] | None = None) -> int:
        """`factors` None is 1 each."""
        self.columns += columns
        self.factors += factors or [1.0] * len(columns)
        self.starts.append(len(self.columns))
        self.most.append(most)
        return len(self.most) - 1
