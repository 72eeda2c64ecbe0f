"""What a coordinator's desk is counted by: was an interpreter there, why not, how long it took, who kept coming.

Nothing here reads a rating.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from math import inf
from typing import NamedTuple

from triad.domain.parties import PARTIES, Role
from triad.domain.proportions import Share, ranked
from triad.domain.suppression import Part

CANCELLERS = ("client", "therapist", "interpreter", "clinic")
THERE, AWAY = ("arrived", "late"), ("absent", "excused")
LATE_HOURS = 24
"""Hours before the start from which a cancellation is late, where nothing else says so."""
CAUSES = ("none_eligible", "none_free", "declined", "no_answer", "absent", "cancelled", "refused", "unknown")
"""Why a session had no interpreter: the first four as the search was closed; marked absent; cancelled by them; the
request for it turned down because nobody could be found; nothing was noted."""


Held = tuple[datetime, datetime | None]
"""When an assignment was made, and ended."""


class Sought(NamedTuple):
    """A session whose time is over, for which an interpreter was wanted.

    `status` as the encounter's, or "refused" for one that never came of its request. `marks`: party -> attendance.
    `cause` is that of a closed search, "" for none. `waits`: hours each vacancy took, infinite where nobody came.
    """

    case: str
    day: date
    part: Part
    language: str
    mode: str
    site: str
    status: str
    marks: Mapping[str, str] = {}
    cancelled_by: str = ""
    late: bool = False
    minutes: int = 0
    cause: str = ""
    waits: tuple[float, ...] = ()


@dataclass(frozen=True)
class Waits:
    """Hours per vacancy by nearest rank; `never` vacancies are among the `count`, and infinite."""

    count: int
    never: int
    median: float | None
    ninetieth: float | None


@dataclass(frozen=True)
class Continuity:
    """Of one case or of several together: `kept` by the usual interpreter; the longest run, people and switches."""

    kept: Share
    run: int
    people: int
    switches: int
    cases: int = 1


@dataclass(frozen=True)
class Figures:
    """`shares`: fill_met, success_moj, late.<who cancelled>, absent.<party>. `unmarked`: sessions in neither rate."""

    shares: Mapping[str, Share]
    causes: Mapping[str, int]
    waits: Waits
    continuity: Continuity
    unmarked: int


def is_late(cancelled_at: datetime | None, starts_at: datetime, hours: int = LATE_HOURS) -> bool:
    """Was it called off less than so many elapsed hours before its start? False where nobody knows when."""
    return cancelled_at is not None and cancelled_at > starts_at - timedelta(hours=hours)


def waits(
    demand_at: datetime, held: Sequence[tuple[datetime, datetime | None]], still_asked: bool
) -> tuple[float, ...]:
    """Hours from each opening of a slot to the next assignment; `held` in order of time.

    A vacancy opens with the demand and with each release. The last one is infinite while `still_asked`, else it was
    withdrawn and is none.
    """
    found, opened = [], demand_at
    for made_at, ended_at in held:
        found.append(max(0.0, (made_at - opened).total_seconds() / 3600))
        if ended_at is None:
            return tuple(found)
        opened = ended_at
    return (*found, inf) if still_asked else tuple(found)


def was_there(one: Sought) -> bool | None:
    """Had the session its interpreter? None where it was not asked for, or nobody has marked it.

    A mark decides; a session that was marked held without one had its interpreter, an abandoned one says nothing.
    """
    if one.status == "refused":
        return False
    if one.cause == "not_needed":
        return None
    if one.status == "cancelled":
        return False if one.cancelled_by == Role.INTERPRETER or one.cause else None
    if one.part.interpreter is None:
        return False
    mark = one.marks.get(Role.INTERPRETER, "")
    if mark in THERE or mark in AWAY:
        return mark in THERE
    return True if one.status == "held" else None


def cause(one: Sought) -> str:
    """One of CAUSES, for a session that had no interpreter."""
    if one.status == "refused":
        return "refused"
    if one.part.interpreter is not None:
        return "absent"
    if one.cancelled_by == Role.INTERPRETER and not one.cause:
        return "cancelled"
    return one.cause if one.cause in CAUSES else "unknown"


def fill_met(rows: Iterable[Sought]) -> Share:
    """Sessions with an interpreter arrived or late / sessions asked (Central London Community Healthcare FOI/25/297).

    Void ones are never in; cancelled ones only if the interpreter did, or the search was given up before.
    """
    found = [there for one in rows if (there := was_there(one)) is not None]
    return Share(sum(found), len(found))


def success_moj(rows: Iterable[Sought]) -> Share:
    """(fulfilled + customer absent) / (completed - cancelled by customer) (Ministry of Justice, language services).

    The customer is everybody but the interpreter.
    """
    part = whole = 0
    for one in rows:
        there = was_there(one)
        missed = one.status == "abandoned" and one.part.interpreter is not None and there is not False
        missed = missed and any(one.marks.get(who) in AWAY for who in (Role.THERAPIST, Role.CLIENT))
        part += bool(there) or missed
        whole += there is not None or missed
    return Share(part, whole)


def continuity(people: Sequence[str]) -> Continuity:
    """Of one case, its interpreters in order of time: sessions with the most frequent one / interpreted sessions."""
    counts = Counter(people)
    runs = [len(list(same)) for _, same in groupby(people)]
    switches = sum(one != other for one, other in pairwise(people))
    return Continuity(
        Share(max(counts.values(), default=0), len(people)), max(runs, default=0), len(counts), switches
    )


def figures(rows: Sequence[Sought]) -> Figures:
    """Every figure of these sessions; `rows` in order of time."""
    planned = [one for one in rows if one.status != "refused"]
    shares = {"fill_met": fill_met(rows), "success_moj": success_moj(rows)}
    for who in CANCELLERS:
        cancelled = [one for one in planned if one.status == "cancelled" and one.cancelled_by == who]
        shares[f"late.{who}"] = Share(sum(one.late for one in cancelled), len(planned))
    for party in PARTIES:
        due = [one for one in planned if one.status in ("held", "abandoned")]
        if party == Role.INTERPRETER:
            due = [one for one in due if one.part.interpreter is not None]
        shares[f"absent.{party}"] = Share(sum(one.marks.get(party) == "absent" for one in due), len(due))
    unmet = Counter(cause(one) for one in rows if was_there(one) is False)
    return Figures(
        shares=shares,
        causes={code: unmet[code] for code in CAUSES},
        waits=_waits([hours for one in rows for hours in one.waits]),
        continuity=_together(rows),
        unmarked=sum(_waits_for_mark(one) for one in rows),
    )


def _waits_for_mark(one: Sought) -> bool:
    assigned = one.part.interpreter is not None and one.cause != "not_needed"
    return assigned and one.status in ("scheduled", "abandoned") and was_there(one) is None


def _waits(hours: Sequence[float]) -> Waits:
    return Waits(len(hours), sum(one == inf for one in hours), ranked(hours, 0.5), ranked(hours, 0.9))


def _together(rows: Sequence[Sought]) -> Continuity:
    """Counts of all cases added up; the run is the median of each case's longest, people that of each case's."""
    by_case: dict[str, list[str]] = {}
    for one in rows:
        if was_there(one):
            by_case.setdefault(one.case, []).append(str(one.part.interpreter))
    found = [continuity(people) for people in by_case.values()]
    kept = Share(sum(one.kept.part for one in found), sum(one.kept.whole for one in found))
    runs, people = (ranked([getattr(one, name) for one in found], 0.5) for name in ("run", "people"))
    return Continuity(kept, int(runs or 0), int(people or 0), sum(one.switches for one in found), len(found))
