"""Who may know a client is asked again only when a lead says so, and no lead decides about a client of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import cast
from tests.cast import Cast
from triad.domain import errors
from triad.domain.parties import Role
from triad.services import acquaintances, answers, holidays, offers


@pytest.fixture
def known(cast_: Cast) -> str:
    id_ = cast.encounter(cast_)
    (mine,) = offers.send(cast_.kora, id_, {"p-ines": 1})
    answers.decline(cast_.ines, mine, "acquainted")
    return id_


@pytest.mark.parametrize(("outcome", "codes"), [("fine", []), ("apart", ["CONFLICT_OPEN"])])
def test_lead_decides_once(cast_: Cast, known: str, outcome: str, codes: list[str]) -> None:
    (row,) = acquaintances.still_open(cast_.lena)
    assert (row.interpreter, row.client_code) == ("Ines", "K-cleo")
    with pytest.raises(errors.Unfit):
        acquaintances.decide(cast_.lena, row.id, "maybe")
    acquaintances.decide(cast_.lena, row.id, outcome)
    assert acquaintances.still_open(cast_.lena) == []
    with pytest.raises(errors.NotFound):
        acquaintances.decide(cast_.lena, row.id, "fine")
    found = []
    try:
        offers.send(cast_.kora, known, {"p-ines": 1})
    except errors.NotEligible as error:
        found = [reason.code for reason in error.reasons]
    assert found == codes


def test_nobody_else_sees_or_decides(cast_: Cast, known: str) -> None:
    (row,) = acquaintances.still_open(cast_.lena)
    both = replace(cast_.thea, roles=frozenset({Role.THERAPIST, Role.LEAD}))
    assert acquaintances.still_open(both) == []
    for actor in (both, cast_.kora, cast_.thea, cast_.ines):
        with pytest.raises(errors.NotFound):
            acquaintances.decide(actor, row.id, "fine")


def test_holidays_are_entered_once_a_day_and_site(cast_: Cast) -> None:
    id_ = holidays.add(cast_.kora, cast_.site_id, {"day": "2027-05-01", "name": "1. Mai"})
    with pytest.raises(errors.Unfit) as refused:
        holidays.add(cast_.kora, cast_.site_id, {"day": "2027-05-01", "name": ""})
    assert refused.value.fields == {"day": "taken", "name": "required"}
    assert [row.name for row in holidays.coming(cast_.kora, cast_.site_id)] == ["1. Mai"]
    for actor, site in ((cast_.thea, cast_.site_id), (cast_.kora, "elsewhere")):
        with pytest.raises(errors.NotFound):
            holidays.remove(actor, site, id_)
    holidays.remove(cast_.kora, cast_.site_id, id_)
    assert holidays.coming(cast_.kora, cast_.site_id) == []
