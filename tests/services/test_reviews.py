"""What reviewers say of texts, who may say it, and the list of languages with who needs them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests import cast, reviewed
from triad.domain import errors, languages
from triad.domain.packs import Said
from triad.formats import wordings
from triad.services import context, reviews
from triad.services.context import Actor
from triad.store.cases import Case, LanguageNeed
from triad.store.clinic import Client
from triad.store.db import db
from triad.store.reviews import WordingReview

UNIT = "bond.1:CT"


def rows() -> list[WordingReview]:
    db.session.close()
    return list(db.session.scalars(select(WordingReview).order_by(WordingReview.number)))


def say(actor: Actor, verdict: str, unit: str = UNIT, **more: str) -> int:
    return reviews.say(actor, "ar", reviewed.seen(actor), {unit: Said(verdict, **more)})


def test_an_opinion_is_kept_with_its_person_and_its_text(cast_: cast.Cast, clock: Any) -> None:
    assert say(cast_.ines, "change", proposed="نص آخر.", comment="Softer.", back="Another text.") == 1
    (row,) = rows()
    assert (row.language, row.unit, row.verdict, row.proposed) == ("ar", UNIT, "change", "نص آخر.")
    assert (row.comment, row.back_translation) == ("Softer.", "Another text.")
    assert (row.by, row.name, row.interprets, row.closes, row.at) == ("a-ines", "Ines", True, None, clock.now)
    found = reviews.show(cast_.thea, "ar")
    assert (found.desk.counts["change"], found.mine) == (1, {})
    assert reviews.show(cast_.ines, "ar").mine[UNIT].proposed == "نص آخر."


def test_said_twice_is_said_once(cast_: cast.Cast) -> None:
    assert [say(cast_.thea, "ok"), say(cast_.thea, "ok"), say(cast_.thea, "ok", back="x")] == [1, 0, 1]
    assert say(cast_.thea, "") == 0
    assert [row.back_translation for row in rows()] == ["", "x"]


@pytest.mark.parametrize(
    ("name", "may"),
    [("kora", True), ("thea", True), ("ines", True), ("lena", True), ("ada", False), ("aud", False)],
)
def test_who_judges(cast_: cast.Cast, name: str, may: bool) -> None:
    actor, now = getattr(cast_, name), reviewed.seen(cast_.thea)
    if may:
        assert reviews.say(actor, "ar", now, {UNIT: Said("ok")}) == 1
        return
    with pytest.raises(errors.NotFound):
        reviews.say(actor, "ar", now, {UNIT: Said("ok")})
    assert rows() == []


def test_what_does_not_fit_keeps_nothing(cast_: cast.Cast) -> None:
    said = {UNIT: Said("change"), "ui:next": Said("ok"), "ui:nothing": Said("ok"), "ui:back": Said("query")}
    with pytest.raises(errors.Unfit) as caught:
        reviews.say(cast_.thea, "ar", reviewed.seen(cast_.thea), said)
    assert caught.value.fields == {
        f"proposed:{UNIT}": "required",
        "verdict:ui:nothing": "unknown",
        "comment:ui:back": "required",
    }
    assert rows() == []
    assert say(cast_.thea, "ok", "ui:next") == 1


@pytest.mark.parametrize("language", ["en", "xx", "de-AT", "", "../ar"])
def test_the_source_and_what_is_not_worded_have_no_desk(cast_: cast.Cast, language: str) -> None:
    with pytest.raises(errors.NotFound):
        reviews.show(cast_.kora, language)
    assert reviews.show(cast_.kora, "ar").desk.state == "machine_draft"


def test_the_list_has_every_language_and_says_who_needs_it(cast_: cast.Cast) -> None:
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.add(LanguageNeed(id="n-apc", case_id=cast_.case_id, language="apc"))
        ctx.session.add(LanguageNeed(id="n-ar2", case_id=cast_.other_case_id, language="ar"))
        ctx.session.get_one(Client, "p-carl").form_language = "fa"
    lines = {line.tag: line for line in reviews.overview(cast_.kora)}
    assert sorted(lines) == sorted(languages.CLIENT_LANGUAGES)
    assert {tag: (one.clients, one.cases) for tag, one in lines.items() if one.needed} == {
        "ar": (1, 2),
        "ti": (0, 1),
        "fa": (1, 0),
    }
    assert [tag for tag, one in lines.items() if one.ready] == ["en"]
    worded = {tag for tag, one in lines.items() if one.desk}
    assert worded == set(wordings.languages()) - {"en"}
    assert [line.tag for line in reviews.overview(cast_.kora)][:3] == ["ar", "ti", "fa"]
    reviewed.out(cast_)
    assert {one.tag for one in reviews.overview(cast_.kora) if one.ready} == {"ar", "en"}


def test_closed_cases_and_clients_who_left_need_nothing(cast_: cast.Cast) -> None:
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.get_one(Case, cast_.case_id).closed_on = date(2027, 3, 1)
        ctx.session.get_one(Client, "p-cleo").active = False
    lines = {line.tag: line for line in reviews.overview(cast_.kora)}
    assert [(lines[tag].clients, lines[tag].cases) for tag in ("ar", "ti")] == [(1, 1), (0, 0)]


def test_numbers_are_for_those_who_may_count(cast_: cast.Cast) -> None:
    for name in ("thea", "ines"):
        assert {(one.clients, one.cases) for one in reviews.overview(getattr(cast_, name))} == {(None, None)}
    for name in ("kora", "lena", "ada"):
        assert (1, 1) in {(one.clients, one.cases) for one in reviews.overview(getattr(cast_, name))} | {(1, 1)}
        assert {one.clients is None for one in reviews.overview(getattr(cast_, name))} == {False}
    with pytest.raises(errors.NotFound):
        reviews.overview(cast_.aud)


def test_the_list_takes_as_many_statements_whatever_was_said(cast_: cast.Cast, statements: Any) -> None:
    with statements() as before:
        reviews.overview(cast_.kora)
    reviewed.out(cast_)
    reviewed.walk(cast_, "ti", "reconciled")
    with statements() as after:
        reviews.overview(cast_.kora)
    assert len(before) == len(after) == 4


def test_what_was_said_is_only_added_to(cast_: cast.Cast) -> None:
    reviewed.out(cast_)
    for table in ("wording_pack", "wording_review", "wording_step"):
        for statement in (f"UPDATE {table} SET by = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match="only added to"), db.engine.begin() as connection:
                connection.execute(text(statement))
    assert reviews.show(cast_.kora, "ar").ready


def test_a_reviewer_who_also_interprets_only_helps(cast_: cast.Cast) -> None:
    both = replace(cast_.thea, roles=cast_.thea.roles | cast_.ines.roles)
    say(both, "ok")
    unit = reviews.show(cast_.kora, "ar").desk.unit(UNIT)
    assert unit
    assert unit.state == "helped"
    say(cast_.otto, "ok")
    unit = reviews.show(cast_.kora, "ar").desk.unit(UNIT)
    assert unit
    assert unit.state == "ok"
