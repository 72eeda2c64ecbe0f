"""The client's form where nobody is to see it: it says so before the first question, and never asks who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests import cast
from tests.web.test_room import MARKS, Visitor
from triad.formats import wordings
from triad.services import context, invitations, settings
from triad.store.ratings import Rating

LANGUAGES = wordings.languages()
ASKING = ("who_sees_body", "release_therapist", "release_lead", "release_hint")


@pytest.fixture
def token(cast_: cast.Cast) -> str:
    met = cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)
    return invitations.issue(cast_.thea, met, "ar")


def decide(cast_: cast.Cast) -> None:
    settings.change(cast_.ada, {"release_policy": "never"}, (), 0)
    settings.confirm(cast_.lena, 1)


def walk(app: Flask, token: str, language: str) -> tuple[str, list[str]]:
    """What is said before the questions, and every page from there to the thanks."""
    visitor = Visitor(app)
    visitor.open(token)
    told = visitor.post("/f/language", language=language, at="")
    pages = [
        told,
        visitor.post("/f/step", screen="who_sees"),
        visitor.post("/f/step", screen="practice", practice="3"),
    ]
    pages += [visitor.mark(mark) for mark in MARKS]
    pages += [visitor.post("/f/step", screen="who_helped", helped="nobody"), visitor.post("/f/step", screen="review")]
    return told, [*pages, visitor.post("/f/send")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_before_the_questions_and_never_asked(
    app: Flask, cast_: cast.Cast, token: str, language: str
) -> None:
    decide(cast_)
    ui = wordings.wording(language).ui
    told, pages = walk(app, token, language)
    assert (ui["who_sees_never"] in told, ui["release_counted"] in pages[-2]) == (True, True)
    assert [(key, number) for key in ASKING for number, page in enumerate(pages) if ui[key] in page] == []
    assert ui["thanks_title"] in pages[-1]
    assert ['name="choice"' in page for page in pages] == [False] * len(pages)
    assert ['value="erase"' in pages[-1], 'value="lead_only"' in pages[-1]] == [True, False]


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_clients_choose_it_is_asked(app: Flask, cast_: cast.Cast, token: str, language: str) -> None:
    ui = wordings.wording(language).ui
    told, pages = walk(app, token, language)
    assert (ui["who_sees_body"] in told, ui["who_sees_never"] in told) == (True, False)
    assert {key for key in ASKING for page in pages if ui[key] in page} == set(ASKING)
    assert ['name="choice"' in page for page in pages].count(True) == 1
    assert ['value="erase"' in pages[-1], 'value="lead_only"' in pages[-1]] == [True, True]


def test_a_choice_sent_all_the_same_counts_for_nothing(app: Flask, cast_: cast.Cast, token: str) -> None:
    decide(cast_)
    visitor = Visitor(app)
    visitor.begin(token)
    for mark in MARKS:
        visitor.mark(mark)
    assert wordings.wording("ar").ui["thanks_title"] in visitor.finish("therapist")
    assert visitor.status == 200
    with context.look(cast_.kora) as ctx:
        assert ctx.session.execute(select(Rating.policy, Rating.choice)).all() == [("never", "statistics_only")]


def test_the_therapist_who_hands_it_over_is_told_the_same(cast_: cast.Cast, sign_in: Callable[..., Any]) -> None:
    met = cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)
    thea, said = sign_in(cast_.thea), "Nobody here sees it; it is only counted"
    assert said not in thea.get(f"/sessions/{met}/form").text
    decide(cast_)
    assert said in thea.get(f"/sessions/{met}/form").text
