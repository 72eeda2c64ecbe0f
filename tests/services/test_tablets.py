"""A clinic's tablet: handed over by the therapist, blank after ninety seconds, opened once more by a spoken code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests import cast
from tests.services.test_invitations import LINES, dump, fill, rows
from triad.domain import errors, typed_numbers
from triad.services import context, invitations, tablets
from triad.services.context import Actor
from triad.store.ratings import Draft, Rating
from triad.store.tablets import Tablet


@pytest.fixture
def held(cast_: cast.Cast) -> str:
    return cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)


@pytest.fixture
def cleo(cast_: cast.Cast) -> Actor:
    return Actor(cast_.clinic)


@pytest.fixture
def hand_over(cast_: cast.Cast, held: str) -> Callable[..., str]:
    def handed(language: str = "ti") -> str:
        return tablets.hand_over(cast_.thea, held, invitations.issue(cast_.thea, held, language))

    return handed


def test_a_tablet_is_in_the_tables_as_a_keyed_hash_alone(
    cast_: cast.Cast, cleo: Actor, held: str, hand_over: Callable[..., str]
) -> None:
    value = hand_over()
    page = tablets.enter(cleo, value)
    code = typed_numbers.plain(tablets.say_code(cast_.thea, held))
    [row] = rows(Tablet)
    stored = dump()
    assert [secret in stored for secret in (value, page, code)] == [False] * 3
    kept = (cast_.clinic.keyed("tablet", value), cast_.clinic.keyed("code", f"{row.id} {code}"))
    assert [one in stored for one in kept] == [True, True]


def test_a_form_sent_from_it_says_so(cleo: Actor, hand_over: Callable[..., str]) -> None:
    page = tablets.enter(cleo, hand_over())
    fill(cleo, page)
    invitations.submit(cleo, page, "therapist")
    assert [(row.mode, row.typed_by) for row in rows(Rating)] == [("clinic_tablet", None)]


def test_the_first_touch_opens_it_and_no_other(cleo: Actor, hand_over: Callable[..., str]) -> None:
    value = hand_over("ti")
    found = tablets.at(cleo, value).wording
    assert found
    assert found.language == "ti"
    tablets.enter(cleo, value)
    assert tablets.at(cleo, value).wording is None
    with pytest.raises(errors.Closed):
        tablets.enter(cleo, value)


def test_ninety_seconds_without_a_step_end_the_page_and_keep_the_answers(
    cast_: cast.Cast, cleo: Actor, held: str, hand_over: Callable[..., str], clock: Any
) -> None:
    value = hand_over()
    page = tablets.enter(cleo, value)
    fill(cleo, page)
    clock.forward(seconds=89)
    assert invitations.at(cleo, page).current == "choice"
    tablets.stay(cleo, page)
    clock.forward(seconds=89)
    assert invitations.at(cleo, page).current == "choice"
    clock.forward(seconds=1)
    for refused in (lambda: invitations.at(cleo, page), lambda: tablets.stay(cleo, page)):
        with pytest.raises(errors.Closed):
            refused()
    again = tablets.try_code(cleo, value, tablets.say_code(cast_.thea, held))
    assert invitations.at(cleo, again).current == "choice"
    assert len(rows(Draft)) == len(LINES)


def test_half_an_hour_ends_a_page_however_busy(cleo: Actor, hand_over: Callable[..., str], clock: Any) -> None:
    page = tablets.enter(cleo, hand_over())
    for _ in range(21):
        clock.forward(seconds=85)
        tablets.stay(cleo, page)
    clock.forward(seconds=15)
    with pytest.raises(errors.Closed):
        invitations.at(cleo, page)


def test_five_tries_use_a_code_up(cast_: cast.Cast, cleo: Actor, held: str, hand_over: Callable[..., str]) -> None:
    value = hand_over()
    code = tablets.say_code(cast_.thea, held)
    wrong = typed_numbers.plain(code)[::-1] if code[::-1] != code else "00000000"
    assert [tablets.try_code(cleo, value, wrong) for _ in range(5)] == [""] * 5
    assert tablets.try_code(cleo, value, code) == ""
    code = tablets.say_code(cast_.thea, held)
    assert [tablets.try_code(cleo, value, wrong) for _ in range(4)] == [""] * 4
    assert tablets.try_code(cleo, value, code) != ""
    assert tablets.try_code(cleo, value, code) == ""


def test_a_code_lasts_a_quarter_of_an_hour(
    cast_: cast.Cast, cleo: Actor, held: str, hand_over: Callable[..., str], clock: Any
) -> None:
    value = hand_over()
    code = tablets.say_code(cast_.thea, held)
    clock.forward(minutes=15)
    assert tablets.try_code(cleo, value, code) == ""
    code = tablets.say_code(cast_.thea, held)
    clock.forward(minutes=15, seconds=-1)
    persian = typed_numbers.plain(code).translate({ord("0") + n: chr(0x6F0 + n) for n in range(10)})
    assert tablets.try_code(cleo, value, persian) != ""


def test_a_code_works_on_the_tablet_of_its_session_alone(
    cast_: cast.Cast, cleo: Actor, held: str, hand_over: Callable[..., str]
) -> None:
    other = cast.encounter(
        cast_, date(2027, 2, 28), interpreter="p-ivo", case_id=cast_.other_case_id, held=True, id_="other"
    )
    own = hand_over()
    foreign = tablets.hand_over(cast_.otto, other, invitations.issue(cast_.otto, other, "ar"))
    code = tablets.say_code(cast_.thea, held)
    tablets.say_code(cast_.otto, other)
    assert tablets.try_code(cleo, foreign, code) == ""
    for nowhere in ("", "none-such"):
        with pytest.raises(errors.Closed):
            tablets.try_code(cleo, nowhere, code)
    assert tablets.try_code(cleo, own, code) != ""


def test_without_a_tablet_there_is_no_code(
    cast_: cast.Cast, cleo: Actor, held: str, hand_over: Callable[..., str], clock: Any
) -> None:
    with pytest.raises(errors.Closed):
        tablets.say_code(cast_.thea, held)
    value = hand_over()
    clock.forward(hours=1)
    for refused in (lambda: tablets.say_code(cast_.thea, held), lambda: tablets.at(cleo, value)):
        with pytest.raises(errors.Closed):
            refused()


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
def test_only_their_therapist_hands_over_and_says_codes(
    cast_: cast.Cast, held: str, hand_over: Callable[..., str], who: str, refusal: type[errors.TriadError]
) -> None:
    hand_over()
    token = invitations.issue(cast_.thea, held, "ar")
    for asked in (
        lambda actor: tablets.hand_over(actor, held, token),
        lambda actor: tablets.say_code(actor, held),
    ):
        with pytest.raises(errors.TriadError) as caught:
            asked(getattr(cast_, who))
        assert type(caught.value) is refusal
    assert len(rows(Tablet)) == 1


def test_where_an_interpreter_is_signed_in_no_tablet_opens(
    cast_: cast.Cast, cleo: Actor, held: str, hand_over: Callable[..., str]
) -> None:
    value = hand_over()
    code = tablets.say_code(cast_.thea, held)
    for refused in (
        lambda: tablets.at(cast_.ines, value),
        lambda: tablets.enter(cast_.ines, value),
        lambda: tablets.try_code(cast_.ines, value, code),
    ):
        with pytest.raises(errors.NotFound):
            refused()
    assert tablets.try_code(cleo, value, code) != ""


def test_a_code_is_said_alike_after_the_form_was_sent_and_opens_nothing(
    cast_: cast.Cast, cleo: Actor, held: str, hand_over: Callable[..., str]
) -> None:
    value = hand_over()
    page = tablets.enter(cleo, value)
    fill(cleo, page)
    invitations.submit(cleo, page)
    code = tablets.say_code(cast_.thea, held)
    assert len(code) == 9
    assert tablets.try_code(cleo, value, code) == ""
    assert len(rows(Rating)) == 1


def test_handing_over_a_second_tablet_ends_the_first(
    cast_: cast.Cast, cleo: Actor, held: str, hand_over: Callable[..., str]
) -> None:
    first = hand_over()
    page = tablets.enter(cleo, first)
    second = hand_over()
    for refused in (lambda: tablets.at(cleo, first), lambda: invitations.at(cleo, page)):
        with pytest.raises(errors.Closed):
            refused()
    found = tablets.at(cleo, second)
    assert (found.opened_by, found.wording is None) == ("a-thea", False)
    invitations.issue(cast_.thea, held, "ti")
    assert tablets.at(cleo, second).wording is None


def test_taken_back_or_blank_leaves_no_page_open(cleo: Actor, hand_over: Callable[..., str]) -> None:
    value = hand_over()
    page = tablets.enter(cleo, value)
    tablets.forget(cleo, value)
    with pytest.raises(errors.Closed):
        invitations.at(cleo, page)
    value = hand_over()
    page = tablets.enter(cleo, value)
    tablets.take_back(cleo, value)
    for refused in (lambda: invitations.at(cleo, page), lambda: tablets.at(cleo, value)):
        with pytest.raises(errors.Closed):
            refused()


def test_the_trail_says_who_handed_over_and_nothing_of_the_client(
    cast_: cast.Cast, held: str, hand_over: Callable[..., str]
) -> None:
    hand_over()
    tablets.say_code(cast_.thea, held)
    with context.look(cast_.aud) as ctx:
        from triad.store.ledger import AuditEntry

        own = ctx.session.query(AuditEntry).filter(AuditEntry.verb.like("tablets.%")).order_by(AuditEntry.seq)
        found = [(row.verb, row.actor, row.subject, row.details) for row in own]
    assert found == [(f"tablets.{verb}", "a-thea", held, {}) for verb in ("hand_over", "say_code")]
    assert timedelta(minutes=15) == tablets.CODE_LASTS
