"""Weeks and plans as files (`triad-clinic-week/1`): read with every rule for a single session, answered by a plan.

Every refusal names the field and its index as they stand in the file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from triad.domain.staffing import ELSEWHERE, Assigned, Interpreter, Pair, Plan, Session, Week
from triad.formats import week_fields as fields

FORMAT = "triad-clinic-week/1"
MODES = ("in_person", "phone", "video")
DAYS, LONGEST = 31, 24 * 60

# The rules a file can speak of, in the order in which the first that fails is named; the codes are those of matching.
RULES = ("LANG_PAIR", "LANG_LEVEL", "CRED_INVALID", "CLIENT_CHOICE", "GENDER", "MODE", "AVAILABILITY")


@dataclass(frozen=True)
class Read:
    """The week, and why somebody may not interpret a session of it, which is asked of few."""

    week: Week
    rows: Sequence[Mapping[str, Any]]
    clients: Sequence[Mapping[str, Any]]
    people: Sequence[Mapping[str, Any]]

    def against(self, session: int, who: int) -> str | None:
        """The first of `RULES` that fails; None where nothing does."""
        row = self.rows[session]
        kept = _kept(row, self.clients[row["client"]], self.people[who], who)
        return None if all(kept) else RULES[kept.index(False)]


def read(text: str) -> Read:
    """Unfit with `field`: the place in the file, such as `sessions[3].mode`, and what is wrong with it."""
    table = _table(text)
    trips = _trips(table)
    people = [_person(row, n, len(trips)) for n, row in enumerate(fields.listed(table, "interpreters"))]
    clients = [_client(row, n, len(people)) for n, row in enumerate(fields.listed(table, "clients"))]
    rows = [
        _session(row, n, len(clients), len(people), len(trips))
        for n, row in enumerate(fields.listed(table, "sessions"))
    ]
    several = Counter(row["client"] for row in rows)
    speakers: dict[int, list[int]] = {}
    for who, person in enumerate(people):
        for tag in {skill[0] for skill in person["langs"]}:
            speakers.setdefault(tag, []).append(who)
    week = Week(
        sessions=tuple(_as_session(row) for row in rows),
        interpreters=tuple(Interpreter(one["max_day"], one["max_week"], one["trauma_cap"]) for one in people),
        pairs=tuple(_pairs(row, clients[row["client"]], people, speakers) for row in rows),
        newcomers=frozenset(n for n, one in enumerate(clients) if one["prev"] is None and several[n] > 1),
        setup=fields.whole(table, "setup", "", 0, 24 * 60),
        trips=trips,
    )
    return Read(week, rows, clients, people)


def read_plan(text: str, week: Week) -> Assigned:
    """The sessions a plan gives to somebody; Unfit as `read`, also for a session or person the week does not have."""
    table = _loaded(text)
    assign = table.get("assign")
    if not isinstance(assign, dict):
        raise fields.unfit("assign", "missing")
    found = {}
    for key, who in assign.items():
        if not (key.isascii() and key.isdecimal() and int(key) < len(week.sessions)):
            raise fields.unfit(f"assign[{key[:20]}]", "unknown")
        if not fields.is_whole(who) or not 0 <= who < len(week.interpreters):
            raise fields.unfit(f"assign[{key}]", "unknown")
        found[int(key)] = who
    return found


def write_plan(plan: Plan) -> str:
    terms = plan.terms._asdict()
    body = {
        "assign": {str(n): who for n, who in sorted(plan.assigned.items())},
        "objective": plan.worth,
        "bound": plan.bound,
        "gap": plan.gap,
        "seconds": round(plan.seconds, 3),
        "terms": terms,
        "how": plan.how,
    }
    return json.dumps(body, indent=1) + "\n"


# One pair after another


def _skill(client: Mapping[str, Any], person: Mapping[str, Any]) -> list[int] | None:
    return next((skill for skill in person["langs"] if skill[0] == client["lang"]), None)


def _kept(row: Mapping[str, Any], client: Mapping[str, Any], person: Mapping[str, Any], who: int) -> tuple[bool, ...]:
    """Whether each of `RULES` is."""
    skill, start, end = _skill(client, person), row["start"], row["start"] + row["dur"]
    return (
        skill is not None,
        skill is not None and skill[2] >= client["min_prof"],
        person["cert"] >= client["cert"],
        who not in client["exclude"],
        client["gender"] in ("", person["gender"]),
        row["mode"] in person["modes"],
        any(day == row["day"] and first <= start and end <= last for day, first, last in person["avail"]),
    )


def _pairs(
    row: Mapping[str, Any],
    client: Mapping[str, Any],
    people: Sequence[Mapping[str, Any]],
    speakers: Mapping[int, Sequence[int]],
) -> tuple[Pair, ...]:
    pairs, site = [], _site(row)
    for who in speakers.get(client["lang"], ()):
        person = people[who]
        skill = _skill(client, person)
        if skill is None or not all(_kept(row, client, person, who)):
            continue
        pairs.append(
            Pair(
                interpreter=who,
                away=int(client["prev"] not in (None, who)),
                disliked=int(bool(client["prefer"]) and who not in client["prefer"]),
                dialect=abs(skill[1] - client["dialect"]),
                travel=0 if site == ELSEWHERE else person["dist"][site],
                cost=person["rate"] * row["dur"] // 60,
            )
        )
    return tuple(pairs)


def _site(row: Mapping[str, Any]) -> int:
    return row["site"] if row["mode"] == "in_person" else ELSEWHERE


def _as_session(row: Mapping[str, Any]) -> Session:
    return Session(
        day=row["day"],
        start=row["start"],
        minutes=row["dur"],
        client=row["client"],
        site=_site(row),
        priority=row["prio"],
        exposure=row["trauma"],
        pin=row["pin"],
    )


# The shape of the file


def _loaded(text: str) -> dict[str, Any]:
    try:
        table = json.loads(text)
    except (ValueError, RecursionError):
        raise fields.unfit("file", "not_json") from None
    if not isinstance(table, dict):
        raise fields.unfit("file", "not_json")
    return table


def _table(text: str) -> dict[str, Any]:
    table = _loaded(text)
    if table.get("format") != FORMAT:
        raise fields.unfit("format", "unknown")
    return table


def _trips(table: Mapping[str, Any]) -> tuple[tuple[int, ...], ...]:
    rows = fields.listed(table, "travel")
    return tuple(fields.minutes(row, f"travel[{n}]", len(rows)) for n, row in enumerate(rows))


def _person(row: Any, n: int, sites: int) -> dict[str, Any]:
    at = f"interpreters[{n}]"
    row = fields.table(row, at)
    fields.threes(row, "langs", at)
    fields.threes(row, "avail", at)
    if not isinstance(row.get("modes"), list) or not set(map(str, row["modes"])) <= set(MODES):
        raise fields.unfit(f"{at}.modes", "unknown")
    fields.minutes(row.get("dist"), f"{at}.dist", sites)
    for name in ("max_day", "max_week", "trauma_cap", "rate", "cert"):
        fields.whole(row, name, at, 0, 10**6)
    fields.text(row, "gender", at)
    return row


def _client(row: Any, n: int, people: int) -> dict[str, Any]:
    at = f"clients[{n}]"
    row = fields.table(row, at)
    for name in ("lang", "dialect", "min_prof", "cert"):
        fields.whole(row, name, at, 0, 10**6)
    for name in ("exclude", "prefer"):
        if not all(map(fields.is_whole, fields.listed(row, name, at))):
            raise fields.unfit(f"{at}.{name}", "list")
    fields.text(row, "gender", at)
    row["prev"] = fields.index_or_none(row, "prev", at, people)
    return row


def _session(row: Any, n: int, clients: int, people: int, sites: int) -> dict[str, Any]:
    at = f"sessions[{n}]"
    row = fields.table(row, at)
    if row.get("mode") not in MODES:
        raise fields.unfit(f"{at}.mode", "unknown")
    limits = {"client": (0, clients - 1), "day": (0, DAYS), "start": (0, LONGEST), "dur": (1, LONGEST)}
    limits |= {
        "site": (0 if row["mode"] == "in_person" else ELSEWHERE, sites - 1),
        "trauma": (0, 100),
        "prio": (1, 100),
    }
    for name, (least, most) in limits.items():
        fields.whole(row, name, at, least, most)
    row["pin"] = fields.index_or_none(row, "pin", at, people)
    return row
