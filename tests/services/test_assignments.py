"""Assigning: one winner, complete reasons, freed time."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import func, select

from tests import cast
from tests.cast import Cast
from triad.domain import errors
from triad.services import assignments, context, encounters
from triad.store.diaries import Taken
from triad.store.encounters import Assignment
from triad.store.ledger import AuditEntry, OutboxMessage


def count(who: Cast, table: type) -> int:
    with context.look(who.kora) as ctx:
        return ctx.session.scalar(select(func.count()).select_from(table)) or 0


def test_assign_takes_briefing_and_debrief_and_leaves_one_line(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    with context.look(cast_.kora) as ctx:
        taken = ctx.session.scalars(select(Taken)).one()
        assert (taken.starts_at.isoformat(), taken.ends_at.isoformat()) == (
            "2027-03-02T13:20:00+00:00",
            "2027-03-02T14:35:00+00:00",
        )
        line = ctx.session.scalars(select(AuditEntry)).one()
        assert (line.verb, line.actor, line.subject) == ("assignments.assign", "a-kora", id_)
        told = ctx.session.scalars(select(OutboxMessage.person_id).order_by(OutboxMessage.person_id)).all()
        assert told == ["p-ines", "p-thea"]


def test_assign_twice_is_refused_and_changes_nothing(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    with pytest.raises(errors.BadTransition):
        assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    assert (count(cast_, Assignment), count(cast_, Taken), count(cast_, AuditEntry)) == (1, 1, 1)


def test_assign_overlapping_is_refused_with_the_reason(cast_: Cast) -> None:
    first, second = cast.encounter(cast_), cast.encounter(cast_, at=time(15, 0))
    assignments.assign_interpreter(cast_.kora, first, "p-ines")
    with pytest.raises(errors.NotEligible) as refused:
        assignments.assign_interpreter(cast_.kora, second, "p-ines")
    assert [reason.code for reason in refused.value.reasons] == ["OVERLAP"]


def test_assign_unfit_gives_all_reasons_and_waives_none_that_cannot_be(cast_: Cast) -> None:
    id_ = cast.encounter(cast_, at=time(21, 30))
    with pytest.raises(errors.NotEligible) as refused:
        assignments.assign_interpreter(cast_.kora, id_, "p-ivo", waived=["LANG_PAIR", "AVAILABILITY"], reason="late")
    assert [reason.code for reason in refused.value.reasons] == ["LANG_PAIR", "AVAILABILITY"]
    assert count(cast_, Assignment) == 0


def test_release_frees_the_time_and_keeps_the_row(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    assignments.release(cast_.kora, id_, "ill")
    assert (count(cast_, Assignment), count(cast_, Taken)) == (1, 0)
    assert [one.encounter.id for one in encounters.unfilled(cast_.kora)] == [id_]
    assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    assert count(cast_, Assignment) == 2


def test_decline_opens_the_slot_without_a_reason(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    assignments.decline(cast_.ines, id_)
    assert [one.encounter.id for one in encounters.unfilled(cast_.kora)] == [id_]


@pytest.mark.parametrize("who", ["thea", "otto", "ines", "ivo", "lena", "ada", "aud"])
def test_assign_by_others_is_refused(cast_: Cast, who: str) -> None:
    id_ = cast.encounter(cast_)
    expected = errors.NotAllowed if who == "thea" else errors.NotFound
    with pytest.raises(expected) as refused:
        assignments.assign_interpreter(getattr(cast_, who), id_, "p-ines")
    assert type(refused.value) is expected
    assert count(cast_, Assignment) == 0


def test_panel_ranks_and_lists_the_others(cast_: Cast) -> None:
    id_ = cast.encounter(cast_, day=date(2027, 3, 3))
    panel = assignments.panel(cast_.kora, id_)
    assert [fit.candidate.id for fit in panel.fits] == ["p-ines"]
    assert [(one.candidate.id, [reason.code for reason in one.reasons]) for one in panel.misfits] == [
        ("p-ivo", ["LANG_PAIR"])
    ]
