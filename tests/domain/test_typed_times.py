"""What a coordinator types for a day and a time; what may mean two things is never guessed."""

from __future__ import annotations

from datetime import date, time

import pytest

from triad.domain import errors
from triad.domain.typed_times import Typed, Words, read

# A Monday.
TODAY = date(2027, 3, 1)
ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
GERMAN = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
ARABIC = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
NEAR = {"today": 0, "tomorrow": 1, "heute": 0, "morgen": 1}


def words(*languages: tuple[str, ...]) -> Words:
    return Words({name: number for names in languages for number, name in enumerate(names)}, NEAR)


BOTH = words(ENGLISH, GERMAN)


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("tue 14:30", date(2027, 3, 2), time(14, 30)),
        ("di 14:30", date(2027, 3, 2), time(14, 30)),
        ("14:30 Di", date(2027, 3, 2), time(14, 30)),
        ("Tue. 9:05", date(2027, 3, 2), time(9, 5)),
        ("sun", date(2027, 3, 7), None),
        ("do 8h", date(2027, 3, 4), time(8)),
        ("2027-03-28 14h30", date(2027, 3, 28), time(14, 30)),
        ("2027-03-28", date(2027, 3, 28), None),
        ("28.3. 9:00", date(2027, 3, 28), time(9)),
        ("1.2.2028", date(2028, 2, 1), None),
        ("1.2.", date(2028, 2, 1), None),
        ("1.3.", TODAY, None),
        ("29.2.", date(2028, 2, 29), None),
        ("28/3", date(2027, 3, 28), None),
        ("3/28/2027", date(2027, 3, 28), None),
        ("4/4", date(2027, 4, 4), None),
        ("tomorrow 2:30 pm", date(2027, 3, 2), time(14, 30)),
        ("morgen, 12am", date(2027, 3, 2), time(0)),
        ("14.30", None, time(14, 30)),
        ("9:00", None, time(9)),
        ("٢٠٢٧-٠٣-٠٢ ١٤:٣٠", date(2027, 3, 2), time(14, 30)),
    ],
)
def test_what_is_typed_is_understood(text: str, day: date | None, at: time | None) -> None:
    assert read(text, TODAY, BOTH) == Typed(day, at)


def test_arabic_names_are_understood_whole_and_from_their_beginning() -> None:
    assert read("الثلاثاء 14:30", TODAY, words(ARABIC)) == Typed(date(2027, 3, 2), time(14, 30))
    assert read("الثل", TODAY, words(ARABIC)).day == date(2027, 3, 2)


@pytest.mark.parametrize("text", ["mon", "montag 9:00", "3/4", "3/4/2027", "2.10", "al"])
def test_what_may_mean_two_things_is_asked(text: str) -> None:
    known = words(ENGLISH, GERMAN, ("alpha", "album", "x1", "x2", "x3", "x4", "x5"))
    with pytest.raises(errors.Unfit) as refused:
        read(text, TODAY, known)
    assert refused.value.fields == {"when": "which_day"}


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "t 14:30", "25:00", "14:60", "13pm", "0am", "2027-02-29", "31.2.", "30.2.2027", "40/1"),
        *("tue wed", "9:00 10:00", "tue 9:00 10", "28", "2027", "tue 1430", "x" * 500),
    ],
)
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(errors.Unfit) as refused:
        read(text, TODAY, BOTH)
    assert refused.value.fields == {"when": "when"}
