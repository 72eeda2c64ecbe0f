"""The picture holds what its viewer may see and nothing else; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from tests import cast, filled
from tests.conftest import NOW
from triad.domain import errors
from triad.domain.parties import Role
from triad.services import alliance, context
from triad.services.context import Actor
from triad.store.cases import Case
from triad.store.db import db
from triad.store.encounters import Encounter
from triad.store.ratings import Rating

SIX = {"TI": 75.0, "TC": 81.25, "IT": 78.5, "IC": 72.0, "CT": 56.25, "CI": 62.5}
NOTHING: dict[str, float | None] = dict.fromkeys(SIX)
DAY = date(2027, 2, 26)
LOCKED = datetime(2027, 2, 26, 15, 0, tzinfo=NOW.tzinfo)
AFTER_WINDOW = NOW + timedelta(days=7)


@pytest.fixture
def met(cast_: cast.Cast) -> str:
    """Thea, Ines and Cleo met three days ago: the window is open."""
    cast.encounter(cast_, DAY, interpreter="p-ivo", case_id=cast_.other_case_id, held=True, id_="enc-noise")
    return cast.encounter(cast_, DAY, interpreter="p-ines", held=True, id_="enc-met")


def only(*keys: str) -> dict[str, float | None]:
    return {key: SIX[key] if key in keys else None for key in SIX}


def scores(actor: Actor, case_id: str) -> dict[str, float | None]:
    (meeting,) = alliance.for_case(actor, case_id).meetings
    return dict(meeting.scores)


@contextmanager
def statements() -> Iterator[list[str]]:
    told: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        told.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_therapist_without_an_own_form_sees_nothing_even_after_the_window(
    cast_: cast.Cast, met: str, clock: Any
) -> None:
    filled.rating(cast_, met, "interpreter", LOCKED, SIX)
    filled.rating(cast_, met, "client", LOCKED, SIX)
    assert scores(cast_.thea, cast_.case_id) == NOTHING
    clock.now = AFTER_WINDOW
    assert scores(cast_.thea, cast_.case_id) == NOTHING
    filled.rating(cast_, met, "therapist", LOCKED, SIX)
    assert scores(cast_.thea, cast_.case_id) == SIX


def test_therapist_while_the_own_form_can_be_corrected_sees_only_that(cast_: cast.Cast, met: str) -> None:
    filled.rating(cast_, met, "therapist", NOW + timedelta(seconds=1), SIX)
    filled.rating(cast_, met, "interpreter", LOCKED, SIX)
    filled.rating(cast_, met, "client", LOCKED, SIX)
    assert scores(cast_.thea, cast_.case_id) == only("TI", "TC")


def test_therapist_with_all_in_and_a_sharing_client_sees_all_six_as_stored(cast_: cast.Cast, met: str) -> None:
    filled.all_three(cast_, met, LOCKED, SIX)
    picture = alliance.for_case(cast_.thea, cast_.case_id)
    (meeting,) = picture.meetings
    assert dict(meeting.scores) == SIX
    assert dict(meeting.triangle.asymmetry) == {"TI": -3.5, "TC": 25.0, "IC": 9.5}
    assert [picture.against_norm(dyad, meeting) for dyad in ("TI", "TC", "IC")] == [None, None, None]
    assert picture.shown == meeting


@pytest.mark.parametrize("choice", ["lead_only", "statistics_only"])
def test_therapist_never_sees_what_the_client_kept(cast_: cast.Cast, met: str, clock: Any, choice: str) -> None:
    filled.all_three(cast_, met, LOCKED, SIX, choice)
    assert scores(cast_.thea, cast_.case_id) == only("TI", "TC")
    clock.now = AFTER_WINDOW
    assert scores(cast_.thea, cast_.case_id) == only("TI", "TC", "IT", "IC")


@pytest.mark.parametrize("choice", ["lead_only", "statistics_only"])
def test_therapist_finds_the_same_picture_with_and_without_a_client_who_kept_it(
    cast_: cast.Cast, met: str, clock: Any, choice: str
) -> None:
    for party in ("therapist", "interpreter"):
        filled.rating(cast_, met, party, LOCKED, SIX)
    before = alliance.for_case(cast_.thea, cast_.case_id)
    clock.now = AFTER_WINDOW
    later = alliance.for_case(cast_.thea, cast_.case_id)
    filled.rating(cast_, met, "client", LOCKED, SIX, choice=choice)
    assert alliance.for_case(cast_.thea, cast_.case_id) == later
    clock.now = NOW
    assert alliance.for_case(cast_.thea, cast_.case_id) == before
    with context.work(cast_.kora) as ctx:
        ctx.session.get_one(Rating, f"r-C-{met}").choice = "therapist"
    assert alliance.for_case(cast_.thea, cast_.case_id) != before


@pytest.mark.parametrize(
    ("choice", "seen"),
    [("therapist", SIX), ("lead_only", SIX), ("statistics_only", only())],
)
def test_lead_sees_what_the_client_opened_and_else_waits_for_the_window(
    cast_: cast.Cast, met: str, choice: str, seen: dict[str, float | None]
) -> None:
    filled.all_three(cast_, met, LOCKED, SIX, choice)
    assert scores(cast_.lena, cast_.case_id) == seen


def test_lead_sees_nothing_before_it_is_closed(cast_: cast.Cast, met: str, clock: Any) -> None:
    filled.rating(cast_, met, "therapist", LOCKED, SIX)
    filled.rating(cast_, met, "interpreter", LOCKED, SIX)
    assert scores(cast_.lena, cast_.case_id) == NOTHING
    assert alliance.for_lead(cast_.lena) == []
    clock.now = AFTER_WINDOW
    assert scores(cast_.lena, cast_.case_id) == only("TI", "TC", "IT", "IC")
    assert [line.seen for line in alliance.for_lead(cast_.lena)] == [1]


def test_withdrawn_form_is_gone_at_once_for_both_viewers(cast_: cast.Cast, met: str, clock: Any) -> None:
    filled.all_three(cast_, met, LOCKED, SIX)
    clock.now = AFTER_WINDOW
    assert scores(cast_.thea, cast_.case_id) == scores(cast_.lena, cast_.case_id) == SIX
    with context.work(cast_.kora) as ctx:
        ctx.session.get_one(Rating, f"r-C-{met}").withdrawn_at = ctx.now
    assert scores(cast_.thea, cast_.case_id) == scores(cast_.lena, cast_.case_id) == only("TI", "TC", "IT", "IC")


def test_policy_never_shows_no_client_rating_whatever_was_chosen(cast_: cast.Cast, met: str, clock: Any) -> None:
    filled.rating(cast_, met, "therapist", LOCKED, SIX)
    filled.rating(cast_, met, "client", LOCKED, SIX, policy="never")
    clock.now = AFTER_WINDOW
    assert scores(cast_.thea, cast_.case_id) == scores(cast_.lena, cast_.case_id) == only("TI", "TC")


def test_form_read_out_by_the_interpreter_counts_without_its_part_about_the_interpreter(
    cast_: cast.Cast, met: str
) -> None:
    for party in ("therapist", "interpreter"):
        filled.rating(cast_, met, party, LOCKED, SIX)
    filled.rating(cast_, met, "client", LOCKED, SIX, mode="read_by_interpreter")
    assert scores(cast_.thea, cast_.case_id) == {**SIX, "CI": None}


@pytest.mark.parametrize("name", ["ines", "ivo", "kora", "otto", "ada", "aud"])
def test_picture_for_everybody_else_is_not_there(cast_: cast.Cast, met: str, name: str) -> None:
    filled.all_three(cast_, met, LOCKED, SIX)
    actor = getattr(cast_, name)
    with pytest.raises(errors.NotFound):
        alliance.for_case(actor, cast_.case_id)
    with pytest.raises(errors.NotFound):
        alliance.for_encounter(actor, met)
    with pytest.raises(errors.NotFound):
        alliance.for_lead(actor)


def test_picture_for_a_coordinator_who_is_another_cases_therapist_is_not_there(cast_: cast.Cast, met: str) -> None:
    both = replace(cast_.otto, roles=frozenset({Role.THERAPIST, Role.COORDINATOR}))
    with pytest.raises(errors.NotFound):
        alliance.for_case(both, cast_.case_id)
    with pytest.raises(errors.NotFound):
        alliance.for_encounter(both, met)


def test_lead_who_is_the_cases_therapist_has_only_the_therapists_eyes(cast_: cast.Cast, met: str, clock: Any) -> None:
    filled.all_three(cast_, met, LOCKED, SIX, "lead_only")
    clock.now = AFTER_WINDOW
    both = replace(cast_.thea, roles=frozenset({Role.THERAPIST, Role.LEAD}))
    assert scores(both, cast_.case_id) == only("TI", "TC", "IT", "IC")
    assert alliance.for_lead(both) == []
    assert [line.code for line in alliance.for_lead(cast_.lena)] == ["T-1001"]


def test_therapist_who_took_the_case_over_has_no_form_of_the_predecessor(
    cast_: cast.Cast, met: str, clock: Any
) -> None:
    filled.all_three(cast_, met, LOCKED, SIX)
    with context.work(cast_.kora) as ctx:
        ctx.session.get_one(Case, cast_.case_id).therapist_id = "p-otto"
    clock.now = AFTER_WINDOW
    assert scores(cast_.otto, cast_.case_id) == NOTHING
    assert scores(cast_.lena, cast_.case_id) == SIX


def test_meetings_are_those_that_began_numbered_with_phase_and_change(cast_: cast.Cast) -> None:
    days = [date(2027, 1, 4) + timedelta(weeks=n) for n in range(8)]
    people = ["p-ines"] * 3 + [""] + ["p-ines"] * 2 + ["p-ivo"] * 2
    for n, (day, person) in enumerate(zip(days, people, strict=True)):
        cast.encounter(cast_, day, interpreter=person, held=True, id_=f"enc-{n}")
    cast.encounter(cast_, date(2027, 3, 2), interpreter="p-ines", id_="enc-to-come")
    cast.encounter(cast_, date(2027, 1, 5), interpreter="p-ines", id_="enc-off")
    with context.work(cast_.kora) as ctx:
        ctx.session.get_one(Encounter, "enc-off").status = "cancelled"
        ctx.session.get_one(Case, cast_.case_id).ending_from = days[7]
    picture = alliance.for_case(cast_.thea, cast_.case_id)
    assert [(one.number, one.id) for one in picture.meetings] == [(n + 1, f"enc-{n}") for n in range(8)]
    assert [one.phase for one in picture.meetings] == ["foundation"] * 6 + ["working", "ending"]
    assert [one.number for one in picture.meetings if one.changed] == [7]
    assert [one.interpreter for one in picture.meetings] == ["Ines"] * 3 + [""] + ["Ines"] * 2 + ["Ivo"] * 2


def test_for_encounter_shows_the_one_asked_for_and_none_before_it_began(
    cast_: cast.Cast, met: str, clock: Any
) -> None:
    later = cast.encounter(cast_, date(2027, 3, 2), interpreter="p-ines", id_="enc-later")
    filled.all_three(cast_, met, LOCKED, SIX)
    with pytest.raises(errors.NotFound):
        alliance.for_encounter(cast_.thea, later)
    clock.forward(days=2)
    for asked in (met, later):
        shown = alliance.for_encounter(cast_.thea, asked).shown
        assert shown is not None
        assert shown.id == asked
    latest = alliance.for_case(cast_.thea, cast_.case_id).shown
    assert latest is not None
    assert (latest.id, latest.own_in) == (met, True)


def reads(actor: Actor, verb: Any, *subject: str) -> int:
    db.session.expunge_all()
    with statements() as seen:
        verb(actor, *subject)
    # Who looked is noted in the trail besides.
    return len(
        [text for text in seen if text.startswith("SELECT") and "audit" not in text and "advisory" not in text]
    )


def all_reads(cast_: cast.Cast, met: str) -> list[int]:
    return [
        reads(cast_.thea, alliance.for_case, cast_.case_id),
        reads(cast_.lena, alliance.for_case, cast_.case_id),
        reads(cast_.thea, alliance.for_encounter, met),
        reads(cast_.lena, alliance.for_lead),
    ]


def test_statements_are_as_many_for_one_encounter_as_for_twelve(cast_: cast.Cast, met: str) -> None:
    filled.all_three(cast_, met, LOCKED, SIX)
    with_one = all_reads(cast_, met)
    for n in range(11):
        id_ = cast.encounter(cast_, date(2027, 2, 1 + n), interpreter="p-ines", held=True, id_=f"enc-{n}")
        filled.all_three(cast_, id_, LOCKED, SIX)
    assert len(alliance.for_case(cast_.thea, cast_.case_id).meetings) == 12
    assert all_reads(cast_, met) == with_one
    assert with_one == [1, 1, 1, 1]


def test_for_lead_puts_the_lowest_or_the_most_changed_first_and_the_unknown_last(
    cast_: cast.Cast, clock: Any
) -> None:
    extra = [("T-3003", "p-otto"), ("T-4004", "p-otto")]
    with context.work(cast_.kora) as ctx:
        for code, therapist in extra:
            ctx.session.add(
                Case(id=code, code=code, client_id="p-carl", therapist_id=therapist, opened_on=DAY, needs=[])
            )
    levels = {cast_.case_id: (50.0, 50.0, 62.5), cast_.other_case_id: (75.0, 100.0), "T-3003": (25.0,), "T-4004": ()}
    for case_id, means in levels.items():
        for n, mean in enumerate((*means, None) if case_id == "T-4004" else means):
            day = date(2027, 2, 1 + n)
            id_ = cast.encounter(cast_, day, interpreter="p-ines", case_id=case_id, id_=f"{case_id[-4:]}-{n}")
            filled.all_three(cast_, id_, LOCKED, {**dict.fromkeys(SIX, mean), "TI": mean or 12.5})
    lowest, changed = alliance.for_lead(cast_.lena, "lowest"), alliance.for_lead(cast_.lena, "changed")
    assert [line.code for line in lowest] == ["T-3003", "T-1001", "T-2002", "T-4004"]
    assert [line.code for line in changed] == ["T-2002", "T-1001", "T-3003", "T-4004"]
    assert [(line.latest, line.change, line.seen, line.complete) for line in lowest] == [
        (25.0, None, 1, 1),
        (62.5, 12.5, 3, 3),
        (100.0, 25.0, 2, 2),
        (None, None, 1, 0),
    ]
