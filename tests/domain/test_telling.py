"""When messages are news, when they are tried again, when a telephone is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from triad.domain import telling
from triad.domain.telling import Answer, News, Outcome

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("outcome", "tries", "state", "minutes"),
    [
        (Outcome.SENT, 1, "sent", None),
        (Outcome.REFUSED, 1, "given_up", None),
        (Outcome.NOT_SENT, 1, "failed", 1),
        (Outcome.NOT_SENT, 2, "failed", 5),
        (Outcome.NOT_SENT, 7, "failed", 1440),
        (Outcome.NOT_SENT, 8, "given_up", None),
        (Outcome.UNKNOWN, 1, "unsure", 1),
        (Outcome.UNKNOWN, 7, "unsure", 1440),
        (Outcome.UNKNOWN, 8, "unsure", None),
    ],
)
def test_tries_become_rarer_and_end(outcome: Outcome, tries: int, state: str, minutes: int | None) -> None:
    wanted = None if minutes is None else NOW + timedelta(minutes=minutes)
    assert telling.after(Answer(outcome), tries, NOW) == (state, wanted)


# Kind, who reads; then on, attached, interpreted, same time; what it is.
NEWS = [
    ("assigned", "interpreter", (True, True, True, True), News.REQUEST),
    ("assigned", "interpreter", (True, False, True, True), News.OVERTAKEN),
    ("assigned", "interpreter", (True, True, True, False), News.OVERTAKEN),
    ("assigned", "therapist", (True, True, True, True), News.REQUEST),
    ("assigned", "therapist", (True, True, False, True), News.OVERTAKEN),
    ("assigned", "therapist", (False, True, True, True), News.OVERTAKEN),
    ("released", "interpreter", (True, False, False, True), News.CANCEL),
    ("released", "interpreter", (True, False, True, False), News.CANCEL),
    ("released", "interpreter", (True, True, True, True), News.OVERTAKEN),
    ("released", "therapist", (True, True, False, True), News.BARE),
    ("released", "therapist", (True, True, True, True), News.OVERTAKEN),
    ("released", "therapist", (False, True, False, True), News.OVERTAKEN),
    ("moved", "therapist", (True, True, False, True), News.REQUEST),
    ("moved", "therapist", (True, True, False, False), News.OVERTAKEN),
    ("moved", "interpreter", (True, False, False, True), News.OVERTAKEN),
    ("restored", "therapist", (True, True, False, True), News.REQUEST),
    ("restored", "therapist", (False, True, False, True), News.OVERTAKEN),
    ("cancelled", "therapist", (False, True, False, True), News.CANCEL),
    ("cancelled", "interpreter", (False, False, False, True), News.CANCEL),
    ("cancelled", "therapist", (True, True, False, True), News.OVERTAKEN),
    ("reminder", "interpreter", (True, True, True, True), News.BARE),
    ("reminder", "interpreter", (False, False, False, True), News.OVERTAKEN),
    ("handed_over", "", (False, False, False, False), News.BARE),
]


@pytest.mark.parametrize(("kind", "audience", "now", "news"), NEWS)
def test_only_what_is_still_so_is_said(kind: str, audience: str, now: tuple[bool, ...], news: News) -> None:
    on, attached, interpreted, same = now
    found = telling.news(kind, audience, on=on, attached=attached, interpreted=interpreted, same_time=same)
    assert found is news


@pytest.mark.parametrize(
    ("local", "start", "end", "until"),
    [
        ((2027, 3, 1, 20, 59), 21, 7, None),
        ((2027, 3, 1, 21, 0), 21, 7, (2027, 3, 2, 6, 0)),
        ((2027, 3, 2, 6, 59), 21, 7, (2027, 3, 2, 6, 0)),
        ((2027, 3, 2, 7, 0), 21, 7, None),
        ((2027, 3, 1, 13, 30), 12, 14, (2027, 3, 1, 13, 0)),
        ((2027, 3, 1, 14, 0), 12, 14, None),
        ((2027, 3, 1, 3, 0), 7, 7, None),
        ((2027, 3, 28, 1, 30), 21, 2, (2027, 3, 28, 1, 0)),
        ((2027, 10, 31, 0, 30), 21, 2, (2027, 10, 31, 0, 0)),
    ],
)
def test_quiet_hours_are_the_readers(
    local: tuple[int, ...], start: int, end: int, until: tuple[int, ...] | None
) -> None:
    from zoneinfo import ZoneInfo

    moment = datetime(*local, tzinfo=ZoneInfo(BERLIN))  # type: ignore[misc,arg-type]
    wanted = None if until is None else datetime(*until, tzinfo=UTC)  # type: ignore[misc,arg-type]
    assert telling.quiet_until(moment, BERLIN, start, end) == wanted


@pytest.mark.parametrize(
    ("now", "zone", "due"),
    [
        (datetime(2027, 3, 1, 15, 59, tzinfo=UTC), BERLIN, False),
        (datetime(2027, 3, 1, 16, 0, tzinfo=UTC), BERLIN, True),
        (datetime(2027, 3, 1, 22, 59, tzinfo=UTC), BERLIN, True),
        (datetime(2027, 3, 1, 23, 0, tzinfo=UTC), BERLIN, False),
        (datetime(2027, 3, 1, 12, 0, tzinfo=UTC), "Asia/Kathmandu", True),
        (datetime(2027, 2, 28, 20, 0, tzinfo=UTC), BERLIN, False),
    ],
)
def test_reminders_are_due_on_the_evening_before(now: datetime, zone: str, due: bool) -> None:
    starts_at = datetime(2027, 3, 2, 13, 30, tzinfo=UTC)
    assert telling.is_reminder_due(now, zone, starts_at, 17) is due
