"""Asking for sessions: each state with who may, all dates or none, and what was never met counted."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests import cast
from tests.cast import BERLIN, Cast
from tests.conftest import Clock
from tests.services.test_moves import FIRST, planned, taken, told
from triad.domain import errors
from triad.domain.timespans import WallTime
from triad.services import answers, assignments, closures, encounters, offers, requests
from triad.services.plans import Plan

WISH = {"need": "need-T-1001", "day": "2027-03-09", "start": "14:30", "zone": BERLIN, "minutes": "50"}
WISH |= {"count": "3", "every": "1", "mode": "video", "urgency": "urgent"}


def asked(who: Cast, **more: str) -> str:
    return requests.create(who.thea, who.case_id, {**WISH, "send": "yes", **more})


def state(who: Cast, id_: str) -> tuple[str, int]:
    row = requests.show(who.thea, id_).row
    return row.state, row.version


def test_draft_is_the_authors_alone_until_it_is_sent(cast_: Cast) -> None:
    id_ = asked(cast_, send="")
    assert (state(cast_, id_), requests.listed(cast_.kora), told(cast_, "request")) == (("draft", 1), [], [])
    with pytest.raises(errors.NotFound):
        requests.show(cast_.kora, id_)
    requests.submit(cast_.thea, id_, 1)
    assert (state(cast_, id_), told(cast_, "request")) == (("submitted", 2), ["p-kora"])
    assert [row.id for row in requests.listed(cast_.kora)] == [id_]
    for actor in (cast_.otto, cast_.ines, cast_.lena):
        with pytest.raises(errors.NotFound):
            requests.show(actor, id_)
    assert requests.listed(cast_.otto) == []


def test_accepted_as_asked_for_plans_every_date(cast_: Cast) -> None:
    id_ = asked(cast_)
    ids = requests.accept(cast_.kora, id_, 2)
    rows = [encounters.show(cast_.thea, one) for one in ids]
    assert [(row.day, f"{row.at:%H:%M}", row.mode_i) for row in rows] == [
        (date(2027, 3, day), "14:30", "video") for day in (9, 16, 23)
    ]
    found = requests.show(cast_.thea, id_)
    assert (found.row.state, found.row.amended, sorted(found.encounter_ids)) == ("accepted", [], sorted(ids))
    assert told(cast_, "request_accepted") == ["p-thea"]


def test_amended_says_what_was_changed(cast_: Cast) -> None:
    id_ = asked(cast_)
    plan = Plan(WallTime(date(2027, 3, 9), time(9, 0), BERLIN), 50, cast_.need_id, cast_.site_id, None, count=3)
    requests.accept(cast_.kora, id_, 2, plan, {date(2027, 3, 16)})
    found = requests.show(cast_.thea, id_)
    assert (found.row.amended, len(found.encounter_ids)) == (["start", "mode", "skip"], 2)


def test_one_clash_plans_nothing_and_leaves_it_waiting(cast_: Cast) -> None:
    planned(cast_, WallTime(date(2027, 3, 16), time(14, 0), BERLIN), interpreter="")
    before, id_ = taken(cast_), asked(cast_)
    with pytest.raises(errors.Clash):
        requests.accept(cast_.kora, id_, 2)
    assert (state(cast_, id_), taken(cast_), requests.show(cast_.thea, id_).encounter_ids) == (
        ("submitted", 2),
        before,
        [],
    )


def test_refused_with_a_code_stays_countable(cast_: Cast) -> None:
    id_ = asked(cast_)
    with pytest.raises(errors.Unfit):
        requests.refuse(cast_.kora, id_, 2, "because")
    requests.refuse(cast_.kora, id_, 2, "no_interpreter")
    assert (state(cast_, id_), told(cast_, "request_refused")) == (("refused", 3), ["p-thea"])
    assert requests.unmet(cast_.kora) == {("ti", "refused:no_interpreter"): 1}
    with pytest.raises(errors.BadTransition):
        requests.withdraw(cast_.thea, id_, 3)


def test_withdrawn_cancels_what_is_still_to_come(cast_: Cast, clock: Clock) -> None:
    id_ = asked(cast_)
    first, *later = requests.accept(cast_.kora, id_, 2)
    clock.forward(days=9)
    assert requests.withdraw(cast_.thea, id_, 3) == 2
    assert state(cast_, id_) == ("withdrawn", 4)
    assert encounters.show(cast_.thea, first).status == "scheduled"
    rows = [encounters.show(cast_.thea, one) for one in later]
    assert [(row.status, row.cancelled_by, row.slot.state) for row in rows] == [
        ("cancelled", "therapist", "released")
    ] * 2
    assert {start for _, start, _ in taken(cast_)} == {"09 13:30", "09 13:20"}


@pytest.mark.parametrize("verb", ["accept", "refuse"])
def test_only_a_coordinator_decides(cast_: Cast, verb: str) -> None:
    id_ = asked(cast_)
    more = ("other",) if verb == "refuse" else ()
    for actor, refusal in (
        (cast_.thea, errors.NotAllowed),
        (cast_.otto, errors.NotFound),
        (cast_.ines, errors.NotFound),
    ):
        with pytest.raises(refusal):
            getattr(requests, verb)(actor, id_, 2, *more)
    with pytest.raises(errors.Stale):
        getattr(requests, verb)(cast_.kora, id_, 1, *more)
    assert state(cast_, id_) == ("submitted", 2)


def test_bad_lines_are_all_named(cast_: Cast) -> None:
    with pytest.raises(errors.Unfit) as refused:
        asked(cast_, need="need-T-2002", minutes="3", urgency="now", mode="smoke", day="2027-02-31")
    assert refused.value.fields == {
        "need": "unknown",
        "minutes": "range",
        "urgency": "unknown",
        "mode": "unknown",
        "day": "date",
    }
    for line, code in (
        ({"day": "2027-02-28"}, {"day": "past"}),
        ({"day": "2027-03-28", "start": "02:30"}, {"start": "time_gap"}),
    ):
        with pytest.raises(errors.Unfit) as refused:
            asked(cast_, **line)
        assert refused.value.fields == code
    assert requests.listed(cast_.thea) == []


def test_urgent_ones_come_first(cast_: Cast, clock: Clock) -> None:
    routine = asked(cast_, urgency="routine")
    clock.forward(minutes=1)
    refused = asked(cast_)
    requests.refuse(cast_.kora, refused, 2, "twice")
    urgent = asked(cast_)
    assert [row.id for row in requests.listed(cast_.kora)] == [urgent, routine, refused]


def test_search_given_up_and_taken_up_again(cast_: Cast) -> None:
    id_ = planned(cast_, interpreter="")
    offers.send(cast_.kora, id_, {"p-ines": 1})
    version = encounters.show(cast_.kora, id_).version
    with pytest.raises(errors.Unfit):
        closures.close(cast_.kora, id_, "boredom", version)
    closures.close(cast_.kora, id_, "none_free", version)
    assert encounters.show(cast_.kora, id_).slot.state == "closed_unfilled"
    assert (told(cast_, "closed_unfilled"), told(cast_, "offer_over")) == (["p-thea"], ["p-ines"])
    assert (requests.unmet(cast_.kora), encounters.unfilled(cast_.kora)) == ({("ti", "none_free"): 1}, [])
    with pytest.raises(errors.BadTransition):
        assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    with pytest.raises(errors.NotAllowed):
        closures.reopen(cast_.thea, id_, version + 1)
    closures.reopen(cast_.kora, id_, version + 1)
    assert (requests.unmet(cast_.kora), len(encounters.unfilled(cast_.kora))) == ({}, 1)
    assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    assert taken(cast_) >= {(4, "02 13:20", "02 14:35")}


def test_what_nobody_was_found_for_is_closed_by_its_end(cast_: Cast, clock: Clock) -> None:
    ids = [cast.encounter(cast_, FIRST.day, time(hour)) for hour in (9, 11, 13)]
    (mine,) = offers.send(cast_.kora, ids[1], {"p-ines": 1})
    offers.send(cast_.kora, ids[2], {"p-ines": 1})
    answers.decline(cast_.ines, mine)
    assert closures.close_past(cast.machine(cast_)) == 0
    clock.forward(days=2)
    assert [closures.close_past(cast.machine(cast_)), closures.close_past(cast.machine(cast_))] == [3, 0]
    assert requests.unmet(cast_.kora) == {("ti", "none_free"): 1, ("ti", "declined"): 1, ("ti", "no_answer"): 1}
    with pytest.raises(errors.BadTransition):
        closures.reopen(cast_.kora, ids[0], encounters.show(cast_.kora, ids[0]).version)


def test_a_request_that_is_not_there_is_not_there(cast_: Cast) -> None:
    for verb in (lambda: requests.show(cast_.kora, "none"), lambda: requests.withdraw(cast_.thea, "none", 1)):
        with pytest.raises(errors.NotFound):
            verb()
