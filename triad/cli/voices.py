"""`triad voices draft LANG`: this machine speaks the client's form, as a draft that no real client hears."""

from __future__ import annotations

import click

SENTENCES = {
    "no_speech": "There is no espeak-ng on this machine: install it, or upload recordings instead.",
    "no_voice": "espeak-ng does not speak this language: upload recordings instead.",
    "speech_failed": "espeak-ng or opusenc gave no sound that can be used. Nothing was kept.",
}


@click.group("voices")
def command() -> None:
    """The client's form read aloud."""


@command.command()
@click.argument("language", metavar="LANG")
def draft(language: str) -> None:
    """Speak every text of LANG with espeak-ng, marked as made by a computer: clients of a clinic never hear it."""
    from triad.cli import opened
    from triad.domain import errors
    from triad.domain.parties import Role
    from triad.domain.voices import LARGEST
    from triad.services import voices

    with opened(Role.LEAD) as actor:
        try:
            found = voices.draft(actor, language)
        except errors.NotFound as error:
            raise click.ClickException(f"No form is worded in {language}.") from error
        except errors.Conflict as error:
            raise click.ClickException(
                SENTENCES.get(error.code, "Somebody else changed the same. Try again.")
            ) from error
    click.echo(f"{len(found.made)} texts are spoken.")
    for unit in found.too_large:
        click.echo(f"{unit}: larger than {LARGEST // 1000} kB, not kept. With opusenc on this machine it would fit.")
