"""The part of a form that says when, where and how a session is to be; planning and moving share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from triad.domain import errors, modes, timespans
from triad.domain.modes import Modes
from triad.domain.timespans import WallTime
from triad.web import i18n
from triad.web.i18n import lazy

NO_SITE = lazy("No site: nobody comes (%(city)s)")

FIELDS = ("day", "start", "fold", "site", "room", "mode", *modes.COLUMNS)


@dataclass(frozen=True)
class Asked:
    """`numbers` holds the whole numbers that were asked for, by field; a mode is "" where nothing was said."""

    wall: WallTime
    site_id: str
    room_id: str | None
    modes: Modes
    numbers: Mapping[str, int]


def read(form: Mapping[str, str], *numbers: str) -> Asked:
    """FIELDS, site as "id|zone", a mode for all or one each, and `numbers`. Unfit with all that is off."""
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
    seats = modes.said(lambda name: form.get(name, ""))
    return Asked(WallTime(day, start, zone, fold), site, form.get("room") or None, seats, found)


def moment(form: Mapping[str, str], name: str, zone: str) -> datetime | None:
    """A day and a time of day, in fields `name`_day and `name`_time; None where neither is given. Unfit else.

    A time that comes twice is the second one.
    """
    day, at = (form.get(f"{name}_{part}", "").strip() for part in ("day", "time"))
    if not day and not at:
        return None
    try:
        wall = WallTime(date.fromisoformat(day), time.fromisoformat(at), zone, 1)
    except ValueError:
        raise errors.Unfit({f"{name}_day": "date_and_time"}) from None
    return timespans.instant(wall)


def sites(rows: Sequence[Any], zone: str) -> list[tuple[str, str]]:
    """Sites to choose from, with their zone in the value and its city in the words; last no site, in `zone`."""
    nowhere = i18n.gettext(NO_SITE, city=i18n.city(zone))
    return [*((f"{row.id}|{row.zone}", f"{row.name} ({i18n.city(row.zone)})") for row in rows), (f"|{zone}", nowhere)]


def rooms(rows: Sequence[Any], of: Sequence[Any]) -> list[tuple[str, str]]:
    """Rooms to choose from; each says of which of the sites it is, since names come back."""
    names = {site.id: site.name for site in of}
    found = [(row.id, f"{names[row.site_id]} · {row.name}") for row in rows]
    return sorted(found, key=lambda one: one[1].casefold())
