"""After sending a client can only take back: at once for whoever reads, silently, and for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests import cast, filled
from tests.services.test_invitations import MARKS, fill, rows
from triad.domain import errors
from triad.domain.release import COUNTED, ERASE, NARROWING, TO_LEAD, TO_THERAPIST
from triad.services import alliance, context, exports, invitations, withdrawals
from triad.services.context import Actor
from triad.store.ledger import AuditEntry
from triad.store.ratings import Answer, Invitation, Rating, Score

YESTERDAY = date(2027, 2, 28)


@pytest.fixture
def held(cast_: cast.Cast) -> str:
    """Yesterday's session: the staff have rated it, and their forms are locked."""
    id_ = cast.encounter(cast_, YESTERDAY, interpreter="p-ines", held=True, id_="enc-held")
    for party in ("therapist", "interpreter"):
        filled.rating(cast_, id_, party, cast_.clinic.clock(), dict.fromkeys(("TC", "TI", "IT", "IC"), 50.0))
    return id_


@pytest.fixture
def cleo(cast_: cast.Cast) -> Actor:
    return Actor(cast_.clinic)


@pytest.fixture
def send(cast_: cast.Cast, cleo: Actor, held: str) -> Callable[..., tuple[str, str]]:
    """The whole form, sent; its token and its page."""

    def sent(choice: str = TO_THERAPIST) -> tuple[str, str]:
        token = invitations.issue(cast_.thea, held, "ar")
        page = invitations.open_link(cleo, token)
        fill(cleo, page)
        invitations.submit(cleo, page, choice)
        return token, page

    return sent


def seen(cast_: cast.Cast) -> tuple[bool, bool, bool, bool]:
    """Is the client's number there: therapist's picture, therapist's file, lead's picture, lead's file?"""
    found: list[bool] = []
    for actor in (cast_.thea, cast_.lena):
        (meeting,) = alliance.for_case(actor, cast_.case_id).meetings
        found.append(meeting.scores["CT"] is not None)
        export = exports.for_case(actor, cast_.case_id) if actor is cast_.thea else exports.for_lead(actor)
        found.append(any(row.rater == "client" for row in export.rows))
    return found[0], found[1], found[2], found[3]


def client_rating() -> Rating:
    (row,) = [row for row in rows(Rating) if row.party == "client"]
    return row


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        (TO_LEAD, (False, False, True, True)),
        (COUNTED, (False, False, False, False)),
        (ERASE, (False, False, False, False)),
    ],
)
def test_it_holds_at_once_for_whoever_reads(
    cast_: cast.Cast,
    cleo: Actor,
    send: Callable[..., tuple[str, str]],
    clock: Any,
    asked: str,
    left: tuple[bool, ...],
) -> None:
    token, _ = send()
    clock.forward(days=8)
    assert seen(cast_) == (True, True, True, True)
    withdrawals.by_link(cleo, token, asked)
    assert seen(cast_) == left


def test_it_only_narrows_whatever_is_asked_in_whatever_order(
    cleo: Actor, send: Callable[..., tuple[str, str]]
) -> None:
    token, page = send()
    kept = []
    for asked in (TO_LEAD, COUNTED, TO_LEAD, COUNTED):
        withdrawals.by_page(cleo, page, asked)
        kept.append(client_rating().choice)
    assert kept == [TO_LEAD, COUNTED, COUNTED, COUNTED]
    for widest in (TO_THERAPIST, "", "everybody"):
        with pytest.raises(errors.Unfit):
            withdrawals.by_link(cleo, token, widest)
    assert (client_rating().choice, client_rating().withdrawn_at) == (COUNTED, None)


def test_erasing_leaves_a_row_without_content_and_no_second_form(
    cast_: cast.Cast, cleo: Actor, held: str, send: Callable[..., tuple[str, str]]
) -> None:
    token, page = send()
    before = len(rows(Answer)), len([row for row in rows(Score) if row.direction in ("CT", "CI")])
    assert before == (len(MARKS), 4)
    withdrawals.by_page(cleo, page, ERASE)
    row = client_rating()
    assert (row.choice, row.withdrawn_at) == (COUNTED, cast_.clinic.clock())
    assert [one for kind in (Answer, Score) for one in rows(kind) if one.rating_id == row.id] == []
    assert len(rows(Rating)) == 3
    for asked in NARROWING[1:]:
        withdrawals.by_link(cleo, token, asked)
    send()
    assert client_rating().withdrawn_at == row.withdrawn_at
    assert rows(Answer) == []


def test_the_trail_has_a_line_for_each_change_and_no_content(
    cleo: Actor, held: str, send: Callable[..., tuple[str, str]]
) -> None:
    token, _ = send()
    for asked in (TO_LEAD, TO_LEAD, ERASE, ERASE):
        withdrawals.by_link(cleo, token, asked)
    with context.look(cleo) as ctx:
        query = select(AuditEntry).where(AuditEntry.verb == "withdrawals.narrow").order_by(AuditEntry.seq)
        found = [(row.actor, row.subject, row.details) for row in ctx.session.scalars(query)]
    assert found == [("-", held, {"to": TO_LEAD}), ("-", held, {"to": ERASE})]


def test_a_link_that_was_not_sent_takes_nothing_back(
    cast_: cast.Cast, cleo: Actor, held: str, send: Callable[..., tuple[str, str]]
) -> None:
    """An earlier link may lie anywhere; what speaks for the client is the one that was used up."""
    left_behind = invitations.issue(cast_.thea, held, "ar")
    token, _ = send()
    later = invitations.issue(cast_.thea, held, "ar")
    page = invitations.open_link(cleo, later)
    for verb, secret in (
        (withdrawals.by_link, left_behind),
        (withdrawals.by_link, later),
        (withdrawals.by_page, page),
        (withdrawals.by_link, "unknown"),
    ):
        verb(cleo, secret, ERASE)
    assert (client_rating().choice, len(rows(Answer))) == (TO_THERAPIST, len(MARKS))
    withdrawals.by_link(cleo, token, ERASE)
    assert rows(Answer) == []


def test_the_link_speaks_for_the_client_for_ever_and_the_page_while_it_is_open(
    cleo: Actor, send: Callable[..., tuple[str, str]], clock: Any
) -> None:
    token, page = send()
    clock.forward(minutes=31)
    withdrawals.by_page(cleo, page, ERASE)
    assert len(rows(Answer)) == len(MARKS)
    clock.forward(days=400)
    withdrawals.by_link(cleo, token, ERASE)
    assert (rows(Answer), len(rows(Invitation))) == ([], 1)


def test_the_interpreter_takes_nothing_back(cast_: cast.Cast, send: Callable[..., tuple[str, str]]) -> None:
    token, page = send()
    for verb, secret in ((withdrawals.by_link, token), (withdrawals.by_page, page)):
        with pytest.raises(errors.NotFound):
            verb(cast_.ines, secret, ERASE)
    assert client_rating().withdrawn_at is None


def test_before_the_window_is_over_it_is_as_if_nothing_had_been_sent(
    cast_: cast.Cast, cleo: Actor, send: Callable[..., tuple[str, str]], clock: Any
) -> None:
    token, _ = send()
    clock.forward(minutes=1)
    assert seen(cast_) == (True, True, True, True)
    withdrawals.by_link(cleo, token, ERASE)
    (meeting,) = alliance.for_case(cast_.thea, cast_.case_id).meetings
    assert {key for key, score in meeting.scores.items() if score is not None} == {"TC", "TI"}
    clock.forward(days=7)
    (meeting,) = alliance.for_case(cast_.thea, cast_.case_id).meetings
    assert {key for key, score in meeting.scores.items() if score is not None} == {"TC", "TI", "IT", "IC"}
    assert timedelta(days=7) == timedelta(days=cast_.clinic.settings.window_days)
