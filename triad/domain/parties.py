"""Who is in the triad: roles, the three parties, the three dyads and the six directed dyads."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    THERAPIST = "therapist"
    INTERPRETER = "interpreter"
    CLIENT = "client"
    COORDINATOR = "coordinator"
    LEAD = "lead"
    ADMIN = "admin"
    AUDITOR = "auditor"


PARTIES = (Role.THERAPIST, Role.INTERPRETER, Role.CLIENT)
STAFF = (Role.THERAPIST, Role.INTERPRETER, Role.COORDINATOR, Role.LEAD, Role.ADMIN, Role.AUDITOR)
LETTERS = {Role.THERAPIST: "T", Role.INTERPRETER: "I", Role.CLIENT: "C"}
BY_LETTER = {letter: role for role, letter in LETTERS.items()}


class DirectedDyad(NamedTuple):
    """Rater first: `TC` is the therapist about the client."""

    rater: Role
    about: Role

    @property
    def key(self) -> str:
        return LETTERS[self.rater] + LETTERS[self.about]

    @property
    def back(self) -> DirectedDyad:
        return DirectedDyad(self.about, self.rater)


def directed(key: str) -> DirectedDyad:
    """`directed("TC")`; KeyError for anything that is not one of the six."""
    rater, about = key[:1], key[1:]
    if rater == about:
        raise KeyError(key)
    return DirectedDyad(BY_LETTER[rater], BY_LETTER[about])


DIRECTIONS = tuple(directed(key) for key in ("TI", "TC", "IT", "IC", "CT", "CI"))
DYADS = (directed("TI"), directed("TC"), directed("IC"))
"""Unordered pairs, each written in the order in which its asymmetry is read: score(a→b) − score(b→a)."""

FORBIDDEN_PAIRS = frozenset(
    frozenset(pair)
    for pair in (
        (Role.INTERPRETER, Role.COORDINATOR),
        (Role.INTERPRETER, Role.LEAD),
        (Role.INTERPRETER, Role.ADMIN),
        (Role.ADMIN, Role.AUDITOR),
        (Role.LEAD, Role.COORDINATOR),
        (Role.LEAD, Role.ADMIN),
        (Role.AUDITOR, Role.THERAPIST),
        (Role.AUDITOR, Role.INTERPRETER),
    )
)


def forbidden_among(roles: Iterable[Role]) -> list[tuple[Role, Role]]:
    """The pairs among `roles` that must never be one person, in a stable order; empty when all is well."""
    held = set(roles)
    return sorted(tuple(sorted(pair)) for pair in FORBIDDEN_PAIRS if pair <= held)  # type: ignore[misc]
