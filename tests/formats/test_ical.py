"""Calendars as another library reads them: the same moments on every strange day, and nothing beside them."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import vobject

from triad.domain.calendars import Entry
from triad.domain.timespans import WallTime, instant
from triad.formats import ical

STAMP = datetime(2027, 1, 1, 9, tzinfo=UTC)
# Zone; the last minute before the gap and the first after it; a time that comes twice. 2027, by tzdata.
CLOCKS = [
    ("Europe/Berlin", "03-28 01:59", "03-28 03:00", "10-31 02:30"),
    ("Europe/London", "03-28 00:59", "03-28 02:00", "10-31 01:30"),
    ("Europe/Kyiv", "03-28 02:59", "03-28 04:00", "10-31 03:30"),
    ("America/New_York", "03-14 01:59", "03-14 03:00", "11-07 01:30"),
    ("Asia/Beirut", "03-27 23:59", "03-28 01:00", "10-30 23:30"),
    ("Africa/Cairo", "04-29 23:59", "04-30 01:00", "10-28 23:30"),
    ("America/Havana", "03-13 23:59", "03-14 01:00", "11-07 00:30"),
    ("America/Santiago", "09-04 23:59", "09-05 01:00", "04-03 23:30"),
    ("Asia/Gaza", "03-27 01:59", "03-27 03:00", "10-30 01:30"),
    ("Australia/Lord_Howe", "10-03 01:59", "10-03 02:30", "04-04 01:45"),
]
FIXED = ["Asia/Tehran", "Asia/Kabul", "Asia/Kathmandu", "Asia/Damascus", "Asia/Amman"]


def entry(zone: str, moment: str, fold: int = 0, **changed: Any) -> Entry:
    day, at = moment.split()
    start = instant(WallTime(date.fromisoformat(f"2027-{day}"), time.fromisoformat(at), zone, fold))
    plain = Entry(f"{zone}-{moment}-{fold}", 0, STAMP, start, start + timedelta(minutes=50), zone, "T-1", "Room 1")
    return replace(plain, **changed)


def read(written: bytes) -> dict[str, tuple[datetime, datetime]]:
    """What vobject makes of it: uid -> start and end in UTC."""
    # It keeps the first rules it ever read of a zone: each feed is read for itself.
    known = vars(vobject.icalendar)["__tzidMap"]
    for name in set(known) - {"UTC"}:
        del known[name]
    calendar = vobject.readOne(written.decode())
    return {
        one.uid.value: (one.dtstart.value.astimezone(UTC), one.dtend.value.astimezone(UTC))
        for one in calendar.vevent_list
    }


def around(zone: str, before: str, after: str, twice: str) -> list[Entry]:
    days = [f"{day} 10:00" for day in ("01-15", "02-28", "07-15", "12-31")]
    return [
        *(entry(zone, moment) for moment in (before, after, *days)),
        entry(zone, "12-31 23:45"),
        entry(zone, twice),
        entry(zone, twice, 1),
    ]


@pytest.mark.parametrize(("zone", "before", "after", "twice"), CLOCKS)
def test_another_library_reads_the_same_moments(zone: str, before: str, after: str, twice: str) -> None:
    entries = around(zone, before, after, twice)
    assert len({one.starts_at for one in entries}) == len(entries)
    assert read(ical.feed(entries, "en", "Calendar")) == {one.uid: (one.starts_at, one.ends_at) for one in entries}


@pytest.mark.parametrize("zone", FIXED)
def test_zones_without_changes_are_read_alike(zone: str) -> None:
    entries = [entry(zone, f"{day} 10:00") for day in ("01-15", "03-28", "07-15", "10-31")]
    assert read(ical.feed(entries, "en", "Calendar")) == {one.uid: (one.starts_at, one.ends_at) for one in entries}


def test_a_leap_day_and_two_zones_in_one_feed() -> None:
    leap = instant(WallTime(date(2028, 2, 29), time(9, 30), "Europe/Berlin"))
    entries = [
        replace(entry("Europe/Berlin", "02-28 09:30"), uid="leap", starts_at=leap, ends_at=leap + timedelta(hours=1)),
        entry("America/New_York", "03-20 09:30"),
    ]
    assert read(ical.feed(entries, "en", "Calendar")) == {one.uid: (one.starts_at, one.ends_at) for one in entries}


def test_the_second_of_two_equal_times_would_be_read_as_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    second = entry("Europe/Berlin", "10-31 02:30", 1)
    monkeypatch.setattr(ical, "_is_told_in_utc", lambda _: False)
    assert read(ical.feed([second], "en", "Calendar"))[second.uid][0] == second.starts_at - timedelta(hours=1)


def test_lines_are_folded_at_characters_and_end_as_they_must() -> None:
    long = entry("Europe/Berlin", "03-02 10:00", place="ቤት ምኽሪ፡ " * 30)
    written = ical.feed([long], "ar", "Calendar")
    lines = written.split(b"\r\n")
    assert written.endswith(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert [line.decode() for line in lines] != []
    assert vobject.readOne(written.decode()).vevent.location.value == long.place


def test_no_time_floats_and_every_zone_is_defined() -> None:
    text = ical.feed(around(*CLOCKS[0]), "en", "Calendar").decode()
    starts = re.findall(r"DTSTART(;TZID=[^:]+)?:(\d{8}T\d{6}Z?)", text.split("BEGIN:VEVENT", 1)[1])
    assert len(starts) == 9
    assert [found for found in starts if bool(found[0]) == found[1].endswith("Z")] == []
    assert set(re.findall(r"TZID=([^:;]+)", text)) == set(re.findall(r"TZID:(\S+)", text)) == {"Europe/Berlin"}


def test_what_is_cancelled_says_so_and_takes_no_time() -> None:
    text = ical.feed([entry("Europe/Berlin", "03-02 10:00", cancelled=True)], "en", "Calendar").decode()
    found = vobject.readOne(text).vevent
    assert (found.status.value, found.transp.value, found.contents["class"][0].value) == (
        "CANCELLED",
        "TRANSPARENT",
        "PRIVATE",
    )
    assert "Room" not in text


def test_a_message_names_its_method_one_organizer_and_one_reader() -> None:
    one = entry("Europe/Berlin", "03-02 10:00", sequence=3)
    found = vobject.readOne(ical.message(one, "ar", "REQUEST", "c@x.org", "ines@x.org").decode())
    event = found.vevent
    assert (found.method.value, event.sequence.value, event.uid.value) == ("REQUEST", "3", one.uid)
    assert (event.organizer.value, [a.value for a in event.attendee_list]) == (
        "mailto:c@x.org",
        ["mailto:ines@x.org"],
    )
    assert (event.dtstamp.value, event.last_modified.value) == (STAMP, STAMP)
    assert event.summary.value == "موعد T-1"


def test_a_feed_does_not_depend_on_when_it_is_asked_for() -> None:
    entries = around(*CLOCKS[0])
    assert ical.feed(entries, "en", "Calendar") == ical.feed(entries, "en", "Calendar")
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT12H\r\n" in ical.feed(entries, "en", "Calendar")
    assert b"METHOD:PUBLISH\r\n" in ical.feed([], "en", "Calendar")


def test_the_library_is_loaded_by_the_first_calendar_and_not_before() -> None:
    program = (
        "import sys; from triad.app import create_app; create_app('testing', database_url='sqlite://')\n"
        "print('icalendar' in sys.modules)\n"
        "from triad.formats import ical; ical.feed([], 'en', 'x')\n"
        "print('icalendar' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\nTrue\n"
