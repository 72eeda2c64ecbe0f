"""No time is taken twice (B), whoever comes at once."""

from __future__ import annotations

from collections import Counter

from tests.exam.sheet import Reached, Size, address, row
from tests.walks import crossing, race

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


@row(
    "B2",
    "nobody is booked twice, on whichever path their time is taken, by program or by page",
    "nine paths x 50 rounds, both databases: 0 overlaps, 0 x 5xx",
    short_form="tests/walks/test_crossing.py::test_no_path_books_anybody_twice",
)
def no_path_overlaps(size: Size) -> Reached:
    told, holds, red = [], True, True
    for database in size.databases:
        with address(database) as url:
            found = crossing.play(url, size.of(10, 1, 50))
            naive = crossing.play(url, size.of(5, 1), guarded=False)
        ones = found.values()
        holds &= all(one.counts[1:] == (one.rounds, 0, 0) for one in ones)
        doubled = sum(one.overlaps > 0 for one in naive.values())
        # SQLite refuses most of what its engine would have to write twice; PostgreSQL does whatever it is told.
        red &= doubled == len(naive) if database != "sqlite" else doubled > 0
        rounds, won, overlaps, broke = (sum(counts) for counts in zip(*(one.counts for one in ones), strict=True))
        told.append(
            f"{database}: {len(found)} paths, {rounds} rounds, {won} with a winner, {overlaps} overlaps, "
            f"{broke} x 5xx; without guards {doubled} paths book twice"
        )
    return Reached("; ".join(told), holds, red)
