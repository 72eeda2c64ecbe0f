"""Entries of a calendar as iCalendar (RFC 5545, 5546, 7986): a feed to subscribe to, or one entry in a message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vDuration

from triad.domain import clocks, timespans
from triad.domain.calendars import Entry
from triad.formats import letters

PRODUCT = "-//Triad//Calendar//EN"
REFRESH = timedelta(hours=12)
MARGIN = timedelta(days=400)
"""Zone rules are given for so long before and after the entries: readers look a year around."""


def feed(entries: Sequence[Entry], language: str, name: str) -> bytes:
    """All entries for a reader who asks again now and then. Nothing in it depends on when it is asked for."""
    calendar = _calendar("PUBLISH", entries)
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for entry in entries:
        event = _event(entry, language)
        calendar.add_component(event)
    return _written(calendar)


def message(entry: Entry, language: str, method: str, organizer: str, attendee: str) -> bytes:
    """One entry for one reader: REQUEST puts it in or changes it, CANCEL takes it out."""
    calendar = _calendar(method, [entry])
    event = _event(entry, language)
    event.add("organizer", vCalAddress(f"mailto:{organizer}"))
    person = vCalAddress(f"mailto:{attendee}")
    person.params["PARTSTAT"], person.params["RSVP"] = "ACCEPTED", "FALSE"
    event.add("attendee", person)
    calendar.add_component(event)
    return _written(calendar)


def _calendar(method: str, entries: Sequence[Entry]) -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    days: dict[str, list[date]] = {}
    for entry in entries:
        if not _is_told_in_utc(entry):
            days.setdefault(entry.zone, []).append(entry.starts_at.date())
    for zone, found in sorted(days.items()):
        first, last = min(found) - MARGIN, max(found) + MARGIN
        calendar.add_component(_rules(zone, date(first.year, 1, 1), date(last.year + 1, 1, 1)))
    return calendar


@lru_cache(maxsize=64)
def _rules(zone: str, first: date, last: date) -> Timezone:
    """Every change of this zone's clock between the two days, each with its own date: no rule to be read wrongly.

    An onset is told on the clock as it was before (RFC 5545, 3.6.5).
    """
    found = Timezone()
    found.add("tzid", zone)
    dawn = datetime.combine(first, time(), UTC)
    base = clocks.offset(zone, dawn)
    for moment, before, after in [(dawn - base, base, base), *clocks.changes(zone, first, last)]:
        part = TimezoneDaylight() if after > before else TimezoneStandard()
        part.add("dtstart", (moment + before).replace(tzinfo=None))
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("tzname", f"{timespans.local(moment, zone):%Z}")
        found.add_component(part)
    return found


def _event(entry: Entry, language: str) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", _shown(entry, entry.starts_at))
    event.add("dtend", _shown(entry, entry.ends_at))
    event.add("summary", letters.summary(entry.code, language))
    if entry.place and not entry.cancelled:
        event.add("location", entry.place)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    return event


def _shown(entry: Entry, moment: datetime) -> datetime:
    return moment.astimezone(UTC if _is_told_in_utc(entry) else ZoneInfo(entry.zone))


def _is_told_in_utc(entry: Entry) -> bool:
    """A local time that comes twice is read as the first of the two (RFC 5545, 3.3.5): the second needs UTC."""
    return any(timespans.local(moment, entry.zone).fold for moment in (entry.starts_at, entry.ends_at))


def _written(calendar: Any) -> bytes:
    text: bytes = calendar.to_ical()
    return text
