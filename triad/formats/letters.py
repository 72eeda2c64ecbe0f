"""The words of messages: shipped as data, one file per language of the desk, filled in for one reader."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from triad.domain import language_names, languages, timespans
from triad.domain.telling import Notice

SOURCE = "en"


@dataclass(frozen=True)
class Letter:
    """`language` is that of subject and text: the reader's where there are words in it, else English."""

    subject: str
    text: str
    language: str


def tongues() -> tuple[str, ...]:
    return tuple(sorted(one.name.removesuffix(".toml") for one in _shipped().iterdir() if one.name.endswith(".toml")))


def compose(notice: Notice) -> Letter:
    """Subject and plain text of one message, in the reader's language and on the reader's clock."""
    tongue, words = _words(notice.language)
    paragraphs = [_opening(notice, words), "\n".join(_lines(notice, tongue, words))]
    if notice.doubtful:
        paragraphs.append(words["closing"]["doubtful"])
    paragraphs.append(words["closing"]["automatic"])
    subject = words["subject"].get(notice.kind, words["subject"]["other"])
    return Letter(subject, "\n\n".join(one for one in paragraphs if one) + "\n", tongue)


def short(notice: Notice) -> Letter:
    """One line for a telephone: when, and nothing else."""
    tongue, words = _words(notice.language)
    assert notice.starts_at is not None
    start = timespans.local(notice.starts_at, notice.zone)
    when = words["when"].format(day=_day(start, words), time=f"{start:%H:%M} ({_city(notice.zone)})")
    text = words["short"][notice.kind].format(when=when)
    return Letter("", f"{text} {words['short']['doubtful']}" if notice.doubtful else text, tongue)


def summary(code: str, language: str) -> str:
    """What an entry of a calendar is called."""
    text: str = _words(language)[1]["summary"].format(code=code)
    return text


def _opening(notice: Notice, words: dict[str, Any]) -> str:
    opening = words["opening"]
    found: str = opening.get(notice.kind) or opening.get(f"{notice.kind}-{notice.audience}") or opening["other"]
    return found


def _lines(notice: Notice, tongue: str, words: dict[str, Any]) -> list[str]:
    line, found = words["line"], []
    if notice.starts_at is not None:
        there = timespans.local(notice.starts_at, notice.place_zone)
        here = timespans.local(notice.starts_at, notice.zone)
        span = timedelta(minutes=notice.minutes)
        found = [
            (line["date"], _day(there, words)),
            (line["time"], _between(there, span, notice.place_zone, words)),
            *_own_time(here, there, span, notice.zone, words),
            (line["length"], words["minutes"].format(count=notice.minutes)),
            (line["mode"], words["mode"].get(notice.mode, "")),
            (line["area"], notice.area if notice.mode == "in_person" else ""),
            (line["languages"], " – ".join(_language(tag, tongue) for tag in notice.languages)),
            (line["code"], notice.code),
        ]
    found.append((line["link"], notice.link))
    return [f"{label}: {_one_line(text)}" for label, text in found if text]


def _own_time(
    here: datetime, there: datetime, span: timedelta, zone: str, words: dict[str, Any]
) -> list[tuple[str, str]]:
    """For a reader whose clock shows something else."""
    if here.replace(tzinfo=None) == there.replace(tzinfo=None):
        return []
    time = _between(here, span, zone, words)
    return [(words["line"]["here"], words["when"].format(day=_day(here, words), time=time))]


def _between(start: datetime, span: timedelta, zone: str, words: dict[str, Any]) -> str:
    # Added on the wall clock it would be an hour off where the clocks change meanwhile.
    end = timespans.local(start.astimezone(UTC) + span, zone)
    offset = f"{start:%z}"
    shown = f"{offset[:3]}:{offset[3:5]}" if offset[3:5] != "00" else offset[:3]
    text: str = words["between"].format(start=f"{start:%H:%M}", end=f"{end:%H:%M}", city=_city(zone), offset=shown)
    return text


def _day(moment: datetime, words: dict[str, Any]) -> str:
    text: str = words["day"].format(
        weekday=words["weekdays"][moment.weekday()],
        day=moment.day,
        month=words["months"][moment.month - 1],
        year=moment.year,
    )
    return text


def _language(tag: str, tongue: str) -> str:
    return language_names.name(tag, tongue) or languages.english(tag)


def _city(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def _one_line(text: str) -> str:
    """A site may be called anything: no name makes a line of its own."""
    return " ".join(text.split())


def _words(language: str) -> tuple[str, dict[str, Any]]:
    tongue = language if language in tongues() else SOURCE
    return tongue, _read(tongue)


@cache
def _read(tongue: str) -> dict[str, Any]:
    return tomllib.loads((_shipped() / f"{tongue}.toml").read_text("utf-8"))


def _shipped() -> Any:
    return resources.files("triad") / "letters"
