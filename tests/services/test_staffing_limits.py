"""What a plan weighs beside who may: limits of the week, with what is booked in it, and how urgent a session is."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from tests import cast, proposed
from tests.cast import Cast
from tests.services.test_staffing import MONDAY, SUNDAY, accept, interpreter, line, plan
from triad.domain import matching
from triad.services import assignments, context, explaining
from triad.services.context import Actor
from triad.services.solving import Wish
from triad.store.cases import LanguageNeed
from triad.store.clinic import Interpreter
from triad.store.requests import Planned


def limit(who: Cast, sessions: int, id_: str = "p-ines") -> None:
    with context.work(Actor(who.clinic, source="test")) as ctx:
        ctx.session.get_one(Interpreter, id_).exposure_max = sessions


def ask(who: Cast, id_: str, encounter_id: str, urgency: str) -> None:
    """As if it had come of a request."""
    with context.work(Actor(who.clinic, source="test")) as ctx:
        row = proposed.request(id_, who.case_id, who.need_id, "p-thea", "accepted")
        row.urgency = urgency
        ctx.session.add(row)
        ctx.session.flush()
        ctx.session.add(Planned(request_id=id_, encounter_id=encounter_id))


def same_hour(who: Cast) -> tuple[str, str]:
    """Two sessions of two clients, and Ines alone for both; without more the first is hers."""
    with context.work(Actor(who.clinic, source="test")) as ctx:
        ctx.session.get_one(LanguageNeed, who.other_need_id).language = "ti"
    ids = sorted(
        [cast.encounter(who, MONDAY, time(10)), cast.encounter(who, MONDAY, time(10), case_id=who.other_case_id)]
    )
    return ids[0], ids[1]


def test_week_takes_no_more_sessions_than_somebody_bears_and_what_is_booked_counts(cast_: Cast) -> None:
    limit(cast_, 3)
    before, after = MONDAY - timedelta(days=1), SUNDAY + timedelta(days=1)
    for day in (before, after):
        assignments.assign_interpreter(cast_.kora, cast.encounter(cast_, day), "p-ines")
    booked = cast.encounter(cast_, MONDAY, time(8))
    assignments.assign_interpreter(cast_.kora, booked, "p-ines")
    assignments.accept(cast_.ines, booked)
    ids = [cast.encounter(cast_, MONDAY + timedelta(days=n), time(10)) for n in range(4)]
    found = plan(cast_)
    assert (line(found, booked).pinned, sum(line(found, id_).after_id == "p-ines" for id_ in ids)) == (True, 2)
    assert (len(accept(cast_, found.run.id).done), found.run.unfilled) == (2, 2)
    limit(cast_, 60)
    assert plan(cast_).run.unfilled == 0


def test_full_week_is_the_reason_and_the_sessions_of_it_are_in_the_way(cast_: Cast) -> None:
    limit(cast_, 1)
    ids = [cast.encounter(cast_, MONDAY + timedelta(days=n)) for n in range(2)]
    found = plan(cast_)
    (left,) = [id_ for id_ in ids if line(found, id_).after_id is None]
    ((way,), nobody) = (explaining.why(cast_.kora, found.run.id, left).instead, found.unfilled)
    assert (way.who, [one.encounter_id for one in way.lines]) == ("p-ines", [id_ for id_ in ids if id_ != left])
    accept(cast_, found.run.id)
    told = explaining.why(cast_.kora, plan(cast_, Wish(MONDAY, SUNDAY, keeps=True)).run.id, left).nobody
    assert (len(nobody), told and told.single) == (1, ("EXPOSURE_CAP", 1))


def test_what_was_promised_beyond_a_limit_stays_and_nothing_is_added(cast_: Cast) -> None:
    ids = [cast.encounter(cast_, MONDAY + timedelta(days=n)) for n in range(3)]
    for id_ in ids[:2]:
        assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    limit(cast_, 1)
    found = plan(cast_)
    assert [line(found, id_).after_id for id_ in ids] == ["p-ines", "p-ines", None]
    assert (found.run.terms["exposure"], found.run.moved, matching.RULES[-1][0]) == (1, 0, "EXPOSURE_CAP")


def test_urgent_session_goes_before_one_that_can_wait_whoever_stands_first(cast_: Cast) -> None:
    first, second = same_hour(cast_)
    taken = [line(plan(cast_), id_).after_id for id_ in (first, second)]
    assert sorted(map(str, taken)) == ["None", "p-ines"]
    waits = first if taken[0] is None else second
    other = second if waits == first else first
    ask(cast_, "r-1", waits, "urgent")
    found = plan(cast_)
    assert (line(found, waits).after_id, line(found, other).after_id, found.urgent) == (
        "p-ines",
        None,
        {waits: "urgent"},
    )
    ask(cast_, "r-2", other, "soon")
    found = plan(cast_)
    assert (line(found, waits).after_id, found.urgent) == ("p-ines", {waits: "urgent", other: "soon"})
    forced = explaining.why(cast_.kora, found.run.id, other, "p-ines").forced
    assert forced is not None
    assert (forced.terms.fill, forced.unfilled) == (2, 0)


def test_urgent_session_takes_a_promise_that_can_wait_and_the_preview_says_so(cast_: Cast) -> None:
    held, wanted = same_hour(cast_)
    assignments.assign_interpreter(cast_.kora, held, "p-ines")
    assert not plan(cast_).changes
    ask(cast_, "r-1", wanted, "urgent")
    found = plan(cast_)
    assert {(one.encounter_id, one.after_id) for one in found.changes} == {(held, None), (wanted, "p-ines")}
    assert (found.run.moved, set(accept(cast_, found.run.id).done)) == (1, {held, wanted})


def test_somebody_else_is_asked_where_the_week_of_one_is_full(cast_: Cast) -> None:
    interpreter(cast_, "inga", "ti")
    for id_ in ("p-ines", "p-inga"):
        limit(cast_, 2, id_)
    ids = [cast.encounter(cast_, MONDAY + timedelta(days=n)) for n in range(4)]
    found = plan(cast_)
    counts: dict[Any, int] = {}
    for id_ in ids:
        after = line(found, id_).after_id
        counts[after] = counts.get(after, 0) + 1
    assert counts == {"p-ines": 2, "p-inga": 2}
