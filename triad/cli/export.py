"""`triad export DIR`: what is released to the clinical lead, as files for research."""

from __future__ import annotations

from pathlib import Path

import click

from triad import cli


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def command(folder: Path) -> None:
    """Write what is released to the lead, of all cases, into a folder: tables, codebooks, SPSS, R, FHIR."""
    from triad.domain.parties import Role
    from triad.services import exports

    folder.mkdir(parents=True, exist_ok=True)
    if there := sorted(name for name in exports.names() if (folder / name).exists()):
        raise click.ClickException(f"{there[0]} is in {folder} already: name an empty folder.")
    with cli.opened(Role.LEAD) as lead:
        found = exports.for_lead(lead)
        for name in exports.names():
            (folder / name).write_bytes(exports.content(found, name))
    click.echo(f"Answers: {len(found.rows)}. Sessions: {len(found.triads)}. Files: {len(exports.names())}.")
    if exports.SPSS not in exports.names():
        click.echo("There is no SPSS file: it needs the extra `spss` (pyreadstat and pandas).")
