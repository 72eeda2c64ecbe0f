"""Batches delay and never widen, and their moment tells nothing of what was answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triad.domain import batches, release
from triad.domain.batches import Opening, Rhythm, Rule
from triad.domain.parties import Role
from triad.domain.release import Slot

FRIDAY = Rhythm(4, 18, "Europe/Berlin")
WEEK, WINDOW = timedelta(days=7), timedelta(days=7)
BATCHED = Rule(WINDOW, FRIDAY)
MONDAY_MORNING = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
FIRST = datetime(2027, 3, 12, 17, 0, tzinfo=UTC)
"""Monday's forms close a week later; the Friday after that at six in the evening, in Berlin."""

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))
RULES = st.builds(Rule, st.integers(2, 14).map(lambda days: timedelta(days=days)), st.just(FRIDAY))


@pytest.mark.parametrize(
    ("moment", "batch"),
    [
        (datetime(2027, 3, 8, 10, 0, tzinfo=UTC), FIRST),
        (FIRST, FIRST),
        (FIRST + timedelta(microseconds=1), FIRST + WEEK),
        # Berlin turns its clocks on the 28th: six in the evening comes an hour earlier.
        (datetime(2027, 3, 29, 10, 0, tzinfo=UTC), datetime(2027, 4, 2, 16, 0, tzinfo=UTC)),
    ],
)
def test_batch_is_the_next_one_on_the_wall_clock(moment: datetime, batch: datetime) -> None:
    assert FRIDAY.at_or_after(moment) == batch


@given(MOMENTS)
def test_batch_comes_within_a_week_and_never_before(moment: datetime) -> None:
    wait = FRIDAY.at_or_after(moment) - moment
    assert timedelta(0) <= wait <= WEEK + timedelta(hours=1)


def test_two_sessions_of_a_week_are_let_out_together() -> None:
    ends = [MONDAY_MORNING, MONDAY_MORNING + timedelta(days=2)]
    assert [one.at for one in BATCHED.openings(ends)] == [FIRST, FIRST]


def test_one_alone_waits_one_batch_more_and_no_longer() -> None:
    assert [one.at for one in BATCHED.openings([MONDAY_MORNING])] == [FIRST + WEEK]
    # The one of the week after makes two of them.
    pair = BATCHED.openings([MONDAY_MORNING, MONDAY_MORNING + WEEK])
    assert [one.at for one in pair] == [FIRST + WEEK, FIRST + WEEK]
    three = BATCHED.openings([MONDAY_MORNING + n * WEEK for n in range(3)])
    assert [one.at.date() - FIRST.date() for one in three] == [WEEK, WEEK, 3 * WEEK]


def test_without_a_rhythm_forms_open_when_they_close() -> None:
    assert Rule(WINDOW).openings([MONDAY_MORNING]) == [Opening(MONDAY_MORNING + WINDOW)]
    assert batches.rule(7, "off", 18, "Europe/Berlin") == Rule(WINDOW)
    assert batches.rule(7, "friday", 18, "Europe/Berlin") == BATCHED


@given(RULES, st.lists(MOMENTS, min_size=1, max_size=12))
def test_openings_never_come_before_the_window_is_over_and_at_most_two_batches_later(
    rule: Rule, ends: list[datetime]
) -> None:
    for end, opening in zip(ends, rule.openings(ends), strict=True):
        assert end + rule.window <= opening.at <= end + rule.window + 2 * WEEK + timedelta(hours=1)


@given(RULES, st.lists(MOMENTS, min_size=1, max_size=12))
def test_what_is_let_out_comes_with_another_or_after_a_batch_alone(rule: Rule, ends: list[datetime]) -> None:
    found = rule.openings(ends)
    for end, opening in zip(ends, found, strict=True):
        together = sum(one.at == opening.at for one in found)
        assert together >= batches.FEWEST or opening.at > FRIDAY.at_or_after(end + rule.window)


STATES = (None, timedelta(hours=1), timedelta(days=5), timedelta(days=9))
CHOICES = release.NARROWING[:3]


@pytest.mark.parametrize("viewer", ["therapist", "lead", "interpreter"])
def test_batches_never_show_what_could_not_be_read_without_them(viewer: str) -> None:
    [batched], [plain] = BATCHED.openings([MONDAY_MORNING]), Rule(WINDOW).openings([MONDAY_MORNING])
    wider = narrower = 0
    for *locked, choice in product(STATES, STATES, STATES, CHOICES):
        moments = [None if after is None else MONDAY_MORNING + after for after in locked]
        slots = [Slot(party, moment, choice) for party, moment in zip(release.PARTIES, moments, strict=True)]
        for days in range(30):
            now = MONDAY_MORNING + timedelta(days=days)
            with_, without = (release.visible(viewer, slots, now, one) for one in (batched, plain))  # type: ignore[arg-type]
            wider += not with_ <= without
            narrower += with_ < without
    assert (wider, narrower > 0) == (0, viewer != "interpreter")


def test_a_form_locked_after_its_batch_waits_for_the_next_one() -> None:
    opening = Opening(FIRST, FRIDAY)
    late = FIRST + timedelta(days=1)
    slots = [Slot(Role.THERAPIST, MONDAY_MORNING), Slot(Role.INTERPRETER, MONDAY_MORNING), Slot(Role.CLIENT, late)]
    before, after = late + timedelta(days=5), FIRST + WEEK
    assert release.visible("therapist", slots, before, opening) == {Role.THERAPIST, Role.INTERPRETER}
    assert release.visible("therapist", slots, after, opening) == set(release.PARTIES)


def test_all_three_in_shortens_nothing() -> None:
    slots = [Slot(party, MONDAY_MORNING) for party in release.PARTIES]
    now = MONDAY_MORNING + timedelta(days=1)
    assert release.visible("therapist", slots, now, Opening(FIRST, FRIDAY)) == {Role.THERAPIST}
    assert release.visible("therapist", slots, now, Opening(FIRST)) == set(release.PARTIES)
