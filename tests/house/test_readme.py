"""What the README tells people to type exists."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from triad.cli import main

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
MAKE = re.compile(r"\bmake\s+([a-z][\w-]*)")
TRIAD = re.compile(r"(?:^|[\s`$])triad\s+([a-z][\w-]*)(?:\s+([a-z][\w-]*))?")


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def unknown(readme: str) -> list[str]:
    """Commands in the code spans of this text that nobody wrote."""
    spans = "\n".join(CODE.findall(readme))
    found = [f"make {name}" for name in MAKE.findall(spans) if name not in targets()]
    context = click.Context(main)
    for name, sub in TRIAD.findall(spans):
        command = main.get_command(context, name)
        if command is None:
            found.append(f"triad {name}")
        elif isinstance(command, click.Group) and sub and command.get_command(context, sub) is None:
            found.append(f"triad {name} {sub}")
    return found


def test_what_the_readme_names_exists() -> None:
    assert unknown((ROOT / "README.md").read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("readme", "found"),
    [
        ("Run `make dema`.", ["make dema"]),
        ("Run `make demo`, then\n```\nmake test\ntriad fly\n```", ["triad fly"]),
        ("`triad migrate sideways`", ["triad migrate sideways"]),
        ("`triad migrate up`, `triad backup FILE`; make triad work", []),
    ],
)
def test_a_planted_command_is_found(readme: str, found: list[str]) -> None:
    assert unknown(readme) == found


def test_every_command_explains_itself() -> None:
    context = click.Context(main)
    commands = {name: main.get_command(context, name) for name in main.list_commands(context)}
    assert {name: command.name for name, command in commands.items() if command} == {name: name for name in commands}
    assert [name for name, command in commands.items() if not (command and command.help)] == []


def test_help_needs_no_web_application() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from click.testing import CliRunner; from triad.cli import main\n"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0\n"
        "print([name for name in ('flask', 'sqlalchemy', 'alembic', 'triad.app') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
