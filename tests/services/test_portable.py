"""The copy a client takes along holds all they gave and nothing of others; on both databases."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import pytest

from tests import answered, cast
from tests.conftest import NOW
from triad.domain import errors
from triad.domain.parties import Role
from triad.services import alliance, context, notes, portable
from triad.services.context import Actor
from triad.store.cases import Agreement, Consent, CulturalNote, Goal
from triad.store.contacts import ContactWish

DAY = date(2027, 2, 26)
OTHERS = "said by somebody else"


@pytest.fixture
def host(cast_: cast.Cast) -> Actor:
    return Actor(cast_.clinic, source="cli", roles=frozenset({Role.ADMIN}))


@pytest.fixture
def given(cast_: cast.Cast) -> None:
    """Two sessions rated by all, one client form of them taken back; words of the client's, of others, of Carl's."""
    for number, withdrawn in enumerate((False, True)):
        id_ = cast.encounter(cast_, DAY.replace(day=20 + number), interpreter="p-ines", held=True)
        answered.rating(cast_, id_, "therapist", NOW)
        answered.rating(cast_, id_, "client", NOW, language="ti", choice="lead_only", withdrawn=withdrawn)
    other = cast.encounter(cast_, DAY, interpreter="p-ivo", case_id=cast_.other_case_id, held=True)
    answered.rating(cast_, other, "client", NOW, rater="p-carl")
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        own: dict[str, Any] = {"language": "en", "written_at": NOW}
        for case_id, words in ((cast_.case_id, "To sleep."), (cast_.other_case_id, OTHERS)):
            ctx.session.add(Goal(id=f"g-{case_id}", case_id=case_id, words=words, aim=OTHERS, agreed_by=[], **own))
        for source, whose, text in (("client", "client", "Shoes off."), ("interpreter", "client", OTHERS)):
            note = {"source": source, "whose": whose, "topic": "other", "audience": "all", "author_id": "p-thea"}
            ctx.session.add(CulturalNote(id=f"n-{source}", case_id=cast_.case_id, text=text, **note, **own))
        for number, session in enumerate((None, id_), 1):
            wish = {"case_id": cast_.case_id, "about_therapist": False, "encounter_id": session}
            ctx.session.add(ContactWish(id=f"w-{number}", asked_at=NOW, **wish))
        ctx.session.add(
            Agreement(id="agr", case_id=cast_.case_id, version=1, texts={"en": "Slowly."}, written_at=NOW)
        )
        ctx.session.flush()
        ctx.session.add(Consent(agreement_id="agr", party="client", person_id="p-cleo", agreed_at=NOW))


def test_who_opened_it_is_told_once_a_day(cast_: cast.Cast, host: Actor, clock: Any) -> None:
    def opened(code: str) -> list[tuple[str, str, str]]:
        found = json.loads(portable.of_client(host, code)[portable.JSON])["opened"]
        return [(one["day"], one["by"], one["what"]) for one in found]

    assert opened("K-cleo") == []
    for reader in (cast_.thea, cast_.thea, cast_.lena):
        alliance.for_case(reader, cast_.case_id)
    clock.forward(days=1)
    notes.listed(cast_.thea, cast_.case_id)
    alliance.for_lead(cast_.lena)
    with pytest.raises(errors.NotFound):
        alliance.for_case(cast_.otto, cast_.case_id)
    assert opened("K-cleo") == [
        ("2027-03-01", "", "a copy like this one"),
        ("2027-03-01", "Thea", "the picture of the ratings"),
        ("2027-03-01", "Lena", "the picture of the ratings"),
        ("2027-03-02", "Thea", "the notes"),
        ("2027-03-02", "Lena", "the list of all pictures"),
    ]
    # Of another client's case nothing but what is about all of them.
    assert opened("K-carl") == [("2027-03-02", "Lena", "the list of all pictures")]


@pytest.mark.usefixtures("given")
def test_own_input_and_nothing_else(host: Actor) -> None:
    files = portable.of_client(host, "K-cleo")
    assert tuple(files) == portable.NAMES
    found = json.loads(files[portable.JSON])
    assert (found["person"]["code"], found["person"]["name"]) == ("K-cleo", "Cleo Client")
    assert [goal["words"] for goal in found["goals"]] == ["To sleep."]
    assert [wish["text"] for wish in found["wishes"]] == ["Shoes off."]
    assert [(one["what"], one["done"]) for one in found["asked_for"]] == [
        ("to be contacted", False),
        ("another interpreter", False),
    ]
    assert [(one["version"], one["rules"]) for one in found["agreed_to"]] == [(1, {"en": "Slowly."})]
    everything = b"".join(files.values()).decode()
    assert [word for word in (OTHERS, "Thea", "Ines", "Carl", "T-1001") if word in everything] == []


@pytest.mark.usefixtures("given")
def test_answers_are_the_same_in_both_files(host: Actor) -> None:
    files = portable.of_client(host, "K-cleo")
    answers = json.loads(files[portable.JSON])["answers"]
    rows = list(csv.DictReader(io.StringIO(files[portable.ANSWERS].decode("utf-8-sig"), newline="")))
    assert rows == [{name: str(value) for name, value in row.items()} for row in answers]
    marks = [row["answer"] or row["not_answered"] for row in answers]
    assert sorted(map(str, marks)) == sorted(map(str, answered.MARKS["client"]))
    assert {(row["day"], row["who_may_see"], row["language"]) for row in answers} == {
        ("2027-02-20", "lead_only", "ti")
    }
    assert [row for row in answers if not row["sentence"].endswith("።")] == []


@pytest.mark.parametrize("name", ["kora", "thea", "ines", "lena", "ada", "aud"])
def test_nobody_takes_it_from_a_page(cast_: cast.Cast, host: Actor, name: str) -> None:
    with pytest.raises(errors.NotFound):
        portable.of_client(getattr(cast_, name), "K-cleo")
    assert portable.of_client(host, "K-cleo") != {}
    with pytest.raises(errors.NotFound):
        portable.of_client(host, "K-nobody")
