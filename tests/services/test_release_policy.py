"""What clients were told holds: under `never` no form of theirs reaches anybody, and nothing loosens afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests import cast, filled
from tests.services.test_invitations import fill, rows
from triad.domain.release import CLIENT_CHOICE, COUNTED, NEVER, TO_LEAD, TO_THERAPIST
from triad.services import alliance, exports, invitations, monthly, ratings, relations, settings
from triad.services.context import Actor
from triad.store.ratings import Invitation, Rating

YESTERDAY = date(2027, 2, 28)
Turn = Callable[[str], None]


@pytest.fixture
def held(cast_: cast.Cast) -> str:
    id_ = cast.encounter(cast_, YESTERDAY, interpreter="p-ines", held=True, id_="enc-held")
    for party in ("therapist", "interpreter"):
        filled.rating(cast_, id_, party, cast_.clinic.clock(), dict.fromkeys(("TC", "TI", "IT", "IC"), 50.0))
    return id_


@pytest.fixture
def cleo(cast_: cast.Cast) -> Actor:
    return Actor(cast_.clinic)


@pytest.fixture
def turn(cast_: cast.Cast) -> Turn:
    """Ada proposes, Lena confirms."""

    def decide(policy: str) -> None:
        settings.change(cast_.ada, {"release_policy": policy}, (), settings.shown(cast_.ada).version)
        settings.confirm(cast_.lena, settings.shown(cast_.lena).version)

    return decide


def issue(cast_: cast.Cast, cleo: Actor, held: str) -> str:
    return invitations.open_link(cleo, invitations.issue(cast_.thea, held, "ar"))


def send(cast_: cast.Cast, cleo: Actor, held: str, choice: str = TO_THERAPIST) -> str:
    page = issue(cast_, cleo, held)
    fill(cleo, page)
    invitations.submit(cleo, page, choice)
    return page


def sent() -> tuple[str, str]:
    (row,) = [row for row in rows(Rating) if row.party == "client"]
    return row.policy, row.choice


def readings(cast_: cast.Cast) -> list[Any]:
    """All that therapist, lead and interpreter can read of the case, in pictures and in files."""
    found: list[Any] = [alliance.for_case(actor, cast_.case_id) for actor in (cast_.thea, cast_.lena)]
    found += [
        alliance.for_lead(cast_.lena),
        exports.for_case(cast_.thea, cast_.case_id),
        exports.for_lead(cast_.lena),
    ]
    return [*found, *(exports.own(actor) for actor in (cast_.thea, cast_.ines)), relations.latest(cast_.lena)]


def shown(cast_: cast.Cast) -> list[bool]:
    """Is a number of the client's there: therapist's picture and file, lead's picture and file?"""
    pictures = [
        alliance.for_case(actor, cast_.case_id).meetings[0].scores["CT"] for actor in (cast_.thea, cast_.lena)
    ]
    files = [exports.for_case(cast_.thea, cast_.case_id), exports.for_lead(cast_.lena)]
    read = [any(row.rater == "client" for row in file.rows) for file in files]
    return [pictures[0] is not None, read[0], pictures[1] is not None, read[1]]


@pytest.mark.parametrize("choice", ["", TO_THERAPIST, TO_LEAD, COUNTED])
def test_under_never_whatever_is_chosen_is_only_counted(
    cast_: cast.Cast, cleo: Actor, held: str, turn: Turn, clock: Any, choice: str
) -> None:
    turn(NEVER)
    send(cast_, cleo, held, choice)
    assert sent() == (NEVER, COUNTED)
    clock.forward(days=30)
    assert shown(cast_) == [False] * 4


def test_under_client_choice_the_same_form_is_shown(cast_: cast.Cast, cleo: Actor, held: str, clock: Any) -> None:
    send(cast_, cleo, held)
    assert sent() == (CLIENT_CHOICE, TO_THERAPIST)
    clock.forward(days=30)
    assert shown(cast_) == [True] * 4


@pytest.mark.parametrize("policy", [NEVER, CLIENT_CHOICE])
def test_whether_the_client_sent_anything_shows_nowhere_under_never(
    cast_: cast.Cast, cleo: Actor, held: str, turn: Turn, clock: Any, policy: str
) -> None:
    turn(NEVER)
    if policy == CLIENT_CHOICE:
        turn(policy)
    page = issue(cast_, cleo, held)
    fill(cleo, page)
    before = readings(cast_)
    invitations.submit(cleo, page, TO_THERAPIST)
    assert (readings(cast_) == before) is (policy == NEVER)
    clock.forward(days=30)
    monthly.freeze(cast_.lena)
    assert shown(cast_) == [policy == CLIENT_CHOICE] * 4


def test_a_form_keeps_the_policy_it_was_sent_under(
    cast_: cast.Cast, cleo: Actor, held: str, turn: Turn, clock: Any
) -> None:
    send(cast_, cleo, held)
    turn(NEVER)
    clock.forward(days=30)
    assert (sent(), shown(cast_)) == ((CLIENT_CHOICE, TO_THERAPIST), [True] * 4)


def test_loosening_opens_nothing_that_was_sent_before(
    cast_: cast.Cast, cleo: Actor, held: str, turn: Turn, clock: Any
) -> None:
    turn(NEVER)
    send(cast_, cleo, held)
    turn(CLIENT_CHOICE)
    clock.forward(days=30)
    assert (sent(), shown(cast_)) == ((NEVER, COUNTED), [False] * 4)


def test_a_link_given_out_under_never_keeps_its_promise_and_the_next_one_asks(
    cast_: cast.Cast, cleo: Actor, held: str, turn: Turn
) -> None:
    turn(NEVER)
    page = issue(cast_, cleo, held)
    turn(CLIENT_CHOICE)
    assert invitations.at(cleo, page).sealed
    assert not invitations.at(cleo, issue(cast_, cleo, held)).sealed


def test_tightening_holds_for_a_form_that_is_being_filled_in_and_stays(
    cast_: cast.Cast, cleo: Actor, held: str, turn: Turn
) -> None:
    page = issue(cast_, cleo, held)
    assert not invitations.at(cleo, page).sealed
    turn(NEVER)
    assert invitations.at(cleo, page).sealed
    invitations.choose_language(cleo, page, "ar")
    invitations.step(cleo, page, "who_sees")
    turn(CLIENT_CHOICE)
    assert invitations.at(cleo, page).sealed
    fill(cleo, page)
    invitations.submit(cleo, page, TO_THERAPIST)
    assert sent() == (NEVER, COUNTED)


def test_a_proposal_alone_changes_no_form(cast_: cast.Cast, cleo: Actor, held: str) -> None:
    settings.change(cast_.ada, {"release_policy": NEVER}, (), 0)
    page = issue(cast_, cleo, held)
    assert not invitations.at(cleo, page).sealed
    settings.confirm(cast_.lena, 1)
    assert invitations.at(cleo, page).sealed


def test_what_was_sent_shows_its_own_policy_whatever_holds_by_then(
    cast_: cast.Cast, cleo: Actor, held: str, turn: Turn
) -> None:
    page = send(cast_, cleo, held)
    turn(NEVER)
    assert (invitations.at(cleo, page).sent, invitations.at(cleo, page).sealed) == (True, False)
    assert [row.policy for row in rows(Invitation)] == [CLIENT_CHOICE]


def test_staff_forms_carry_the_policy_too_and_are_read_as_ever(cast_: cast.Cast, turn: Turn, clock: Any) -> None:
    met = cast.encounter(cast_, YESTERDAY, interpreter="p-ines", held=True)
    turn(NEVER)
    for actor in (cast_.thea, cast_.ines):
        asked = ratings.form(actor, met).questions
        ratings.submit(actor, met, {question.key: "4" for question in asked})
    assert {(row.party, row.policy) for row in rows(Rating)} == {("therapist", NEVER), ("interpreter", NEVER)}
    clock.forward(days=30)
    (meeting,) = alliance.for_case(cast_.lena, cast_.case_id).meetings
    assert {key for key, score in meeting.scores.items() if score is not None} == {"TC", "TI", "IT", "IC"}


def test_the_file_can_say_never_as_well(cast_: cast.Cast, cleo: Actor, held: str) -> None:
    strict = replace(cast_.clinic, settings=replace(cast_.clinic.filed, release_policy=NEVER))
    page = invitations.open_link(cleo, invitations.issue(replace(cast_.thea, clinic=strict), held, "ar"))
    assert invitations.at(cleo, page).sealed
