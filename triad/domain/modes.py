"""Where each of the three sits in an encounter: in the room, by video or by telephone. None is ranked best."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

Mode = Literal["in_person", "video", "telephone"]
Direction = Literal["both", "from", "into"]

MODES: tuple[Mode, ...] = ("in_person", "video", "telephone")
IN_PERSON = MODES[0]
DIRECTIONS: tuple[Direction, ...] = ("both", "from", "into")
"""Which way is interpreted, seen from the client's language."""


class Modes(NamedTuple):
    """A mode per party; "" where nothing was said."""

    therapist: str
    interpreter: str
    client: str

    def over(self, kept: Modes) -> Modes:
        """These, and where nothing was said what was `kept`."""
        return Modes(*(said or before for said, before in zip(self, kept, strict=True)))

    @property
    def known(self) -> bool:
        return set(self) <= set(MODES)

    @property
    def anybody_comes(self) -> bool:
        return IN_PERSON in self


COLUMNS = ("mode_t", "mode_i", "mode_c")
"""What holds them, in rows, forms and tables, in the order of `Modes`."""
ALL_IN_PERSON = Modes(IN_PERSON, IN_PERSON, IN_PERSON)
UNSAID = Modes("", "", "")


def of(row: Any) -> Modes:
    """Of an encounter or a need."""
    return Modes(*(getattr(row, name) for name in COLUMNS))


def columns(modes: Modes) -> dict[str, str]:
    return dict(zip(COLUMNS, modes, strict=True))


def said(one: Callable[[str], str], names: tuple[str, ...] = COLUMNS) -> Modes:
    """`one` gives what was written in a field: `mode` is meant for everybody who is not named apart."""
    everybody = one("mode")
    return Modes(*(one(name) or everybody for name in names))
