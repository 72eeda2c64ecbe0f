"""The part of a form that says when, where and how a session is to be; planning and moving share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from triad.domain import errors
from triad.domain.timespans import WallTime
from triad.web import i18n

FIELDS = ("day", "start", "fold", "site", "room", "mode", "mode_i")


@dataclass(frozen=True)
class Asked:
    """`numbers` holds the whole numbers that were asked for, by field; `modes` therapist, interpreter, client."""

    wall: WallTime
    site_id: str
    room_id: str | None
    modes: tuple[str, str, str]
    numbers: Mapping[str, int]


def read(form: Mapping[str, str], *numbers: str) -> Asked:
    """FIELDS, site as "id|zone", and `numbers`. Unfit with all that is off."""
    problems: dict[str, str] = {}

    def one(name: str, kind: Any, code: str) -> Any:
        text = form.get(name, "").strip()
        if not text:
            problems[name] = "required"
            return None
        try:
            return kind(text)
        except ValueError:
            problems[name] = code
            return None

    day, start = one("day", date.fromisoformat, "date"), one("start", time.fromisoformat, "time")
    found = {name: one(name, int, "number") for name in numbers}
    site, _, zone = form.get("site", "").partition("|")
    if not zone:
        problems["site"] = "required"
    if start and (start.tzinfo or start.second or start.microsecond):
        problems["start"] = "time"
    if problems:
        raise errors.Unfit(problems)
    fold = int(form["fold"]) if form.get("fold") in ("0", "1") else None
    mode = form.get("mode", "")
    modes = (mode, form.get("mode_i") or mode, mode)
    return Asked(WallTime(day, start, zone, fold), site, form.get("room") or None, modes, found)


def sites(rows: Sequence[Any]) -> list[tuple[str, str]]:
    """Sites to choose from, with their zone in the value and its city in the words."""
    return [(f"{row.id}|{row.zone}", f"{row.name} ({i18n.city(row.zone)})") for row in rows]


def rooms(rows: Sequence[Any], of: Sequence[Any]) -> list[tuple[str, str]]:
    """Rooms to choose from; each says of which of the sites it is, since names come back."""
    names = {site.id: site.name for site in of}
    found = [(row.id, f"{names[row.site_id]} · {row.name}") for row in rows]
    return sorted(found, key=lambda one: one[1].casefold())
