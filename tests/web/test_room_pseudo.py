"""Every word of the client's form comes from its wording: seen in a language that nobody speaks."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests import cast, pseudo
from tests.web.test_room import LINES, MARKS, Visitor
from triad.domain import languages
from triad.formats import wordings
from triad.services import invitations

TONGUE = "sw"
"""Whose place it takes."""


@pytest.fixture
def told(app: Flask, cast_: cast.Cast, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Screen -> its words without marks, from the link to what is said after sending."""
    shipped = wordings.every()
    made = pseudo.of(wordings.wording("en"), TONGUE)
    monkeypatch.setattr(wordings, "every", lambda key="": tuple(made if w.language == TONGUE else w for w in shipped))
    held = cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)
    token = invitations.issue(cast_.thea, held, TONGUE)
    visitor, found = Visitor(app), {}

    def look(name: str) -> None:
        found[name] = pseudo.unmarked(visitor.page)

    visitor.get(f"/f/{token}")
    look("landing")
    visitor.open(token)
    look("language")
    visitor.post("/f/language", language=TONGUE, at="")
    look("who sees")
    visitor.post("/f/step", screen="who_sees")
    look("practice")
    visitor.post("/f/step", screen="practice", practice="3")
    for line, mark in zip(LINES, MARKS, strict=True):
        look(line)
        visitor.mark(mark)
    for screen, fields in (("who_helped", {"helped": "nobody"}), ("review", {})):
        look(screen)
        visitor.post("/f/step", screen=screen, **fields)
    look("choice")
    visitor.post("/f/send", choice="unheard-of")
    look("choice again")
    visitor.post("/f/send", choice="therapist")
    look("thanks")
    visitor.get("/f/said")
    look("said")
    return found


def test_no_word_on_a_clients_screens_is_left_untranslated(told: dict[str, list[str]]) -> None:
    own = " ".join(languages.endonym(tag) for tag in languages.CLIENT_LANGUAGES)
    assert {name: left for name, words in told.items() if (left := [word for word in words if word not in own])} == {}
    assert len(told) == 8 + len(LINES) + 2


def test_a_word_from_elsewhere_is_found() -> None:
    made = pseudo.worded("Go on with {n} more")
    page = f'<p title="Help">{made}</p><script>var hidden</script><input type="submit" value="{made}">'
    assert pseudo.unmarked(page) == ["Help"]
    assert pseudo.unmarked("<p>Go on</p>") == ["Go", "on"]
    assert made.count("{n}") == 1
