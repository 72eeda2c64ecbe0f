"""The part of a form that says when, where and how a session is to be; planning and moving share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from triad.domain import cells, errors, modes, timespans, typed_numbers
from triad.domain.modes import Modes
from triad.domain.timespans import WallTime
from triad.domain.typed_times import Typed
from triad.web import i18n, typed
from triad.web.i18n import lazy

NO_SITE = lazy("No site: nobody comes (%(city)s)")

FIELDS = ("when", "day", "start", "fold", "site", "room", "mode", *modes.COLUMNS)


@dataclass(frozen=True)
class Asked:
    """`numbers` holds the whole numbers that were asked for, by field; a mode is "" where nothing was said."""

    wall: WallTime
    site_id: str
    room_id: str | None
    modes: Modes
    numbers: Mapping[str, int]


def read(form: Mapping[str, str], *numbers: str) -> Asked:
    """FIELDS, site as "id|zone", a mode for all or one each, and `numbers`. Unfit with all that is off.

    What is typed in `when` counts before `day` and `start`.
    """
    problems: dict[str, str] = {}
    said = _typed(form.get("when", ""), problems)

    def one(name: str, kind: Any, code: str) -> Any:
        text = form.get(name, "").strip()
        if not text:
            problems[name] = "required"
            return None
        try:
            return kind(cells.latin(text))
        except ValueError:
            problems[name] = code
            return None

    day = said.day or one("day", date.fromisoformat, "date")
    start = said.at or one("start", time.fromisoformat, "time")
    found = {name: one(name, _whole, "number") for name in numbers}
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


def spelled(written: Mapping[str, str]) -> dict[str, str]:
    """Fields as they were sent, without `when`: what was typed there stands in `day` and `start`. Unfit `when`."""
    problems: dict[str, str] = {}
    said = _typed(written.get("when", ""), problems)
    if problems:
        raise errors.Unfit(problems)
    found = {name: text for name, text in written.items() if name != "when"}
    found |= {"day": said.day.isoformat()} if said.day else {}
    return found | ({"start": f"{said.at:%H:%M}"} if said.at else {})


def settled(form: Any, wall: WallTime) -> dict[str, str]:
    """The form once it was read: what was typed in `when` stands in the fields it speaks of."""
    return {**form.to_dict(), "when": "", "day": wall.day.isoformat(), "start": f"{wall.at:%H:%M}"}


def _typed(text: str, problems: dict[str, str]) -> Typed:
    if not text.strip():
        return Typed(None, None)
    try:
        return typed.read(text)
    except errors.Unfit as error:
        problems |= error.fields
        return Typed(None, None)


def _whole(text: str) -> int:
    number = typed_numbers.whole(text)
    if number is None:
        raise ValueError(text)
    return number


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
