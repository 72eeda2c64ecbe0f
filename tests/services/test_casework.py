"""Cases begin, change hands before they begin, end; who may do which, and what is refused beside the field."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import func, select

from tests import cast
from tests.cast import BERLIN, Cast
from tests.conftest import Clock
from triad.domain import errors
from triad.domain.timespans import WallTime
from triad.services import cases, casework, context, encounters, exclusions, notes, people, plans
from triad.services.plans import Plan
from triad.store.cases import Case
from triad.store.diaries import Taken

NEW = {
    "code": "T-3003",
    "client": "p-cleo",
    "therapist": "p-otto",
    "site": "site-nord",
    "usual_interpreter": "p-ines",
    "opened_on": "2027-03-01",
}
KEPT = {"version": "1", "site": "site-nord", "usual_interpreter": "", "opened_on": "2026-12-01", "closed_on": ""}
TUESDAY = WallTime(date(2027, 3, 2), time(14, 30), BERLIN)


def count(who: Cast) -> int:
    with context.look(who.kora) as ctx:
        return ctx.session.scalar(select(func.count()).select_from(Case)) or 0


def test_new_case_needs_what_the_client_speaks(cast_: Cast) -> None:
    found = cases.show(cast_.kora, casework.create(cast_.kora, NEW)).case
    assert (found.code, found.therapist_id, found.usual_interpreter_id) == ("T-3003", "p-otto", "p-ines")
    assert [(need.language, need.dialect, need.wish_kind) for need in found.needs] == [("ti", "", "none")]
    assert [row.case.code for row in cases.listed(cast_.otto)[0]] == ["T-2002", "T-3003"]


@pytest.mark.parametrize(
    ("word", "language", "dialect"), [("Somali", "so", ""), ("Levantine", "ar", "apc"), ("کوردی (سۆرانی)", "ckb", "")]
)
def test_new_case_takes_a_language_by_any_of_its_names(cast_: Cast, word: str, language: str, dialect: str) -> None:
    found = cases.show(cast_.kora, casework.create(cast_.kora, NEW | {"language": word})).case
    assert [(need.language, need.dialect) for need in found.needs] == [(language, dialect)]


def test_new_case_with_bad_lines_is_refused_with_all_of_them(cast_: Cast) -> None:
    people.set_active(cast_.kora, "p-ines", False, 1)
    written = NEW | {
        "code": "T-1001",
        "client": "",
        "therapist": "p-cleo",
        "opened_on": "soon",
        "language": "Kurdish",
    }
    with pytest.raises(errors.Unfit) as refused:
        casework.create(cast_.kora, written | {"diary_id": "1"})
    assert refused.value.fields == {
        "code": "taken",
        "client": "required",
        "therapist": "unknown",
        "usual_interpreter": "not_working",
        "opened_on": "date",
        "language": "which_variety",
        "diary_id": "unknown_field",
    }
    assert count(cast_) == 2


def test_whom_a_client_does_not_want_is_not_chosen_again(cast_: Cast) -> None:
    exclusions.write(cast_.thea, cast_.case_id, {"interpreter": "p-ines", "reason": "a neighbour"})
    assert [id_ for id_, _ in casework.for_change(cast_.kora, cast_.case_id).interpreters] == ["p-ivo"]
    with pytest.raises(errors.Unfit) as refused:
        casework.change(cast_.kora, cast_.case_id, KEPT | {"usual_interpreter": "p-ines"})
    assert refused.value.fields == {"usual_interpreter": "not_available"}
    casework.change(cast_.kora, cast_.case_id, KEPT | {"usual_interpreter": "p-ivo"})
    assert cases.show(cast_.kora, cast_.case_id).case.usual_interpreter_id == "p-ivo"


def test_therapist_changes_with_the_time_that_was_taken(cast_: Cast) -> None:
    plans.plan(cast_.kora, cast_.case_id, Plan(TUESDAY, 50, cast_.need_id, cast_.site_id, count=2))
    casework.change(cast_.kora, cast_.case_id, KEPT | {"therapist": "p-otto"})
    with context.look(cast_.kora) as ctx:
        assert sorted(ctx.session.scalars(select(Taken.diary_id))) == [3, 3, 6, 6]
    assert [row.case.code for row in cases.listed(cast_.thea)[0]] == []
    with pytest.raises(errors.NotFound):
        cases.show(cast_.thea, cast_.case_id)


def test_therapist_who_is_taken_does_not_take_the_case(cast_: Cast) -> None:
    plans.plan(cast_.kora, cast_.case_id, Plan(TUESDAY, 50, cast_.need_id, cast_.site_id, count=2))
    later = WallTime(date(2027, 3, 9), time(15, 25), BERLIN)
    plans.plan(cast_.otto, cast_.other_case_id, Plan(later, 50, cast_.other_need_id, cast_.site_id))
    with pytest.raises(errors.Clash) as refused:
        casework.change(cast_.kora, cast_.case_id, KEPT | {"therapist": "p-otto"})
    assert refused.value.details == {"who": "therapist", "day": date(2027, 3, 9)}
    with context.look(cast_.kora) as ctx:
        assert sorted(ctx.session.scalars(select(Taken.diary_id))) == [2, 2, 3, 6, 6, 7]
    assert cases.show(cast_.kora, cast_.case_id).case.therapist_id == "p-thea"


@pytest.mark.parametrize("how", ["held", "note", "running"])
def test_case_that_began_stays_with_its_therapist(cast_: Cast, clock: Clock, how: str) -> None:
    if how == "note":
        written = {"topic": "family", "whose": "client", "source": "client", "text": "a secret", "language": "en"}
        notes.add(cast_.thea, cast_.case_id, written | {"audience": "therapist"})
    else:
        cast.encounter(cast_, held=how == "held")
        clock.forward(hours=29)
    assert casework.for_change(cast_.kora, cast_.case_id).therapists == ()
    with pytest.raises(errors.Unfit) as refused:
        casework.change(cast_.kora, cast_.case_id, KEPT | {"therapist": "p-otto"})
    assert refused.value.fields == {"therapist": "begun"}
    assert cases.show(cast_.kora, cast_.case_id).case.therapist_id == "p-thea"


def test_cancelled_session_does_not_bind_the_therapist(cast_: Cast, clock: Clock) -> None:
    encounters.cancel(cast_.kora, cast.encounter(cast_), "client")
    clock.forward(hours=40)
    casework.change(cast_.kora, cast_.case_id, KEPT | {"therapist": "p-otto"})
    assert cases.show(cast_.otto, cast_.case_id).case.therapist_id == "p-otto"


def test_closed_case_leaves_the_list_and_takes_no_session(cast_: Cast) -> None:
    casework.change(cast_.thea, cast_.case_id, KEPT | {"closed_on": "2027-03-01"})
    assert [row.case.code for row in cases.listed(cast_.kora)[0]] == ["T-2002"]
    assert [row.case.code for row in cases.listed(cast_.kora, closed=True)[0]] == ["T-1001"]
    plan = Plan(TUESDAY, 50, cast_.need_id, cast_.site_id)
    assert [one.problem for one in plans.check(cast_.kora, cast_.case_id, plan)] == ["closed"]
    with pytest.raises(errors.Unfit) as refused:
        plans.plan(cast_.kora, cast_.case_id, plan)
    assert refused.value.fields == {"start": "closed"}
    casework.change(cast_.thea, cast_.case_id, KEPT | {"version": "2"})
    assert [one.problem for one in plans.check(cast_.kora, cast_.case_id, plan)] == [""]


def test_case_closes_later_than_its_last_session(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    with pytest.raises(errors.Unfit) as refused:
        casework.change(cast_.kora, cast_.case_id, KEPT | {"closed_on": "2027-03-01"})
    assert refused.value.fields == {"closed_on": "still_planned"}
    with pytest.raises(errors.Unfit) as refused:
        casework.change(cast_.kora, cast_.case_id, KEPT | {"closed_on": "2026-11-30"})
    assert refused.value.fields == {"closed_on": "order"}
    casework.change(cast_.kora, cast_.case_id, KEPT | {"closed_on": "2027-03-02"})
    assert [row.case.code for row in cases.listed(cast_.kora)[0]] == ["T-1001", "T-2002"]
    assert encounters.show(cast_.kora, id_).status == "scheduled"


def test_older_page_loses(cast_: Cast) -> None:
    casework.change(cast_.kora, cast_.case_id, KEPT | {"usual_interpreter": "p-ines"})
    with pytest.raises(errors.Stale):
        casework.change(cast_.thea, cast_.case_id, KEPT)
    assert cases.show(cast_.kora, cast_.case_id).case.usual_interpreter_id == "p-ines"


def test_therapist_gives_the_case_to_nobody(cast_: Cast) -> None:
    assert casework.for_change(cast_.thea, cast_.case_id).therapists == ()
    with pytest.raises(errors.Unfit) as refused:
        casework.change(cast_.thea, cast_.case_id, KEPT | {"therapist": "p-otto"})
    assert refused.value.fields == {"therapist": "unknown_field"}


@pytest.mark.parametrize("name", ["otto", "ines", "ivo", "lena", "ada", "aud"])
def test_others_neither_open_nor_change_a_case(cast_: Cast, name: str) -> None:
    actor: Any = getattr(cast_, name)
    expected = errors.NotAllowed if name == "lena" else errors.NotFound
    for act in (
        lambda: casework.change(actor, cast_.case_id, KEPT),
        lambda: casework.for_change(actor, cast_.case_id),
    ):
        with pytest.raises(expected) as refused:
            act()
        assert type(refused.value) is expected
    for who in (actor, cast_.thea):
        with pytest.raises(errors.NotFound):
            casework.create(who, NEW)
        with pytest.raises(errors.NotFound):
            casework.for_new(who)
    assert count(cast_) == 2
