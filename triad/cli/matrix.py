"""`triad matrix`: who may do what, as a table a person can read, made from the policy and from nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask

    from triad.domain.parties import Role
    from triad.services.policy import Alternatives, May, Predicate

HEAD = """# Who may do what

Made by `triad matrix` from the one policy table. What is not here is denied. A cell says under what condition;
empty is never. The client has no account: the link to a form opens that form and nothing else.
"""
DOORS = "\n## The doors of each verb\n\n| verb | pages and programs |\n|---|---|"


@click.command("matrix")
def command() -> None:
    """Print who may do what, in Markdown."""
    from flask import current_app

    from triad import cli

    with cli.opened():
        click.echo(text(current_app._get_current_object()), nl=False)  # type: ignore[attr-defined]


def text(app: Flask) -> str:
    """The table of verbs and roles, then the addresses behind each verb."""
    from triad.domain.parties import STAFF
    from triad.services.policy import TABLE, May

    lines = [HEAD, f"| verb | {' | '.join(STAFF)} |", "|---" * (len(STAFF) + 1) + "|"]
    lines += [f"| {_plain(verb)} | {' | '.join(_cell(TABLE[verb], role) for role in STAFF)} |" for verb in May]
    doors = _doors(app)
    lines += [
        DOORS,
        *(f"| {_plain(verb)} | {'<br>'.join(doors.get(verb, ('none: asked within',)))} |" for verb in May),
    ]
    return "\n".join(lines) + "\n"


def _plain(verb: May) -> str:
    return verb.value.replace("_", " ")


def _cell(ways: Alternatives, role: Role) -> str:
    """The conditions under which this role has a way, "yes" where there is none."""
    from triad.domain.parties import Role
    from triad.services import policy

    roles: dict[Predicate, Role] = {
        policy.coordinator: Role.COORDINATOR,
        policy.therapist: Role.THERAPIST,
        policy.interpreter: Role.INTERPRETER,
        policy.lead: Role.LEAD,
        policy.admin: Role.ADMIN,
        policy.auditor: Role.AUDITOR,
    }
    conditions: dict[Predicate, str] = {
        policy.anybody: "",
        policy.signed_in: "",
        policy.their_therapist: "own cases",
        policy.their_interpreter: "own sessions",
        policy.no_party: "where no party",
        policy.notes_open: "in the hours around them",
        policy.no_interpreter: "",
        policy.at_the_machine: "by a command on the host",
    }
    found = []
    for way in ways:
        needed = {roles[holds] for holds in way if holds in roles}
        needed |= {roles[policy.NEEDS[holds]] for holds in way if holds in policy.NEEDS}
        if needed <= {role} and not (policy.no_interpreter in way and role is Role.INTERPRETER):
            words = [conditions[holds] for holds in way if conditions.get(holds)]
            found.append(", ".join(words) or "yes")
    return "; ".join(found)


def _doors(app: Flask) -> dict[May, list[str]]:
    """Method and address by verb; the few routes a library brings along (sign-in, files) are not among them."""
    found: dict[May, list[str]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
        verb = getattr(app.view_functions[rule.endpoint], "may", None)
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        if verb is not None:
            found.setdefault(verb, []).append(f"{methods} `{rule.rule}`")
    return found
