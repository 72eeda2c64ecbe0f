"""Who may not know what somebody else answered finds nothing (V)."""

from __future__ import annotations

from tests.exam.sheet import FULL, Reached, Size, address, row
from tests.walks import worlds


@row(
    "V1",
    "two worlds that differ only in what the client did look alike to whoever may not know it",
    "500 requests: 0 differing bytes, mails, counts after a published nonce mask",
    short_form="tests/walks/test_worlds.py::test_no_reader_can_tell_a_rating_from_none_after_the_forms_have_closed",
)
def worlds_look_alike(size: Size) -> Reached:
    told, holds, red = [], True, True
    for database in size.databases:
        with address(database) as url, worlds.opened(url) as app:
            found, compared = worlds.play(app, worlds.ALL if size.name == FULL else worlds.SOME)
            unmasked, _ = worlds.play(app, worlds.SOME[:2], ["nobody"], list(worlds.PHASES)[:1], nonces=[])
        holds &= not found and compared >= 500
        red &= bool(unmasked)
        told.append(f"{database}: {compared} answers compared, {len(found)} differ")
    return Reached("; ".join(told), holds, red)
