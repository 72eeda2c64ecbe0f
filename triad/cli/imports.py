"""`triad import DIR`: what a folder of tables would do, and with `--accept` doing it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from triad import cli

if TYPE_CHECKING:
    from triad.services.imports import Preview

COLUMNS = ("read", "created", "updated", "unchanged", "refused")


@click.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--accept", is_flag=True, help="Write the rows that fit. Without this nothing is written.")
@click.option("--rejected", type=click.Path(file_okay=False, path_type=Path), help="Folder for the refused rows.")
def command(folder: Path, accept: bool, rejected: Path | None) -> None:
    """Look at every *.csv of a folder; write with --accept."""
    from triad.domain.errors import TriadError
    from triad.domain.parties import Role
    from triad.services import imports

    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}
    if not files:
        raise click.ClickException(f"There is no .csv file in {folder}.")
    with cli.opened(Role.COORDINATOR) as actor:
        seen = imports.preview(actor, files)
        _print(seen)
        if rejected:
            rejected.mkdir(parents=True, exist_ok=True)
            for file in seen.refused:
                (rejected / f"{file}.csv").write_bytes(imports.rejected(seen, file))
        if not seen.writes:
            click.echo("There is nothing to write.")
            return
        if not accept:
            click.echo(f"Rows that would be written: {seen.writes}. To write them: add --accept")
            return
        try:
            batch = imports.commit(actor, files)
        except TriadError as error:
            raise click.ClickException(f"Nothing was written: {error.code}.") from error
        click.echo(f"Rows written: {seen.writes}, as batch {batch}.")


def _print(seen: Preview) -> None:
    lines: list[tuple[str, ...]] = [("file", *COLUMNS)]
    lines += [(file, *(str(getattr(counts, name)) for name in COLUMNS)) for file, counts in seen.counts.items()]
    lines.append(("all", *(str(getattr(seen.total, name)) for name in COLUMNS)))
    _table(lines)
    if seen.findings:
        click.echo()
        found: list[tuple[str, ...]] = [
            (one.file, str(one.row or ""), one.column, one.value, one.rule, " / ".join(one.hints))
            for one in seen.findings
        ]
        _table([("file", "row", "column", "value", "rule", "perhaps"), *found])
    click.echo()


def _table(lines: Sequence[tuple[str, ...]]) -> None:
    lines = [tuple(_printable(cell) for cell in line) for line in lines]
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _printable(cell: str) -> str:
    """What stands in a file must not steer the terminal."""
    return "".join(sign if sign.isprintable() else "�" for sign in cell)
