"""Who may take what out, and the line it leaves in the trail; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select

from tests import answered, cast
from tests.conftest import NOW
from triad.domain import errors
from triad.domain.parties import Role
from triad.services import context, exports
from triad.store.ledger import AuditEntry

DAY = date(2027, 2, 26)
LOCKED = datetime(2027, 2, 26, 15, 0, tzinfo=NOW.tzinfo)


@pytest.fixture
def met(cast_: cast.Cast) -> str:
    noise = cast.encounter(cast_, DAY, interpreter="p-ivo", case_id=cast_.other_case_id, held=True, id_="enc-noise")
    for party, rater in (("therapist", "p-otto"), ("interpreter", "p-ivo"), ("client", "p-carl")):
        answered.rating(cast_, noise, party, LOCKED, rater=rater)
    return cast.encounter(cast_, DAY, interpreter="p-ines", held=True, id_="enc-met")


@pytest.mark.parametrize("name", ["otto", "kora", "ada", "aud", "ines", "ivo", "lena"])
def test_case_export_for_everybody_else_is_not_there(cast_: cast.Cast, met: str, name: str) -> None:
    answered.all_three(cast_, met, LOCKED)
    for verb in (exports.for_case, exports.case_code):
        with pytest.raises(errors.NotFound) as refused:
            verb(getattr(cast_, name), cast_.case_id)  # type: ignore[operator]
        assert type(refused.value) is errors.NotFound
    assert len(exports.for_case(cast_.thea, cast_.case_id).rows) == 19


@pytest.mark.parametrize("name", ["thea", "kora", "ada", "aud", "ines"])
def test_released_export_is_for_the_lead_alone(cast_: cast.Cast, met: str, name: str) -> None:
    with pytest.raises(errors.NotFound):
        exports.for_lead(getattr(cast_, name))
    assert len(exports.for_lead(cast_.lena).rows) == 19


@pytest.mark.parametrize("name", ["lena", "kora", "ada", "aud"])
def test_own_export_is_for_therapists_and_interpreters_alone(cast_: cast.Cast, met: str, name: str) -> None:
    with pytest.raises(errors.NotFound):
        exports.own(getattr(cast_, name))
    assert len(exports.own(cast_.otto).rows) == 7


def test_lead_who_treats_a_case_finds_no_line_of_it(cast_: cast.Cast, met: str) -> None:
    answered.all_three(cast_, met, LOCKED)
    both = replace(cast_.thea, roles=frozenset({Role.THERAPIST, Role.LEAD}))
    assert {row.case for row in exports.for_lead(both).rows} == {"T-2002"}
    assert {row.case for row in exports.for_lead(cast_.lena).rows} == {"T-1001", "T-2002"}


def test_taking_out_is_a_line_of_the_trail_that_counts_nothing(cast_: cast.Cast, met: str) -> None:
    answered.all_three(cast_, met, LOCKED)
    exports.for_case(cast_.thea, cast_.case_id, "ratings.csv")
    exports.for_lead(cast_.lena)
    exports.own(cast_.ines, "fhir.json")
    with pytest.raises(errors.NotFound):
        exports.for_case(cast_.otto, cast_.case_id, "ratings.csv")
    with context.look(cast_.aud) as ctx:
        lines = ctx.session.execute(
            select(AuditEntry.actor, AuditEntry.subject, AuditEntry.details).where(AuditEntry.verb == "exports.take")
        )
        assert [tuple(line) for line in lines] == [
            ("a-thea", cast_.case_id, {"file": "ratings.csv"}),
            ("a-lena", "released", {"file": "triad.zip"}),
            ("a-ines", "own", {"file": "fhir.json"}),
        ]


@pytest.mark.parametrize("name", ["", "people.csv", "../ratings.csv", "ratings.csv\0"])
def test_file_that_is_none_is_not_there_and_not_in_the_trail(cast_: cast.Cast, met: str, name: str) -> None:
    for taken in (lambda: exports.own(cast_.thea, name), lambda: exports.content(exports.own(cast_.thea), name)):
        with pytest.raises(errors.NotFound):
            taken()
    with context.look(cast_.aud) as ctx:
        details = ctx.session.scalars(select(AuditEntry.details).where(AuditEntry.verb == "exports.take")).all()
    assert details == [{"file": "triad.zip"}]
