"""What was done is told, whole and without anybody's words (L); who gave something can take it back and ask (P3)."""

from __future__ import annotations

from tests.exam.sheet import Reached, Size, address, row
from tests.walks import appending, leaving, watching


@row(
    "L1-3",
    "refusals and readings are noted, one JSON line each, and no word of anybody is in the log",
    "canaries 0; 40 events 100%",
)
def nothing_stray_is_logged(size: Size) -> Reached:
    told, holds, red = [], True, True
    for database in size.databases:
        with address(database) as url:
            seen = watching.play(url, everywhere=size.whole)
            with watching.blind():
                blind = watching.play(url, everywhere=False)
        holds &= not seen.strays and not seen.missed and seen.events == 40
        red &= bool(blind.strays) and blind.found < 10
        told.append(
            f"{database}: {seen.found} of {seen.events} events, {len(seen.strays)} strays in {seen.lines} lines"
        )
    return Reached("; ".join(told), holds, red)


@row(
    "L4-6",
    "the trail only grows, as one chain whoever writes, and an edit by hand is found",
    "16 x 500 appends: 1 chain; 200 edits: 200 found",
    short_form="tests/services/test_context.py::test_concurrent_appends_form_one_chain",
)
def the_trail_is_one_chain(size: Size) -> Reached:
    told, holds, red = [], True, True
    writers, each, edits = size.of(16, 4), size.of(500, 10), size.of(200, 22)
    for database in size.databases:
        with address(database, synced=False) as url:
            lines, whole = appending.append(url, writers, each)
            unlocked, _ = appending.append(url, writers, 20, locked=False)
            unfound, taken = appending.edited(url, edits)
            forged = appending.forged_with_the_key(url)
        holds &= (lines, whole, unfound, taken) == (writers * each, True, [], [])
        red &= unlocked < writers * 20 and forged
        told.append(f"{database}: {lines} appends of {writers} writers, 1 chain; {edits - len(unfound)} edits found")
    return Reached("; ".join(told), holds, red)


@row(
    "P3",
    "whoever gave a form can take it back at once and ask who opened it",
    "<= 2 clicks",
)
def leaving_is_easy(size: Size) -> Reached:
    told, holds, red = [], True, True
    for database in size.databases:
        with address(database) as url:
            found = leaving.play(url)
            with leaving.unnoted():
                unnoted = leaving.play(url)
        holds &= max(found.clicks) <= 2 and found.gone and found.opened == found.readers
        red &= unnoted.opened != unnoted.readers
        told.append(
            f"{database}: {max(found.clicks)} clicks at most, gone at once, {len(found.opened)} readings named"
        )
    return Reached("; ".join(told), holds, red)
