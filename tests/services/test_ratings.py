"""A staff form is sent once, corrected for a few minutes, and then shut; on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests import cast
from tests.conftest import NOW
from triad.domain import errors
from triad.domain.parties import Role
from triad.services import context, ratings
from triad.services.context import Actor
from triad.store.encounters import Assignment, Encounter
from triad.store.ledger import AuditEntry
from triad.store.ratings import Answer, EarlierAnswer, Rating, Score

THERAPIST = ("bond.1:TC", "bond.2:TC", "goal.1:TC", "task.1:TC", "bond.1:TI", "bond.2:TI", "triad.1:triad")
INTERPRETER = ("bond.1:IT", "bond.2:IT", "bond.1:IC", "bond.2:IC", "triad.1:triad")
TODAY = date(2027, 3, 1)
FOURS, TWOS = dict.fromkeys(THERAPIST, "4"), dict.fromkeys(THERAPIST, "2")


@pytest.fixture
def begun(cast_: cast.Cast, clock: Any) -> str:
    """Thea's and Ines's session of today, half past two in Berlin; it is five past, and Ivo has one as well."""
    id_ = cast.encounter(cast_, TODAY, interpreter="p-ines", id_="enc-now")
    cast.encounter(cast_, TODAY, interpreter="p-ivo", case_id=cast_.other_case_id, id_="enc-other")
    clock.now = NOW.replace(hour=14, minute=5)
    return id_


def counts(actor: Actor) -> tuple[int, ...]:
    with context.look(actor) as ctx:
        return tuple(
            ctx.session.scalar(select(func.count()).select_from(kind)) or 0 for kind in (Rating, Answer, Score)
        )


def trail(actor: Actor) -> list[tuple[str, str, dict[str, Any]]]:
    with context.look(actor) as ctx:
        rows = ctx.session.scalars(select(AuditEntry).order_by(AuditEntry.seq))
        return [(row.verb, row.subject, row.details) for row in rows if row.verb.startswith("ratings.")]


def test_form_of_the_therapist_asks_about_client_interpreter_and_the_three(cast_: cast.Cast, begun: str) -> None:
    form = ratings.form(cast_.thea, begun)
    assert tuple(question.key for question in form.questions) == THERAPIST
    assert [question.about for question in form.questions] == [Role.CLIENT] * 4 + [Role.INTERPRETER] * 2 + [None]
    assert (form.party, form.state, form.held, len(form.given.scale)) == (Role.THERAPIST, "open", {}, 5)


def test_form_of_the_interpreter_asks_about_therapist_client_and_the_three(cast_: cast.Cast, begun: str) -> None:
    form = ratings.form(cast_.ines, begun)
    assert tuple(question.key for question in form.questions) == INTERPRETER
    assert form.party == Role.INTERPRETER


def test_form_in_arabic_is_arabic_and_in_a_language_without_staff_wording_english(
    cast_: cast.Cast, begun: str
) -> None:
    assert ratings.form(cast_.thea, begun, "ar").given.wording.language == "ar"
    assert ratings.form(cast_.thea, begun, "xx").given.wording.language == "en"


def test_form_without_an_interpreter_asks_about_the_client_alone(cast_: cast.Cast, begun: str) -> None:
    alone = cast.encounter(cast_, TODAY, id_="enc-alone")
    assert tuple(question.key for question in ratings.form(cast_.thea, alone).questions) == THERAPIST[:4]


@pytest.mark.parametrize("name", ["otto", "ivo", "lena", "ada", "aud"])
def test_form_and_submit_for_a_stranger_are_not_there(cast_: cast.Cast, begun: str, name: str) -> None:
    actor = getattr(cast_, name)
    for verb in (lambda: ratings.form(actor, begun), lambda: ratings.submit(actor, begun, FOURS)):
        with pytest.raises(errors.NotFound):
            verb()
    with pytest.raises(errors.NotFound):
        ratings.own(actor, begun)
    assert counts(cast_.thea) == (0, 0, 0)


def test_submit_stores_answers_scores_and_an_audit_line_without_values(cast_: cast.Cast, begun: str) -> None:
    answers = {**FOURS, "bond.1:TC": "5", "bond.2:TI": "declined"}
    ratings.submit(cast_.thea, begun, answers)
    with context.look(cast_.thea) as ctx:
        row = ctx.session.scalars(select(Rating)).one()
    assert (row.party, row.rater_id, row.interpreter_id, row.choice) == ("therapist", "p-thea", "p-ines", "therapist")
    assert (row.edition, row.language, row.mode, row.revision) == ("brief", "en", "own_device", 1)
    now = NOW.replace(hour=14, minute=5)
    assert (row.submitted_at, row.locked_at) == (now, now + timedelta(minutes=10))
    own = ratings.own(cast_.thea, begun)
    assert own is not None
    assert own.answers == answers
    assert own.scores == {
        ("TC", "bond"): 87.5,
        ("TC", "goal"): 75.0,
        ("TC", "task"): 75.0,
        ("TI", "bond"): None,
        ("triad", "triad"): 75.0,
    }
    assert trail(cast_.thea) == [("ratings.submit", begun, {"party": "therapist"})]


def test_answers_keep_the_wording_they_were_given_to(cast_: cast.Cast, begun: str) -> None:
    ratings.submit(cast_.thea, begun, FOURS)
    ratings.submit(cast_.ines, begun, dict.fromkeys(INTERPRETER, "3"), "ar")
    with context.look(cast_.thea) as ctx:
        rows = ctx.session.execute(select(Rating.language, Answer.wording).join(Answer).distinct()).all()
    by_language = dict(rows)
    assert len(rows) == 2
    assert set(by_language) == {"en", "ar"}
    assert len(set(by_language.values())) == 2


def test_own_is_nothing_before_and_never_another_party(cast_: cast.Cast, begun: str) -> None:
    ratings.submit(cast_.thea, begun, FOURS)
    assert ratings.own(cast_.ines, begun) is None
    assert ratings.form(cast_.ines, begun).held == {}
    assert ratings.own(cast_.thea, begun) is not None


def test_submit_with_gaps_and_strange_lines_is_unfit_and_stores_nothing(cast_: cast.Cast, begun: str) -> None:
    answers = {**FOURS, "bond.1:TC": "6", "bond.2:TC": "", "bond.1:CT": "5", "choice": "therapist"}
    del answers["triad.1:triad"]
    with pytest.raises(errors.Unfit) as refused:
        ratings.submit(cast_.thea, begun, answers)
    assert refused.value.fields == {
        "bond.1:TC": "choose_one",
        "bond.2:TC": "required",
        "triad.1:triad": "required",
        "bond.1:CT": "unknown_field",
        "choice": "unknown_field",
    }
    assert counts(cast_.thea) == (0, 0, 0)
    ratings.submit(cast_.thea, begun, FOURS)
    assert counts(cast_.thea) == (1, 7, 5)


def test_submit_of_the_very_same_form_twice_stores_it_once(cast_: cast.Cast, begun: str, clock: Any) -> None:
    ratings.submit(cast_.thea, begun, FOURS)
    clock.forward(minutes=2)
    ratings.submit(cast_.thea, begun, FOURS)
    own = ratings.own(cast_.thea, begun)
    assert own is not None
    assert (own.revision, counts(cast_.thea), len(trail(cast_.thea))) == (1, (1, 7, 5), 1)


def test_submit_again_within_the_grace_replaces_and_does_not_move_the_lock(
    cast_: cast.Cast, begun: str, clock: Any
) -> None:
    ratings.submit(cast_.thea, begun, FOURS)
    clock.forward(minutes=9, seconds=59)
    assert ratings.form(cast_.thea, begun).held == FOURS
    ratings.submit(cast_.thea, begun, TWOS)
    own = ratings.own(cast_.thea, begun)
    assert own is not None
    assert (own.revision, own.answers, counts(cast_.thea)) == (2, TWOS, (1, 7, 5))
    assert own.scores["TC", "bond"] == 25.0
    assert own.locked_at == NOW.replace(hour=14, minute=15)
    assert [verb for verb, *_ in trail(cast_.thea)] == ["ratings.submit", "ratings.correct"]
    with context.look(cast_.thea) as ctx:
        kept = ctx.session.scalars(select(EarlierAnswer)).all()
    assert {f"{row.item}:{row.direction}": str(row.value) for row in kept} == FOURS
    assert {row.revision for row in kept} == {1}


def test_submit_after_the_lock_is_closed_and_changes_nothing(cast_: cast.Cast, begun: str, clock: Any) -> None:
    ratings.submit(cast_.thea, begun, FOURS)
    clock.forward(minutes=10)
    with pytest.raises(errors.Closed):
        ratings.submit(cast_.thea, begun, TWOS)
    own = ratings.own(cast_.thea, begun)
    assert own is not None
    assert own.answers == FOURS
    form = ratings.form(cast_.thea, begun)
    assert (form.state, form.held) == ("locked", {})


def test_submit_before_the_start_is_no_step(cast_: cast.Cast, begun: str, clock: Any) -> None:
    start = NOW.replace(hour=13, minute=30)
    clock.now = start - timedelta(seconds=1)
    assert ratings.form(cast_.thea, begun).state == "early"
    with pytest.raises(errors.BadTransition):
        ratings.submit(cast_.thea, begun, FOURS)
    clock.now = start
    ratings.submit(cast_.thea, begun, FOURS)
    assert counts(cast_.thea) == (1, 7, 5)


def test_submit_after_the_window_is_closed(cast_: cast.Cast, begun: str, clock: Any) -> None:
    end = NOW.replace(hour=14, minute=20) + timedelta(days=7)
    clock.now = end - timedelta(seconds=1)
    ratings.submit(cast_.thea, begun, FOURS)
    clock.now = end
    assert ratings.form(cast_.ines, begun).state == "over"
    with pytest.raises(errors.Closed):
        ratings.submit(cast_.ines, begun, dict.fromkeys(INTERPRETER, "3"))
    assert counts(cast_.thea) == (1, 7, 5)


def test_submit_about_a_cancelled_session_is_closed(cast_: cast.Cast, begun: str) -> None:
    with context.work(cast_.kora) as ctx:
        ctx.session.get_one(Encounter, begun).status = "cancelled"
    with pytest.raises(errors.Closed):
        ratings.submit(cast_.thea, begun, FOURS)


def test_form_of_a_later_interpreter_shows_nothing_of_the_earlier(cast_: cast.Cast, begun: str) -> None:
    ratings.submit(cast_.ines, begun, dict.fromkeys(INTERPRETER, "3"))
    with context.work(cast_.kora) as ctx:
        ctx.session.get_one(Assignment, f"as-{begun}").interpreter_id = "p-ivo"
    form = ratings.form(cast_.ivo, begun)
    assert (form.state, form.held, form.locked_at) == ("over", {}, None)
    assert ratings.own(cast_.ivo, begun) is None
    with pytest.raises(errors.Closed):
        ratings.submit(cast_.ivo, begun, dict.fromkeys(INTERPRETER, "5"))
