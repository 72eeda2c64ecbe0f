"""The week of a clinic that does not exist: who meets whom on which day, so that nobody is in two places."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from triad.domain.timespans import DAY

BERLIN, LONDON = "Europe/Berlin", "Europe/London"
SITES = (("LH", "Lindenhof", BERLIN, 7), ("RS", "Riverside", LONDON, 5))
"""Key, name, zone, and how many therapists have their room there."""
WEEKS_BEFORE, WEEKS_AFTER = 12, 2
STARTS = (time(9), time(10, 30), time(13), time(14, 30), time(16))
MINUTES, HELD = 50, 80
"""Of an encounter; and the wall-clock minutes from one start to the next that keep everybody's time apart."""
UNFILLED, URGENT = 6, 3
THEA, INES = "T01", "I01"

Row = dict[str, object]


@dataclass
class Pattern:
    """One case's place in the week, on the clock of its site, and who comes."""

    case: str
    therapist: str
    site: int
    weekday: int
    at: time
    language: str
    interpreters: tuple[str, ...]
    first: int
    """The week it begins; from the middle of the weeks on the second interpreter comes, if there is one."""
    ended: bool
    client_mode: str

    @property
    def zone(self) -> str:
        return SITES[self.site][2]


@dataclass
class Clinic:
    dice: random.Random
    now: datetime
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    speakers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    homes: dict[str, int] = field(default_factory=dict)
    busy: dict[tuple[str, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    """(person, weekday) -> minutes of the Berlin day at which an encounter starts."""
    patterns: list[Pattern] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(BERLIN)).date()


def placed(clinic: Clinic, number: int, therapist: str, language: str) -> Pattern:
    """A weekly hour at which the therapist and one or two interpreters of the language are free."""
    dice, site = clinic.dice, clinic.homes[therapist]
    hours = [(weekday, at) for weekday in range(5) for at in STARTS]
    dice.shuffle(hours)
    for weekday, at in hours:
        minute = at.hour * 60 + at.minute + 60 * site
        free = [key for key in clinic.speakers[language] if is_free(clinic, key, weekday, minute)]
        if not free or not is_free(clinic, therapist, weekday, minute):
            continue
        # The nearest first, then whoever has least to do; Ines comes first so that her week is full.
        load = {key: sum(len(clinic.busy[key, day]) for day in range(5)) for key in free}
        free.sort(key=lambda key: (key != INES or load[key] > 5, clinic.homes[key] != site, load[key]))
        chosen = tuple(free[: 2 if number % 5 == 2 else 1])
        for key in (therapist, *chosen):
            clinic.busy[key, weekday].add(minute)
        first = 0 if dice.random() < 0.7 else dice.randrange(1, 9)
        case = f"F-{2001 + number}"
        ended = number % 17 == 16
        mode = "telephone" if number % 23 == 9 else "in_person"
        pattern = Pattern(case, therapist, site, weekday, at, language, chosen, first, ended, mode)
        clinic.patterns.append(pattern)
        return pattern
    raise ValueError("the week is too short for this clinic")


def is_free(clinic: Clinic, key: str, weekday: int, minute: int) -> bool:
    return all(abs(minute - taken) >= HELD for taken in clinic.busy[key, weekday])


def days(clinic: Clinic, pattern: Pattern) -> Iterator[tuple[date, datetime]]:
    first = clinic.now - timedelta(weeks=WEEKS_BEFORE - pattern.first)
    last = clinic.now + timedelta(weeks=-3 if pattern.ended else WEEKS_AFTER)
    day = first.date() - DAY
    while day <= last.date() + DAY:
        starts = datetime.combine(day, pattern.at, ZoneInfo(pattern.zone))
        if day.weekday() == pattern.weekday and first <= starts < last:
            yield day, starts
        day += DAY


def urgent(clinic: Clinic) -> Iterator[tuple[Pattern, date, time]]:
    """Extra encounters tomorrow that nobody has asked an interpreter for, in languages that several speak."""
    day, found = clinic.today + DAY, 0
    for pattern in clinic.patterns:
        hours = [time(hour) for hour in range(9, 18)]
        minutes = {at: at.hour * 60 + 60 * pattern.site for at in hours}
        free = [at for at in hours if is_free(clinic, pattern.therapist, day.weekday(), minutes[at])]
        usual = pattern.weekday == day.weekday() or pattern.ended
        if usual or not free or len(clinic.speakers[pattern.language]) < 3:
            continue
        at = clinic.dice.choice(free)
        clinic.busy[pattern.therapist, day.weekday()].add(minutes[at])
        yield pattern, day, at
        found += 1
        if found == URGENT:
            return
