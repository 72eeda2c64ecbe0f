"""A file holds what the page shows at the same moment, and nothing else; on both databases."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zipfile import ZipFile

import pytest

from tests import answered, cast, reviewed
from tests.conftest import NOW
from tests.walks import taking_out
from tests.walks.taking_out import DAY, LOCKED
from triad.domain import errors
from triad.domain.exports import Export
from triad.services import context, exports
from triad.store.cases import Case
from triad.store.ratings import Rating

AFTER_WINDOW = NOW + timedelta(days=7)
PARTIES = ("therapist", "interpreter", "client")
STAFF = {"TI", "TC", "IT", "IC", "triad"}
EVERYTHING = STAFF | {"CT", "CI"}


@pytest.fixture
def met(cast_: cast.Cast) -> str:
    """Thea, Ines and Cleo met three days ago: the window is open. The noise is another therapist's case."""
    noise = cast.encounter(cast_, DAY, interpreter="p-ivo", case_id=cast_.other_case_id, held=True, id_="enc-noise")
    for party, rater in (("therapist", "p-otto"), ("interpreter", "p-ivo"), ("client", "p-carl")):
        answered.rating(cast_, noise, party, LOCKED, rater=rater)
    return cast.encounter(cast_, DAY, interpreter="p-ines", held=True, id_="enc-met")


def compared(cast_: cast.Cast) -> tuple[int, int]:
    """Therapist's and lead's files against their pages; how many numbers each of them saw."""
    (of_case, wide_case, on_screen), (of_lead, wide_lead, for_lead) = taking_out.sides(cast_)
    assert of_case == wide_case == on_screen
    assert of_lead == wide_lead == for_lead
    return sum(map(len, on_screen.values())), sum(map(len, for_lead.values())) - 6


def directions(export: Export, case: str = "T-1001") -> set[str]:
    return {row.direction for row in export.rows if row.case == case}


def test_export_before_the_own_lock_is_what_the_page_shows(cast_: cast.Cast, met: str, clock: Any) -> None:
    for party in ("interpreter", "client"):
        answered.rating(cast_, met, party, LOCKED)
    assert compared(cast_) == (0, 0)
    assert exports.for_case(cast_.thea, cast_.case_id).rows == ()
    clock.now = AFTER_WINDOW
    assert compared(cast_) == (0, 4)
    answered.rating(cast_, met, "therapist", AFTER_WINDOW + timedelta(seconds=1))
    assert compared(cast_) == (2, 4)
    assert directions(exports.for_case(cast_.thea, cast_.case_id)) == {"TI", "TC", "triad"}
    clock.forward(seconds=1)
    assert compared(cast_) == (6, 6)


@pytest.mark.parametrize(
    ("choice", "now", "later"),
    [("therapist", (6, 6), (6, 6)), ("lead_only", (2, 6), (4, 6)), ("statistics_only", (2, 0), (4, 4))],
)
def test_export_of_three_locked_forms_is_what_the_page_shows(
    cast_: cast.Cast, met: str, clock: Any, choice: str, now: tuple[int, int], later: tuple[int, int]
) -> None:
    answered.all_three(cast_, met, LOCKED, choice)
    assert compared(cast_) == now
    clock.now = AFTER_WINDOW
    assert compared(cast_) == later


def test_export_while_the_window_is_open_holds_the_own_form_only(cast_: cast.Cast, met: str, clock: Any) -> None:
    for party in ("therapist", "interpreter"):
        answered.rating(cast_, met, party, LOCKED)
    assert compared(cast_) == (2, 0)
    assert {row.rater for row in exports.for_case(cast_.thea, cast_.case_id).rows} == {"therapist"}
    clock.now = AFTER_WINDOW
    assert compared(cast_) == (4, 4)


def test_withdrawn_form_leaves_no_row_and_no_number(cast_: cast.Cast, met: str, clock: Any) -> None:
    answered.all_three(cast_, met, LOCKED)
    clock.now = AFTER_WINDOW
    assert directions(exports.for_lead(cast_.lena)) == EVERYTHING
    with context.work(cast_.kora) as ctx:
        ctx.session.get_one(Rating, f"r-C-{met}").withdrawn_at = ctx.now
    assert compared(cast_) == (4, 4)
    for found in (exports.for_case(cast_.thea, cast_.case_id), exports.for_lead(cast_.lena)):
        assert {row.rater for row in found.rows if row.case == "T-1001"} == {"therapist", "interpreter"}


def test_policy_never_gives_no_client_row_to_anybody(cast_: cast.Cast, met: str, clock: Any) -> None:
    answered.rating(cast_, met, "therapist", LOCKED)
    answered.rating(cast_, met, "client", LOCKED, policy="never")
    clock.now = AFTER_WINDOW
    assert compared(cast_) == (2, 2)
    assert directions(exports.for_lead(cast_.lena)) == {"TI", "TC", "triad"}


def test_form_read_out_by_the_interpreter_comes_flagged_and_without_what_it_says_about_the_interpreter(
    cast_: cast.Cast, met: str
) -> None:
    for party in ("therapist", "interpreter"):
        answered.rating(cast_, met, party, LOCKED)
    answered.rating(cast_, met, "client", LOCKED, mode="read_by_interpreter")
    assert compared(cast_) == (5, 5)
    rows = [row for row in exports.for_case(cast_.thea, cast_.case_id).rows if row.rater == "client"]
    assert {(row.direction, row.mode, row.flags) for row in rows} == {("CT", "read_by_interpreter", "read_by_rated")}


def test_rows_say_which_question_whose_and_how_it_was_answered(cast_: cast.Cast, met: str) -> None:
    for party in PARTIES:
        answered.rating(cast_, met, party, LOCKED, language="ti" if party == "client" else "en")
    rows = exports.for_case(cast_.thea, cast_.case_id).rows
    assert [(row.rater, row.direction, row.item, row.value, row.missing) for row in rows] == [
        ("therapist", "TC", "bond.1", 4, ""),
        ("therapist", "TC", "bond.2", 3, ""),
        ("therapist", "TC", "goal.1", 4, ""),
        ("therapist", "TC", "task.1", 2, ""),
        ("therapist", "TI", "bond.1", 5, ""),
        ("therapist", "TI", "bond.2", 4, ""),
        ("therapist", "triad", "triad.1", 4, ""),
        ("interpreter", "IT", "bond.1", 5, ""),
        ("interpreter", "IT", "bond.2", 5, ""),
        ("interpreter", "IC", "bond.1", 3, ""),
        ("interpreter", "IC", "bond.2", 4, ""),
        ("interpreter", "triad", "triad.1", None, "not_understood"),
        ("client", "CT", "bond.1", 2, ""),
        ("client", "CT", "bond.2", 3, ""),
        ("client", "CT", "goal.1", 4, ""),
        ("client", "CT", "task.1", None, "declined"),
        ("client", "CI", "bond.1", 5, ""),
        ("client", "CI", "bond.2", 4, ""),
        ("client", "triad", "triad.1", 3, ""),
    ]
    last = rows[-1]
    assert (last.case, last.client, last.session, last.day) == ("T-1001", "K-cleo", 1, DAY)
    assert (last.target, last.facet, last.question) == ("triad", "triad", "triad.1:triad_client")
    assert (last.language, last.provenance, last.flags) == ("ti", "machine_draft", "draft_wording")
    assert (last.instrument, last.version, last.edition, last.revision) == ("triad-session-form", "1", "brief", 1)
    assert (rows[0].provenance, rows[0].flags, rows[0].target) == ("source", "", "client")
    reviewed.walk(cast_, "ti", "back_translated")
    assert exports.for_case(cast_.thea, cast_.case_id).rows[-1][-2:] == ("back_translated", 1)
    reviewed.sign(cast_.thea, "expert_reviewed", "ti")
    last = exports.for_case(cast_.thea, cast_.case_id).rows[-1]
    assert (last.language, last.provenance, last.flags) == ("ti", "expert_reviewed", "")


def test_sessions_with_nothing_released_leave_no_line_and_the_others_their_number(
    cast_: cast.Cast, met: str, clock: Any
) -> None:
    earlier = cast.encounter(cast_, DAY - timedelta(days=7), interpreter="p-ines", held=True, id_="enc-earlier")
    answered.rating(cast_, earlier, "client", LOCKED, choice="statistics_only")
    answered.all_three(cast_, met, LOCKED)
    clock.now = AFTER_WINDOW
    assert compared(cast_) == (6, 6)
    assert {row.session for row in exports.for_case(cast_.thea, cast_.case_id).rows} == {2}


@pytest.mark.parametrize("choice", ["lead_only", "statistics_only", "withdrawn"])
@pytest.mark.parametrize("moment", [NOW, AFTER_WINDOW])
def test_therapists_files_do_not_tell_a_private_client_from_none(
    cast_: cast.Cast, met: str, clock: Any, choice: str, moment: datetime
) -> None:
    for party in ("therapist", "interpreter"):
        answered.rating(cast_, met, party, LOCKED)
    clock.now = moment
    without = packed(lambda: exports.for_case(cast_.thea, cast_.case_id))
    gone = choice == "withdrawn"
    answered.rating(cast_, met, "client", LOCKED, choice="therapist" if gone else choice, withdrawn=gone)
    assert packed(lambda: exports.for_case(cast_.thea, cast_.case_id)) == without
    with context.work(cast_.kora) as ctx:
        row = ctx.session.get_one(Rating, f"r-C-{met}")
        row.choice, row.withdrawn_at = "therapist", None
    assert packed(lambda: exports.for_case(cast_.thea, cast_.case_id)) != without


@pytest.mark.parametrize("name", ["thea", "ines"])
def test_own_files_are_the_same_bytes_whatever_the_others_sent(
    cast_: cast.Cast, met: str, clock: Any, name: str
) -> None:
    actor, party = getattr(cast_, name), {"thea": "therapist", "ines": "interpreter"}[name]
    answered.rating(cast_, met, party, LOCKED)
    clock.now = AFTER_WINDOW
    alone = packed(lambda: exports.own(actor))
    for other in set(PARTIES) - {party}:
        answered.rating(cast_, met, other, LOCKED)
    assert packed(lambda: exports.own(actor)) == alone
    with context.work(cast_.kora) as ctx:
        ctx.session.get_one(Rating, f"r-{party[0].upper()}-{met}").withdrawn_at = ctx.now
    assert packed(lambda: exports.own(actor)) != alone
    assert exports.own(actor).rows == ()


def packed(taken: Callable[[], Export]) -> bytes:
    return exports.content(taken(), exports.ALL)


def test_own_holds_own_answers_alone_and_names_nobody_else(cast_: cast.Cast, met: str) -> None:
    answered.all_three(cast_, met, LOCKED)
    for actor, party, keys in ((cast_.thea, "therapist", {"TI", "TC"}), (cast_.ines, "interpreter", {"IT", "IC"})):
        found = exports.own(actor)
        assert {(row.rater, row.therapist, row.interpreter) for row in found.rows} == {(party, "", "")}
        assert directions(found) == {*keys, "triad"}
        assert [{key for key, score in one.triangle.scores.items() if score is not None} for one in found.triads] == [
            keys
        ]


def test_own_form_goes_with_whoever_left_the_case(cast_: cast.Cast, met: str) -> None:
    answered.all_three(cast_, met, LOCKED)
    with context.work(cast_.kora) as ctx:
        ctx.session.get_one(Case, cast_.case_id).therapist_id = "p-otto"
    assert directions(exports.own(cast_.thea)) == {"TI", "TC", "triad"}
    assert exports.for_case(cast_.otto, cast_.case_id).rows == ()
    with pytest.raises(errors.NotFound):
        exports.for_case(cast_.thea, cast_.case_id)


def test_codes_are_stable_for_one_reader_and_others_for_another(cast_: cast.Cast, met: str, clock: Any) -> None:
    answered.all_three(cast_, met, LOCKED)
    first = exports.for_lead(cast_.lena)
    clock.forward(days=1)
    assert exports.for_lead(cast_.lena).rows == first.rows
    (lenas,) = {(row.encounter, row.therapist, row.interpreter) for row in first.rows if row.case == "T-1001"}
    rows = exports.for_case(cast_.thea, cast_.case_id).rows
    ((theas),) = {(row.encounter, row.therapist, row.interpreter) for row in rows}
    assert [re.fullmatch(r"[eti]-[0-9a-f]{10}", code) is not None for code in (*lenas, *theas)] == [True] * 6
    assert set(lenas).isdisjoint(theas)


def test_files_name_nobody_and_no_clock_time(cast_: cast.Cast, met: str) -> None:
    answered.all_three(cast_, met, LOCKED)
    found = exports.for_lead(cast_.lena)
    for name in exports.names():
        text = exports.content(found, name).decode("utf-8", "replace")
        leaked = [word for word in ("Thea", "Ines", "Cleo", "Otto", "p-", "enc-met", "15:00") if word in text]
        assert (name, leaked) == (name, [])
    assert "T-1001" in exports.content(found, "ratings.csv").decode()


def test_archive_is_the_same_bytes_at_the_same_moment(cast_: cast.Cast, met: str, clock: Any) -> None:
    answered.all_three(cast_, met, LOCKED)
    whole = packed(lambda: exports.for_lead(cast_.lena))
    assert packed(lambda: exports.for_lead(cast_.lena)) == whole
    with ZipFile(io.BytesIO(whole)) as archive:
        assert tuple(archive.namelist()) == exports.names()
        assert {entry.date_time for entry in archive.infolist()} == {(2027, 3, 1, 0, 0, 0)}
        assert archive.testzip() is None
    clock.forward(days=1)
    assert packed(lambda: exports.for_lead(cast_.lena)) != whole


def test_statements_are_as_many_for_one_session_as_for_five(cast_: cast.Cast, met: str, statements: Any) -> None:
    answered.all_three(cast_, met, LOCKED)

    def count() -> list[int]:
        counts = []
        for taken in (
            lambda: exports.for_case(cast_.thea, cast_.case_id),
            lambda: exports.for_lead(cast_.lena),
            lambda: exports.own(cast_.ines),
        ):
            with statements() as seen:
                taken()
            counts.append(len([text for text in seen if text.startswith("SELECT")]))
        return counts

    with_one = count()
    for n in range(4):
        id_ = cast.encounter(cast_, DAY - timedelta(days=1 + n), interpreter="p-ines", held=True, id_=f"enc-{n}")
        answered.all_three(cast_, id_, LOCKED)
    assert len(exports.for_case(cast_.thea, cast_.case_id).triads) == 5
    assert count() == with_one
