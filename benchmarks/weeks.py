"""Seeded weeks for the benchmarks, in the file format: languages by Zipf, 28 % bilingual people, eight sites."""

from __future__ import annotations

import random
from typing import Any

SITES, DAYS = 8, 5
MODES = ["in_person", "phone", "video"]
WINDOWS = ((540, 1110), (540, 780), (600, 840), (720, 1110), (600, 1110))


def week(sessions: int, interpreters: int, languages: int, seed: int = 1) -> dict[str, Any]:
    dice = random.Random(f"{sessions} {interpreters} {languages} {seed}")
    weights = [1 / (rank + 1) ** 0.9 for rank in range(languages)]
    trips = _trips(dice)
    people = [_person(dice, n, languages, weights, trips) for n in range(interpreters)]
    rows: list[dict[str, Any]] = []
    clients: list[dict[str, Any]] = []
    while len(rows) < sessions:
        count = min(dice.choices((1, 2, 3), (6, 3, 1))[0], sessions - len(rows))
        clients.append(_client(dice, people, languages, weights))
        rows += _sessions(dice, len(clients) - 1, count)
    return {
        "format": "triad-clinic-week/1",
        "setup": 10,
        "travel": trips,
        "interpreters": people,
        "clients": clients,
        "sessions": rows,
    }


def _trips(dice: random.Random) -> list[list[int]]:
    trips = [[0] * SITES for _ in range(SITES)]
    for one in range(SITES):
        for other in range(one):
            trips[one][other] = trips[other][one] = 5 * dice.randint(2, 8)
    return trips


def _person(
    dice: random.Random, n: int, languages: int, weights: list[float], trips: list[list[int]]
) -> dict[str, Any]:
    first = n % languages if n < languages else dice.choices(range(languages), weights)[0]
    spoken = {first}
    if dice.random() < 0.28:
        spoken.add(dice.choices(range(languages), weights)[0])
    home = dice.randrange(SITES)
    days = sorted(dice.sample(range(DAYS), dice.randint(3, DAYS)))
    return {
        "langs": [[tag, dice.randint(0, 3), dice.randint(3, 5)] for tag in sorted(spoken)],
        "gender": dice.choice("FFFMM"),
        "cert": int(dice.random() < 0.6),
        "modes": MODES if dice.random() < 0.8 else MODES[1:],
        "avail": [[day, *dice.choice(WINDOWS)] for day in days],
        "max_day": 360,
        "max_week": dice.choice((600, 900, 1500)),
        "trauma_cap": dice.choice((8, 12, 16)),
        "rate": dice.choice((45, 55, 70)),
        "dist": [trips[home][site] or 5 for site in range(SITES)],
    }


def _client(
    dice: random.Random, people: list[dict[str, Any]], languages: int, weights: list[float]
) -> dict[str, Any]:
    language = dice.choices(range(languages), weights)[0]
    gender = dice.choices(("", "F", "M"), (80, 15, 5))[0]
    speakers = [
        n
        for n, one in enumerate(people)
        if language in {skill[0] for skill in one["langs"]} and gender in ("", one["gender"])
    ]
    before = dice.choice(speakers) if speakers and dice.random() < 0.65 else None
    liked: list[int] = []
    if dice.random() < 0.5:
        liked = sorted({*dice.sample(speakers, min(1, len(speakers))), *([] if before is None else [before])})
    return {
        "lang": language,
        "dialect": dice.randint(0, 3),
        "min_prof": 3,
        "gender": gender,
        "cert": int(dice.random() < 0.2),
        "prev": before,
        "exclude": [n for n in speakers if n != before and dice.random() < 0.02],
        "prefer": liked,
    }


def _sessions(dice: random.Random, client: int, count: int) -> list[dict[str, Any]]:
    rows = []
    for day in dice.sample(range(DAYS), count):
        mode = dice.choices(MODES, (70, 10, 20))[0]
        rows.append(
            {
                "client": client,
                "therapist": client % 60,
                "day": day,
                "start": 540 + 15 * dice.randint(0, 32),
                "dur": dice.choice((50, 50, 50, 90)),
                "mode": mode,
                "site": dice.randrange(SITES) if mode == "in_person" else -1,
                "trauma": dice.choices((1, 2, 3), (5, 3, 2))[0],
                "prio": dice.choices((1, 2, 4), (80, 15, 5))[0],
                "pin": None,
            }
        )
    return rows
