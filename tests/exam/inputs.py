"""What people and programs send and take out: nothing breaks, nothing is computed, nothing is forged (X)."""

from __future__ import annotations

from typing import NoReturn

import pytest

from tests.exam.sheet import FULL, Reached, Size, address, row
from tests.walks import clinic, contract, noise
from triad.services import people


@row(
    "X1, X2",
    "whatever is sent, in the API's own shapes or in none, the answer is one that is documented, and no fault",
    "schemathesis per role, 500 cases per operation; 10,000 raw: 0 x 5xx",
)
def nothing_sent_breaks_it(size: Size) -> Reached:
    with address("sqlite", synced=False) as url, contract.opened(url) as app:
        callers = contract.EVERYBODY if size.name == FULL else contract.CALLERS[:1]
        tally = contract.play(app, size.of(4_000, 10), size.of(0, 1) * "api/sites", callers=callers)
    with address("sqlite", synced=False) as url, contract.opened(url) as app:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(people, "listed", _throws)
            planted = contract.play(app, 12, "GET /api/sites", callers=contract.CALLERS[:1])
    count = size.of(10_000, 300)
    with clinic.opened() as house:
        heard = noise.play(house, count)
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(house.app.view_functions, "unfilled.index", _throws)
            thrown = noise.play(house, 30, only="/unfilled")
    each = tally.requests // max(1, len(tally.reached))
    told = (
        f"{tally.requests} cases of {len(tally.reached)} operations as {len(callers)} roles, about {each} each, not "
        f"500: {tally.broken} x 5xx, {len(tally.wrong)} answers not documented; {heard.requests} raw requests at "
        f"{len(heard.endpoints)} endpoints, {len(heard.broken)} x 5xx"
    )
    holds = not tally.broken and not tally.wrong and not heard.broken and heard.requests == count
    return Reached(told if holds else f"{told} {heard.broken[:3]}", holds, bool(planted.broken and thrown.broken))


def _throws(*_: object, **__: object) -> NoReturn:
    raise ZeroDivisionError
