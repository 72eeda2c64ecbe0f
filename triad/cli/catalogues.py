"""`triad catalogues`: gather the texts of pages and code, and keep each language's file in step with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import click

from triad.domain.languages import STAFF_LANGUAGES
from triad.settings import HERE, shipped

LOCALES = tuple(tag for tag in STAFF_LANGUAGES if tag != "en")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy": None}
# The way the application sets up its templates, so that the texts come out as they are looked up.
OPTIONS = {"trimmed": "false", "silent": "false", "newstyle_gettext": "true", "encoding": "utf-8"}
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]


@click.group("catalogues")
def command() -> None:
    """Gather interface texts; see which are not translated yet."""


@command.command()
def extract() -> None:
    """Write triad.pot anew and bring each language's file in step with it."""
    home = shipped("translations")
    home.mkdir(exist_ok=True)
    pot = template()
    (home / "triad.pot").write_bytes(pot)
    for locale in LOCALES:
        path = catalogue_path(locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(updated(locale, path, pot))
    click.echo(f"{home.name}/triad.pot and {', '.join(LOCALES)} are in step with the code.")


@command.command()
def check() -> None:
    """Are the catalogues in step with the code?"""
    if late := stale():
        raise click.ClickException(f"Not in step with the code: {', '.join(late)}. Run: triad catalogues extract")
    click.echo("The catalogues are in step with the code.")


@command.command()
def status() -> None:
    """How much of each language is translated."""
    from babel.messages.pofile import read_po

    for locale in LOCALES:
        with catalogue_path(locale).open("rb") as file:
            lines = [message for message in read_po(file) if message.id]
        done = [line for line in lines if translated(line.string) and not line.fuzzy]
        click.echo(f"{locale}: {len(done)} of {len(lines)}")


def translated(text: str | Sequence[str] | None) -> bool:
    """Is there a text, and for a counted one every form of it?"""
    return bool(text) and "" not in list(text or ())


def catalogue_path(locale: str) -> Path:
    return shipped("translations") / locale / "LC_MESSAGES" / "messages.po"


def stale(root: Path = HERE) -> list[str]:
    """The files that `extract` would change."""
    file, pot = shipped("translations") / "triad.pot", template(root)
    late = [] if file.is_file() and file.read_bytes() == pot else [file.name]
    for locale in LOCALES:
        path = catalogue_path(locale)
        if not path.is_file() or path.read_bytes() != updated(locale, path, pot):
            late.append(locale)
    return late


def template(root: Path = HERE) -> bytes:
    """triad.pot as it should be: sorted, without dates and line numbers, so that it changes with texts only."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract_from_dir

    made = datetime(2027, 1, 1, tzinfo=UTC)
    pot = Catalog(project="triad", version="1", creation_date=made, charset="utf-8", fuzzy=False)
    pot.header_comment = "# Interface texts of Triad. Written by `triad catalogues extract`."
    found = extract_from_dir(
        root,
        method_map=METHODS,
        options_map={"**.html": OPTIONS},
        keywords=KEYWORDS,
        comment_tags=("For translators:",),
        strip_comment_tags=True,
    )
    for file, _, text, comments, context in sorted(found, key=lambda row: (str(row[2]), row[0])):
        pot.add(text, None, [(file, 0)], auto_comments=comments, context=context)
    return _written(pot)


def updated(locale: str, path: Path, template: bytes) -> bytes:
    """A language's file brought in step: new texts empty, texts that are gone dropped, nothing guessed."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    pot = read_po(BytesIO(template))
    if path.is_file():
        with path.open("rb") as file:
            own = read_po(file, locale=locale)
        own.update(pot, no_fuzzy_matching=True, update_creation_date=False, update_header_comment=False)
    else:
        own = Catalog(locale, project="triad", version="1", charset="utf-8", fuzzy=False)
        own.creation_date = own.revision_date = datetime(2027, 1, 1, tzinfo=UTC)
        own.header_comment = f"# Interface texts of Triad, {locale}."
        own.update(pot, no_fuzzy_matching=True, update_creation_date=False, update_header_comment=False)
    own.obsolete.clear()
    return _written(own)


def _written(catalogue: object) -> bytes:
    from babel.messages.pofile import write_po

    file = BytesIO()
    write_po(file, catalogue, width=100, sort_output=True, include_lineno=False, ignore_obsolete=True)  # type: ignore[arg-type]
    return file.getvalue()
