"""Plans from the tables: what is offered is what the candidate list allows; taken over line by line or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from tests import cast
from tests.cast import Cast
from triad.domain import errors, laying, matching
from triad.domain.staffing import Weights
from triad.engines import staffing_apart
from triad.services import assignments, context, encounters, explaining, hours, solving, staffing
from triad.services.context import Actor
from triad.services.solving import Wish
from triad.store import candidates, queries, weeks
from triad.store.cases import Exclusion, LanguageNeed
from triad.store.clinic import Interpreter, LanguageSkill
from triad.store.db import db
from triad.store.diaries import Diary
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.people import Person, TimeOff, WeeklyHours
from triad.store.staffing import StaffingLine, StaffingRun

MONDAY, SUNDAY = date(2027, 3, 8), date(2027, 3, 14)
NEXT_WEEK = Wish(MONDAY, SUNDAY)


def interpreter(who: Cast, name: str, language: str, **more: Any) -> str:
    """Another one, with the hours of all the cast."""
    id_ = f"p-{name}"
    with context.work(Actor(who.clinic, source="test")) as ctx:
        diary = 200 + (ctx.session.scalar(select(func.count()).select_from(Diary)) or 0)
        ctx.session.add(Person(id=id_, name=name.title(), zone=cast.BERLIN, gender="woman"))
        ctx.session.flush()
        cast._interpreter(ctx, name, diary, language)
        ctx.session.flush()
        ctx.session.get_one(Interpreter, id_).max_week_minutes = more.get("max_week")
    return id_


def plan(who: Cast, wish: Wish = NEXT_WEEK) -> staffing.Shown:
    return staffing.show(who.kora, solving.begin(who.kora, wish))


def line(found: staffing.Shown, encounter_id: str) -> StaffingLine:
    return next(one for one in found.lines if one.encounter_id == encounter_id)


def accept(who: Cast, run_id: str, chosen: Any = None) -> staffing.Settled:
    return staffing.accept(who.kora, run_id, chosen, assignments.assign_interpreter, assignments.release)


def holder(encounter_id: str) -> str | None:
    query = select(Assignment.interpreter_id).join(Slot, Slot.id == Assignment.slot_id)
    found = db.session.scalar(query.where(Slot.encounter_id == encounter_id, Assignment.ended_at.is_(None)))
    db.session.close()
    return found


def counts() -> dict[str, int]:
    found = {
        model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0
        for model in (StaffingRun, StaffingLine, Assignment)
    }
    db.session.close()
    return found


def test_plan_fills_what_is_unfilled_and_assigns_nothing(cast_: Cast) -> None:
    id_ = cast.encounter(cast_, MONDAY)
    found = plan(cast_)
    run = found.run
    assert (found.state, run.how, run.filled, run.unfilled, run.kept, run.moved) == ("done", "solver", 1, 0, 0, 0)
    assert (line(found, id_).before_id, line(found, id_).after_id, run.gap) == (None, "p-ines", 0.0)
    assert (holder(id_), found.by) == (None, "Kora")


def test_accepted_lines_are_assigned_by_the_one_verb(cast_: Cast) -> None:
    ids = [cast.encounter(cast_, MONDAY + timedelta(days=n)) for n in range(3)]
    run_id = plan(cast_).run.id
    assert accept(cast_, run_id, ids[:1]) == staffing.Settled((ids[0],), (), {})
    assert [holder(one) for one in ids] == ["p-ines", None, None]
    assert accept(cast_, run_id) == staffing.Settled(tuple(ids[1:]), (ids[0],), {})
    with context.look(cast_.kora) as ctx:
        sources = ctx.session.scalars(select(Assignment.source)).all()
        assert set(sources) == {staffing.RELEASED}


def test_line_that_no_longer_holds_is_refused_with_its_reason_and_the_others_are_done(cast_: Cast) -> None:
    ids = [cast.encounter(cast_, MONDAY + timedelta(days=n)) for n in range(2)]
    run_id = plan(cast_).run.id
    hours.add_off(cast_.ines, {"from_day": MONDAY.isoformat(), "to_day": MONDAY.isoformat()})
    assert accept(cast_, run_id) == staffing.Settled((ids[1],), (), {ids[0]: ("TIME_OFF",)})
    assert [holder(one) for one in ids] == [None, "p-ines"]
    shown = staffing.show(cast_.kora, run_id)
    assert [(one.outcome, one.why) for one in shown.lines] == [("refused", ["TIME_OFF"]), ("done", [])]


def test_line_that_somebody_filled_meanwhile_is_refused(cast_: Cast) -> None:
    interpreter(cast_, "inga", "ti")
    id_ = cast.encounter(cast_, MONDAY)
    found = plan(cast_)
    other = {"p-ines": "p-inga", "p-inga": "p-ines"}[line(found, id_).after_id or ""]
    assignments.assign_interpreter(cast_.kora, id_, other)
    assert accept(cast_, found.run.id).refused == {id_: ("stale",)}
    assert holder(id_) == other


def two_that_hang_together(who: Cast) -> tuple[str, str]:
    """Ines holds what Inga could, and only Ines may take what nobody has."""
    interpreter(who, "inga", "ti")
    held = cast.encounter(who, MONDAY, time(10))
    assignments.assign_interpreter(who.kora, held, "p-ines")
    with context.work(Actor(who.clinic, source="test")) as ctx:
        ctx.session.add(Exclusion(id="x-1", client_id="p-carl", interpreter_id="p-inga"))
        ctx.session.get_one(LanguageNeed, who.other_need_id).language = "ti"
    return held, cast.encounter(who, MONDAY, time(10), case_id=who.other_case_id)


def test_promise_is_moved_where_that_fills_another_one(cast_: Cast) -> None:
    held, wanted = two_that_hang_together(cast_)
    found = plan(cast_)
    assert (found.run.filled, found.run.moved) == (2, 1)
    assert [(one.before_id, one.after_id) for one in (line(found, held), line(found, wanted))] == [
        ("p-ines", "p-inga"),
        (None, "p-ines"),
    ]
    assert accept(cast_, found.run.id) == staffing.Settled((held, wanted), (), {})
    assert (holder(held), holder(wanted)) == ("p-inga", "p-ines")


def test_lines_that_hang_together_are_written_whole_or_not_at_all(cast_: Cast) -> None:
    held, wanted = two_that_hang_together(cast_)
    run_id = plan(cast_).run.id
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.add(Exclusion(id="x-2", client_id=cast_.cleo_id, interpreter_id="p-inga"))
    found = accept(cast_, run_id)
    assert (found.done, found.refused, found.skipped) == ((), {held: ("CLIENT_CHOICE",)}, (wanted,))
    assert (holder(held), holder(wanted)) == ("p-ines", None)


def test_nobody_who_has_a_session_is_moved_where_that_was_asked(cast_: Cast) -> None:
    held, wanted = two_that_hang_together(cast_)
    found = plan(cast_, Wish(MONDAY, SUNDAY, keeps=True))
    assert (line(found, held).after_id, line(found, held).pinned, line(found, wanted).after_id) == (
        "p-ines",
        True,
        None,
    )


@pytest.mark.parametrize("pin", ["confirmed", "near", "waived"])
def test_confirmed_near_and_waived_promises_are_pinned(cast_: Cast, pin: str) -> None:
    held, wanted = two_that_hang_together(cast_)
    if pin == "confirmed":
        assignments.accept(cast_.ines, held)
    if pin == "waived":
        with context.work(Actor(cast_.clinic, source="test")) as ctx:
            ctx.session.execute(update(Assignment).values(waived=["LANG_LEVEL"]))
    if pin == "near":
        cast_.clinic.clock.forward(days=6)  # type: ignore[attr-defined]
    found = plan(cast_)
    assert (line(found, held).pinned, line(found, wanted).after_id) == (True, None)


def test_empty_range_is_a_plan_without_lines(cast_: Cast) -> None:
    found = plan(cast_)
    assert (found.state, list(found.lines), found.run.filled, found.run.unfilled) == ("done", [], 0, 0)


def test_where_nobody_may_take_it_the_plan_says_so(cast_: Cast) -> None:
    id_ = cast.encounter(cast_, MONDAY, time(22))
    found = plan(cast_)
    assert (line(found, id_).after_id, line(found, id_).could, found.run.unfilled) == (None, 0, 1)
    told = explaining.why(cast_.kora, found.run.id, id_)
    assert told.nobody is not None
    assert (dict(told.nobody.counts), told.nobody.single) == (
        {"AVAILABILITY": 1, "LANG_PAIR": 1},
        ("AVAILABILITY", 1),
    )


@pytest.mark.parametrize(
    ("first", "last", "fields"),
    [
        (SUNDAY, MONDAY, {"last": "order"}),
        (date(2027, 1, 4), date(2027, 1, 10), {"last": "past"}),
        (MONDAY, MONDAY + timedelta(days=62), {"last": "too_long_a_range"}),
        (date.min, MONDAY, {"last": "out_of_range"}),
        (date(9999, 12, 30), date.max, {"last": "out_of_range"}),
    ],
)
def test_days_that_are_no_range_are_refused(cast_: Cast, first: date, last: date, fields: Any) -> None:
    with pytest.raises(errors.Unfit) as refused:
        solving.begin(cast_.kora, Wish(first, last))
    assert (refused.value.fields, counts()["staffing_run"]) == (fields, 0)


def test_only_coordinators_plan(cast_: Cast) -> None:
    run_id = plan(cast_).run.id
    for actor in (cast_.thea, cast_.ines, cast_.lena, cast_.ada):
        for verb in (lambda one: solving.begin(one, NEXT_WEEK), lambda one: staffing.show(one, run_id)):
            with pytest.raises(errors.NotFound):
                verb(actor)


def test_the_same_wish_twice_at_once_is_one_run_and_later_another(cast_: Cast, later: list[Any]) -> None:
    first = solving.begin(cast_.kora, NEXT_WEEK)
    assert solving.begin(cast_.kora, NEXT_WEEK) == first
    assert solving.begin(cast_.kora, Wish(MONDAY, SUNDAY, keeps=True)) != first
    for act in later:
        act()
    assert {one.state for one in staffing.runs(cast_.kora)} == {"done"}
    assert solving.begin(cast_.kora, NEXT_WEEK) != first


@pytest.fixture
def later(cast_: Cast) -> Any:
    """What would be done beside the requests, for a test to do when it wants."""
    waiting: list[Callable[[], None]] = []
    cast_.clinic.later = waiting.append
    yield waiting
    cast_.clinic.later = lambda act: act()


def test_run_that_nobody_works_on_any_more_is_lost_and_can_be_asked_for_again(cast_: Cast, later: list[Any]) -> None:
    first = solving.begin(cast_.kora, NEXT_WEEK)
    assert staffing.glance(cast_.kora, first).state == "queued"
    cast_.clinic.clock.forward(minutes=10)  # type: ignore[attr-defined]
    assert staffing.glance(cast_.kora, first).state == "lost"
    assert solving.begin(cast_.kora, NEXT_WEEK) != first


def test_solver_that_gives_no_answer_leaves_a_plan_that_says_so(cast_: Cast, monkeypatch: Any) -> None:
    id_ = cast.encounter(cast_, MONDAY)
    monkeypatch.setattr(staffing_apart, "MEBIBYTES", 1)
    found = plan(cast_)
    assert (found.run.how, found.run.gap, line(found, id_).after_id) == ("greedy", None, "p-ines")


def test_run_that_breaks_off_is_failed_without_any_line(cast_: Cast, monkeypatch: Any) -> None:
    cast.encounter(cast_, MONDAY)

    def broken(*_: Any, **__: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(laying, "laid", broken)
    found = plan(cast_)
    assert (found.state, list(found.lines), counts()) == (
        "failed",
        [],
        {"staffing_run": 1, "staffing_line": 0, "assignment": 0},
    )
    with pytest.raises(errors.Conflict):
        accept(cast_, found.run.id)


def test_absence_is_replanned_and_nobody_else_is_moved(cast_: Cast) -> None:
    interpreter(cast_, "inga", "ti")
    ids = [cast.encounter(cast_, MONDAY + timedelta(days=n)) for n in range(4)]
    for id_ in ids:
        assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    assignments.accept(cast_.ines, ids[1])
    tuesday = (MONDAY + timedelta(days=1)).isoformat()
    hours.add_off(cast_.ines, {"from_day": tuesday, "to_day": tuesday})
    found = plan(cast_, Wish(MONDAY, SUNDAY, away="p-ines"))
    assert found.run.how == "replan"
    assert [(one.encounter_id, one.before_id, one.after_id) for one in found.changes] == [
        (ids[1], "p-ines", "p-inga")
    ]
    assert accept(cast_, found.run.id).done == (ids[1],)
    assert [holder(one) for one in ids] == ["p-ines", "p-inga", "p-ines", "p-ines"]


def test_urgent_session_is_filled_by_moving_as_little_as_can_be(cast_: Cast) -> None:
    held, wanted = two_that_hang_together(cast_)
    idle = cast.encounter(cast_, SUNDAY)
    found = plan(cast_, Wish(MONDAY, SUNDAY, urgent=wanted))
    assert {one.encounter_id for one in found.changes} == {held, wanted}
    assert line(found, idle).after_id is None


def test_why_not_somebody_names_the_rule_or_what_it_would_move(cast_: Cast) -> None:
    held, wanted = two_that_hang_together(cast_)
    run_id = plan(cast_).run.id
    by_rule = explaining.why(cast_.kora, run_id, wanted, "p-inga").forced
    assert by_rule is not None
    assert [reason.code for reason in by_rule.reasons] == ["CLIENT_CHOICE"]
    by_cost = explaining.why(cast_.kora, run_id, held, "p-ines").forced
    assert by_cost is not None
    assert [(one.line.encounter_id, one.before, one.after) for one in by_cost.moves] == [
        (held, "p-inga", "p-ines"),
        (wanted, "p-ines", None),
    ]
    assert by_cost.worse > 0


def test_unfilled_though_somebody_may_says_who_would_lose_theirs(cast_: Cast) -> None:
    first = cast.encounter(cast_, MONDAY, time(10))
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.get_one(LanguageNeed, cast_.other_need_id).language = "ti"
    second = cast.encounter(cast_, MONDAY, time(10), case_id=cast_.other_case_id)
    found = plan(cast_)
    (empty,) = found.unfilled
    told = explaining.why(cast_.kora, found.run.id, empty.encounter_id)
    assert [(way.who, [one.encounter_id for one in way.lines]) for way in told.instead] == [
        ("p-ines", [({first, second} - {empty.encounter_id}).pop()])
    ]


def test_what_has_changed_since_a_plan(cast_: Cast) -> None:
    ids = [cast.encounter(cast_, MONDAY + timedelta(days=n)) for n in range(3)]
    run_id = plan(cast_).run.id
    told = explaining.since(cast_.kora, run_id)
    assert (told.sessions, told.people) == ([], [])
    accept(cast_, run_id, ids[:1])
    told = explaining.since(cast_.kora, run_id)
    assert (told.sessions, told.people) == ([], [])
    encounters.cancel(cast_.kora, ids[1], "client")
    new = cast.encounter(cast_, SUNDAY)
    assignments.assign_interpreter(cast_.kora, ids[2], "p-ines")
    hours.add_off(cast_.ivo, {"from_day": MONDAY.isoformat(), "to_day": MONDAY.isoformat()})
    told = explaining.since(cast_.kora, run_id)
    assert sorted((one.id, one.what) for one in told.sessions) == sorted(
        [(ids[1], "gone"), (new, "new"), (ids[2], "who")]
    )
    assert [(one.id, one.what) for one in told.people] == [("p-ivo", "away")]


def test_hiring_hint_names_language_and_hours(cast_: Cast) -> None:
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.get_one(LanguageNeed, cast_.need_id).language = "so"
    for week in range(3):
        cast.encounter(cast_, MONDAY + timedelta(weeks=week), time(9))
    (hint,) = explaining.hiring(cast_.kora)
    assert (hint.language, hint.hours.weekday, hint.fills, hint.unmet) == ("so", 0, 3, 3)
    assert hint.hours.start * 60 <= 9 * 60 - 10


def test_statements_do_not_grow_with_sessions(cast_: Cast, statements: Callable[[], Any]) -> None:
    def read() -> int:
        with context.look(cast_.kora) as ctx, statements() as seen:
            range_ = weeks.Range(ctx.now, ctx.now + timedelta(days=20), ctx.now)
            weeks.gather(ctx.session, range_, candidates.Rules.of(ctx.settings))
        return len(seen)

    cast.encounter(cast_, MONDAY)
    one = read()
    for n in range(1, 6):
        cast.encounter(cast_, MONDAY + timedelta(days=n), interpreter="p-ines" if n % 2 else "")
    assert (one, read()) == (8, 8)


def offered(who: Cast) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Encounter -> who may take it: as the week says, and as the candidate panel does."""
    with context.look(who.kora) as ctx:
        rules = candidates.Rules.of(ctx.settings)
        clinic = weeks.gather(ctx.session, weeks.Range(ctx.now, ctx.now + timedelta(days=30), ctx.now, True), rules)
        laid = laying.laid(clinic, Weights.of(ctx.settings))
        people = [str(one.id) for one in laid.people]
        week = {one.id: {people[pair.interpreter] for pair in laid.week.pairs[n]} for n, one in enumerate(laid.free)}
        rows = queries.interpreters(ctx.session, Interpreter.active.is_(True))
        panel = {}
        for row in queries.encounters(ctx.session, Encounter.id.in_(week)):
            fits = candidates.panel(ctx.session, row, rows, rules).fits
            panel[row.id] = {str(fit.candidate.id) for fit in fits}
        return week, panel


def crowd(who: Cast) -> None:
    """People and sessions that fail every rule there is, some of them by a little."""
    for number in range(12):
        id_ = interpreter(who, f"in{number:02}", ("ti", "ar", "am")[number % 3], max_week=(None, 75, 150)[number % 3])
        with context.work(Actor(who.clinic, source="test")) as ctx:
            row = ctx.session.get_one(Interpreter, id_)
            row.training_hours = 120 if number % 5 else 20
            row.check_expires = date(2027, 3, 9) if number % 4 == 1 else date(2030, 1, 1)
            row.modes = ["in_person", "video"] if number % 6 else ["video"]
            if number % 4 == 2:
                off = datetime(2027, 3, 10, 8, tzinfo=UTC)
                ctx.session.add(
                    TimeOff(id=f"off-{number}", person_id=id_, starts_at=off, ends_at=off.replace(hour=16))
                )
            if number % 3 == 2:
                skill = LanguageSkill(id=f"sk2-{number}", interpreter_id=id_, language="ti", into="en", level=2)
                ctx.session.add(skill)
            if number % 4 == 3:
                ctx.session.execute(
                    update(WeeklyHours).where(WeeklyHours.person_id == id_).values(start="11:00", end="15:00")
                )
            if number % 7 == 3:
                ctx.session.add(Exclusion(id=f"x-{number}", client_id="p-cleo", interpreter_id=id_))
    for number in range(14):
        case = (who.case_id, who.other_case_id)[number % 2]
        id_ = cast.encounter(who, MONDAY + timedelta(days=number % 5), time(8 + number % 9, 30), case_id=case)
        if number % 3 == 0:
            fit = next(iter(assignments.panel(who.kora, id_).fits), None)
            if fit:
                assignments.assign_interpreter(who.kora, id_, str(fit.candidate.id))


def test_every_pair_of_the_week_is_eligible_and_no_eligible_one_is_missing(cast_: Cast) -> None:
    crowd(cast_)
    week, panel = offered(cast_)
    assert week == panel
    sizes = {len(people) for people in week.values()}
    assert len(week) > 8
    assert len(sizes) > 2


def test_a_rule_that_is_dropped_shows_as_a_difference(cast_: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(cast_)
    for group in ("OF_THE_PERSON", "OF_THE_HOUR", "OF_THE_DIARY"):
        with monkeypatch.context() as patch:
            patch.setattr(matching, group, ())
            week, panel = offered(cast_)
        assert week != panel, group


def test_somebody_who_said_no_is_not_asked_again_by_a_plan(cast_: Cast) -> None:
    id_ = cast.encounter(cast_, MONDAY)
    assignments.assign_interpreter(cast_.kora, id_, "p-ines")
    assignments.decline(cast_.ines, id_)
    assert line(plan(cast_), id_).after_id is None


def test_week_limit_counts_its_own_week_alone(cast_: Cast) -> None:
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.get_one(Interpreter, "p-ines").max_week_minutes = 150
    before, after = MONDAY - timedelta(days=1), SUNDAY + timedelta(days=1)
    for day in (before, after):
        assignments.assign_interpreter(cast_.kora, cast.encounter(cast_, day), "p-ines")
    ids = [cast.encounter(cast_, MONDAY + timedelta(days=n)) for n in range(3)]
    found = plan(cast_, Wish(before, after))
    assert sum(line(found, id_).after_id == "p-ines" for id_ in ids) == 2
    assert len(accept(cast_, found.run.id).done) == 2


def test_promises_that_overlap_are_told_apart_and_pins_that_do_are_left_alone(cast_: Cast) -> None:
    interpreter(cast_, "inga", "ti")
    ids = [cast.encounter(cast_, MONDAY, at, interpreter="p-ines") for at in (time(10), time(10, 30))]
    pinned = plan(cast_, Wish(MONDAY, SUNDAY, keeps=True))
    assert [(line(pinned, id_).pinned, line(pinned, id_).after_id) for id_ in ids] == [(True, "p-ines")] * 2
    free = plan(cast_)
    assert {line(free, id_).after_id for id_ in ids} == {"p-ines", "p-inga"}
    assert free.run.moved == 1


def test_two_who_take_over_the_same_plan_do_it_once(cast_: Cast) -> None:
    id_ = cast.encounter(cast_, MONDAY)
    run_id = plan(cast_).run.id

    def meanwhile(actor: Actor, encounter_id: str, interpreter_id: str, *, source: str) -> str:
        raise errors.Stale

    assert accept(cast_, run_id).done == (id_,)
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.get_one(StaffingLine, (run_id, id_)).outcome = ""
    assert accept(cast_, run_id).refused == {id_: ("stale",)}
    found = staffing.accept(cast_.kora, run_id, None, meanwhile, assignments.release)
    assert (found.done, found.refused) == ((), {id_: ("stale",)})
    assert holder(id_) == "p-ines"
