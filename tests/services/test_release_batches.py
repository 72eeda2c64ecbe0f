"""Where a clinic lets forms out together, no picture and no file shows one before its batch."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests import cast, filled
from tests.conftest import Clock
from triad.services import alliance, exports, settings

SUNDAY = date(2027, 2, 28)
CLOSED = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
BATCH, NEXT = (datetime(2027, 3, day, 17, 0, tzinfo=UTC) for day in (12, 19))
ALL = {"TC": 50.0, "TI": 50.0, "IT": 50.0, "IC": 50.0, "CT": 50.0, "CI": 50.0}


def rated(cast_: cast.Cast, day: date, id_: str) -> None:
    cast.encounter(cast_, day, interpreter="p-ines", held=True, id_=id_)
    for party in ("therapist", "interpreter", "client"):
        filled.rating(cast_, id_, party, cast_.clinic.clock(), ALL)


@pytest.fixture
def batched(cast_: cast.Cast) -> None:
    for change in ({"batch_day": "friday"}, {"batch_hour": "18"}):
        settings.change(cast_.ada, change, (), settings.shown(cast_.ada).version)
        for number in (one.number for one in settings.shown(cast_.lena).waiting.values()):
            settings.confirm(cast_.lena, number)


def read(cast_: cast.Cast, clock: Clock, moment: datetime) -> list[int]:
    """Bonds that thea and lena see at this moment, each in the picture and in the file of it."""
    clock.now = moment
    found = []
    for actor, file in (
        (cast_.thea, exports.for_case(cast_.thea, cast_.case_id)),
        (cast_.lena, exports.for_lead(cast_.lena)),
    ):
        shown = [one.scores for one in alliance.for_case(actor, cast_.case_id).meetings]
        for scores in (shown, [one.triangle.scores for one in file.triads]):
            found.append(sum(score is not None for each in scores for score in each.values()))
    return found


def test_nothing_is_read_before_its_batch(cast_: cast.Cast, clock: Clock, batched: None) -> None:
    for number, day in enumerate((SUNDAY, date(2027, 3, 1)), 1):
        rated(cast_, day, f"enc-{number}")
    own = [4, 4, 0, 0]
    assert read(cast_, clock, datetime(2027, 3, 2, tzinfo=UTC)) == own
    assert read(cast_, clock, BATCH.replace(hour=16, minute=59)) == own
    assert read(cast_, clock, BATCH) == [12] * 4


def test_one_alone_waits_a_week_more(cast_: cast.Cast, clock: Clock, batched: None) -> None:
    rated(cast_, SUNDAY, "enc-1")
    assert read(cast_, clock, CLOSED) == read(cast_, clock, BATCH) == [2, 2, 0, 0]
    assert read(cast_, clock, NEXT) == [6] * 4


def test_without_batches_all_three_in_are_read_at_once(cast_: cast.Cast, clock: Clock) -> None:
    rated(cast_, SUNDAY, "enc-1")
    assert read(cast_, clock, datetime(2027, 3, 2, tzinfo=UTC)) == [6] * 4
