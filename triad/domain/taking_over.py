"""Lines of a plan carried out: which hang together, in what order, and what is tried once more as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

OF_THE_WEEK = frozenset({"LOAD_MAX", "EXPOSURE_CAP"})
"""What may stand against a line only until another one, days away, is carried out too."""


@dataclass(frozen=True)
class Line:
    """One encounter that goes from `before` to `after`; None is nobody."""

    id: str
    before: str | None
    after: str | None
    start: datetime
    day: date

    @property
    def reversed(self) -> Line:
        return replace(self, before=self.after, after=self.before)


Act = Callable[[Sequence[Line]], Mapping[str, tuple[str, ...]]]
"""Carries out a group whole, and says nothing; or nothing of it, and says which encounter has codes against it."""


class CarriedOut(NamedTuple):
    """Encounter ids: carried out; left because of another one of its group; refused, with the codes against it."""

    done: list[str]
    left: list[str]
    refused: dict[str, tuple[str, ...]]


def carry_out(lines: Iterable[Line], act: Act) -> CarriedOut:
    """Each group by itself, in order of time.

    What only the limits of a week refuse is tried once more, all of it as one: one may make room for another.
    """
    found, again = CarriedOut([], [], {}), []
    first: dict[str, tuple[str, ...]] = {}
    for group in groups(lines):
        wrong = act(group)
        if wrong and all(OF_THE_WEEK.issuperset(codes) for codes in wrong.values()):
            again.append(group)
            first |= wrong
        else:
            _note(found, group, wrong)
    # Alone, one has been tried already, unless something was carried out since.
    whole = [line for group in again for line in group]
    if whole and (len(again) > 1 or found.done) and not act(whole):
        return CarriedOut([*found.done, *(line.id for line in whole)], found.left, found.refused)
    _note(found, whole, first)
    return found


def _note(found: CarriedOut, group: Sequence[Line], wrong: Mapping[str, tuple[str, ...]]) -> None:
    found.refused.update(wrong)
    (found.left if wrong else found.done).extend(line.id for line in group if line.id not in wrong)


def groups(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines joined by a person whom one of them gives up and another gets on the same day; in order of time."""
    found: list[list[Line]] = []
    for line in lines:
        near = [group for group in found if any(_hang_together(line, one) for one in group)]
        for group in near:
            found.remove(group)
        found.append(sorted([*(one for group in near for one in group), line], key=lambda one: (one.start, one.id)))
    return sorted(found, key=lambda group: (group[0].start, group[0].id))


def _hang_together(one: Line, other: Line) -> bool:
    gives = {one.before, other.before} - {None}
    return abs((one.day - other.day).days) <= 1 and bool(
        gives & {one.after, other.after} and (one.before == other.after or other.before == one.after)
    )
