"""`triad instruments load FILE.json`: a form the clinic has a licence for. All else is done on its page."""

from __future__ import annotations

from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FAULTS = {
    "required": "this is needed",
    "unknown_field": "no such field is read",
    "format": "this is not triad-licensed-form/1",
    "not_json": "this is no JSON, or a field comes twice",
    "not_utf8": "this is not UTF-8",
    "object": "an object with fields is needed",
    "list": "a list is needed",
    "text": "a text is needed",
    "number": "a whole number is needed",
    "a_number": "a number is needed",
    "yes_or_no": "true or false is needed",
    "date": "a day as 2027-03-28 is needed",
    "order": "the end lies before the start",
    "unknown": "this is not on the list",
    "twice": "this comes twice",
    "taken": "this name comes with Triad",
    "in_use": "this version is or was in use: give the new file another version",
    "too_long": "this is too long",
    "characters": "this holds signs that cannot be kept",
    "choose_one": "mean or sum is needed",
    "out_of_range": "the number is too small or too large",
    "overlap": "it overlaps with the threshold before",
    "other_directions": "all items of a subscale must be asked in the same directions",
    "may_not_translate": "the licence does not allow translations",
    "anchors": "name every answer, or the lowest and the highest",
    "missing_texts": "every item needs a text in each of its directions",
}
AGAINST = {
    "no_holder": "no holder of the rights is named",
    "no_evidence": "there is no evidence of the licence",
    "no_date": "the day from which the licence holds is missing",
    "not_yet": "the licence does not hold yet",
    "expired": "the licence has expired",
    "not_electronic": "the licence does not allow use on a screen",
    "too_many_choices": "a question has more than 11 answers",
}


@click.group("instruments")
def command() -> None:
    """Forms the clinic has a licence for. None comes with Triad."""


@command.command()
def skeleton() -> None:
    """Print an empty file, to be filled in."""
    from triad.formats import licensed

    click.echo(licensed.skeleton(), nl=False)


@command.command()
@click.argument("file", type=FILE)
def load(file: Path) -> None:
    """Read FILE and keep it; a clinical lead takes it into use on the page of licensed forms."""
    from triad.cli import opened
    from triad.domain import errors
    from triad.domain.parties import Role
    from triad.services import instruments

    with opened(Role.ADMIN) as actor:
        try:
            found = instruments.load(actor, file.read_bytes())
        except errors.Unfit as error:
            lines = [f"{place}: {FAULTS.get(code, code)}." for place, code in error.fields.items()]
            raise click.ClickException("Nothing was kept.\n" + "\n".join(lines)) from error
    click.echo(f"Read: {found.form.key} {found.form.version}.")
    for code in found.against:
        click.echo(f"Not to be used yet: {AGAINST[code]}.")
