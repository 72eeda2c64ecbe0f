"""Which months and which groups of sessions may be told of, so that no subtraction gives back one that may not.

Everything shown is a sum of cells, one for each period and group, and each cell passes the k-rule by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from triad.domain import reporting, suppression
from triad.domain.reporting import Figures, Sought

SPEAKERS = 3
"""Active interpreters from which a language may stand by itself."""
OTHER = ""
MONTH = "month"
CUTS: Mapping[str, Callable[[Sought], str]] = {
    "language": lambda one: one.language,
    "mode": lambda one: one.mode,
    "site": lambda one: one.site,
}


class Period(NamedTuple):
    """Whole months, each as its first day: as many together as it takes for enough people."""

    first: date
    last: date

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}/{self.last:%Y-%m}"


Cells = dict[str, dict[Period, list[Sought]]]


@dataclass(frozen=True)
class Told:
    """`groups`: name ("" for all others, "2027-01/2027-02" for a period) to figures; none where they are too few.

    `periods` are those the figures are of, in order; without any there is no `total` either.
    """

    periods: tuple[Period, ...]
    total: Figures | None
    groups: tuple[tuple[str, Figures], ...]


def month(day: date) -> date:
    return day.replace(day=1)


def following(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def may_tell(rows: Sequence[Sought]) -> bool:
    """The k-rule for one cell: for all its sessions, and for those an interpreter was asked for."""
    asked = [one.part for one in rows if reporting.was_there(one) is not None]
    return suppression.may_show(asked) and suppression.may_show(one.part for one in rows)


def periods(rows: Sequence[Sought], until: date) -> tuple[Period, ...]:
    """From the first month there is, cut as soon as a period may be told of, to the month before `until`.

    The cuts are the same whatever range is asked for: two ranges that differ, differ by whole periods.
    """
    found: list[Period] = []
    by_month: dict[date, list[Sought]] = {}
    for one in rows:
        by_month.setdefault(month(one.day), []).append(one)
    held: list[Sought] = []
    at = began = min(by_month, default=until)
    while at < until:
        held += by_month.get(at, ())
        after = following(at)
        if may_tell(held):
            found.append(Period(began, at))
            held, began = [], after
        at = after
    return tuple(found)


def groups(
    rows: Sequence[Sought], cuts: Sequence[Period], by: str, speakers: Mapping[str, int]
) -> dict[str, frozenset[str]]:
    """Name to the values it holds. A value stands alone where it could in every period; all others stand together,
    with as many more as it takes for them to be enough. {} where nothing could stand alone.
    """
    cells: Cells = {}
    for period, mine in _by_period(rows, cuts).items():
        for one in mine:
            cells.setdefault(CUTS[by](one), {}).setdefault(period, []).append(one)
    alone = [
        name
        for name, held in cells.items()
        if all(map(may_tell, held.values())) and (by != "language" or speakers.get(name, 0) >= SPEAKERS)
    ]
    alone.sort(key=lambda name: (-sum(map(len, cells[name].values())), name))
    rest = cells.keys() - set(alone)
    while alone and rest and not _may_stand(cells, rest):
        rest.add(alone.pop())
    found = {name: frozenset({name}) for name in sorted(alone)}
    return {**found, OTHER: frozenset(rest)} if found and rest else found


def _may_stand(cells: Cells, names: set[str]) -> bool:
    """Could these stand together in every period that has any of them?"""
    together: dict[Period, list[Sought]] = {}
    for name in names:
        for period, mine in cells[name].items():
            together.setdefault(period, []).extend(mine)
    return all(map(may_tell, together.values()))


def _by_period(rows: Sequence[Sought], cuts: Sequence[Period]) -> dict[Period, list[Sought]]:
    """In the order of both; what is in none of the periods is left out."""
    found: dict[Period, list[Sought]] = {one: [] for one in cuts}
    places = {}
    for one in cuts:
        at = one.first
        while at <= one.last:
            places[at], at = one, following(at)
    for row in rows:
        if period := places.get(month(row.day)):
            found[period].append(row)
    return found


def told(rows: Sequence[Sought], first: date, last: date, until: date, by: str, speakers: Mapping[str, int]) -> Told:
    """The figures of the periods that lie within the months `first` to `last`, in all and by one thing.

    `rows` are all there are, in order of time; months from `until` on are not over yet.
    """
    cuts = periods(rows, until)
    shown = tuple(one for one in cuts if first <= one.first and one.last <= last)
    if not shown:
        return Told((), None, ())
    within = _by_period(rows, shown)
    here = [one for mine in within.values() for one in mine]
    if by == MONTH:
        each = {one.name: mine for one, mine in within.items()}
    else:
        held = groups(rows, cuts, by, speakers)
        each = {name: [row for row in here if CUTS[by](row) in values] for name, values in held.items()}
    found = tuple((name, reporting.figures(mine)) for name, mine in each.items() if mine)
    return Told(shown, reporting.figures(here), found)
