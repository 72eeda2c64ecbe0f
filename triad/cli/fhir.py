"""`triad fhir`: the plan out as FHIR R4, and appointments of another system in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import click

from triad import cli


@click.group("fhir")
def command() -> None:
    """Exchange the plan with other systems, as FHIR R4 bundles."""


@command.command("out")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--first", type=click.DateTime(["%Y-%m-%d"]), required=True, help="First day, as 2027-03-01.")
@click.option("--last", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Last day.")
@click.option("--profile", type=click.Choice(["hl7", "us-core"]), default="hl7", help="How a need is told.")
def out(file: Path, first: datetime, last: datetime, profile: str) -> None:
    """Write who meets whom, who was asked and who is free on these days (UTC); clients as pseudonyms."""
    from triad.domain.parties import Role
    from triad.formats import fhir_schedule
    from triad.services import interchange

    if last < first:
        raise click.ClickException("The last day lies before the first.")
    if file.exists():
        raise click.ClickException(f"{file} is there already: name another file.")
    with cli.opened(Role.COORDINATOR) as actor:
        plan = interchange.plan(actor, _midnight(first.date()), _midnight(last.date() + timedelta(days=1)))
        file.write_bytes(fhir_schedule.written(fhir_schedule.bundle(plan, profile)))
    click.echo(f"Appointments: {len(plan.visits)}. Patients: {len(plan.clients)}. Staff: {len(plan.workers)}.")


@command.command("in")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--accept", is_flag=True, help="Take it in. Without this nothing is written.")
def take(file: Path, accept: bool) -> None:
    """Look at the appointments of a bundle; take all of them in with --accept."""
    from triad.domain.errors import TriadError, Unfit
    from triad.domain.parties import Role
    from triad.formats import fhir_bundle, fhir_intake
    from triad.services import referrals

    try:
        bundle = fhir_bundle.parsed(file.read_bytes())
    except Unfit as error:
        what = "is no JSON" if error.fields["file"] in ("not_json", "not_utf8") else "holds no bundle"
        raise click.ClickException(f"{file} {what}.") from error
    intake = fhir_intake.read(bundle)
    with cli.opened(Role.COORDINATOR) as actor:
        seen = referrals.preview(actor, intake)
        for place, code in seen.refused.items():
            click.echo(f"{place}: {code}")
        if seen.refused:
            raise click.ClickException("Nothing can be taken in while anything is refused.")
        click.echo(f"Requests: {seen.requests}. Arrivals: {seen.arrivals}.")
        if not accept:
            click.echo("To take them in: add --accept")
            return
        try:
            ids = referrals.take(actor, intake)
        except TriadError as error:
            raise click.ClickException(f"Nothing was taken in: {error.code}.") from error
    click.echo(f"Taken in: {len(ids)} requests.")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
