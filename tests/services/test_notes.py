"""Notes: who reads which, the interpreter's hours to the second, and the older page that loses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from tests import cast
from tests.cast import Cast
from tests.conftest import Clock
from triad.domain import errors
from triad.services import context, notes
from triad.store.cases import CulturalNote
from triad.store.db import db
from triad.store.ledger import AuditEntry

SHARED, SECRET = "wants her brother kept out", "weeps when asked about Asmara"
NOTE = {
    "topic": "family",
    "whose": "client",
    "source": "interpreter",
    "text": SHARED,
    "language": "en",
    "audience": "all",
    "review_on": "2027-06-01",
}
STRANGERS = ["kora", "otto", "ines", "ivo", "lena", "ada", "aud"]


def write_both(who: Cast) -> tuple[str, str]:
    """One note for all three, one for the therapist only; and one of another case as noise."""
    notes.add(who.otto, who.other_case_id, NOTE | {"text": "of another case"})
    shared = notes.add(who.thea, who.case_id, NOTE)
    own = notes.add(who.thea, who.case_id, NOTE | {"text": SECRET, "audience": "therapist"})
    notes.add_language(who.thea, who.case_id, {"text": "say ሓዘን, not ጭንቀት", "language": "ti"})
    return shared, own


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    sent: list[str] = []

    def note(_: object, __: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def test_therapist_reads_all_notes_of_the_case_and_no_other(cast_: Cast) -> None:
    write_both(cast_)
    found = notes.listed(cast_.thea, cast_.case_id)
    assert {one.text for one in found.notes} == {SHARED, SECRET}
    assert [(one.text, one.language) for one in found.language_notes] == [("say ሓዘን, not ጭንቀት", "ti")]


@pytest.mark.parametrize("name", STRANGERS)
def test_notes_are_not_there_for_anybody_else(cast_: Cast, name: str) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    shared, _ = write_both(cast_)
    actor = getattr(cast_, name)
    for act in (
        lambda: notes.listed(actor, cast_.case_id),
        lambda: notes.show(actor, cast_.case_id, shared),
        lambda: notes.add(actor, cast_.case_id, NOTE),
        lambda: notes.add_language(actor, cast_.case_id, {"text": "x", "language": "en"}),
        lambda: notes.change(actor, cast_.case_id, shared, NOTE | {"version": "1"}),
        lambda: notes.confirm(actor, cast_.case_id, shared, {"version": "1"}),
    ):
        with pytest.raises(errors.TriadError) as refused:
            act()
        assert type(refused.value) is errors.NotFound
    assert len(notes.listed(cast_.thea, cast_.case_id).notes) == 2


def test_briefing_holds_shared_notes_and_the_pseudonym_only(cast_: Cast) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    write_both(cast_)
    found = notes.briefing(cast_.ines, cast_.case_id)
    assert [one.text for one in found.notes] == [SHARED]
    assert (found.client_code, found.therapist, found.needs) == ("K-cleo", "Thea", [("ti", "")])
    assert [one.language for one in found.language_notes] == ["ti"]


@pytest.mark.parametrize("name", ["kora", "otto", "ivo", "lena", "ada", "aud"])
def test_briefing_is_not_there_for_anybody_else(cast_: Cast, name: str) -> None:
    cast.encounter(cast_, interpreter="p-ines")
    cast.encounter(cast_, interpreter="p-ivo", case_id=cast_.other_case_id)
    write_both(cast_)
    with pytest.raises(errors.NotFound):
        notes.briefing(getattr(cast_, name), cast_.case_id)


START, END = datetime(2027, 3, 10, 13, 30, tzinfo=UTC), datetime(2027, 3, 10, 14, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "readable"),
    [
        (START - timedelta(hours=72, seconds=1), False),
        (START - timedelta(hours=72), True),
        (END + timedelta(hours=24, seconds=-1), True),
        (END + timedelta(hours=24), False),
    ],
)
def test_briefing_opens_and_closes_to_the_second(cast_: Cast, clock: Clock, moment: datetime, readable: bool) -> None:
    cast.encounter(cast_, day=START.date(), interpreter="p-ines")
    write_both(cast_)
    clock.now = moment
    if readable:
        assert [one.text for one in notes.briefing(cast_.ines, cast_.case_id).notes] == [SHARED]
    else:
        with pytest.raises(errors.NotFound):
            notes.briefing(cast_.ines, cast_.case_id)


def test_change_by_an_older_page_is_refused_and_keeps_the_newer_text(cast_: Cast) -> None:
    shared, _ = write_both(cast_)
    notes.change(cast_.thea, cast_.case_id, shared, NOTE | {"text": "newer", "version": "1"})
    for act in (notes.change, notes.confirm):
        written = {"version": "1"} if act is notes.confirm else NOTE | {"text": "older", "version": "1"}
        with pytest.raises(errors.Stale):
            act(cast_.thea, cast_.case_id, shared, written)
    _, kept = notes.show(cast_.thea, cast_.case_id, shared)
    assert (kept.text, kept.version, kept.confirmed) == ("newer", 2, False)
    notes.confirm(cast_.thea, cast_.case_id, shared, {"version": "2"})
    _, kept = notes.show(cast_.thea, cast_.case_id, shared)
    assert (kept.version, kept.confirmed) == (3, True)


def test_note_of_another_case_cannot_be_reached_through_the_own_case(cast_: Cast) -> None:
    foreign = notes.add(cast_.otto, cast_.other_case_id, NOTE)
    with pytest.raises(errors.NotFound):
        notes.show(cast_.thea, cast_.case_id, foreign)
    assert notes.show(cast_.otto, cast_.other_case_id, foreign)[1].id == foreign


def test_add_with_bad_fields_names_each_and_writes_nothing(cast_: Cast) -> None:
    written = {
        "topic": "weather",
        "whose": "",
        "source": "client",
        "text": "a\x00b",
        "language": "Klingon",
        "audience": "",
        "review_on": "soon",
        "author_id": "p-otto",
    }
    with pytest.raises(errors.Unfit) as refused:
        notes.add(cast_.thea, cast_.case_id, written)
    assert refused.value.fields == {
        "topic": "unknown",
        "whose": "choose_one",
        "text": "characters",
        "language": "unknown",
        "audience": "choose_one",
        "review_on": "date",
        "author_id": "unknown_field",
    }
    assert notes.listed(cast_.thea, cast_.case_id).notes == []


def test_audit_has_codes_and_no_words(cast_: Cast) -> None:
    shared, own = write_both(cast_)
    with context.look(cast_.thea) as ctx:
        lines = ctx.session.scalars(select(AuditEntry).where(AuditEntry.actor == "a-thea")).all()
        assert [(one.verb, one.subject) for one in lines[:2]] == [("notes.add", shared), ("notes.add", own)]
        assert lines[1].details == {"case": cast_.case_id, "audience": "therapist"}
        assert ctx.session.get(CulturalNote, own) is not None


def test_list_takes_the_same_statements_for_one_note_and_three(cast_: Cast) -> None:
    numbers = []
    for extra in (1, 2):
        for _ in range(extra):
            notes.add(cast_.thea, cast_.case_id, NOTE)
        db.session.expire_all()
        with counted() as sent:
            assert notes.listed(cast_.thea, cast_.case_id).notes
        numbers.append(len([one for one in sent if one.startswith("SELECT")]))
    assert numbers[0] == numbers[1] <= 8
