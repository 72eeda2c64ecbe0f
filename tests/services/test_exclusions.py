"""Not this interpreter: the reason is the therapist's alone, the effect everybody's, the trail silent."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import cast
from tests.cast import Cast
from triad.domain import errors
from triad.services import assignments, cases, context, exclusions
from triad.store.cases import Exclusion
from triad.store.ledger import AuditEntry, OutboxMessage

REASON = "knows her brother from the mosque"
WRITTEN = {"interpreter": "p-ines", "reason": REASON}


def kept(who: Cast) -> list[tuple[str, str, str]]:
    with context.look(who.kora) as ctx:
        rows = ctx.session.scalars(select(Exclusion).order_by(Exclusion.interpreter_id))
        return [(row.client_id, row.interpreter_id, row.reason) for row in rows]


def test_written_once_it_holds_for_the_client_and_names_no_reason(cast_: Cast) -> None:
    id_, other = cast.encounter(cast_), cast.encounter(cast_, case_id=cast_.other_case_id)
    assert [one.candidate.id for one in assignments.panel(cast_.kora, id_).fits] == ["p-ines"]
    exclusions.write(cast_.thea, cast_.case_id, WRITTEN)
    panel = assignments.panel(cast_.kora, id_)
    found = [reason for one in panel.misfits if one.candidate.id == "p-ines" for reason in one.reasons]
    assert [(reason.code, reason.details, reason.waiver) for reason in found] == [("CLIENT_CHOICE", {}, "N")]
    with pytest.raises(errors.NotEligible):
        assignments.assign_interpreter(cast_.kora, id_, "p-ines", waived=["CLIENT_CHOICE"], reason="all the same")
    others = assignments.panel(cast_.kora, other).misfits
    assert "CLIENT_CHOICE" not in [reason.code for one in others for reason in one.reasons]


def test_coordinator_sees_that_and_not_why_others_nothing(cast_: Cast) -> None:
    exclusions.write(cast_.thea, cast_.case_id, WRITTEN)
    assert cases.show(cast_.kora, cast_.case_id).unavailable == [("p-ines", "Ines")]
    assert cases.show(cast_.thea, cast_.case_id).unavailable == [("p-ines", "Ines")]
    assert cases.show(cast_.lena, cast_.case_id).unavailable == ()
    assert cases.show(cast_.kora, cast_.other_case_id).unavailable == []


def test_second_writing_changes_the_reason_and_lifting_forgets_it(cast_: Cast) -> None:
    exclusions.write(cast_.thea, cast_.case_id, WRITTEN)
    exclusions.write(cast_.thea, cast_.case_id, {"interpreter": "p-ines"})
    exclusions.write(cast_.thea, cast_.case_id, {"interpreter": "p-ivo", "reason": "other"})
    assert kept(cast_) == [("p-cleo", "p-ines", ""), ("p-cleo", "p-ivo", "other")]
    exclusions.lift(cast_.thea, cast_.case_id, "p-ines")
    assert kept(cast_) == [("p-cleo", "p-ivo", "other")]
    with pytest.raises(errors.NotFound):
        exclusions.lift(cast_.thea, cast_.case_id, "p-ines")


def test_page_counts_what_is_still_planned(cast_: Cast) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    cast.encounter(cast_, interpreter="p-ines", case_id=cast_.other_case_id)
    exclusions.write(cast_.thea, cast_.case_id, WRITTEN)
    found = exclusions.listed(cast_.thea, cast_.case_id)
    assert [(row.name, row.reason, row.planned) for row in found.rows] == [("Ines", REASON, 1)]
    assert found.others == [("p-ivo", "Ivo")]


def test_trail_and_post_tell_nobody_who(cast_: Cast) -> None:
    exclusions.write(cast_.thea, cast_.case_id, WRITTEN)
    exclusions.lift(cast_.thea, cast_.case_id, "p-ines")
    with context.look(cast_.kora) as ctx:
        lines = [(row.verb, row.subject, row.details) for row in ctx.session.scalars(select(AuditEntry))]
        assert lines == [("exclusions.write", cast_.case_id, {}), ("exclusions.lift", cast_.case_id, {})]
        assert ctx.session.scalars(select(OutboxMessage)).all() == []


@pytest.mark.parametrize(
    ("written", "fields"),
    [
        ({"interpreter": "", "reason": "x"}, {"interpreter": "required"}),
        ({"interpreter": "p-thea"}, {"interpreter": "unknown"}),
        ({"interpreter": "p-ines", "reason": "x" * 1001}, {"reason": "too_long"}),
        ({"interpreter": "p-ines", "reason": "a\x00"}, {"reason": "characters"}),
    ],
)
def test_bad_lines_are_refused(cast_: Cast, written: dict[str, str], fields: dict[str, str]) -> None:
    with pytest.raises(errors.Unfit) as refused:
        exclusions.write(cast_.thea, cast_.case_id, written)
    assert (refused.value.fields, kept(cast_)) == (fields, [])


@pytest.mark.parametrize("name", ["kora", "otto", "ines", "ivo", "lena", "ada", "aud"])
def test_for_all_others_there_is_nothing(cast_: Cast, name: str) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    exclusions.write(cast_.thea, cast_.case_id, WRITTEN)
    actor = getattr(cast_, name)
    for act in (
        lambda: exclusions.listed(actor, cast_.case_id),
        lambda: exclusions.write(actor, cast_.case_id, {"interpreter": "p-ivo"}),
        lambda: exclusions.lift(actor, cast_.case_id, "p-ines"),
    ):
        with pytest.raises(errors.NotFound) as refused:
            act()
        assert (type(refused.value), refused.value.details) == (errors.NotFound, {})
    assert kept(cast_) == [("p-cleo", "p-ines", REASON)]
