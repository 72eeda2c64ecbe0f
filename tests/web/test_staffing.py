"""Plans on pages and for programs: asked once, watched, taken over, explained; and where they can be begun from."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import cast, proposed
from tests.cast import Cast
from tests.programs import Program, program, told
from tests.services.test_staffing_limits import ask, same_hour
from triad.domain import matching
from triad.services import answers, assignments, context, encounters, hours, solving, staffing
from triad.services.context import Actor
from triad.services.solving import Wish
from triad.store.db import db
from triad.store.ledger import OutboxMessage
from triad.store.staffing import StaffingLine, StaffingRun
from triad.web import staffing as words

SignIn = Callable[[Any], Any]
MONDAY = date(2027, 3, 8)
DAYS = {"first": "2027-03-08", "last": "2027-03-14"}


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def runs() -> int:
    with db.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(StaffingRun)) or 0


def asked(browser: Any, **fields: Any) -> str:
    answer = cast.post(browser, "/staffing", {**DAYS, **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


@pytest.fixture
def kora(app: Flask, cast_: Cast) -> Program:
    return program(app, cast_.kora)


def test_plan_is_asked_for_shown_and_taken_over_in_part(cast_: Cast, sign_in: SignIn) -> None:
    ids = [cast.encounter(cast_, MONDAY + timedelta(days=n)) for n in range(2)]
    browser = sign_in(cast_.kora)
    run = asked(browser)
    page = plain(browser.get(run).text)
    assert "2 more sessions can have their interpreter" in page
    assert "No plan is better: this is proved." in page
    answer = cast.post(browser, f"{run}/accept", {"line": ids[0]}, run)
    assert (answer.status_code, answer.headers["Location"]) == (303, run)
    page = plain(browser.get(run).text)
    assert "1 session taken over" in page
    assert ("Taken over" in page, "Take over this one" in page) == (True, True)
    assert "Ines" in plain(browser.get("/week?week=2027-03-08").text)


def test_preview_marks_what_cannot_wait(cast_: Cast, sign_in: SignIn, kora: Program) -> None:
    first, second = same_hour(cast_)
    browser = sign_in(cast_.kora)
    assert "Urgent" not in plain(browser.get(asked(browser)).text)
    ask(cast_, "r-1", first, "urgent")
    run = asked(browser)
    assert "Urgent" in plain(browser.get(run).text)
    # The other one would cost just this one its interpreter.
    assert "would lose its interpreter Urgent" in plain(browser.get(f"{run}/sessions/{second}").text)
    lines = kora.get(f"/plans/{run.rsplit('/', 1)[1]}/lines").json["items"]
    assert {one["session"]: one["urgency"] for one in lines} == {first: "urgent", second: "routine"}


def test_people_can_be_asked_before_they_are_booked(cast_: Cast, sign_in: SignIn, app: Flask) -> None:
    ids = [cast.encounter(cast_, MONDAY + timedelta(days=n)) for n in range(2)]
    browser = sign_in(cast_.kora)
    run = asked(browser)
    cast.post(browser, f"{run}/accept", {"line": ids[0], "ask": "yes"}, run)
    assert "1 person is asked." in plain(browser.get(run).text)
    [offer] = answers.mine(cast_.ines)
    assert encounters.show(cast_.kora, ids[0]).slot.state == "on_offer"
    assert answers.accept(cast_.ines, offer.id) == "accepted"
    assert encounters.show(cast_.kora, ids[0]).slot.state == "filled"


def test_what_was_taken_over_is_undone_by_one_button(cast_: Cast, sign_in: SignIn) -> None:
    ids = [cast.encounter(cast_, MONDAY + timedelta(days=n)) for n in range(2)]
    browser = sign_in(cast_.kora)
    run = asked(browser)
    assert f'action="{run}/undo"' not in browser.get(run).text
    cast.post(browser, f"{run}/accept", {"all": "yes"}, run)
    assert f'action="{run}/undo"' in browser.get(run).text
    assignments.accept(cast_.ines, ids[0])
    answer = cast.post(browser, f"{run}/undo", {}, run)
    assert (answer.status_code, answer.headers["Location"]) == (303, run)
    page = plain(browser.get(run).text)
    assert "One session is as it was. 1 session was refused: its line says why." in page
    assert ("Not put back changed by somebody since" in page, "As it was" in page) == (True, True)


def test_two_clicks_at_once_take_back_once(app: Flask, cast_: Cast, kora: Program) -> None:
    ids = [cast.encounter(cast_, MONDAY + timedelta(days=n)) for n in range(4)]
    place = f"/plans/{kora.post('/plans', DAYS).json['id']}"
    assert kora.post(f"{place}/acceptance", {}).json["done"] == ids
    programs = (kora, program(app, cast_.kora))
    with ThreadPoolExecutor(2) as both:
        answers = [answer.json for answer in both.map(lambda one: one.post(f"{place}/undo"), programs)]
    assert sorted(id_ for answer in answers for id_ in answer["done"]) == sorted(ids)
    assert [answer["refused"] for answer in answers] == [{}, {}]
    with db.engine.connect() as connection:
        told = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.kind == "released")
        assert connection.scalar(told) == 2 * len(ids)
    assert kora.post(f"{place}/undo").json == {"done": [], "refused": {}}


def test_refused_line_says_why(cast_: Cast, sign_in: SignIn) -> None:
    cast.encounter(cast_, MONDAY)
    browser = sign_in(cast_.kora)
    run = asked(browser)
    hours.add_off(cast_.ines, {"from_day": "2027-03-08", "to_day": "2027-03-08"})
    cast.post(browser, f"{run}/accept", {"all": "yes"}, run)
    page = plain(browser.get(run).text)
    assert "1 session was refused: its line says why." in page
    assert "Refused away" in page


def test_nothing_ticked_changes_nothing(cast_: Cast, sign_in: SignIn) -> None:
    cast.encounter(cast_, MONDAY)
    browser = sign_in(cast_.kora)
    run = asked(browser)
    cast.post(browser, f"{run}/accept", {}, run)
    assert "Tick the sessions you mean." in plain(browser.get(run).text)


def test_page_of_a_plan_that_is_not_done_loads_itself_again(cast_: Cast, sign_in: SignIn) -> None:
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.add(proposed.run("run-1", state="running", share=40))
        ctx.session.add(proposed.run("run-2", state="failed", problem="stopped"))
        ctx.session.add(proposed.run("run-3"))
    browser = sign_in(cast_.kora)
    waits = browser.get("/staffing/run-1")
    assert (waits.headers["Refresh"], "40 % done." in plain(waits.text)) == ("2", True)
    broken = browser.get("/staffing/run-2")
    assert ("Refresh" in broken.headers, "Nothing was changed." in plain(broken.text)) == (False, True)
    assert "Refresh" not in browser.get("/staffing/run-3").headers
    cast_.clinic.clock.forward(minutes=10)  # type: ignore[attr-defined]
    lost = browser.get("/staffing/run-1")
    assert ("Refresh" in lost.headers, "Nothing was changed." in plain(lost.text)) == (False, True)


def test_greedy_plan_says_what_it_is(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_, MONDAY)
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.add(proposed.run("run-1", how="greedy", filled=1))
        ctx.session.flush()
        ctx.session.add(StaffingLine(run_id="run-1", encounter_id=id_, after_id="p-ines"))
    page = plain(sign_in(cast_.kora).get("/staffing/run-1").text)
    assert "this plan gave the scarcest first" in page
    assert "from the best possible" not in page


def test_gap_is_never_told_better_than_it_is() -> None:
    assert [words.percent(share) for share in (0.0007, 0.00000001, 0.00071)] == ["0.07 %", "0.01 %", "0.08 %"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"first": "2027-03-14", "last": "2027-03-08"}, "The end lies before the start."),
        ({"first": "soon", "last": "2027-03-08"}, "Write the date as 2027-03-28."),
        ({"first": "2027-03-08", "last": "2027-08-08"}, "Choose 62 days at most."),
    ],
)
def test_days_that_are_no_range_come_back_with_a_sentence(
    cast_: Cast, sign_in: SignIn, fields: dict[str, str], sentence: str
) -> None:
    answer = cast.post(sign_in(cast_.kora), "/staffing", fields)
    assert (answer.status_code, sentence in plain(answer.text), runs()) == (422, True, 0)


def test_why_page_answers_for_somebody_else(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_, MONDAY)
    browser = sign_in(cast_.kora)
    place = f"{asked(browser)}/sessions/{id_}"
    page = plain(browser.get(place).text)
    assert ("Nobody else may take it." in page, "Why not somebody else?" in page) == (True, True)
    assert "another language" in plain(browser.get(f"{place}?who=p-ivo").text)
    assert browser.get(f"{place}?who=p-nobody").status_code == 404


def test_why_page_of_an_unfilled_session_says_what_would_help(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_, MONDAY, time(22))
    browser = sign_in(cast_.kora)
    page = plain(browser.get(f"{asked(browser)}/sessions/{id_}").text)
    assert "1 person could take it if they worked at that hour." in page


def test_since_page_names_what_has_changed(cast_: Cast, sign_in: SignIn) -> None:
    cast.encounter(cast_, MONDAY)
    browser = sign_in(cast_.kora)
    run = asked(browser)
    assert "Nothing has changed since this plan" in plain(browser.get(f"{run}/since").text)
    hours.add_off(cast_.ines, {"from_day": "2027-03-09", "to_day": "2027-03-09"})
    page = plain(browser.get(f"{run}/since").text)
    assert ("1 thing has changed since this plan" in page, "other time off" in page) == (True, True)


def test_absence_leads_to_a_new_plan_in_one_step(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_, MONDAY)
    assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    browser, place = sign_in(cast_.kora), "/people/interpreters/p-ines"
    assert "Replan around this absence" not in plain(browser.get(place).text)
    hours.add_off(cast_.ines, {"from_day": "2027-03-08", "to_day": "2027-03-08"})
    page = plain(browser.get(place).text)
    assert "Away during 1 session that was promised." in page
    fields = {"first": "2027-03-08", "last": "2027-03-08", "away": "p-ines"}
    run = cast.post(browser, "/staffing", fields, place).headers["Location"]
    assert "As few promises as can be are broken." in plain(browser.get(run).text)


def test_lists_lead_to_a_plan_of_their_days(cast_: Cast, sign_in: SignIn) -> None:
    cast.encounter(cast_, MONDAY)
    browser = sign_in(cast_.kora)
    for place in ("/unfilled", "/week?week=2027-03-08"):
        (link,) = re.findall(r'href="(/staffing\?[^"]+)"', browser.get(place).text)
        assert 'value="2027-03-08"' in browser.get(link.replace("&amp;", "&")).text


def test_every_rule_and_every_weight_has_words(cast_: Cast) -> None:
    assert {code for code, _, _ in matching.RULES} <= set(words.RULES)
    assert {key for _, _, key in words.GOALS} <= set(vars(cast_.clinic.settings))


# For programs


def test_program_asks_polls_reads_and_takes_over(cast_: Cast, kora: Program) -> None:
    ids = [cast.encounter(cast_, MONDAY + timedelta(days=n)) for n in range(2)]
    made = kora.post("/plans", DAYS)
    place = f"/plans/{made.json['id']}"
    run = kora.get(place).json
    assert (run["state"], run["percent"], run["gap"], run["filled"], run["how"]) == ("done", 100, 0.0, 2, "solver")
    lines = kora.get(f"{place}/lines").json["items"]
    assert [(one["session"], one["before"], one["after"]) for one in lines] == [(id_, None, "p-ines") for id_ in ids]
    assert kora.post(f"{place}/acceptance", {"sessions": ids[:1]}).json == {
        "done": ids[:1],
        "skipped": [],
        "refused": {},
    }
    assert kora.post(f"{place}/acceptance", {}).json == {"done": ids[1:], "skipped": ids[:1], "refused": {}}
    assert told(kora.post(f"{place}/acceptance", {"sessions": ["nothing"]})) == (422, "unfit")
    assert [one["id"] for one in kora.get("/plans").json["items"]] == [made.json["id"]]


def test_plan_started_twice_with_one_key_runs_once(cast_: Cast, kora: Program) -> None:
    cast.encounter(cast_, MONDAY)
    first = kora.post("/plans", DAYS, key="k1")
    again = kora.post("/plans", DAYS, key="k1")
    assert (again.status_code, again.data, again.headers["Idempotent-Replay"]) == (201, first.data, "true")
    assert runs() == 1
    assert (kora.post("/plans", DAYS, key="k2").status_code, runs()) == (201, 2)


def test_plan_started_by_two_at_once_with_one_key_runs_once(app: Flask, cast_: Cast, kora: Program) -> None:
    cast.encounter(cast_, MONDAY)
    programs = (kora, program(app, cast_.kora))
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda one: one.post("/plans", DAYS, key="k"), programs))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert runs() == 1


@pytest.mark.parametrize("name", ["thea", "ines", "lena", "ada", "aud"])
def test_plans_are_nothing_to_others(app: Flask, cast_: Cast, name: str) -> None:
    run_id = solving.begin(cast_.kora, Wish(MONDAY, MONDAY))
    assert staffing.glance(cast_.kora, run_id).state == "done"
    other = program(app, getattr(cast_, name))
    places = [other.get("/plans"), other.get(f"/plans/{run_id}"), other.post("/plans", DAYS)]
    assert [answer.status_code for answer in places] == [404] * 3
