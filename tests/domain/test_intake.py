from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from triad.domain import cells, intake, modes, proofs, wishes
from triad.domain.cells import Misread
from triad.domain.intake import Finding
from triad.domain.intake_columns import COLUMNS, FILES
from triad.domain.occupancy import Margins, Occupancy, spans
from triad.domain.timespans import TimeSpan

HEADING = ("external_ref", "case_ref", "date", "start", "minutes", "zone", "language")


def refusal(read: Any, cell: str) -> tuple[str, ...]:
    with pytest.raises(Misread) as misread:
        read(cell)
    return (misread.value.rule, *misread.value.hints)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("03/04/2027", ("date_order", "2027-04-03", "2027-03-04")),
        ("25/12/2026", ("date", "2026-12-25")),
        ("12/25/2026", ("date", "2026-12-25")),
        ("28.3.27", ("date", "2027-03-28")),
        ("2027/3/4", ("date", "2027-03-04")),
        ("03/03/2027", ("date", "2027-03-03")),
        ("20270328", ("date",)),
        ("2027-W12-7", ("date",)),
        ("2027-02-29", ("no_such_day",)),
        ("0027-02-03", ("range", "1900–2200")),
        ("yesterday", ("date",)),
    ],
)
def test_day_is_never_guessed(cell: str, expected: tuple[str, ...]) -> None:
    assert refusal(cells.day, cell) == expected


def test_day_takes_iso_in_the_digits_of_any_script() -> None:
    assert cells.day("2028-02-29") == cells.day("٢٠٢٨-٠٢-٢٩") == cells.day("২০২৮-০২-২৯") == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("14.30", ("time", "14:30")),
        ("1430", ("time", "14:30")),
        ("2:30 pm", ("time",)),
        ("24:00", ("time",)),
        ("25.00", ("time",)),
        ("14:60", ("time",)),
    ],
)
def test_clock_refuses_with_a_hint(cell: str, expected: tuple[str, ...]) -> None:
    assert refusal(cells.clock, cell) == expected


def test_clock_takes_short_hours_seconds_of_spreadsheets_and_an_offset() -> None:
    assert [cells.clock(cell) for cell in ("9:05", "09:05:00", "۹:۰۵")] == [time(9, 5)] * 3
    assert cells.clock("02:30+01:00").utcoffset() == timedelta(hours=1)
    assert refusal(cells.wall_clock, "02:30+01:00") == ("time", "02:30")


@pytest.mark.parametrize(
    ("read", "cell", "expected"),
    [
        (cells.language, "Kurdish", ("which_variety", "kmr", "ckb")),
        (cells.language, "Tigrinja", ("unknown_language", "ti")),
        (cells.language, "Klingon", ("unknown_language",)),
        (cells.written_language, "Levantine", ("spoken_only", "ar")),
        (cells.zone, "Europe/Belrin", ("unknown_zone", "Europe/Berlin", "Europe/Dublin")),
        (cells.zone, "../../etc/passwd", ("unknown_zone",)),
        (cells.yes_no, "maybe", ("unknown", "yes", "no")),
        (cells.whole(1, 5), "6", ("range", "1–5")),
        (cells.whole(1, 5), "²", ("number",)),
        (cells.whole(1, 500), "50 min", ("number", "50")),
        (cells.email, "kora at example.org", ("email",)),
        (cells.one_of(*cells.GENDERS), "female", ("unknown", "woman")),
        (cells.one_of(*modes.MODES), "phone", ("unknown", "telephone")),
        (cells.weekday, "0", ("unknown", "monday", "1–7")),
        (cells.text(5), "longer", ("too_long", "longe")),
        (cells.text(50), "a\x1b[31m", ("characters",)),
        (proofs.skill, "ti-de-5", ("skill", "ti>de~4")),
        (proofs.skill, "ti>de~6", ("range", "1–5")),
        (proofs.skill, "ti>de~5~both~x", ("skill", "ti>de~4")),
        (proofs.skill, "ti>de~5~one", ("unknown", "both", "from", "into")),
        (proofs.wish, "trauma", ("wish", "trauma~prefer")),
        (proofs.wish, "older", ("wish", "older~prefer")),
        (proofs.wish, "faith~require", ("unknown", *wishes.ATTRIBUTES)),
        (proofs.wish, "trauma~must", ("unknown", "none", "prefer", "require", "avoid")),
        (proofs.seats, "video|video", ("seats", "in_person|video|in_person")),
        (proofs.seats, "video|phone|video", ("unknown", "telephone")),
        (proofs.credential, "BDÜ~certified", ("credential", "BDÜ~certified~ti~both~2025-01-01~2029-01-01~123")),
        (proofs.credential, "BDÜ~certified~ti~~2026-01-01~2025-01-01", ("order",)),
    ],
)
def test_a_cell_that_does_not_fit_names_its_rule_and_what_would(
    read: Any, cell: str, expected: tuple[str, ...]
) -> None:
    found = refusal(read, cell)
    assert found[: len(expected)] == expected
    if expected[0] != "unknown_zone":
        assert found == expected


def test_cells_that_fit() -> None:
    assert [cells.weekday(cell) for cell in ("1", "mon", "Monday", "SUN", "7")] == [0, 0, 0, 6, 6]
    assert cells.many(cells.language)("ti | Dari|ti|") == ("ti", "prs")
    assert cells.text(40)("\u202edroM ‌می‌") == "\u202edroM ‌می‌"
    assert proofs.skill("apc > de ~ 5") == ("ar", "de", "apc", 5, "both")
    assert proofs.skill("ti>de~5 ~ from") == ("ti", "de", "", 5, "from")
    assert proofs.wish("Trauma ~ require") == ("trauma", "require")
    assert proofs.seats("video") == ("video", "video", "video")
    assert proofs.seats("in_person | video|telephone") == ("in_person", "video", "telephone")
    assert proofs.credential("NAATI~certified~fa-AF") == ("NAATI", "certified", "prs", None, None, "")
    assert cells.dialect("Suri, from the village") == "Suri, from the village"


def encounter(**changes: str) -> tuple[Any, list[Finding]]:
    cellsof = {
        "external_ref": "E1",
        "case_ref": "F1",
        "date": "2027-10-31",
        "start": "10:00",
        "minutes": "50",
        "zone": "Europe/Berlin",
        "language": "ti",
    } | changes
    return intake.row("encounters", 2, tuple(cellsof), tuple(cellsof.values()))


def test_row_adds_the_instants_that_follow_from_wall_time() -> None:
    row, findings = encounter()
    assert findings == []
    assert (row.values["starts_at"], row.values["fold"]) == (datetime(2027, 10, 31, 9, tzinfo=UTC), 0)
    first, second = (encounter(start=start)[0].values for start in ("02:30+02:00", "02:30+01:00"))
    assert (first["starts_at"], first["fold"]) == (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), 0)
    assert (second["starts_at"], second["fold"]) == (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), 1)
    assert first["start"] == second["start"] == time(2, 30)
    assert second["ends_at"] - second["starts_at"] == timedelta(minutes=50)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"start": "02:30"}, ("start", "time_repeats", ("02:30+02:00", "02:30+01:00"))),
        ({"start": "02:30+03:00"}, ("start", "time_repeats", ("02:30+02:00", "02:30+01:00"))),
        ({"start": "10:00+02:00"}, ("start", "offset", ("10:00+01:00",))),
        ({"date": "2027-03-28", "start": "02:30"}, ("start", "time_gap", ("01:59", "03:00"))),
        ({"room": "Blue"}, ("site", "goes_together", ())),
        ({"status": "cancelled"}, ("cancelled_by", "goes_together", ())),
        ({"cancelled_at": "2027-10-01"}, ("cancelled_at", "goes_together", ())),
        (
            {"status": "cancelled", "cancelled_by": "client", "cancelled_at": "01/02/2027"},
            ("cancelled_at", "date_order", ("2027-02-01", "2027-01-02")),
        ),
        ({"status": "void"}, ("status", "unknown", ("scheduled", "held", "abandoned", "cancelled"))),
        ({"minutes": ""}, ("minutes", "required", ())),
    ],
)
def test_row_refuses_what_cannot_be_together(changes: dict[str, str], expected: tuple[Any, ...]) -> None:
    row, findings = encounter(**changes)
    assert row is None
    assert [(one.column, one.rule, one.hints) for one in findings] == [expected]


def test_row_names_every_cell_at_once() -> None:
    row, findings = encounter(date="x", start="y", zone="z", language="q")
    assert row is None
    assert [one.column for one in findings] == ["date", "start", "zone", "language"]


def test_heading_findings_name_what_is_strange_and_what_is_missing() -> None:
    found = intake.heading_findings("encounters", [*HEADING[1:], "languge", "birth_date"])
    assert [(one.column, one.rule, one.hints) for one in found] == [
        ("languge", "unknown_column", ("language",)),
        ("birth_date", "unknown_column", ()),
        ("external_ref", "missing_column", ()),
    ]
    assert intake.heading_findings("encounters", HEADING) == []


def test_files_begin_with_the_reference_and_hold_no_birth_date_or_number_of_the_state() -> None:
    assert FILES == (
        "sites",
        "interpreters",
        "therapists",
        "clients",
        "cases",
        "availability",
        "time_off",
        "encounters",
    )
    assert {columns[0].name for columns in COLUMNS.values()} == {"external_ref"}
    names = {column.name for columns in COLUMNS.values() for column in columns}
    assert [name for name in names if "birth" in name or "national" in name or "role" in name] == []


AT = datetime(2027, 3, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_occupancy_finds_the_span_in_the_way_and_back_to_back_is_free() -> None:
    taken = Occupancy()
    first, second = TimeSpan(AT, AT + HOUR), TimeSpan(AT + 2 * HOUR, AT + 3 * HOUR)
    taken.take(("therapist", "T"), first, "a")
    taken.take(("therapist", "T"), second, "b")
    assert taken.clash(("therapist", "T"), TimeSpan(AT + HOUR, AT + 2 * HOUR)) is None
    assert taken.clash(("therapist", "T"), TimeSpan(AT - HOUR, AT + timedelta(seconds=1))) == first
    assert taken.clash(("therapist", "T"), TimeSpan(AT - HOUR, AT + 9 * HOUR)) == first
    assert taken.clash(("client", "T"), first) is None
    with pytest.raises(ValueError, match="taken"):
        taken.take(("therapist", "T"), first, "c")
    assert taken.give_back("a") == [(("therapist", "T"), first)]
    assert taken.clash(("therapist", "T"), first) is None


def test_occupancy_agrees_with_looking_at_every_pair() -> None:
    import random

    dice = random.Random(3)
    taken, model = Occupancy(), []
    for number in range(500):
        start = AT + timedelta(minutes=dice.randrange(3_000))
        span = TimeSpan(start, start + timedelta(minutes=dice.randrange(1, 40)))
        clashes = any(span.overlaps(other) for other in model)
        assert (taken.clash(("room", "R"), span) is not None) == clashes
        if not clashes:
            taken.take(("room", "R"), span, number)
            model.append(span)
    assert 50 < len(model) < 450


def test_spans_widen_for_staff_only_and_are_none_when_cancelled() -> None:
    row = {
        "status": "held",
        "starts_at": AT,
        "ends_at": AT + HOUR,
        "interpreter_ref": "I",
        "room": "Blue",
        "site": "N",
    }
    case = {"therapist_ref": "T", "client_ref": "C"}
    margins = Margins(timedelta(minutes=10), timedelta(minutes=15))
    inner, outer = TimeSpan(AT, AT + HOUR), TimeSpan(AT - margins.before, AT + HOUR + margins.after)
    assert spans(row, case, margins) == [
        (("therapist", "T"), outer),
        (("client", "C"), inner),
        (("interpreter", "I"), outer),
        (("room", "N", "Blue"), inner),
    ]
    assert spans(row | {"status": "cancelled"}, case, margins) == []
