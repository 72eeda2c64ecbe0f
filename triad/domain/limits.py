"""What the ratings of a case cannot say, however they are drawn: too few, all alike, at the top, one side silent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from triad.domain.flags import LOOKED_FROM
from triad.domain.meetings import Meeting
from triad.domain.parties import DIRECTIONS, LETTERS, PARTIES
from triad.domain.scales import CEILING, TOP

Code = Literal["one", "few", "constant", "ceiling", "silent"]


class Limit(NamedTuple):
    """`number` is that of sessions (`one`, `few`) or the share at the top in percent; `who` a party's letter."""

    code: Code
    number: int = 0
    who: str = ""


def of_case(meetings: Sequence[Meeting]) -> tuple[Limit, ...]:
    """The limits of a case over its sessions; those of one session apply as well."""
    seen = sum(one.anything for one in meetings)
    length = (Limit("one", 1),) if seen == 1 else (Limit("few", seen),) if 0 < seen < LOOKED_FROM else ()
    return (*length, *of_sessions(meetings))


def of_sessions(meetings: Sequence[Meeting]) -> tuple[Limit, ...]:
    """Only of what the reader may see: a side that keeps its ratings private is as silent as one that gave none."""
    known = [score for one in meetings for score in one.scores.values() if score is not None]
    if not known:
        return ()
    found = [Limit("constant")] if len(known) > 1 and len(set(known)) == 1 else []
    top = sum(score >= TOP for score in known)
    if top > CEILING * len(known):
        found.append(Limit("ceiling", round(100 * top / len(known))))
    given = {dyad.rater for dyad in DIRECTIONS if any(one.scores[dyad.key] is not None for one in meetings)}
    return (*found, *(Limit("silent", who=LETTERS[party]) for party in PARTIES if party not in given))
