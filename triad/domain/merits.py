"""What speaks for somebody who can interpret an encounter, what it costs, and how that ranks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from triad.domain import candidates, wishes
from triad.domain.candidates import Candidate, Credential, Demand, Need, Skill

ON_THE_WAY = timedelta(hours=12)
"""Idle time up to which the booking before or after decides the travel (own choice)."""
COSTS = frozenset({"TRAVEL", "WISH_UNMET"})
"""Codes of points that are no point in favour."""


class Point(NamedTuple):
    code: str
    details: dict[str, Any]


Rank = tuple[Any, ...]


def weighed(who: Candidate, what: Demand) -> tuple[tuple[Point, ...], Rank]:
    """The points of somebody nothing stands against, and what sorts them: the smaller, the better."""
    used = [(need, skill) for need in what.needs if (skill := candidates.best(who.skills, need))]
    credential = _credential(who, what)
    sides = (candidates.near(who, what, before=True)[:1], candidates.near(who, what, before=False)[:1])
    ways = [near for side in sides for near in side if near.idle <= ON_THE_WAY]
    travel = sum(near.travel for near in ways)
    missed = unmet(who, what)
    points = [_acquaintance(who), *_as_wished(who, what), *_proofs(used)]
    if credential:
        details = {"credential": credential.body, "kind": credential.kind, "language": credential.tag}
        points.append(Point("CREDENTIAL", details))
    if what.site_id is not None and what.site_id in [near.site for near in ways]:
        points.append(Point("SAME_SITE", {}))
    if travel:
        points.append(Point("TRAVEL", {"minutes": travel}))
    points += [Point("WISH_UNMET", {"attribute": name}) for name in missed]
    nearness = [candidates.DIALECT_RANK[candidates.understood(skill, need)] for need, skill in used]
    rank = (
        not who.is_usual,
        -who.times_with_client,
        len(missed),
        candidates.CREDENTIAL_RANK[credential.kind] if credential else candidates.NO_CREDENTIAL,
        max(nearness, default=0),
        travel,
        who.name.casefold(),
        str(who.id),
    )
    return tuple(points), rank


def _credential(who: Candidate, what: Demand) -> Credential | None:
    """The best of those that are valid on the day."""
    held = [one for need in what.needs for one in candidates.credentials(who, need) if one.is_valid(what.on)]
    return min(held, key=lambda one: candidates.CREDENTIAL_RANK[one.kind], default=None)


def _acquaintance(who: Candidate) -> Point:
    if who.is_usual:
        return Point("USUAL", {"times": who.times_with_client})
    return Point("KNOWN", {"times": who.times_with_client}) if who.times_with_client else Point("NEW_TO_CLIENT", {})


def _as_wished(who: Candidate, what: Demand) -> Iterator[Point]:
    hoped = {need.gender_wish for need in what.needs if need.wish_kind in ("require", "prefer")} - {None}
    if hoped == {who.gender}:
        yield Point("GENDER_AS_WISHED", {})
    for need in what.needs:
        for name in wishes.had(need.wishes, who.attributes, "require", "prefer"):
            yield Point("AS_WISHED", {"attribute": name})


def unmet(who: Candidate, what: Demand) -> list[str]:
    """Genders and attributes that were only hoped for."""
    found = []
    for need in what.needs:
        if need.gender_wish and need.wish_kind == "prefer" and who.gender != need.gender_wish:
            found.append(need.gender_wish)
        found += wishes.missing(need.wishes, who.attributes, "prefer")
    return found


def _proofs(used: Iterable[tuple[Need, Skill]]) -> Iterator[Point]:
    for need, skill in used:
        yield Point("LEVEL", {"language": need.language, "level": skill.level})
        if need.dialect or skill.language != need.language:
            wanted, understood = need.dialect or need.language, candidates.understood(skill, need)
            yield Point("DIALECT", {"dialect": wanted, "understood": understood})


def difference(now: Iterable[Point], then: Iterable[Point]) -> tuple[list[Point], list[Point]]:
    """What is gained and what is lost when somebody takes the place of another; what stays the same is neither."""
    before, after = {_kind(one): one for one in now}, {_kind(one): one for one in then}
    gained: list[Point] = []
    lost: list[Point] = []
    for kind, point in after.items():
        better = _worth(point) - (_worth(before[kind]) if kind in before else 0)
        if better:
            (gained if better > 0 else lost).append(point)
    lost += [point for kind, point in before.items() if kind not in after and _worth(point) > 0]
    return gained, lost


def _kind(point: Point) -> tuple[str, Any]:
    return point.code, point.details.get("language") or point.details.get("attribute") or point.details.get("dialect")


def _worth(point: Point) -> int:
    """More is better; 0 for what speaks neither way."""
    if point.code == "TRAVEL":
        return -point.details["minutes"]
    if point.code in COSTS:
        return -1
    if point.code == "USUAL":
        return 1
    return point.details.get("level") or point.details.get("times") or int(point.code != "NEW_TO_CLIENT")
