"""No time is taken twice (B), whoever comes at once."""

from __future__ import annotations

from collections import Counter

from tests.exam.sheet import Reached, Size, address, row
from tests.walks import race

ONE_WINNER = {201: 1, 409: race.WRITERS - 1}


@row(
    "B1-8",
    "nobody is booked twice, whoever comes at once",
    "50 writers x 200 rounds on both databases: 1 x 201, 49 x 409, 0 overlaps",
    short_form="tests/walks/test_race.py::test_simultaneous_bookings_have_one_winner",
)
def no_overlaps(size: Size) -> Reached:
    told, holds, red = [], True, True
    for database in size.databases:
        with address(database) as url:
            rounds = race.play(url, size.of(200, 3), processes=5)
            naive = race.play(url, 2, guarded=False, processes=5)
        ends = sum((ended for ended, _ in rounds), Counter[int]())
        overlaps = sum(found for _, found in rounds)
        holds &= all(ended == ONE_WINNER and not found for ended, found in rounds)
        red &= all(found for _, found in naive)
        told.append(f"{database}: {len(rounds)} rounds, {ends[201]} x 201, {ends[409]} x 409, {overlaps} overlaps")
    return Reached("; ".join(told), holds, red)
