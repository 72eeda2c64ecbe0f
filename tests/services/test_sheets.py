"""Paper sheets: numbered once, typed in by somebody who is no party, sent once, and read back by nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests import cast
from tests.services.test_invitations import LINES, dump, fill, rows
from triad.domain import errors, typed_numbers
from triad.formats import wordings
from triad.services import context, invitations, sheets, withdrawals
from triad.services.context import Actor
from triad.services.sheets import Printed
from triad.store.cases import Case
from triad.store.ledger import AuditEntry, OutboxMessage
from triad.store.ratings import Answer, Draft, Invitation, Rating
from triad.store.sheets import Sheet

CROSSES: dict[str, int | str] = dict(zip(LINES, (5, 4, 2, "declined", 1, "untouched", "not_understood"), strict=True))


@pytest.fixture
def held(cast_: cast.Cast) -> str:
    return cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)


def printed(cast_: cast.Cast, held: str, language: str = "ti") -> tuple[str, Printed]:
    token = invitations.issue(cast_.thea, held, language)
    return token, sheets.number(cast_.thea, held, token)


def send(cast_: cast.Cast, number: str, choice: str = "lead_only", helped: str = "nobody") -> str:
    page = sheets.open_sheet(cast_.lena, number)
    sheets.keep(cast_.lena, page, CROSSES, helped)
    invitations.submit(cast_.lena, page, choice)
    return page


def test_a_sheet_has_the_words_of_its_language_and_a_number_in_no_table(cast_: cast.Cast, held: str) -> None:
    token, sheet = printed(cast_, held)
    figures = typed_numbers.plain(sheet.number)
    assert (len(figures), typed_numbers.is_checked(figures)) == (11, True)
    assert (sheet.wording.language, [line.key for line in sheet.lines]) == ("ti", list(LINES))
    stored = dump()
    assert [secret in stored for secret in (figures, sheet.number, token)] == [False] * 3
    assert cast_.clinic.keyed("sheet", figures) in stored
    [row] = rows(Sheet)
    assert (row.wording, row.language, row.typed) == (wordings.wording("ti").hash, "ti", [])


def test_what_is_typed_in_becomes_a_rating_and_says_who_typed_it(cast_: cast.Cast, held: str) -> None:
    _, sheet = printed(cast_, held)
    send(cast_, sheet.number)
    [rating] = rows(Rating)
    found = (rating.mode, rating.typed_by, rating.language, rating.choice, rating.rater_id)
    assert found == ("paper_transcribed", "a-lena", "ti", "lead_only", "p-cleo")
    answers = {f"{row.item}:{row.direction}": row.value or row.missing for row in rows(Answer)}
    assert answers == CROSSES
    assert {row.wording for row in rows(Answer)} == {wordings.wording("ti").hash}
    assert rows(Draft) == []
    lines = [(row.verb, row.actor, row.details) for row in rows(AuditEntry, AuditEntry.seq)]
    own = [line for line in lines if line[1] == "a-lena"]
    assert own == [("sheets.open", "a-lena", {}), ("invitations.submit", "a-lena", {})]


@pytest.mark.parametrize(
    ("helped", "mode"), [("nobody", "paper_transcribed"), ("", "paper_transcribed"), ("relative", "relative")]
)
def test_help_that_is_crossed_counts(cast_: cast.Cast, held: str, helped: str, mode: str) -> None:
    send(cast_, printed(cast_, held)[1].number, helped=helped)
    [rating] = rows(Rating)
    assert (rating.mode, rating.typed_by) == (mode, "a-lena")


def test_the_interpreters_hand_in_a_sheet_is_flagged(cast_: cast.Cast, held: str) -> None:
    send(cast_, printed(cast_, held)[1].number, helped="interpreter")
    assert rows(Rating)[0].mode == "read_by_interpreter"


def test_a_sheet_left_half_way_is_taken_up_where_it_was(cast_: cast.Cast, held: str, clock: Any) -> None:
    _, sheet = printed(cast_, held)
    page = sheets.open_sheet(cast_.lena, sheet.number)
    assert sheets.keep(cast_.lena, page, {LINES[0]: 5, LINES[1]: 4}, "relative").left == LINES[2:]
    clock.forward(hours=3)
    with pytest.raises(errors.Closed):
        sheets.at(cast_.lena, page)
    page = sheets.open_sheet(cast_.lena, sheet.number)
    typing = sheets.at(cast_.lena, page)
    assert (typing.typed, typing.left) == (frozenset(LINES[:2]), LINES[2:])
    assert "5" not in repr(typing.typed)
    with pytest.raises(errors.BadTransition):
        invitations.submit(cast_.lena, page)
    rest = {line: CROSSES[line] for line in LINES[2:]}
    assert sheets.keep(cast_.lena, page, rest).left == ()
    invitations.submit(cast_.lena, page)
    assert {f"{row.item}:{row.direction}": row.value or row.missing for row in rows(Answer)} == CROSSES
    assert rows(Rating)[0].mode == "relative"


@pytest.mark.parametrize(
    ("again", "stored"), [(None, "lead_only"), ("therapist", "therapist"), ("", "statistics_only")]
)
def test_a_choice_typed_in_before_stays_until_it_is_replaced(
    cast_: cast.Cast, held: str, clock: Any, again: str | None, stored: str
) -> None:
    _, sheet = printed(cast_, held)
    page = sheets.open_sheet(cast_.lena, sheet.number)
    assert sheets.keep(cast_.lena, page, {LINES[0]: 5}).chosen is False
    assert sheets.keep(cast_.lena, page, {}, choice="lead_only").chosen is True
    clock.forward(hours=3)
    page = sheets.open_sheet(cast_.lena, sheet.number)
    typing = sheets.at(cast_.lena, page)
    assert (typing.chosen, "lead_only" in repr(typing).replace(repr(typing.wording), "")) == (True, False)
    sheets.keep(cast_.lena, page, CROSSES, choice=again)
    invitations.submit(cast_.lena, page)
    assert rows(Rating)[0].choice == stored
    assert "lead_only" not in str([row.progress for row in rows(Invitation)])


def test_a_choice_that_is_none_is_not_kept(cast_: cast.Cast, held: str) -> None:
    page = sheets.open_sheet(cast_.lena, printed(cast_, held)[1].number)
    with pytest.raises(errors.Unfit) as caught:
        sheets.keep(cast_.lena, page, {LINES[0]: 5}, choice="everybody")
    assert caught.value.fields == {"choice": "choose_one"}
    assert (sheets.at(cast_.lena, page).typed, rows(Draft)) == (frozenset(), [])


def test_after_sending_nothing_opens_the_sheet_and_its_answers_are_its_own(cast_: cast.Cast, held: str) -> None:
    _, sheet = printed(cast_, held)
    page = send(cast_, sheet.number)
    for refused in (
        lambda: sheets.open_sheet(cast_.lena, sheet.number),
        lambda: sheets.at(cast_.lena, page),
        lambda: sheets.keep(cast_.lena, page, CROSSES),
        lambda: invitations.at(cast_.lena, page),
        lambda: invitations.submit(cast_.lena, page),
    ):
        with pytest.raises(errors.Closed):
            refused()
    withdrawals.by_page(cast_.lena, page, "erase")
    assert rows(Rating)[0].withdrawn_at is None


def test_the_strip_that_is_kept_takes_the_answers_back(cast_: cast.Cast, held: str) -> None:
    token, sheet = printed(cast_, held)
    send(cast_, sheet.number)
    withdrawals.by_link(Actor(cast_.clinic), token, "erase")
    assert (rows(Answer), rows(Rating)[0].withdrawn_at) == ([], cast_.clinic.clock())


def test_a_sheet_whose_form_was_sent_by_telephone_is_over(cast_: cast.Cast, held: str) -> None:
    token, sheet = printed(cast_, held, "ar")
    cleo = Actor(cast_.clinic)
    page = invitations.open_link(cleo, token)
    fill(cleo, page)
    invitations.submit(cleo, page, "therapist")
    with pytest.raises(errors.Closed):
        sheets.open_sheet(cast_.lena, sheet.number)
    assert [(row.mode, row.typed_by) for row in rows(Rating)] == [("own_device", None)]


def test_what_was_begun_by_telephone_is_neither_shown_nor_sent_with_the_paper(cast_: cast.Cast, held: str) -> None:
    token, sheet = printed(cast_, held)
    cleo = Actor(cast_.clinic)
    page = invitations.open_link(cleo, token)
    fill(cleo, page, (3, 3, 3, 3, 3, 3, 3), helped="interpreter")
    page = sheets.open_sheet(cast_.lena, sheet.number)
    assert sheets.at(cast_.lena, page).left == LINES
    send(cast_, sheet.number)
    assert {f"{row.item}:{row.direction}": row.value or row.missing for row in rows(Answer)} == CROSSES


def test_a_newer_link_ends_the_sheet_and_what_was_typed(cast_: cast.Cast, held: str) -> None:
    _, sheet = printed(cast_, held)
    page = sheets.open_sheet(cast_.lena, sheet.number)
    sheets.keep(cast_.lena, page, {LINES[0]: 5})
    invitations.issue(cast_.thea, held, "ti")
    for refused in (lambda: sheets.open_sheet(cast_.lena, sheet.number), lambda: sheets.at(cast_.lena, page)):
        with pytest.raises(errors.Closed):
            refused()
    assert rows(Draft) == []


def test_a_sheet_can_be_typed_in_two_weeks_longer_than_a_link_works(cast_: cast.Cast, held: str, clock: Any) -> None:
    _, sheet = printed(cast_, held)
    clock.forward(days=21, seconds=-1)
    sheets.open_sheet(cast_.lena, sheet.number)
    clock.forward(seconds=1)
    with pytest.raises(errors.Closed):
        sheets.open_sheet(cast_.lena, sheet.number)


def test_a_language_withdrawn_meanwhile_does_not_lose_a_sheet(cast_: cast.Cast, held: str) -> None:
    _, sheet = printed(cast_, held)
    strict = replace(cast_.clinic, settings=replace(cast_.clinic.settings, offer_drafts_to_clients=False))
    lena = replace(cast_.lena, clinic=strict)
    page = sheets.open_sheet(lena, sheet.number)
    sheets.keep(lena, page, CROSSES)
    invitations.submit(lena, page)
    assert rows(Rating)[0].language == "ti"


@pytest.mark.parametrize("who", ["kora", "thea", "otto", "ines", "ivo", "ada", "aud"])
def test_whoever_is_no_lead_types_nothing_in(cast_: cast.Cast, held: str, who: str) -> None:
    _, sheet = printed(cast_, held)
    page = sheets.open_sheet(cast_.lena, sheet.number)
    for refused in (
        lambda actor: sheets.open_sheet(actor, sheet.number),
        lambda actor: sheets.at(actor, page),
        lambda actor: sheets.keep(actor, page, CROSSES),
    ):
        with pytest.raises(errors.NotFound):
            refused(getattr(cast_, who))
    sheets.keep(cast_.lena, page, CROSSES)
    if who != "ines":
        with pytest.raises(errors.NotFound):
            invitations.submit(getattr(cast_, who), page)
    assert rows(Rating) == []


def test_to_a_lead_who_is_the_therapist_the_sheet_is_as_none(cast_: cast.Cast, held: str) -> None:
    _, sheet = printed(cast_, held)
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.get_one(Case, cast_.case_id).therapist_id = "p-otto"
    both = replace(cast_.otto, roles=cast_.otto.roles | cast_.lena.roles)
    with pytest.raises(errors.Closed):
        sheets.open_sheet(both, sheet.number)
    assert sheets.open_sheet(cast_.lena, sheet.number) != ""


@pytest.mark.parametrize("typed", ["", "x", "1234", "12345678901 2"])
def test_a_mistyped_number_is_caught_before_anything_is_asked(cast_: cast.Cast, held: str, typed: str) -> None:
    with pytest.raises(errors.Unfit) as caught:
        sheets.open_sheet(cast_.lena, typed)
    assert caught.value.fields == {"number": "mistyped"}
    figures = typed_numbers.plain(printed(cast_, held)[1].number)
    slip = str((int(figures[0]) + 1) % 10) + figures[1:]
    with pytest.raises(errors.Unfit):
        sheets.open_sheet(cast_.lena, slip)


def test_a_number_that_was_never_printed_is_closed(cast_: cast.Cast) -> None:
    with pytest.raises(errors.Closed):
        sheets.open_sheet(cast_.lena, typed_numbers.checked("1234567890"))


@pytest.mark.parametrize(
    ("marks", "fields"),
    [
        ({LINES[0]: 6}, {LINES[0]: "choose_one"}),
        ({LINES[0]: "not_reached"}, {LINES[0]: "choose_one"}),
        ({"bond.3:CT": 3}, {"bond.3:CT": "unknown_field"}),
        ({"bond.1:TC": 3, LINES[1]: 2}, {"bond.1:TC": "unknown_field"}),
    ],
)
def test_what_no_sheet_can_hold_keeps_nothing(
    cast_: cast.Cast, held: str, marks: dict[str, int | str], fields: dict[str, str]
) -> None:
    page = sheets.open_sheet(cast_.lena, printed(cast_, held)[1].number)
    with pytest.raises(errors.Unfit) as caught:
        sheets.keep(cast_.lena, page, marks)
    assert (caught.value.fields, rows(Draft)) == (fields, [])


def test_a_sheet_is_numbered_for_its_own_session_by_its_therapist_only(cast_: cast.Cast, held: str) -> None:
    other = cast.encounter(
        cast_, date(2027, 2, 28), interpreter="p-ivo", case_id=cast_.other_case_id, held=True, id_="other"
    )
    token = invitations.issue(cast_.thea, held, "ar")
    for actor, encounter, refusal in (
        (cast_.otto, other, errors.NotFound),
        (cast_.otto, held, errors.NotFound),
        (cast_.kora, held, errors.NotAllowed),
        (cast_.ines, held, errors.NotAllowed),
    ):
        with pytest.raises(refusal):
            sheets.number(actor, encounter, token)
    assert rows(Sheet) == []


def test_who_asks_to_be_contacted_on_paper_is_heard(cast_: cast.Cast, held: str) -> None:
    page = sheets.open_sheet(cast_.lena, printed(cast_, held)[1].number)
    sheets.keep(cast_.lena, page, CROSSES)
    invitations.submit(cast_.lena, page, "", ["contact_me", "contact_lead", "another_interpreter"])
    assert [row.person_id for row in rows(OutboxMessage)] == ["p-lena"]


def test_an_invitation_that_goes_takes_its_sheet_along(cast_: cast.Cast, held: str) -> None:
    printed(cast_, held)
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.execute(Invitation.__table__.delete())  # type: ignore[attr-defined]
        assert ctx.session.scalars(select(Sheet)).all() == []
