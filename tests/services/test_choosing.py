"""A licensed form given to the three: chosen for a case, filled in, scored by its file, seen when all else is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests import cast, filled, made_up
from tests.conftest import NOW
from triad.domain import errors
from triad.domain.parties import Role
from triad.services import (
    access,
    alliance,
    choosing,
    context,
    exports,
    instruments,
    invitations,
    ratings,
    withdrawals,
)
from triad.services.context import Actor
from triad.store.ledger import AuditEntry
from triad.store.ratings import Answer, LicensedScore, Rating, Score

TODAY = date(2027, 3, 1)
LAMP, KETTLE = "lamp-scale", "kettle-scale"
THERAPIST = {"l1:TC": "8", "l2:TC": "0", "l1:TI": "0", "l2:TI": "declined", "l3:triad": "4"}
INTERPRETER = {"l1:IT": "6", "l2:IT": "5", "l1:IC": "7", "l2:IC": "10", "l3:triad": "5"}
CLIENT: tuple[int | str, ...] = (0, 10, 3, "declined", 9)
AFTER = NOW + timedelta(days=9)


@pytest.fixture
def begun(cast_: cast.Cast, clock: Any) -> str:
    id_ = cast.encounter(cast_, TODAY, interpreter="p-ines", id_="enc-now")
    clock.now = NOW.replace(hour=14, minute=5)
    return id_


@pytest.fixture
def cleo(cast_: cast.Cast) -> Actor:
    return Actor(cast_.clinic)


def use(who: cast.Cast, row: dict[str, Any]) -> str:
    found = instruments.load(who.ada, made_up.file(row))
    instruments.activate(who.lena, found.id, found.hash)
    return found.id


def lamp(who: cast.Cast) -> str:
    id_ = use(who, made_up.for_all())
    choosing.choose(who.thea, who.case_id, LAMP)
    return id_


def opened(who: cast.Cast, cleo: Actor, encounter: str, language: str) -> str:
    return invitations.open_link(cleo, invitations.issue(who.thea, encounter, language))


def fill(cleo: Actor, page: str, marks: tuple[int | str, ...] = CLIENT, choice: str = "therapist") -> None:
    invitations.choose_language(cleo, page, invitations.at(cleo, page).wording.language)
    for screen in ("who_sees", *(["practice"] if "practice" in invitations.at(cleo, page).screens else [])):
        invitations.step(cleo, page, screen)
    for line, mark in zip(invitations.at(cleo, page).lines, marks, strict=True):
        invitations.answer(cleo, page, line.key, mark)
    invitations.step(cleo, page, "who_helped", "nobody")
    invitations.step(cleo, page, "review")
    invitations.submit(cleo, page, choice)


def rows(actor: Actor, *columns: Any) -> list[tuple[Any, ...]]:
    with context.look(actor) as ctx:
        return sorted((tuple(row) for row in ctx.session.execute(select(*columns))), key=str)


def seen(actor: Actor, case_id: str) -> dict[tuple[str, str], float | None]:
    """What the picture says of the one session rated with a licensed form, by direction and subscale."""
    found = alliance.for_case(actor, case_id).licensed
    return {
        (one.direction, one.subscale.id): figure.value
        for track in found
        for _, figures in track.rows
        for one, figure in zip(track.columns, figures, strict=True)
    }


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("kora", errors.NotAllowed), *((name, errors.NotFound) for name in ("ines", "otto", "ivo", "ada", "aud"))],
)
def test_a_form_is_chosen_by_therapist_or_lead_and_by_nobody_else(
    cast_: cast.Cast, name: str, refusal: type[errors.TriadError]
) -> None:
    use(cast_, made_up.for_all())
    with pytest.raises(refusal):
        choosing.choose(getattr(cast_, name), cast_.case_id, LAMP)
    assert choosing.show(cast_.kora, cast_.case_id).chosen == ""
    for actor, key in ((cast_.thea, LAMP), (cast_.lena, ""), (cast_.lena, LAMP)):
        choosing.choose(actor, cast_.case_id, key)
        found = choosing.show(cast_.kora, cast_.case_id)
        assert (found.chosen, found.given, found.may_choose) == (key, True, False)
    assert choosing.show(cast_.thea, cast_.case_id).may_choose


def test_only_what_may_be_given_today_can_be_chosen(cast_: cast.Cast, clock: Any) -> None:
    loaded = instruments.load(cast_.ada, made_up.file(made_up.for_all()))
    for key in (LAMP, "unknown"):
        with pytest.raises(errors.Unfit) as found:
            choosing.choose(cast_.thea, cast_.case_id, key)
        assert found.value.fields == {"form": "choose_one"}
    instruments.activate(cast_.lena, loaded.id, loaded.hash)
    choosing.choose(cast_.thea, cast_.case_id, LAMP)
    assert choosing.show(cast_.thea, cast_.case_id).option is not None
    clock.now = NOW.replace(year=2028)
    found = choosing.show(cast_.thea, cast_.case_id)
    assert (found.chosen, found.given, found.options, found.option) == (LAMP, False, (), None)


def test_all_three_fill_it_in_and_it_is_scored_by_its_file(
    cast_: cast.Cast, cleo: Actor, begun: str, clock: Any
) -> None:
    id_ = lamp(cast_)
    form = ratings.form(cast_.thea, begun)
    assert ([one.key for one in form.questions], form.given.key) == (list(THERAPIST), id_)
    assert (form.given.scale[0], form.given.scale[5], form.given.scale[-1]) == (
        (0, "0 · dark"),
        (5, "5"),
        (10, "10 · bright"),
    )
    assert form.given.instructions == f"{made_up.NEEDLE} first, en."
    ratings.submit(cast_.thea, begun, THERAPIST, seen=form.given.key)
    ratings.submit(cast_.ines, begun, INTERPRETER, "ar")
    page = opened(cast_, cleo, begun, "ar")
    state = invitations.at(cleo, page)
    assert state.wording.text(state.lines[0]) == f"{made_up.NEEDLE} l1 CT ar."
    assert state.wording.ui["next"] != "Next"
    fill(cleo, page)
    stored = rows(cast_.thea, Rating.party, Rating.version_key, Rating.edition, Rating.language)
    assert stored == [
        (party, id_, "licensed", language)
        for party, language in (("client", "ar"), ("interpreter", "ar"), ("therapist", "en"))
    ]
    assert rows(cast_.thea, Score.rating_id) == []
    # A sum is the mean of the answered, times the number of items; the second item is reversed.
    assert rows(cast_.thea, LicensedScore.direction, LicensedScore.subscale, LicensedScore.value) == sorted(
        [
            ("TC", "light", 18.0), ("TI", "light", 0.0), ("triad", "glow", 4.0),
            ("IT", "light", 11.0), ("IC", "light", 7.0), ("triad", "glow", 5.0),
            ("CT", "light", 0.0), ("CI", "light", 6.0), ("triad", "glow", 9.0),
        ]
    )  # fmt: skip
    assert {row[0] for row in rows(cast_.thea, Answer.value) if row[0] is not None} >= {0, 10}
    clock.now = AFTER
    assert seen(cast_.thea, cast_.case_id)["CT", "light"] == 0.0
    (track,) = alliance.for_case(cast_.lena, cast_.case_id).licensed
    (row,) = track.rows
    labels = {
        (one.rater, one.direction): figure.band and figure.band.label
        for one, figure in zip(track.columns, row[1], strict=True)
    }
    assert labels[Role.THERAPIST, "TC"] == "light enough"
    assert labels[Role.CLIENT, "CT"] is None
    assert alliance.for_case(cast_.thea, cast_.case_id).meetings[0].anything is False
    with pytest.raises(errors.NotFound):
        alliance.for_case(cast_.ines, cast_.case_id)


@pytest.mark.parametrize(
    ("choice", "therapist", "lead"),
    [("therapist", True, True), ("lead_only", False, True), ("statistics_only", False, False)],
)
def test_scores_are_seen_under_the_same_release_as_all_others(
    cast_: cast.Cast, cleo: Actor, begun: str, clock: Any, choice: str, therapist: bool, lead: bool
) -> None:
    lamp(cast_)
    fill(cleo, opened(cast_, cleo, begun, "en"), choice=choice)
    ratings.submit(cast_.ines, begun, INTERPRETER)
    assert [seen(one, cast_.case_id) for one in (cast_.thea, cast_.lena)] == [{}, {}]
    ratings.submit(cast_.thea, begun, THERAPIST)
    clock.now = NOW.replace(hour=15, minute=30)
    if choice != "therapist":
        # All three are in, which nobody may learn from an early coming.
        own = {("TC", "light"): 18.0, ("TI", "light"): 0.0, ("triad", "glow"): 4.0}
        assert seen(cast_.thea, cast_.case_id) == own
    clock.now = AFTER
    for actor, allowed in ((cast_.thea, therapist), (cast_.lena, lead)):
        found = seen(actor, cast_.case_id)
        assert (("CT", "light") in found, ("IT", "light") in found) == (allowed, True)


def test_a_therapist_finds_the_same_with_and_without_a_client_who_kept_it(
    cast_: cast.Cast, cleo: Actor, begun: str, clock: Any
) -> None:
    lamp(cast_)
    page = opened(cast_, cleo, begun, "en")
    ratings.submit(cast_.thea, begun, THERAPIST)
    clock.now = AFTER
    without = alliance.for_case(cast_.thea, cast_.case_id)
    clock.now = NOW.replace(hour=14, minute=6)
    fill(cleo, page, choice="lead_only")
    clock.now = AFTER
    assert alliance.for_case(cast_.thea, cast_.case_id) == without
    assert alliance.for_case(cast_.lena, cast_.case_id).licensed != ()


def test_who_is_asked_nothing_and_a_language_it_lacks_get_the_whole_form_of_triad(
    cast_: cast.Cast, cleo: Actor, begun: str
) -> None:
    kettle = use(cast_, made_up.form())
    choosing.choose(cast_.thea, cast_.case_id, KETTLE)
    (option,) = choosing.show(cast_.kora, cast_.case_id).options
    assert (option.lacks, option.speaks) == ((Role.INTERPRETER,), False)
    assert ratings.form(cast_.thea, begun).given.key == kettle
    assert ratings.form(cast_.ines, begun).given.key == "triad-session-form"
    page = opened(cast_, cleo, begun, "ar")
    assert (invitations.at(cleo, page).given.key, len(invitations.at(cleo, page).lines)) == ("triad-session-form", 7)
    # Two answers in the one form are no part of the other, and are found again.
    invitations.choose_language(cleo, page, "ar")
    for screen in ("who_sees", "practice"):
        invitations.step(cleo, page, screen)
    invitations.answer(cleo, page, "bond.1:CT", 5)
    invitations.choose_language(cleo, page, "en")
    state = invitations.at(cleo, page)
    assert (state.given.key, state.current, "practice" in state.screens) == (kettle, "k1:CT", False)
    # It asks nothing about who interprets: another one can be wished for all the same.
    assert state.interpreted
    assert made_up.NEEDLE in state.wording.text(state.lines[0])
    invitations.answer(cleo, page, "k1:CT", 1)
    invitations.choose_language(cleo, page, "ar")
    assert invitations.at(cleo, page).current == "bond.2:CT"
    for line in invitations.at(cleo, page).lines[1:]:
        invitations.answer(cleo, page, line.key, 4)
    invitations.step(cleo, page, "who_helped", "nobody")
    invitations.step(cleo, page, "review")
    invitations.submit(cleo, page)
    assert rows(cast_.thea, Rating.version_key, Rating.edition) == [("triad-session-form", "brief")]
    assert (len(rows(cast_.thea, Answer.item)), rows(cast_.thea, LicensedScore.subscale)) == (7, [])


def test_a_staff_form_of_another_version_than_was_seen_is_shown_again(cast_: cast.Cast, begun: str) -> None:
    first = lamp(cast_)
    second = use(cast_, made_up.for_all() | {"version": "2"})
    with pytest.raises(errors.Stale):
        ratings.submit(cast_.thea, begun, THERAPIST, seen=first)
    assert rows(cast_.thea, Rating.id) == []
    ratings.submit(cast_.thea, begun, THERAPIST, seen=second)
    assert rows(cast_.thea, Rating.version_key) == [(second,)]


def test_what_was_sent_is_corrected_as_what_it_was_sent_as(cast_: cast.Cast, begun: str) -> None:
    id_ = lamp(cast_)
    ratings.submit(cast_.thea, begun, THERAPIST)
    choosing.choose(cast_.thea, cast_.case_id, "")
    instruments.end(cast_.lena, id_)
    form = ratings.form(cast_.thea, begun, "de")
    assert (form.given.key, form.held) == (id_, THERAPIST)
    ratings.submit(cast_.thea, begun, THERAPIST | {"l1:TC": "10"}, seen=form.given.key)
    found = rows(cast_.thea, LicensedScore.direction, LicensedScore.value)
    assert found == [("TC", 20.0), ("TI", 0.0), ("triad", 4.0)]
    assert ratings.form(cast_.ines, begun).given.key == "triad-session-form"


def test_a_link_keeps_its_form_and_is_closed_once_that_may_not_be_shown(
    cast_: cast.Cast, cleo: Actor, begun: str
) -> None:
    id_ = lamp(cast_)
    page = opened(cast_, cleo, begun, "en")
    choosing.choose(cast_.thea, cast_.case_id, "")
    assert invitations.at(cleo, page).given.key == id_
    instruments.end(cast_.lena, id_)
    with pytest.raises(errors.Closed):
        invitations.at(cleo, page)
    page = opened(cast_, cleo, begun, "en")
    assert invitations.at(cleo, page).given.key == "triad-session-form"


def test_thanks_stay_when_the_licence_ends(cast_: cast.Cast, cleo: Actor, begun: str) -> None:
    id_ = lamp(cast_)
    page = opened(cast_, cleo, begun, "en")
    fill(cleo, page)
    instruments.end(cast_.lena, id_)
    assert invitations.at(cleo, page).sent


def test_taken_back_leaves_no_score(cast_: cast.Cast, cleo: Actor, begun: str, clock: Any) -> None:
    lamp(cast_)
    page = opened(cast_, cleo, begun, "en")
    fill(cleo, page)
    assert len(rows(cast_.thea, LicensedScore.subscale)) == 3
    withdrawals.by_page(cleo, page, "erase")
    assert rows(cast_.thea, LicensedScore.subscale) == []
    clock.now = AFTER
    assert seen(cast_.lena, cast_.case_id) == {}


@pytest.mark.parametrize("mark", ["11", "-1", "5.0", "five", "٥"])
def test_a_mark_off_its_scale_is_told_at_the_question(cast_: cast.Cast, begun: str, mark: str) -> None:
    lamp(cast_)
    with pytest.raises(errors.Unfit) as found:
        ratings.submit(cast_.thea, begun, THERAPIST | {"l1:TC": mark})
    assert found.value.fields == {"l1:TC": "choose_one"}


def test_files_have_its_answers_apart_with_their_version_and_none_of_its_words(
    cast_: cast.Cast, cleo: Actor, begun: str, clock: Any
) -> None:
    lamp(cast_)
    earlier = cast.encounter(cast_, date(2027, 2, 26), interpreter="p-ines", held=True, id_="enc-met")
    filled.all_three(cast_, earlier, NOW - timedelta(days=1), dict.fromkeys(("TC", "CT"), 50.0))
    ratings.submit(cast_.thea, begun, THERAPIST)
    fill(cleo, opened(cast_, cleo, begun, "en"), choice="lead_only")
    clock.now = AFTER
    taken = exports.for_case(cast_.thea, cast_.case_id)
    assert {(one.instrument, one.version, one.edition) for one in taken.licensed} == {(LAMP, "1", "licensed")}
    assert [(one.rater, one.question, one.value, one.missing) for one in taken.licensed] == [
        ("therapist", "l1:TC", 8, ""),
        ("therapist", "l2:TC", 0, ""),
        ("therapist", "l1:TI", 0, ""),
        ("therapist", "l2:TI", None, "declined"),
        ("therapist", "l3:triad_therapist", 4, ""),
    ]
    assert "client" in {one.rater for one in exports.for_lead(cast_.lena).licensed}
    assert [row.meeting.encounter for row in taken.triads] != []
    whole = {name: exports.content(taken, name) for name in exports.names()}
    assert b"lamp-scale,1,licensed" in whole["licensed.csv"]
    told = b"\n".join(content for name, content in whole.items() if name != "licensed.csv")
    assert [word in told for word in (b"lamp-scale", made_up.NEEDLE.encode())] == [False, False]
    assert made_up.NEEDLE.encode() not in whole["licensed.csv"]


def test_the_trail_names_the_form_and_nothing_of_it(cast_: cast.Cast, cleo: Actor, begun: str) -> None:
    lamp(cast_)
    ratings.submit(cast_.thea, begun, THERAPIST)
    fill(cleo, opened(cast_, cleo, begun, "en"))
    with context.look(cast_.thea) as ctx:
        trail = [(row.verb, row.details) for row in ctx.session.scalars(select(AuditEntry))]
    assert ("choosing.choose", {"form": LAMP}) in trail
    assert [word in str(trail) for word in (made_up.NEEDLE, "Lamp Scale", "bright", "light")] == [False] * 4


def test_what_was_never_brought_along_is_not_found(cast_: cast.Cast) -> None:
    with context.look(cast_.thea) as ctx, pytest.raises(errors.NotFound):
        access.brought_along(ctx, "nowhere")
