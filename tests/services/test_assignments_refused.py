"""Assigning, releasing and answering what cannot be: refused with a reason, and nothing is written."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from tests import cast
from tests.cast import Cast
from tests.conftest import Clock
from triad.domain import errors
from triad.services import assignments, context, encounters
from triad.store.encounters import Assignment
from triad.store.ledger import AuditEntry


def written(who: Cast) -> tuple[int, int]:
    with context.look(who.kora) as ctx:
        live = select(func.count()).select_from(Assignment).where(Assignment.ended_at.is_(None))
        return ctx.session.scalar(live) or 0, ctx.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_assign_a_stranger_is_refused_at_the_field(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    with pytest.raises(errors.Unfit) as refused:
        assignments.assign_interpreter(cast_.kora, id_, "p-nobody")
    assert (refused.value.fields, written(cast_)) == ({"interpreter": "unknown"}, (0, 0))


def test_assign_setting_a_rule_aside_without_a_reason_is_refused_at_the_field(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    with pytest.raises(errors.Unfit) as refused:
        assignments.assign_interpreter(cast_.kora, id_, "p-ines", waived=["AVAILABILITY"])
    assert (refused.value.fields, written(cast_)) == ({"reason": "required"}, (0, 0))


def test_release_without_a_reason_is_refused_at_the_field(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    with pytest.raises(errors.Unfit) as refused:
        assignments.release(cast_.kora, id_, " ")
    assert (refused.value.fields, written(cast_)) == ({"reason": "required"}, (1, 1))


def test_decline_after_the_start_is_refused(cast_: Cast, clock: Clock) -> None:
    id_ = cast.encounter(cast_)
    assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    clock.forward(days=2)
    with pytest.raises(errors.BadTransition):
        assignments.decline(cast_.ines, id_)
    assert written(cast_) == (1, 1)


def test_assign_a_cancelled_encounter_is_refused(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    encounters.cancel(cast_.kora, id_, "client", "ill")
    before = written(cast_)
    with pytest.raises(errors.BadTransition):
        assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    assert written(cast_) == before


def test_confirm_a_cancelled_or_a_begun_encounter_is_refused(cast_: Cast, clock: Clock) -> None:
    off, on = (
        cast.encounter(cast_, interpreter="p-ines"),
        cast.encounter(cast_, date(2027, 3, 5), interpreter="p-ines"),
    )
    encounters.cancel(cast_.kora, off, "client", "ill")
    before = written(cast_)
    with pytest.raises(errors.BadTransition):
        assignments.confirm(cast_.kora, off)
    clock.forward(days=9)
    for verb in (assignments.confirm, assignments.unconfirm):
        with pytest.raises(errors.BadTransition):
            verb(cast_.kora, on)
    assert written(cast_) == before


def test_unconfirm_what_nobody_confirmed_is_refused(cast_: Cast) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    with pytest.raises(errors.BadTransition):
        assignments.unconfirm(cast_.kora, id_)
    assert written(cast_) == (1, 0)
