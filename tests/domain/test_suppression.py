"""A figure about several people is shown only when it shows no one of them."""

from __future__ import annotations

import pytest

from triad.domain.suppression import Part, leaves_room, may_show

ENOUGH = [Part(f"c{n}", f"i{n % 3}", f"t{n % 2}") for n in range(5)]


def test_cell_with_people_enough_may_be_shown() -> None:
    assert may_show(ENOUGH) is True


@pytest.mark.parametrize(
    "parts",
    [
        [],
        ENOUGH[:4],
        [part._replace(interpreter=f"i{n % 2}") for n, part in enumerate(ENOUGH)],
        [part._replace(interpreter=None if part.interpreter == "i2" else part.interpreter) for part in ENOUGH],
        [part._replace(therapist="t0") for part in ENOUGH],
        ENOUGH + [ENOUGH[0]] * 4,
    ],
    ids=["nobody", "four clients", "two interpreters", "nobody interpreted", "one therapist", "mostly one client"],
)
def test_cell_with_too_few_people_may_not(parts: list[Part]) -> None:
    assert may_show(parts) is False


def test_half_of_a_cell_may_be_one_client() -> None:
    assert may_show(ENOUGH + [ENOUGH[0]] * 3) is True


@pytest.mark.parametrize(
    ("unseen", "open_"),
    [
        ({"a": [50.0], "b": [50.0], "c": [50.0]}, True),
        ({"a": [100.0], "b": [100.0], "c": [100.0]}, False),
        ({"a": [0.0], "b": [0.0], "c": [0.0]}, False),
        ({"a": [50.0]}, False),
        ({"a": [100.0], "b": [75.0], "c": [75.0]}, True),
        # The room is one person's own: nobody else can make up for what that one gave.
        ({"a": [50.0], "b": [100.0], "c": [100.0]}, False),
    ],
)
def test_sum_over_unseen_scores_leaves_open_what_each_gave(unseen: dict[str, list[float]], open_: bool) -> None:
    assert leaves_room(unseen) is open_
