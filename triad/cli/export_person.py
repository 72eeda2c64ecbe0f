"""`triad export-person`: the copy of their own words and answers that a client asks for."""

from __future__ import annotations

from pathlib import Path

import click

from triad import cli


@click.command("export-person")
@click.argument("client_code")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def command(client_code: str, folder: Path) -> None:
    """Write what the client CLIENT_CODE gave, and nothing others wrote, as JSON and CSV into FOLDER."""
    from triad.domain.errors import NotFound
    from triad.domain.parties import Role
    from triad.services import portable

    folder.mkdir(parents=True, exist_ok=True)
    if there := [name for name in portable.NAMES if (folder / name).exists()]:
        raise click.ClickException(f"{there[0]} is in {folder} already: name an empty folder.")
    with cli.opened(Role.ADMIN) as admin:
        try:
            files = portable.of_client(admin, client_code)
        except NotFound as error:
            raise click.ClickException("There is no client with this code.") from error
    for name, content in files.items():
        (folder / name).write_bytes(content)
    click.echo(f"Written to {folder}: {', '.join(files)}. Give them to nobody but the client.")
