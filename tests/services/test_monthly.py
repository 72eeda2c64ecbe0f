"""The usual asymmetry: from many cases, frozen for a month, and never from what is too little or came too late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests import cast, filled
from triad.domain import errors
from triad.domain.asymmetry import Norm
from triad.services import alliance, context, monthly
from triad.services.context import Actor
from triad.store import frozen
from triad.store.cases import Case
from triad.store.clinic import Client, Therapist
from triad.store.diaries import Diary
from triad.store.people import Person
from triad.store.ratings import Rating, Score

SIX = {"TI": 75.0, "TC": 62.5, "IT": 50.0, "IC": 62.5, "CT": 87.5, "CI": 87.5}
BEFORE = datetime(2027, 2, 20, 12, 0, tzinfo=UTC)
USUAL = {"TI": Norm(25.0, 20), "TC": Norm(-25.0, 20), "IC": Norm(-25.0, 20)}


def clinic_of(cast_: cast.Cast, cases: int) -> None:
    """So many cases with four encounters each, rated by all; three interpreters and two therapists take turns."""
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        for number in range(cases):
            ctx.session.add(Person(id=f"p-n{number}", name=f"Client {number}", zone=cast.BERLIN))
            ctx.session.add(Diary(id=500 + number, kind="client"))
        ctx.session.add(Person(id="p-ivy", name="Ivy", zone=cast.BERLIN))
        ctx.session.add(Diary(id=400, kind="interpreter"))
        ctx.session.flush()
        cast._interpreter(ctx, "ivy", 401, "ti")
        for number in range(cases):
            code = f"N-{number}"
            ctx.session.add(
                Client(id=f"p-n{number}", code=code, diary_id=500 + number, spoken=["ti"], form_language="ar")
            )
            ctx.session.flush()
            need = cast._case(ctx, code, f"n{number}", ("thea", "otto")[number % 2], "ti")
            assert need == f"need-{code}"
    for number in range(cases):
        for turn in range(4):
            id_ = f"n{number}-{turn}"
            person = ("p-ines", "p-ivo", "p-ivy")[number % 3]
            cast.encounter(
                cast_, date(2027, 2, 1 + turn), case_id=f"case-N-{number}", interpreter=person, held=True, id_=id_
            )
            filled.all_three(cast_, id_, BEFORE, SIX, choice="statistics_only")
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        for row in ctx.session.scalars(select(Rating)):
            row.interpreter_id = ("p-ines", "p-ivo", "p-ivy")[int(row.encounter_id[1:].split("-")[0]) % 3]


def latest(cast_: cast.Cast) -> dict[str, Norm]:
    with context.look(cast_.lena) as ctx:
        return frozen.norms(frozen.latest(ctx.session, "brief"))


def test_norm_of_twenty_cases_is_frozen_for_the_month(cast_: cast.Cast, clock: Any) -> None:
    clinic_of(cast_, 20)
    assert (monthly.freeze(cast_.lena), latest(cast_)) == (True, USUAL)
    with context.work(cast_.lena) as ctx:
        for row in ctx.session.scalars(select(Rating).where(Rating.party == "client").limit(5)):
            row.withdrawn_at = BEFORE
    assert (monthly.freeze(cast_.lena), latest(cast_)) == (False, USUAL)
    clock.forward(days=31)
    assert monthly.freeze(cast_.lena) is True
    assert latest(cast_) == {"TI": USUAL["TI"]}


def test_form_locked_after_the_month_began_waits_for_the_next(cast_: cast.Cast, clock: Any) -> None:
    clinic_of(cast_, 20)
    with context.work(cast_.lena) as ctx:
        for row in ctx.session.scalars(select(Rating)):
            row.locked_at = clock.now - timedelta(minutes=1)
    assert (monthly.freeze(cast_.lena), latest(cast_)) == (True, {})
    clock.forward(days=31)
    assert (monthly.freeze(cast_.lena), latest(cast_)) == (True, USUAL)


def test_nineteen_cases_are_too_few(cast_: cast.Cast) -> None:
    clinic_of(cast_, 19)
    assert (monthly.freeze(cast_.lena), latest(cast_)) == (True, {})


def test_client_rating_given_through_the_one_it_is_about_is_left_out(cast_: cast.Cast) -> None:
    clinic_of(cast_, 20)
    with context.work(cast_.lena) as ctx:
        for row in ctx.session.scalars(select(Rating).where(Rating.party == "client")):
            row.mode = "read_by_interpreter"
    assert (monthly.freeze(cast_.lena), latest(cast_)) == (True, {key: USUAL[key] for key in ("TI", "TC")})


def test_one_therapists_clients_are_nobody_elses_norm(cast_: cast.Cast) -> None:
    clinic_of(cast_, 20)
    with context.work(cast_.lena) as ctx:
        for row in ctx.session.scalars(select(Case)):
            row.therapist_id = ctx.session.get_one(Therapist, "p-otto").id
    assert (monthly.freeze(cast_.lena), latest(cast_)) == (True, {})


def test_few_sealed_forms_stay_out_lest_they_be_subtracted(cast_: cast.Cast) -> None:
    clinic_of(cast_, 22)
    with context.work(cast_.lena) as ctx:
        for row in ctx.session.scalars(select(Rating).where(Rating.party == "client")):
            few = int(row.encounter_id[1:].split("-")[0]) < 2
            row.choice = "statistics_only" if few else "lead_only"
            for score in ctx.session.scalars(select(Score).where(Score.rating_id == row.id)):
                score.pomp = 0.0 if few else score.pomp
    monthly.freeze(cast_.lena)
    assert latest(cast_)["TC"] == Norm(-25.0, 20)


def test_relations_of_the_clinic_are_frozen_too(cast_: cast.Cast) -> None:
    clinic_of(cast_, 20)
    monthly.freeze(cast_.lena)
    with context.look(cast_.lena) as ctx:
        found = frozen.latest(ctx.session, "brief")["relations"]
    # Everybody here answers alike: there is nothing to part into raters and rated.
    assert (found["refused"], found["n"]) == ("constant", 20)


def coverage(cast_: cast.Cast) -> dict[str, Any]:
    monthly.freeze(cast_.lena)
    with context.look(cast_.lena) as ctx:
        return dict(frozen.latest(ctx.session, "brief")["coverage"])


def test_forms_are_counted_by_role_and_language_once_their_window_is_over(cast_: cast.Cast, clock: Any) -> None:
    clinic_of(cast_, 20)
    # Sessions of 1 to 4 February; forms can be given for 7 days; the month after is March.
    found = coverage(cast_)
    staff = {"due": 80, "given": 80, "scores": 160, "unscored": 0, "top": 0}
    assert found["roles"] == {"T": staff, "I": staff, "C": None}
    assert (found["languages"], found["rate"], found["month"]) == ([], None, "2027-02")


def test_what_clients_let_the_lead_see_is_looked_into_and_what_was_only_counted_is_not(
    cast_: cast.Cast,
) -> None:
    clinic_of(cast_, 20)
    with context.work(cast_.lena) as ctx:
        for row in ctx.session.scalars(select(Rating).where(Rating.party == "client")):
            if int(row.encounter_id[1:].split("-")[0]) < 10:
                row.choice = "lead_only"
            if row.encounter_id.endswith("-3"):
                row.withdrawn_at = BEFORE
        for score in ctx.session.scalars(select(Score).where(Score.direction == "CI")):
            score.pomp = 100.0
    found = coverage(cast_)
    # Ten cases with three sessions each, two bonds a form; the client gives the interpreter 100.
    assert found["roles"]["C"] == {"due": None, "given": None, "scores": 60, "unscored": 0, "top": 30}
    assert found["rate"] == 75


def test_session_whose_window_is_still_open_is_not_due(cast_: cast.Cast) -> None:
    clinic_of(cast_, 20)
    late = cast.encounter(cast_, date(2027, 2, 24), case_id="case-N-0", interpreter="p-ivy", held=True)
    filled.rating(cast_, late, "therapist", BEFORE, SIX)
    assert coverage(cast_)["roles"]["T"]["due"] == 80


def test_clinic_of_few_people_is_told_nothing_by_cells(cast_: cast.Cast) -> None:
    clinic_of(cast_, 4)
    assert coverage(cast_)["roles"] == {"T": None, "I": None, "C": None}


def test_picture_compares_with_the_frozen_norm(cast_: cast.Cast) -> None:
    clinic_of(cast_, 20)
    filled_in = cast.encounter(cast_, date(2027, 2, 22), interpreter="p-ines", held=True)
    filled.all_three(cast_, filled_in, BEFORE, {**SIX, "TC": 75.0})
    monthly.freeze(cast_.lena)
    picture = alliance.for_case(cast_.thea, cast_.case_id)
    assert picture.shown is not None
    assert picture.against_norm("TC", picture.shown) == 12.5


@pytest.mark.parametrize("name", ["kora", "thea", "ines", "ada", "aud"])
def test_nobody_else_freezes(cast_: cast.Cast, name: str) -> None:
    with pytest.raises(errors.NotFound):
        monthly.freeze(getattr(cast_, name))
