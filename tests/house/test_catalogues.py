"""The catalogues are in step with the code, and no translation loses a name it should fill in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from triad.cli import catalogues
from triad.settings import HERE

FILLED_IN = re.compile(r"%\((\w+)\)[sd]|%%|%(?=[^\s(])")


def test_the_catalogues_are_fresh() -> None:
    assert catalogues.stale() == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("web/templates/pages/planted.html", '<p>{{ _("A planted text") }}</p>'),
        ("web/templates/pages/planted.html", "<p>{% trans %}A planted text{% endtrans %}</p>"),
        ("web/planted.py", 'from triad.web.i18n import lazy\nTEXT = lazy("A planted text")'),
        ("web/planted.py", 'def f(ngettext):\n    return ngettext("A planted text", "%(n)s planted texts", 2)'),
    ],
)
def test_a_new_text_makes_them_stale(tmp_path: Path, file: str, text: str) -> None:
    root = tmp_path / "triad"
    shutil.copytree(HERE, root, ignore=shutil.ignore_patterns("static", "versions", "__pycache__"))
    before = catalogues.template(root)
    (root / file).write_text(text, "utf-8")
    assert catalogues.stale(root) == ["triad.pot", *catalogues.LOCALES]
    assert b"A planted text" not in before
    assert b"A planted text" in catalogues.template(root)


@pytest.mark.parametrize("locale", catalogues.LOCALES)
def test_translations_fill_in_the_same_names(locale: str) -> None:
    with catalogues.catalogue_path(locale).open("rb") as file:
        messages = [message for message in read_po(file) if message.id and message.string]
    lost = [text for message in messages for text in differing(message.id, message.string)]
    assert lost == []


def differing(source: str | Sequence[str], text: str | Sequence[str] | None) -> list[str]:
    """Translated forms that name something else than the English text; a form may leave out the number."""
    sources, forms = ([t] if isinstance(t, str) else list(t or ()) for t in (source, text))
    wanted = {name for form in sources for name in FILLED_IN.findall(form)}
    optional = {"n", "num"} if len(sources) > 1 else set()
    return [form for form in forms if form and not wanted - optional <= set(FILLED_IN.findall(form)) <= wanted]


def test_a_lost_name_is_found() -> None:
    assert differing("%(count)s of %(all)s", "%(count)s von %(alle)s") == ["%(count)s von %(alle)s"]
    assert differing(("%(n)s day in %(site)s", "%(n)s days in %(site)s"), ("one day", "%(n)s in %(site)s")) == [
        "one day"
    ]
    assert differing(("%(n)s day", "%(n)s days"), ("one day", "%(n)s days")) == []
