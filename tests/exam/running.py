"""The house stays usable while it is abused (O)."""

from __future__ import annotations

from tests.exam.sheet import Reached, Size, address, row
from tests.walks import raining

GUESSERS = 12


@row(
    "O1",
    "who works here gets on while somebody guesses keys and links as fast as the line carries it",
    "usable under abuse: p95 <= 1 s",
)
def usable_under_abuse(size: Size) -> Reached:
    told, holds, red = [], True, True
    steps, guessers = size.of(300, 24), size.of(GUESSERS, 3)
    for database in size.databases:
        with address(database, synced=False) as url:
            rain = raining.play(url, steps, guessers)
            shut = raining.play(url, 8, guessers, "for-all")
            holds &= set(rain.worked) == {200} and rain.guessed[429] > 0
            red &= shut.worked[429] > 0
            told.append(
                f"{database}: {rain.worked[200]} of {steps} steps while {rain.guessed.total()} guesses of {guessers} "
                f"at once came from the same address, {rain.guessed[429]} x 429"
            )
            # How long it takes is asked where nothing else runs.
            if size.whole:
                slow = raining.play(url, 40, GUESSERS, "waiting")
                holds &= rain.late <= 1
                red &= slow.late > rain.late
                told.append(f"p95 {rain.late:.2f} s, {slow.late:.2f} s where guessers are kept waiting")
    return Reached("; ".join(told), holds, red)
