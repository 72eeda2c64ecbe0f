"""Backups harmed in all the ways a disk or a hand would."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from triad.formats import sealing
from triad.services import backup
from triad.services.context import Actor

PIECE = 4096
"""Bytes to a piece here, so that a small backup has many that can be swapped."""


def harmed(admin: Actor, files: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Endless: each kind of damage in turn, at other places each time."""
    chance = random.Random(7)
    whole, other = files[-1].read_bytes(), files[0].read_bytes()
    foreign = _foreign(admin, files[-1].with_name("foreign"))
    while True:
        for kind, harm in HARMS.items():
            yield kind, harm(whole, other, chance)
        yield "another key", foreign
        yield "another key's pieces", _head(whole) + foreign[len(_head(foreign)) :]


def _foreign(admin: Actor, path: Path) -> bytes:
    settings = replace(admin.clinic.settings, backup_key="f" * 40)
    backup.save(replace(admin, clinic=replace(admin.clinic, settings=settings)), path)
    content = path.read_bytes()
    path.unlink()
    return content


def _head(content: bytes) -> bytes:
    return content[: content.index(b"\n") + 1]


def _pieces(content: bytes) -> list[bytes]:
    body = content[len(_head(content)) :]
    size = PIECE + sealing.TAG
    return [body[start : start + size] for start in range(0, len(body), size)]


def _flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def _swapped(content: bytes, chance: random.Random) -> bytes:
    pieces = _pieces(content)
    one, two = chance.sample(range(len(pieces) - 1), 2)
    pieces[one], pieces[two] = pieces[two], pieces[one]
    return _head(content) + b"".join(pieces)


def _without_one(content: bytes, chance: random.Random) -> bytes:
    pieces = _pieces(content)
    del pieces[chance.randrange(len(pieces))]
    return _head(content) + b"".join(pieces)


def _mixed(content: bytes, other: bytes, chance: random.Random) -> bytes:
    pieces, others = _pieces(content), _pieces(other)
    place = chance.randrange(min(len(pieces), len(others)) - 1)
    pieces[place] = others[place]
    return _head(content) + b"".join(pieces)


HARMS: Mapping[str, Callable[[bytes, bytes, random.Random], bytes]] = {
    "a bit": lambda one, two, chance: _flipped(one, chance.randrange(len(_head(one)), len(one))),
    "a bit of the last piece": lambda one, two, chance: _flipped(one, len(one) - 1 - chance.randrange(16)),
    "a bit of the first line": lambda one, two, chance: _flipped(one, chance.randrange(len(_head(one)))),
    "cut anywhere": lambda one, two, chance: one[: chance.randrange(len(one))],
    "cut between pieces": lambda one, two, chance: one[: len(_head(one)) + (PIECE + 16) * chance.randrange(1, 9)],
    "longer": lambda one, two, chance: one + bytes([chance.randrange(256)]) * chance.randrange(1, 99),
    "pieces swapped": lambda one, two, chance: _swapped(one, chance),
    "a piece left out": lambda one, two, chance: _without_one(one, chance),
    "a piece of another backup": _mixed,
    "the first line of another backup": lambda one, two, chance: _head(two) + one[len(_head(one)) :],
    "twice": lambda one, two, chance: one + one[len(_head(one)) :],
    "empty": lambda one, two, chance: b"",
    "no backup at all": lambda one, two, chance: b"SQLite format 3\0" + chance.randbytes(8000),
}
