"""Languages of the desk: each catalogue counts as the registry says, or the house does not open."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask

from tests import cast
from tests.cast import Cast
from triad.services import accounts
from triad.web import i18n


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return Path(shutil.copytree(i18n.TRANSLATIONS, tmp_path / "translations"))


def test_languages_as_shipped_are_taken(home: Path) -> None:
    i18n.check(home)


@pytest.mark.parametrize(
    ("language", "before", "after", "fault"),
    [
        ("ar", "nplurals=6", "nplurals=2", "ar: its catalogue counts in another way"),
        ("fr", "plural=(n > 1)", "plural=(n != 1)", "fr: zero is counted wrong"),
        ("de", "plural=(n != 1)", "plural=(n > 1)", "de: zero is counted wrong"),
        ("es", "nplurals=", "forms=", "es: its catalogue counts in another way"),
    ],
)
def test_catalogue_that_counts_otherwise_is_refused(
    home: Path, language: str, before: str, after: str, fault: str
) -> None:
    path = home / language / "LC_MESSAGES" / "messages.po"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(RuntimeError, match=rf"^Languages: {fault}$"):
        i18n.check(home)


def test_missing_catalogue_is_refused(home: Path) -> None:
    shutil.rmtree(home / "es")
    with pytest.raises(RuntimeError, match=r"^Languages: es: no catalogue$"):
        i18n.check(home)


@pytest.mark.parametrize("language", i18n.STAFF)
def test_a_desk_says_when_nobody_has_read_its_translation(app: Flask, cast_: Cast, language: str) -> None:
    accounts.change_locale(cast_.thea, language)
    page = cast.signed_in(app, cast_.thea).get("/me").text
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page
    told = i18n.catalogue(language).one("This translation is a draft: no named person has read it through yet.")
    assert (told in page) == (language != "en")
