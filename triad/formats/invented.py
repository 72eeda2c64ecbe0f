"""A clinic that does not exist, as the CSV files it would arrive with. The same seed and moment, the same bytes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from triad.domain import intake_columns
from triad.domain.timespans import DAY
from triad.formats import invented_words as words
from triad.formats import tables
from triad.formats.invented_week import (
    INES,
    MINUTES,
    SITES,
    THEA,
    UNFILLED,
    WEEKS_BEFORE,
    Clinic,
    Pattern,
    Row,
    days,
    placed,
    urgent,
)


def files(seed: int, now: datetime) -> dict[str, bytes]:
    """File name to content, for the verbs that import; encounters from 12 weeks before `now` to 2 after."""
    clinic = Clinic(random.Random(f"clinic {seed}"), now)
    for key, name, zone, rooms in SITES:
        numbered = "|".join(f"Room {number}" for number in range(1, rooms + 1))
        clinic.rows["sites"].append(
            {"name": name, "zone": zone, "address": f"{name} 1", "rooms": numbered} | _ref(key)
        )
    _add_interpreters(clinic)
    _add_therapists(clinic)
    _add_clients(clinic)
    _add_encounters(clinic)
    return {f"{file}.csv": _written(file, clinic.rows[file]) for file in intake_columns.FILES}


def _ref(key: str) -> Row:
    return {intake_columns.KEY: key}


def _written(file: str, rows: Sequence[Row]) -> bytes:
    columns = [column.name for column in intake_columns.COLUMNS[file]]
    return tables.written(columns, ([row.get(name, "") for name in columns] for row in rows))


def _name(dice: random.Random, language: str, number: int) -> str:
    given, family = words.NAMES[language]
    return f"{given[number % len(given)]} {dice.choice(family)}"


def _add_interpreters(clinic: Clinic) -> None:
    languages = [tag for tag, count in words.INTERPRETERS.items() for _ in range(count)]
    for number, language in enumerate(languages, 1):
        dice, key = clinic.dice, f"I{number:02}"
        site = 0 if key == INES else int(dice.random() < 0.4)
        clinic.homes[key] = site
        clinic.speakers[language].append(key)
        zone, into = SITES[site][2], ("de", "en")[site]
        first_skill = f"{'apc' if language == 'ar' and number % 3 else language}>{into}~{dice.choice((4, 4, 5))}"
        second = f"|{language}>{('en', 'de')[site]}~3" if dice.random() < 0.4 else ""
        proof = f"{('BDÜ', 'NRPSI')[site]}~certified~{language}~both~{clinic.today - 400 * DAY}"
        proof += f"~{clinic.today + dice.choice((12, 400, 800)) * DAY}~{1000 + number}"
        clinic.rows["interpreters"].append(
            {
                "name": "Ines Haddad" if key == INES else _name(dice, language, number),
                "email": "ines@demo.example" if key == INES else f"{key.lower()}@demo.example",
                "gender": "woman" if key == INES else dice.choice(("woman", "woman", "man")),
                "zone": zone,
                "site": SITES[site][0],
                "modes": "in_person|video|telephone",
                "attributes": words.ATTRIBUTES[number % len(words.ATTRIBUTES)],
                "skills": first_skill + second,
                "credentials": proof if dice.random() < 0.7 else "",
                "training_hours": dice.choice((60, 110, 140, 220)) if number % 9 == 0 else 120 + 10 * (number % 7),
                "ethics_on": clinic.today - 500 * DAY,
                "check_expires": clinic.today + dice.choice((200, 500, 900)) * DAY,
                "adult": "yes",
                "max_week": dice.choice((15, 20, 25)),
            }
            | _ref(key)
        )
        for weekday in range(7 if number % 3 == 1 else 5):
            hours = {"person_ref": key, "weekday": weekday + 1, "from": "07:00", "to": "20:00", "zone": zone}
            clinic.rows["availability"].append(hours | _ref(f"A-{key}-{weekday + 1}"))


def _add_therapists(clinic: Clinic) -> None:
    for number, name in enumerate(words.THERAPISTS, 1):
        key, site = f"T{number:02}", int(number > SITES[0][3])
        clinic.homes[key] = site
        mail = "thea@demo.example" if key == THEA else f"{key.lower()}@demo.example"
        own = {"name": name, "email": mail, "zone": SITES[site][2], "site": SITES[site][0]}
        clinic.rows["therapists"].append(own | {"languages": ("de|en", "en")[site]} | _ref(key))


def _add_clients(clinic: Clinic) -> None:
    languages = [tag for tag, count in words.CLIENTS.items() for _ in range(count)]
    clinic.dice.shuffle(languages)
    hostile = dict(enumerate(words.HOSTILE, len(languages) - len(words.HOSTILE)))
    for number, language in enumerate(languages):
        dice, key = clinic.dice, f"C{number + 1:03}"
        spoken = dice.choice(("apc", "apc", "acm", "apd")) if language == "ar" else language
        therapist = f"T{number % len(words.THERAPISTS) + 1:02}"
        pattern = placed(clinic, number, therapist, language)
        clinic.rows["clients"].append(
            {
                "client_code": f"K-{1207 + 61 * number % 7919}",
                "name": hostile.get(number) or _name(dice, language, number),
                "spoken": spoken,
                "read": language,
                "form_language": language,
                "zone": pattern.zone,
            }
            | _ref(key)
        )
        clinic.rows["cases"].append(_case(clinic, number, pattern, spoken) | {"client_ref": key} | _ref(pattern.case))


def _case(clinic: Clinic, number: int, pattern: Pattern, spoken: str) -> Row:
    dice, usual = clinic.dice, pattern.interpreters[-1]
    wish = dice.random() < 0.12
    opened = clinic.today - timedelta(weeks=WEEKS_BEFORE - pattern.first, days=dice.randrange(1, 30))
    return {
        "therapist_ref": pattern.therapist,
        "site": SITES[pattern.site][0],
        "opened_on": opened,
        "closed_on": clinic.today - 15 * DAY if pattern.ended else "",
        "usual_interpreter_ref": usual,
        "language": pattern.language,
        "dialect": spoken if spoken != pattern.language else "",
        "strict": "no",
        "level": 3 if number % 6 else 4,
        "gender_wish": "woman" if wish else "",
        "wish_kind": "prefer" if wish else "",
        "wishes": words.WISHES.get(number % 24, ""),
        "modes": f"in_person|{_mode(clinic, pattern, usual)}|{pattern.client_mode}",
    }


def _add_encounters(clinic: Clinic) -> None:
    """The weekly ones, some of them cancelled or broken off; then those that nobody interprets yet."""
    planned = [
        (pattern, day, starts)
        for pattern in clinic.patterns
        for day, starts in days(clinic, pattern)
        if clinic.dice.random() > 0.04
    ]
    coming = [one for one in planned if one[2] > clinic.now and len(clinic.speakers[one[0].language]) > 1]
    away: set[tuple[str, date]] = set()
    for pattern, day, _ in clinic.dice.sample(coming, len(coming)):
        missing = sum((who.interpreters[-1], on) in away for who, on, _ in coming)
        if missing >= UNFILLED:
            break
        if pattern.interpreters[-1] != INES:
            away.add((pattern.interpreters[-1], day))
    for number, (key, day) in enumerate(sorted(away), 1):
        off = {"person_ref": key, "from_date": day, "to_date": day, "zone": SITES[clinic.homes[key]][2]}
        clinic.rows["time_off"].append(off | _ref(f"O-{number:02}"))
    for pattern, day, starts in planned:
        middle = starts < clinic.now - timedelta(weeks=WEEKS_BEFORE // 2)
        interpreter = pattern.interpreters[0 if middle else -1]
        row = _encounter(clinic, pattern, day, pattern.at, "" if (interpreter, day) in away else interpreter)
        clinic.rows["encounters"].append(row | _outcome(clinic, starts) | {"series_ref": f"S-{pattern.case}"})
    for pattern, day, at in urgent(clinic):
        clinic.rows["encounters"].append(_encounter(clinic, pattern, day, at, "") | {"status": "scheduled"})


def _encounter(clinic: Clinic, pattern: Pattern, day: date, at: time, interpreter: str) -> Row:
    key, room = SITES[pattern.site][0], int(pattern.therapist[1:])
    room -= SITES[0][3] if pattern.site else 0
    return {
        "case_ref": pattern.case,
        "date": day,
        "start": f"{at:%H:%M}",
        "minutes": MINUTES,
        "zone": pattern.zone,
        "site": key,
        "room": f"Room {room}",
        "mode_i": _mode(clinic, pattern, interpreter) if interpreter else "in_person",
        "mode_c": pattern.client_mode,
        "language": pattern.language,
        "interpreter_ref": interpreter,
    } | _ref(f"E-{pattern.case[2:]}-{day:%m%d}-{at:%H}")


def _mode(clinic: Clinic, pattern: Pattern, interpreter: str) -> str:
    """Who lives at the other site comes by video."""
    return "in_person" if clinic.homes[interpreter] == pattern.site else "video"


def _outcome(clinic: Clinic, starts: datetime) -> Row:
    over = starts + timedelta(minutes=MINUTES) <= clinic.now
    luck = clinic.dice.random()
    if luck < 0.04:
        noticed = f"{starts - timedelta(days=1, hours=2):%Y-%m-%d %H:%M}" if over else ""
        party = clinic.dice.choice(("client", "client", "therapist", "interpreter"))
        return {"status": "cancelled", "cancelled_by": party, "cancelled_at": noticed}
    if not over:
        return {"status": "scheduled"}
    return {"status": "abandoned" if luck < 0.055 else "held"}
