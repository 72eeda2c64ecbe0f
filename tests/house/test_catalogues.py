"""The catalogues are in step with the code, and no translation loses a name it should fill in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from triad.cli import catalogues
from triad.settings import HERE, shipped

FILLED_IN = re.compile(r"%\((\w+)\)[sd]|%%|%(?=[^\s(])")


def test_the_catalogues_are_fresh() -> None:
    assert catalogues.stale() == []


def test_new_texts_make_them_stale(tmp_path: Path) -> None:
    planted = {
        "web/templates/pages/planted.html": '{{ _("A planted text") }}{% trans %}A second one{% endtrans %}',
        "web/planted.py": 'from triad.web.i18n import lazy\nTEXT = lazy("A third one")\n'
        'def f(ngettext):\n    return ngettext("A fourth one", "%(n)s more", 2)',
    }
    root = tmp_path / "triad"
    shutil.copytree(HERE, root, ignore=shutil.ignore_patterns("static", "versions", "__pycache__"))
    for file, text in planted.items():
        (root / file).write_text(text, "utf-8")
    assert catalogues.stale(root) == ["triad.pot", *catalogues.LOCALES]
    with (shipped("translations") / "triad.pot").open("rb") as pot:
        before = {line.id for line in read_po(pot)}
    new = {line.id for line in read_po(BytesIO(catalogues.template(root)))} - before
    assert new == {"A planted text", "A second one", "A third one", ("A fourth one", "%(n)s more")}


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
