"""Triad from the command line: the verbs of the pages without a browser, and the care of the house itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

import click

from triad.settings import SettingsError

if TYPE_CHECKING:
    from triad.domain.parties import Role
    from triad.services.context import Actor

MODULES = {"import": "imports", "export-person": "export_person"}
"""Commands whose name is no name in Python, and the module each one lies in."""

SENTENCES = {
    "full": "The disk of the database is full: nothing more can be kept.",
    "read_only": "The database can be read, but takes nothing: look at its rights, or whether it is a standby.",
    "damaged": "The disk or the file of the database is damaged: keep a copy, then restore the newest backup.",
    "gone": "The database does not answer.",
    "busy": "The database is busy: somebody else holds it. Try again in a moment.",
    "unsafe": "The database is set so that it may lose something: triad doctor says what.",
    "met": "Somebody else changed the same at the same time. Try again.",
}
"""What keeps a command from going on, by `Unavailable.why`."""


class Commands(click.Group):
    """One command per module of this package, loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = {module: name for name, module in MODULES.items()}
        found = [module.name for module in iter_modules(__path__) if not module.name.startswith("_")]
        return sorted(names.get(module, module) for module in found)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        command = import_module(f"{__name__}.{MODULES.get(name, name)}").command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        from triad.domain.errors import Unavailable

        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error
        except Unavailable as error:
            raise click.ClickException(SENTENCES[error.why]) from error


@click.group(cls=Commands)
def main() -> None:
    """Coordinates psychotherapy sessions held through an interpreter."""
    # Every file a command makes may hold people's words: it is for its owner alone.
    os.umask(0o077)


@contextmanager
def opened(*roles: Role, profile: str = "") -> Iterator[Actor]:
    """The clinic the settings name, inside its application context, and an actor that holds `roles` in it.

    Whoever commands the machine needs no account; each command names the roles it acts in.
    ClickException when the house refuses to open.
    """
    from sqlalchemy.exc import ArgumentError, OperationalError

    from triad import create_app
    from triad.services.context import Actor

    try:
        app = create_app(profile)
    except ArgumentError as error:
        raise click.ClickException("database_url is no database address: set TRIAD_DATABASE_URL") from error
    except OperationalError as error:
        raise click.ClickException(f"The database does not answer: {error.orig}") from error
    except RuntimeError as error:
        raise click.ClickException(f"Triad does not start: {error}") from error
    with app.app_context():
        yield Actor(app.extensions["triad"], source="cli", roles=frozenset(roles))
