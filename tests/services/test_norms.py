"""The usual asymmetry: from many cases, frozen for a month, and never from what is too little or came too late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests import cast, filled
from triad.domain import errors
from triad.domain.asymmetry import Norm
from triad.services import alliance, context, norms
from triad.services.context import Actor
from triad.store import norms as frozen
from triad.store.cases import Case
from triad.store.clinic import Client, Therapist
from triad.store.diaries import Diary
from triad.store.people import Person
from triad.store.ratings import Rating

SIX = {"TI": 75.0, "TC": 62.5, "IT": 50.0, "IC": 75.0, "CT": 87.5, "CI": 100.0}
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
        return frozen.latest(ctx.session, "brief")


def test_norm_of_twenty_cases_is_frozen_for_the_month(cast_: cast.Cast, clock: Any) -> None:
    clinic_of(cast_, 20)
    assert (norms.freeze(cast_.lena), latest(cast_)) == (3, USUAL)
    with context.work(cast_.lena) as ctx:
        for row in ctx.session.scalars(select(Rating).where(Rating.party == "client").limit(5)):
            row.withdrawn_at = BEFORE
    assert (norms.freeze(cast_.lena), latest(cast_)) == (3, USUAL)
    clock.forward(days=31)
    assert norms.freeze(cast_.lena) == 1
    assert latest(cast_) == {"TI": USUAL["TI"]}


def test_form_locked_after_the_month_began_waits_for_the_next(cast_: cast.Cast, clock: Any) -> None:
    clinic_of(cast_, 20)
    with context.work(cast_.lena) as ctx:
        for row in ctx.session.scalars(select(Rating)):
            row.locked_at = clock.now - timedelta(minutes=1)
    assert norms.freeze(cast_.lena) == 0
    clock.forward(days=31)
    assert (norms.freeze(cast_.lena), latest(cast_)) == (3, USUAL)


def test_nineteen_cases_are_too_few(cast_: cast.Cast) -> None:
    clinic_of(cast_, 19)
    assert (norms.freeze(cast_.lena), latest(cast_)) == (0, {})


def test_client_rating_given_through_the_one_it_is_about_is_left_out(cast_: cast.Cast) -> None:
    clinic_of(cast_, 20)
    with context.work(cast_.lena) as ctx:
        for row in ctx.session.scalars(select(Rating).where(Rating.party == "client")):
            row.mode = "read_by_interpreter"
    assert (norms.freeze(cast_.lena), latest(cast_)) == (2, {key: USUAL[key] for key in ("TI", "TC")})


def test_one_therapists_clients_are_nobody_elses_norm(cast_: cast.Cast) -> None:
    clinic_of(cast_, 20)
    with context.work(cast_.lena) as ctx:
        for row in ctx.session.scalars(select(Case)):
            row.therapist_id = ctx.session.get_one(Therapist, "p-otto").id
    assert norms.freeze(cast_.lena) == 0


def test_picture_compares_with_the_frozen_norm(cast_: cast.Cast) -> None:
    clinic_of(cast_, 20)
    filled_in = cast.encounter(cast_, date(2027, 2, 22), interpreter="p-ines", held=True)
    filled.all_three(cast_, filled_in, BEFORE, {**SIX, "TC": 75.0})
    norms.freeze(cast_.lena)
    picture = alliance.for_case(cast_.thea, cast_.case_id)
    assert picture.shown is not None
    assert picture.against_norm("TC", picture.shown) == 12.5


@pytest.mark.parametrize("name", ["kora", "thea", "ines", "ada", "aud"])
def test_nobody_else_freezes(cast_: cast.Cast, name: str) -> None:
    with pytest.raises(errors.NotFound):
        norms.freeze(getattr(cast_, name))
