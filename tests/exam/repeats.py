"""What is sent again has one effect (I)."""

from __future__ import annotations

from tests.exam.sheet import Reached, Size, address, row
from tests.walks import tapping


@row(
    "I1, I2, I5",
    "a request that is sent again, at once or later, to this server or the next, has one effect and one answer",
    "100 repeats, retries, double taps: 1 effect; other body 422; running 409; other actor = new",
    short_form="tests/web/test_api_repeats.py::test_double_taps_have_one_effect",
)
def one_effect(size: Size) -> Reached:
    told, holds, red = [], True, True
    for database in size.databases:
        with address(database, synced=False) as url:
            ended = tapping.play(url, size.of(100, 5))
            forgotten = tapping.play(url, 2, "forget-repeats")
        holds &= not ended.wrong and ended.effects == ended.wanted
        red &= forgotten.effects > forgotten.wanted
        counts = ", ".join(f"{count} x {status}" for status, count in sorted(ended.statuses.items()))
        told.append(f"{database}: {ended.requests} requests to two servers, {ended.effects} effects ({counts})")
    return Reached("; ".join(told) if holds else f"{told} {ended.wrong[:3]}", holds, red)
