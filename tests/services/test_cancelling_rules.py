"""Rules for late cancellations: added whole, ended from today on, removed while they decided nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.cast import Cast
from tests.conftest import Clock
from tests.services.test_cancellations import MONDAY, RULE, counts, rule
from tests.services.test_moves import planned
from triad.domain import errors
from triad.services import cancelling_rules, encounters


def test_rule_keeps_its_charge_to_the_last_digit(cast_: Cast) -> None:
    rule(cast_, payer="client", charge="45,10", currency="EUR", valid_to="2027-12-31", mode="video", party="client")
    (one,) = cancelling_rules.listed(cast_.kora)
    kept = one.rule
    assert (kept.charge, str(kept.charge), kept.currency, kept.payer) == (Decimal("45.10"), "45.10", "EUR", "client")
    assert (kept.mode, kept.party, kept.made_by, one.used, one.over) == ("video", "client", "a-ada", 0, False)


@pytest.mark.parametrize(
    ("more", "off"),
    [
        ({"amount": "0"}, {"amount": "range"}),
        ({"amount": "61"}, {"amount": "range"}),
        ({"amount": "721", "unit": "hours"}, {"amount": "range"}),
        ({"amount": "1.5"}, {"amount": "number"}),
        ({"unit": "weeks"}, {"unit": "unknown"}),
        ({"words": ""}, {"words": "required"}),
        ({"valid_from": ""}, {"valid_from": "required"}),
        ({"valid_to": "2026-12-31"}, {"valid_to": "order"}),
        ({"mode": "by_post"}, {"mode": "unknown"}),
        ({"party": "insurer"}, {"party": "unknown"}),
        ({"charge": "45.001", "payer": "client", "currency": "EUR"}, {"charge": "amount"}),
        ({"charge": "-1", "payer": "client", "currency": "EUR"}, {"charge": "amount"}),
        ({"charge": "1e3", "payer": "client", "currency": "EUR"}, {"charge": "amount"}),
        ({"charge": "45.00"}, {"payer": "required", "currency": "required"}),
        ({"charge": "45.00", "payer": "client", "currency": "eur"}, {"currency": "currency"}),
        ({"currency": "EUR"}, {"charge": "required"}),
        ({"reason": "x"}, {"reason": "unknown_field"}),
    ],
)
def test_rule_that_does_not_fit_is_not_written(cast_: Cast, more: dict[str, str], off: dict[str, str]) -> None:
    before = counts(cast_)
    with pytest.raises(errors.Unfit) as refused:
        rule(cast_, **more)
    assert {name: refused.value.fields[name] for name in off} == off
    assert counts(cast_) == before
    rule(cast_)
    assert counts(cast_) != before


def test_rule_that_decided_is_ended_and_never_removed(cast_: Cast, clock: Clock) -> None:
    rule_id = rule(cast_)
    encounters.cancel(cast_.kora, planned(cast_, MONDAY), "client")
    with pytest.raises(errors.BadTransition):
        cancelling_rules.remove(cast_.ada, rule_id)
    cancelling_rules.end(cast_.ada, rule_id, {"valid_to": "2027-03-01"})
    assert [(one.used, one.over) for one in cancelling_rules.listed(cast_.ada)] == [(1, False)]
    clock.forward(days=1)
    assert [(one.used, one.over) for one in cancelling_rules.listed(cast_.ada)] == [(1, True)]
    with pytest.raises(errors.BadTransition):
        cancelling_rules.end(cast_.ada, rule_id, {"valid_to": "2027-12-31"})


def test_rule_that_decided_nothing_can_be_removed(cast_: Cast) -> None:
    rule_id = rule(cast_)
    cancelling_rules.remove(cast_.kora, rule_id)
    assert cancelling_rules.listed(cast_.kora) == []
    with pytest.raises(errors.NotFound):
        cancelling_rules.remove(cast_.kora, rule_id)


@pytest.mark.parametrize(
    ("last", "code"),
    [("2027-02-28", "past"), ("", "required"), ("soon", "date"), ("2027-04-30", "order")],
)
def test_last_day_that_does_not_fit_changes_nothing(cast_: Cast, last: str, code: str) -> None:
    rule_id = rule(cast_, valid_from="2027-05-01" if code == "order" else "2027-01-01")
    with pytest.raises(errors.Unfit) as refused:
        cancelling_rules.end(cast_.ada, rule_id, {"valid_to": last})
    assert refused.value.fields == {"valid_to": code}
    assert [one.rule.valid_to for one in cancelling_rules.listed(cast_.ada)] == [None]


@pytest.mark.parametrize("name", ["thea", "otto", "ines", "ivo", "lena", "aud"])
def test_rules_are_not_there_for_others(cast_: Cast, name: str) -> None:
    rule_id, actor = rule(cast_), getattr(cast_, name)
    for act in (
        lambda: cancelling_rules.listed(actor),
        lambda: cancelling_rules.add(actor, RULE),
        lambda: cancelling_rules.end(actor, rule_id, {"valid_to": "2027-12-31"}),
        lambda: cancelling_rules.remove(actor, rule_id),
    ):
        with pytest.raises(errors.NotFound):
            act()
    assert len(cancelling_rules.listed(cast_.ada)) == 1
