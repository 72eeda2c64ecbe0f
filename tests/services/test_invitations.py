"""The right to give one rating: who may issue it, how long it opens, what sending leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select, text

from tests import cast, reviewed
from triad.domain import errors
from triad.formats import wordings
from triad.services import access, approvals, context, invitations
from triad.services.context import Actor
from triad.store.db import db
from triad.store.encounters import Encounter
from triad.store.ledger import AuditEntry, OutboxMessage
from triad.store.ratings import Answer, Draft, Invitation, Rating, Score
from triad.store.types import Base

YESTERDAY = date(2027, 2, 28)
MARKS: tuple[int | str, ...] = (5, 4, 2, "declined", 1, 3, "not_understood")
LINES = ("bond.1:CT", "bond.2:CT", "goal.1:CT", "task.1:CT", "bond.1:CI", "bond.2:CI", "triad.1:triad")


@pytest.fixture
def held(cast_: cast.Cast) -> str:
    return cast.encounter(cast_, YESTERDAY, interpreter="p-ines", held=True)


@pytest.fixture
def cleo(cast_: cast.Cast) -> Actor:
    """Somebody with a link and nothing else."""
    return Actor(cast_.clinic)


def begin(cast_: cast.Cast, cleo: Actor, encounter: str, language: str = "ar") -> str:
    return invitations.open_link(cleo, invitations.issue(cast_.thea, encounter, language))


def fill(cleo: Actor, page: str, marks: tuple[int | str, ...] = MARKS, helped: str = "nobody") -> None:
    """Everything up to the last screen."""
    invitations.choose_language(cleo, page, invitations.at(cleo, page).wording.language)
    invitations.step(cleo, page, "who_sees")
    invitations.step(cleo, page, "practice")
    for line, mark in zip(invitations.at(cleo, page).lines, marks, strict=True):
        invitations.answer(cleo, page, line.key, mark)
    invitations.step(cleo, page, "who_helped", helped)
    invitations.step(cleo, page, "review")


def rows(kind: Any, *order: Any) -> list[Any]:
    db.session.close()
    return list(db.session.scalars(select(kind).order_by(*order)))


def dump() -> str:
    """Every value of every table as text."""
    db.session.close()
    tables = Base.metadata.sorted_tables
    return "\n".join(repr(tuple(row)) for table in tables for row in db.session.execute(select(table)))


def test_issue_stores_the_token_only_as_a_keyed_hash(cast_: cast.Cast, cleo: Actor, held: str) -> None:
    token = invitations.issue(cast_.thea, held, "ar")
    page = invitations.open_link(cleo, token)
    stored = dump()
    assert len(token) == 43
    assert [value in stored for value in (token, page)] == [False, False]
    assert [cast_.clinic.keyed(*pair) in stored for pair in (("link", token), ("page", page))] == [True, True]


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("kora", errors.NotAllowed),
        ("ines", errors.NotAllowed),
        ("otto", errors.NotFound),
        ("ivo", errors.NotFound),
        ("lena", errors.NotFound),
        ("ada", errors.NotFound),
    ],
)
def test_issue_by_anybody_but_their_therapist_is_refused(
    cast_: cast.Cast, held: str, who: str, refusal: type[errors.TriadError]
) -> None:
    with pytest.raises(errors.TriadError) as caught:
        invitations.issue(getattr(cast_, who), held, "ar")
    assert type(caught.value) is refusal
    assert rows(Invitation) == []


def test_issue_before_the_start_or_for_a_cancelled_session_is_refused(cast_: cast.Cast, clock: Any) -> None:
    ahead = cast.encounter(cast_, interpreter="p-ines")
    with pytest.raises(errors.BadTransition):
        invitations.issue(cast_.thea, ahead, "ar")
    clock.forward(days=1, hours=4, minutes=30)
    assert invitations.issue(cast_.thea, ahead, "ar") != ""
    with context.work(cast_.thea) as ctx:
        ctx.session.get_one(Encounter, ahead).status = "cancelled"
    with pytest.raises(errors.BadTransition):
        invitations.issue(cast_.thea, ahead, "ar")


@pytest.mark.parametrize(("language", "code"), [("xx", "unknown"), ("de-AT", "unknown"), ("", "unknown")])
def test_issue_in_a_language_without_words_is_refused(cast_: cast.Cast, held: str, language: str, code: str) -> None:
    with pytest.raises(errors.Unfit) as caught:
        invitations.issue(cast_.thea, held, language)
    assert caught.value.fields == {"language": code}


def test_drafts_are_refused_where_the_clinic_is_real(cast_: cast.Cast, held: str) -> None:
    strict = replace(cast_.clinic, settings=replace(cast_.clinic.settings, offer_drafts_to_clients=False))
    thea, cleo = replace(cast_.thea, clinic=strict), Actor(strict)
    with pytest.raises(errors.Unfit) as caught:
        invitations.issue(thea, held, "ti")
    assert caught.value.fields == {"language": "not_reviewed"}
    page = invitations.open_link(cleo, invitations.issue(thea, held, "en"))
    with pytest.raises(errors.Unfit) as caught:
        invitations.choose_language(cleo, page, "ti")
    assert caught.value.fields == {"language": "not_reviewed"}
    assert [one.language for one in invitations.at(cleo, page).offered] == ["en"]
    assert [one.language for one in invitations.offered(cast_.thea)] == list(wordings.languages())


def test_a_draft_no_longer_offered_closes_its_form(cast_: cast.Cast, cleo: Actor, held: str) -> None:
    page = begin(cast_, cleo, held)
    strict = replace(cast_.clinic, settings=replace(cast_.clinic.settings, offer_drafts_to_clients=False))
    with pytest.raises(errors.Closed):
        invitations.at(Actor(strict), page)


def test_a_second_link_ends_the_first_and_its_answers(cast_: cast.Cast, cleo: Actor, held: str) -> None:
    first = invitations.issue(cast_.thea, held, "ar")
    page = invitations.open_link(cleo, first)
    fill(cleo, page)
    second = invitations.issue(cast_.thea, held, "ti")
    for refused in (
        lambda: invitations.open_link(cleo, first),
        lambda: invitations.peek(cleo, first),
        lambda: invitations.at(cleo, page),
        lambda: invitations.submit(cleo, page),
    ):
        with pytest.raises(errors.Closed):
            refused()
    assert rows(Draft) == []
    assert invitations.peek(cleo, second).language == "ti"


def test_a_link_ends_with_its_days(cast_: cast.Cast, cleo: Actor, held: str, clock: Any) -> None:
    token = invitations.issue(cast_.thea, held, "ar")
    clock.forward(days=7, seconds=-1)
    page = invitations.open_link(cleo, token)
    clock.forward(seconds=2)
    for refused in (lambda: invitations.peek(cleo, token), lambda: invitations.at(cleo, page)):
        with pytest.raises(errors.Closed):
            refused()


def test_a_page_ends_after_ten_minutes_without_a_step(cast_: cast.Cast, cleo: Actor, held: str, clock: Any) -> None:
    """S4: a client's page is idle for 10 minutes at most; the link opens it again where it was."""
    token = invitations.issue(cast_.thea, held, "ar")
    page = invitations.open_link(cleo, token)
    clock.forward(minutes=9)
    invitations.choose_language(cleo, page, "ti")
    clock.forward(minutes=9, seconds=59)
    assert invitations.at(cleo, page).current == "who_sees"
    clock.forward(seconds=1)
    with pytest.raises(errors.Closed):
        invitations.at(cleo, page)
    assert invitations.at(cleo, invitations.open_link(cleo, token)).current == "who_sees"


def test_a_page_ends_after_half_an_hour_in_any_case(cast_: cast.Cast, cleo: Actor, held: str, clock: Any) -> None:
    """S4: a client's page lasts 30 minutes at most, however busy."""
    page = invitations.open_link(cleo, invitations.issue(cast_.thea, held, "ar"))
    for _ in range(3):
        clock.forward(minutes=9)
        invitations.choose_language(cleo, page, "ti")
    clock.forward(minutes=2, seconds=59)
    assert invitations.at(cleo, page).current == "who_sees"
    clock.forward(seconds=1)
    with pytest.raises(errors.Closed):
        invitations.at(cleo, page)


def test_opening_again_ends_the_page_opened_before(cast_: cast.Cast, cleo: Actor, held: str) -> None:
    token = invitations.issue(cast_.thea, held, "ar")
    first, second = invitations.open_link(cleo, token), invitations.open_link(cleo, token)
    with pytest.raises(errors.Closed):
        invitations.at(cleo, first)
    assert invitations.at(cleo, second).current == "language"


def test_where_an_interpreter_is_signed_in_no_form_opens(cast_: cast.Cast, cleo: Actor, held: str) -> None:
    token = invitations.issue(cast_.thea, held, "ar")
    page = invitations.open_link(cleo, token)
    fill(cleo, page)
    for refused in (
        lambda who: invitations.peek(who, token),
        lambda who: invitations.open_link(who, token),
        lambda who: invitations.at(who, page),
        lambda who: invitations.answer(who, page, LINES[0], 1),
        lambda who: invitations.submit(who, page),
    ):
        with pytest.raises(errors.NotFound):
            refused(cast_.ines)
    assert invitations.at(cleo, page).current == "choice"
    assert rows(Rating) == []


def test_screens_come_in_order_and_none_can_be_jumped(cast_: cast.Cast, cleo: Actor, held: str) -> None:
    page = begin(cast_, cleo, held)
    screens = ("language", "who_sees", "practice", *LINES, "who_helped", "review", "choice")
    assert invitations.at(cleo, page).screens == screens
    for early in (
        lambda: invitations.step(cleo, page, "who_sees"),
        lambda: invitations.answer(cleo, page, LINES[0], 3),
        lambda: invitations.step(cleo, page, "who_helped", "nobody"),
        lambda: invitations.submit(cleo, page, "therapist"),
    ):
        with pytest.raises(errors.BadTransition):
            early()
    fill(cleo, page)
    assert invitations.at(cleo, page).done == frozenset(screens[:-1])


@pytest.mark.parametrize("mark", [0, 6, -1, "", "untouched", "not_reached", "3", "٣"])
def test_an_answer_off_the_scale_leaves_no_row(cast_: cast.Cast, cleo: Actor, held: str, mark: int | str) -> None:
    page = begin(cast_, cleo, held)
    invitations.choose_language(cleo, page, "ar")
    invitations.step(cleo, page, "who_sees")
    invitations.step(cleo, page, "practice")
    with pytest.raises(errors.Unfit) as caught:
        invitations.answer(cleo, page, LINES[0], mark)
    assert caught.value.fields == {"answer": "choose_one"}
    assert rows(Draft) == []
    invitations.answer(cleo, page, LINES[0], 3)
    assert [(row.line, row.value, row.missing) for row in rows(Draft)] == [(LINES[0], 3, None)]


@pytest.mark.parametrize("screen", ["choice", "bond.1:TC", "bond.3:CT", "nothing"])
def test_a_screen_that_cannot_be_passed_or_is_not_asked_is_unfit(
    cast_: cast.Cast, cleo: Actor, held: str, screen: str
) -> None:
    page = begin(cast_, cleo, held)
    fill(cleo, page)
    for refused in (
        lambda: invitations.step(cleo, page, screen),
        lambda: invitations.answer(cleo, page, screen, 3),
    ):
        with pytest.raises(errors.Unfit):
            refused()


@pytest.mark.parametrize("language", ["ar", "ti"])
def test_submit_stores_exactly_what_was_answered(
    cast_: cast.Cast, cleo: Actor, held: str, language: str, clock: Any
) -> None:
    page = begin(cast_, cleo, held, language)
    fill(cleo, page, helped="relative")
    invitations.answer(cleo, page, LINES[2], 1)
    invitations.answer(cleo, page, LINES[2], 2)
    invitations.submit(cleo, page, "lead_only")
    [rating] = rows(Rating)
    assert (rating.encounter_id, rating.party, rating.rater_id) == (held, "client", "p-cleo")
    assert (rating.interpreter_id, rating.version_key, rating.edition) == ("p-ines", wordings.DEFAULT, "brief")
    assert (rating.language, rating.mode, rating.choice) == (language, "relative", "lead_only")
    assert (rating.policy, rating.submitted_at, rating.locked_at) == ("client-choice", clock.now, clock.now)
    stored = {f"{row.item}:{row.direction}": (row.value, row.missing) for row in rows(Answer)}
    assert stored == {
        line: (None, mark) if isinstance(mark, str) else (mark, None) for line, mark in zip(LINES, MARKS, strict=True)
    }
    assert {row.wording for row in rows(Answer)} == {wordings.wording(language).hash}
    assert {(row.direction, row.facet): (row.pomp, row.answered, row.scorer) for row in rows(Score)} == {
        ("CT", "bond"): (87.5, 2, "1"),
        ("CT", "goal"): (25.0, 1, "1"),
        ("CT", "task"): (None, 0, "1"),
        ("CI", "bond"): (25.0, 2, "1"),
        ("triad", "triad"): (None, 0, "1"),
    }
    assert rows(Draft) == []
    [invitation] = rows(Invitation)
    assert (invitation.spent_at, invitation.progress) == (clock.now, {})


def test_each_answer_keeps_the_words_it_was_given_in(cast_: cast.Cast, cleo: Actor, held: str) -> None:
    page = begin(cast_, cleo, held, "ar")
    fill(cleo, page)
    invitations.choose_language(cleo, page, "ti")
    invitations.answer(cleo, page, LINES[1], 5)
    invitations.submit(cleo, page)
    words = {f"{row.item}:{row.direction}": row.wording for row in rows(Answer)}
    assert words == {line: wordings.wording("ti" if line == LINES[1] else "ar").hash for line in LINES}
    assert rows(Rating)[0].language == "ti"


def test_without_an_interpreter_only_the_therapist_is_asked_about(cast_: cast.Cast, cleo: Actor) -> None:
    alone = cast.encounter(cast_, YESTERDAY, held=True)
    page = begin(cast_, cleo, alone)
    assert [line.key for line in invitations.at(cleo, page).lines] == list(LINES[:4])
    fill(cleo, page, MARKS[:4])
    invitations.submit(cleo, page)
    assert rows(Rating)[0].interpreter_id is None


def test_sent_twice_it_is_one_rating(cast_: cast.Cast, cleo: Actor, held: str) -> None:
    token = invitations.issue(cast_.thea, held, "ar")
    page = invitations.open_link(cleo, token)
    fill(cleo, page)
    for choice in ("therapist", "statistics_only"):
        invitations.submit(cleo, page, choice)
    assert [(row.choice, row.revision) for row in rows(Rating)] == [("therapist", 1)]
    assert invitations.at(cleo, page).sent
    for refused in (
        lambda: invitations.open_link(cleo, token),
        lambda: invitations.answer(cleo, page, LINES[0], 1),
        lambda: invitations.ask(cleo, page, ["contact_me"]),
    ):
        with pytest.raises(errors.Closed):
            refused()


def test_sent_by_ten_at_once_it_is_one_rating(app: Any, cast_: cast.Cast, cleo: Actor, held: str) -> None:
    page = begin(cast_, cleo, held)
    fill(cleo, page)
    failed: list[BaseException] = []

    def send() -> None:
        with app.app_context():
            try:
                invitations.submit(cleo, page)
            except BaseException as error:
                failed.append(error)
            finally:
                db.session.remove()

    threads = [Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert (len(rows(Rating)), len(rows(Answer))) == (1, 7)
    assert [row.verb for row in rows(AuditEntry)].count("invitations.submit") == 1


def test_a_link_after_the_rating_looks_and_ends_like_the_first(cast_: cast.Cast, cleo: Actor, held: str) -> None:
    """Else the therapist could tell by trying that the client has answered."""
    page = begin(cast_, cleo, held)
    fill(cleo, page)
    invitations.submit(cleo, page, "therapist")
    again = begin(cast_, cleo, held)
    assert invitations.at(cleo, again).current == "language"
    fill(cleo, again, (1,) * 7)
    invitations.submit(cleo, again)
    assert invitations.at(cleo, again).sent
    assert [row.choice for row in rows(Rating)] == ["therapist"]
    assert {row.value for row in rows(Answer)} == {5, 4, 2, None, 1, 3}


def test_a_blank_choice_is_counted_only_and_an_unknown_one_unfit(cast_: cast.Cast, cleo: Actor, held: str) -> None:
    page = begin(cast_, cleo, held)
    fill(cleo, page)
    with pytest.raises(errors.Unfit) as caught:
        invitations.submit(cleo, page, "everybody")
    assert (caught.value.fields, rows(Rating)) == ({"choice": "choose_one"}, [])
    invitations.submit(cleo, page)
    assert rows(Rating)[0].choice == "statistics_only"


@pytest.mark.parametrize("helped", ["", "somebody", "own_device"])
def test_help_that_is_not_on_the_list_is_unfit(cast_: cast.Cast, cleo: Actor, held: str, helped: str) -> None:
    page = begin(cast_, cleo, held)
    fill(cleo, page)
    with pytest.raises(errors.Unfit) as caught:
        invitations.step(cleo, page, "who_helped", helped)
    assert caught.value.fields == {"helped": "choose_one"}


def test_contact_me_tells_therapist_and_leads_once_without_any_answer(
    cast_: cast.Cast, cleo: Actor, held: str
) -> None:
    page = begin(cast_, cleo, held)
    invitations.ask(cleo, page, ["contact_me"])
    invitations.ask(cleo, page, ["contact_me"])
    fill(cleo, page)
    invitations.submit(cleo, page, wishes=["contact_me"])
    told = [(row.person_id, row.kind, row.subject) for row in rows(OutboxMessage, OutboxMessage.person_id)]
    assert told == [(person, "contact_me", cast_.case_id) for person in ("p-lena", "p-thea")]


def test_contact_me_at_the_end_goes_with_the_rating(cast_: cast.Cast, cleo: Actor, held: str) -> None:
    page = begin(cast_, cleo, held)
    fill(cleo, page)
    invitations.submit(cleo, page, wishes=["contact_me"])
    assert [row.person_id for row in rows(OutboxMessage, OutboxMessage.person_id)] == ["p-lena", "p-thea"]


def test_a_rating_tells_nobody_and_the_trail_has_no_content(cast_: cast.Cast, cleo: Actor, held: str) -> None:
    page = begin(cast_, cleo, held)
    fill(cleo, page, helped="interpreter")
    invitations.submit(cleo, page, "lead_only")
    assert rows(OutboxMessage) == []
    [invitation] = rows(Invitation)
    assert [(row.actor, row.verb, row.subject, row.details) for row in rows(AuditEntry, AuditEntry.seq)] == [
        ("a-thea", "invitations.issue", held, {"language": "ar", "edition": "brief"}),
        ("-", "invitations.submit", invitation.id, {}),
    ]
    assert rows(Rating)[0].mode == "read_by_interpreter"


def test_a_state_is_one_statement_however_much_is_answered_until_a_review_goes_on(
    cast_: cast.Cast, cleo: Actor, held: str, statements: Any
) -> None:
    page = begin(cast_, cleo, held)

    def asked() -> int:
        with statements() as seen:
            invitations.at(cleo, page)
        return len(seen)

    assert [asked(), asked()] == [2, 1]
    fill(cleo, page)
    assert asked() == 1
    reviewed.out(cast_)
    assert [asked(), asked()] == [2, 1]


def test_a_language_that_is_let_out_or_taken_back_is_so_on_the_next_screen(
    cast_: cast.Cast, cleo: Actor, held: str
) -> None:
    page, strict = begin(cast_, cleo, held), reviewed.strict(cleo)
    with pytest.raises(errors.Closed):
        invitations.at(strict, page)
    reviewed.out(cast_)
    assert invitations.at(strict, page).wording.active is True
    approvals.withdraw(cast_.lena, "ar")
    with pytest.raises(errors.Closed):
        invitations.at(strict, page)


def test_words_are_not_remembered_of_a_writer_who_may_still_fail(cleo: Actor) -> None:
    for context_of, remembered in ((context.work, False), (context.look, True)):
        with context_of(cleo) as ctx:
            first, second = (access.worded(ctx, news=(7, "hash")) for _ in range(2))
        assert (first == second, first is second) == (True, remembered)


def test_forgotten_answers_leave_the_table_empty(cast_: cast.Cast, cleo: Actor, held: str) -> None:
    page = begin(cast_, cleo, held)
    fill(cleo, page)
    count = text("SELECT count(*) FROM draft")
    db.session.close()
    assert db.session.scalar(count) == 7
    invitations.submit(cleo, page)
    db.session.close()
    assert db.session.scalar(count) == 0
