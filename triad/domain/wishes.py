"""What a client may wish of an interpreter beyond the languages, and what interpreters say about themselves.

Attributes are training and age group, told by the interpreter. Faith, origin, party and family are not among
them: they are never asked, never written down and never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

Kind = Literal["require", "prefer", "avoid", "none"]

KINDS: tuple[Kind, ...] = ("none", "prefer", "require", "avoid")
ATTRIBUTES = ("mental_health", "trauma", "children", "lgbtiq", "younger", "older")


class Wish(NamedTuple):
    """One of ATTRIBUTES and how strongly: only `require` and `avoid` leave somebody out."""

    attribute: str
    kind: Kind


def of(held: Mapping[str, Kind]) -> tuple[Wish, ...]:
    """Attribute -> kind, as it is kept, in the order of ATTRIBUTES; without those that wish for nothing."""
    return tuple(Wish(name, held[name]) for name in ATTRIBUTES if held.get(name, "none") != "none")


def missing(wishes: Iterable[Wish], has: Iterable[str], kind: Kind) -> list[str]:
    """The attributes wished for in this way that somebody with `has` does not have. Unsaid is not had."""
    there = set(has)
    return [wish.attribute for wish in wishes if wish.kind == kind and wish.attribute not in there]


def had(wishes: Iterable[Wish], has: Iterable[str], *kinds: Kind) -> list[str]:
    """The attributes wished for, or avoided, in these ways that somebody with `has` does have."""
    there = set(has)
    return [wish.attribute for wish in wishes if wish.kind in kinds and wish.attribute in there]
