"""Asking several people: who is asked when, the first yes, and what nobody is told."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests import cast
from tests.cast import Cast
from tests.conftest import NOW, Clock
from tests.services.test_moves import LATER, change, taken, told
from triad.domain import errors
from triad.services import answers, assignments, context, encounters, exclusions, moves, offers
from triad.services.context import Actor
from triad.store.clinic import Interpreter, LanguageSkill
from triad.store.db import db
from triad.store.encounters import Encounter
from triad.store.ledger import AuditEntry
from triad.store.offers import Acquaintance, Offer
from triad.store.types import table


@pytest.fixture(autouse=True)
def ivo_speaks(cast_: Cast) -> None:
    """Ivo speaks Tigrinya as well."""
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.add(LanguageSkill(id="sk-ivo2", interpreter_id="p-ivo", language="ti", into="en", level=4))


def states(who: Cast, id_: str) -> dict[str, str]:
    return {one.name: one.state for one in offers.asked(who.kora, id_)}


def slot(who: Cast, id_: str) -> str:
    return encounters.show(who.kora, id_).slot.state


def own(actor: Actor) -> list[tuple[str, str]]:
    return [(one.id, one.state) for one in answers.mine(actor)]


def test_first_yes_has_the_session_and_the_other_is_too_late(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    offers.send(cast_.kora, id_, {"p-ines": 1, "p-ivo": 1})
    assert (slot(cast_, id_), told(cast_, "offer")) == ("on_offer", ["p-ines", "p-ivo"])
    (theirs, _), (mine, _) = own(cast_.ivo) + own(cast_.ines)
    assert answers.accept(cast_.ines, mine) == "accepted"
    row = encounters.show(cast_.kora, id_)
    assert (row.slot.state, [(a.interpreter_id, a.source) for a in row.slot.assignments]) == (
        "filled",
        [("p-ines", "offer")],
    )
    assert states(cast_, id_) == {"Ines": "accepted", "Ivo": "too_late"}
    assert taken(cast_) == {(4, "02 13:20", "02 14:35")}
    assert (told(cast_, "offer_over"), told(cast_, "assigned")) == (["p-ivo"], ["p-ines", "p-kora", "p-thea"])
    assert [answers.accept(cast_.ivo, theirs), answers.accept(cast_.ines, mine)] == ["too_late", "accepted"]
    assert len(encounters.show(cast_.kora, id_).slot.assignments) == 1


def test_a_yes_to_an_offer_binds_until_the_time_changes(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    offers.send(cast_.kora, id_, {"p-ines": 1})
    answers.accept(cast_.ines, own(cast_.ines)[0][0])
    with pytest.raises(errors.BadTransition):
        assignments.decline(cast_.ines, id_)
    moves.move(cast_.kora, id_, change(cast_, id_, LATER, room_id=None))
    assignments.decline(cast_.ines, id_)
    assert slot(cast_, id_) == "unfilled"


def test_later_tiers_wait_for_the_clock_and_hear_nothing(cast_: Cast, clock: Clock) -> None:
    id_ = cast.encounter(cast_)
    first, second = offers.send(cast_.kora, id_, {"p-ines": 1, "p-ivo": 2}, answer_hours=10, wait_hours=4)
    assert (states(cast_, id_), told(cast_, "offer")) == ({"Ines": "sent", "Ivo": "waiting"}, ["p-ines"])
    assert own(cast_.ivo) == []
    for act in (answers.accept, answers.decline):
        with pytest.raises(errors.NotFound):
            act(cast_.ivo, second)
    clock.forward(hours=4, seconds=-1)
    assert (own(cast_.ivo), offers.release_tiers(cast.machine(cast_))) == ([], 0)
    clock.forward(seconds=1)
    assert own(cast_.ivo) == [(second, "sent")]
    assert [offers.release_tiers(cast.machine(cast_)), offers.release_tiers(cast.machine(cast_))] == [1, 0]
    assert told(cast_, "offer") == ["p-ines", "p-ivo"]
    assert answers.accept(cast_.ivo, second) == "accepted"
    assert answers.accept(cast_.ines, first) == "too_late"


def test_next_tier_is_asked_at_once_when_nobody_is_left(cast_: Cast, clock: Clock) -> None:
    id_ = cast.encounter(cast_)
    first, second = offers.send(cast_.kora, id_, {"p-ines": 1, "p-ivo": 2}, answer_hours=10, wait_hours=4)
    clock.forward(hours=1)
    assert answers.decline(cast_.ines, first, "time") == "declined"
    assert (own(cast_.ivo), told(cast_, "offer")) == ([(second, "sent")], ["p-ines", "p-ivo"])
    (row,) = answers.mine(cast_.ivo)
    assert row.expires_at == NOW + timedelta(hours=11)
    assert answers.decline(cast_.ivo, second) == "declined"
    assert (slot(cast_, id_), told(cast_, "offers_over")) == ("unfilled", ["p-kora"])
    assert {one.name: one.reason for one in offers.asked(cast_.kora, id_)} == {"Ines": "time", "Ivo": ""}


def test_an_offer_ends_by_the_clock_also_before_anybody_wrote_it_down(cast_: Cast, clock: Clock) -> None:
    id_ = cast.encounter(cast_)
    (mine,) = offers.send(cast_.kora, id_, {"p-ines": 1}, answer_hours=2)
    clock.forward(hours=2, seconds=-1)
    assert own(cast_.ines) == [(mine, "sent")]
    clock.forward(seconds=1)
    assert [answers.accept(cast_.ines, mine), answers.decline(cast_.ines, mine)] == ["expired"] * 2
    assert (own(cast_.ines), states(cast_, id_)) == ([(mine, "expired")], {"Ines": "expired"})
    assert (slot(cast_, id_), taken(cast_)) == ("on_offer", set())
    assert [offers.expire(cast.machine(cast_)), offers.expire(cast.machine(cast_))] == [1, 0]
    assert (slot(cast_, id_), told(cast_, "offers_over")) == ("unfilled", ["p-kora"])
    offers.send(cast_.kora, id_, {"p-ines": 1})
    assert slot(cast_, id_) == "on_offer"


def test_expired_round_needs_no_job_before_the_next(cast_: Cast, clock: Clock) -> None:
    id_ = cast.encounter(cast_)
    offers.send(cast_.kora, id_, {"p-ines": 1}, answer_hours=2)
    clock.forward(hours=2)
    offers.send(cast_.kora, id_, {"p-ines": 1}, answer_hours=2)
    assert [one.state for one in offers.asked(cast_.kora, id_)] == ["sent", "expired"]
    assert [one.times for one in offers.asked(cast_.kora, id_)] == [2, 2]


def test_no_offer_outlives_the_start(cast_: Cast) -> None:
    id_ = cast.encounter(cast_, date(2027, 3, 1), time(14, 0))
    offers.send(cast_.kora, id_, {"p-ines": 1, "p-ivo": 2}, answer_hours=24, wait_hours=3)
    assert {one.expires_at for one in offers.asked(cast_.kora, id_)} == {NOW + timedelta(hours=4)}
    with pytest.raises(errors.Unfit) as refused:
        offers.send(cast_.kora, cast.encounter(cast_, at=time(9, 0)), {"p-ines": 1, "p-ivo": 2}, 24, 30)
    assert refused.value.fields == {"wait_hours": "tier_too_late"}


def test_reading_marks_as_seen_and_nothing_else(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    offers.send(cast_.kora, id_, {"p-ines": 1})
    for _ in range(3):
        answers.mine(cast_.ines)
    assert (states(cast_, id_), slot(cast_, id_), taken(cast_)) == ({"Ines": "seen"}, "on_offer", set())


def test_who_knows_the_client_is_not_asked_again(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    (mine,) = offers.send(cast_.kora, id_, {"p-ines": 1})
    answers.decline(cast_.ines, mine, "acquainted")
    with context.look(cast_.kora) as ctx:
        (noted,) = ctx.session.scalars(select(Acquaintance))
        assert (noted.client_id, noted.interpreter_id, noted.decided_at) == ("p-cleo", "p-ines", None)
    with pytest.raises(errors.NotEligible) as refused:
        offers.send(cast_.kora, id_, {"p-ines": 1})
    assert [(one.code, one.waiver) for one in refused.value.reasons] == [("CONFLICT_OPEN", "L")]
    offers.send(cast_.kora, id_, {"p-ivo": 1})


def test_who_cannot_is_not_asked_and_then_nobody_is(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    exclusions.write(cast_.thea, cast_.case_id, {"interpreter": "p-ivo", "reason": "a neighbour"})
    with pytest.raises(errors.NotEligible) as refused:
        offers.send(cast_.kora, id_, {"p-ines": 1, "p-ivo": 2})
    assert [one.code for one in refused.value.reasons] == ["CLIENT_CHOICE"]
    assert (states(cast_, id_), slot(cast_, id_), told(cast_, "offer")) == ({}, "unfilled", [])


def test_why_it_is_taken_back_is_not_told(cast_: Cast) -> None:
    """Excluded after they were asked, or overtaken: the interpreter hears the same."""
    said = []
    for hour, excluded in ((9, False), (12, True)):
        id_ = cast.encounter(cast_, at=time(hour, 0))
        first, second = offers.send(cast_.kora, id_, {"p-ines": 1, "p-ivo": 1})
        if excluded:
            exclusions.write(cast_.thea, cast_.case_id, {"interpreter": "p-ivo"})
        else:
            answers.accept(cast_.ines, first)
        said.append((answers.accept(cast_.ivo, second), dict(own(cast_.ivo))[second]))
    assert said == [("too_late", "too_late")] * 2
    assert states(cast_, id_) == {"Ines": "sent", "Ivo": "withdrawn"}


def test_own_diary_is_told_and_leaves_the_offer_open(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    (mine,) = offers.send(cast_.kora, id_, {"p-ines": 1})
    other = cast.encounter(cast_, at=time(15, 0))
    assignments.assign_interpreter(cast_.kora, other, "p-ines")
    with pytest.raises(errors.NotEligible) as refused:
        answers.accept(cast_.ines, mine)
    assert [one.code for one in refused.value.reasons] == ["OVERLAP"]
    assert states(cast_, id_) == {"Ines": "sent"}


@pytest.mark.parametrize("way", ["assign", "cancel", "move", "void", "withdraw"])
def test_what_ends_the_search_ends_the_offers(cast_: Cast, way: str) -> None:
    id_ = cast.encounter(cast_)
    mine, _ = offers.send(cast_.kora, id_, {"p-ines": 1, "p-ivo": 2})
    version = encounters.show(cast_.kora, id_).version
    {
        "assign": lambda: assignments.assign_interpreter(cast_.kora, id_, "p-ivo"),
        "cancel": lambda: encounters.cancel(cast_.kora, id_, "client"),
        "move": lambda: moves.move(cast_.kora, id_, change(cast_, id_, LATER, room_id=None)),
        "void": lambda: moves.void(cast_.kora, id_, version),
        "withdraw": lambda: offers.withdraw(cast_.kora, id_),
    }[way]()
    assert states(cast_, id_) == {"Ines": "withdrawn", "Ivo": "withdrawn"}
    assert told(cast_, "offer_over") == ["p-ines"]
    assert answers.accept(cast_.ines, mine) == "too_late"
    assert slot(cast_, id_) == {"assign": "filled", "move": "unfilled", "withdraw": "unfilled"}.get(way, "released")


@pytest.mark.parametrize(
    ("tiers", "hours", "fields"),
    [
        ({}, (4, 4), {"ask": "required"}),
        ({"p-ines": 4}, (4, 4), {"ask": "unknown"}),
        ({"p-thea": 1}, (4, 4), {"ask": "unknown"}),
        ({"p-ines": 1}, (0, 400), {"answer_hours": "range", "wait_hours": "range"}),
    ],
)
def test_send_with_bad_lines_says_which(cast_: Cast, tiers: dict[str, int], hours: Any, fields: Any) -> None:
    id_ = cast.encounter(cast_)
    with pytest.raises(errors.Unfit) as refused:
        offers.send(cast_.kora, id_, tiers, *hours)
    assert (refused.value.fields, slot(cast_, id_)) == (fields, "unfilled")


def test_nobody_is_asked_twice_at_once_nor_about_what_is_filled(cast_: Cast) -> None:
    id_, filled = cast.encounter(cast_), cast.encounter(cast_, at=time(9, 0), interpreter="p-ivo")
    offers.send(cast_.kora, id_, {"p-ines": 1})
    with pytest.raises(errors.Unfit) as refused:
        offers.send(cast_.kora, id_, {"p-ines": 1})
    assert refused.value.fields == {"ask": "asked_already"}
    offers.send(cast_.kora, id_, {"p-ivo": 1})
    with pytest.raises(errors.BadTransition):
        offers.send(cast_.kora, filled, {"p-ines": 1})


def test_offers_are_for_whom_they_are_for(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    (mine,) = offers.send(cast_.kora, id_, {"p-ines": 1})
    for actor in (cast_.ivo, cast_.kora, cast_.thea, cast_.lena):
        for act in (answers.accept, answers.decline):
            with pytest.raises(errors.NotFound):
                act(actor, mine)
    with pytest.raises(errors.NotFound):
        answers.accept(cast_.ines, "no-such-offer")
    with pytest.raises(errors.NotAllowed):
        offers.send(cast_.thea, id_, {"p-ivo": 1})
    with pytest.raises(errors.NotFound):
        offers.asked(cast_.ines, id_)
    assert own(cast_.ines) == [(mine, "sent")]


def test_the_periodic_verbs_are_for_the_machine_alone(cast_: Cast) -> None:
    machine = cast.machine(cast_)
    assert [offers.expire(machine), offers.release_tiers(machine)] == [0, 0]
    for actor in (cast_.kora, cast_.ada, cast_.ines, cast_.thea):
        for verb in (offers.expire, offers.release_tiers):
            with pytest.raises(errors.NotFound):
                verb(actor)


def test_the_trail_names_no_reason_and_no_other_person(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    first, second = offers.send(cast_.kora, id_, {"p-ines": 1, "p-ivo": 1})
    answers.decline(cast_.ines, first, "acquainted")
    answers.accept(cast_.ivo, second)
    with context.look(cast_.kora) as ctx:
        lines = [(one.verb, one.details) for one in ctx.session.scalars(select(AuditEntry)) if one.subject == id_]
    assert lines == [
        ("offers.send", {"people": 2, "tiers": 1}),
        ("offers.decline", {"offer": first}),
        ("offers.accept", {"offer": second}),
    ]


def test_database_refuses_a_second_open_offer(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    offers.send(cast_.kora, id_, {"p-ines": 1})

    def twice() -> None:
        with context.work(cast_.kora) as ctx:
            old = ctx.session.scalars(select(Offer)).one()
            copy = {column.name: getattr(old, column.name) for column in table(Offer).columns}
            ctx.session.add(Offer(**{**copy, "id": "again"}))

    with pytest.raises(errors.Conflict):
        twice()
    assert len(offers.asked(cast_.kora, id_)) == 1


def test_who_works_here_no_more_cannot_accept(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    (mine,) = offers.send(cast_.kora, id_, {"p-ines": 1})
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.get_one(Interpreter, "p-ines").active = False
    db.session.close()
    assert answers.accept(cast_.ines, mine) == "too_late"
    assert (states(cast_, id_), slot(cast_, id_)) == ({"Ines": "withdrawn"}, "unfilled")


def test_a_yes_to_a_session_that_is_no_more_is_too_late(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    offers.send(cast_.kora, id_, {"p-ines": 1})
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        # Cancelling ends the offers; here one was left open.
        ctx.session.get_one(Encounter, id_).status = "cancelled"
    ((mine, _),) = own(cast_.ines)
    assert answers.accept(cast_.ines, mine) == "too_late"
    assert (encounters.show(cast_.kora, id_).slot.assignments, taken(cast_)) == ([], set())


def test_a_reason_that_is_not_on_the_list_is_refused_at_the_field(cast_: Cast) -> None:
    offers.send(cast_.kora, cast.encounter(cast_), {"p-ines": 1})
    ((mine, _),) = own(cast_.ines)
    with pytest.raises(errors.Unfit) as refused:
        answers.decline(cast_.ines, mine, "bored")
    assert (refused.value.fields, own(cast_.ines)) == ({"reason": "unknown"}, [(mine, "sent")])
