"""The rows of the exam. A row is one function; it says what it counted, and what its guards were worth."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from tempfile import TemporaryDirectory

from tests.conftest import MEMORY
from tests.walks import crowd

FULL, SHORT, ASKED = "full", "short", "asked"
BOTH = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Size:
    """How much of a row is asked: the short form runs with the other tests, the full one in the exam.

    Where the figure asked for takes longer than an exam may, it has a size of its own, sat alone.
    """

    name: str

    def of(self, full: int, short: int, asked: int = 0) -> int:
        return {FULL: full, SHORT: short, ASKED: asked or full}[self.name]

    @property
    def whole(self) -> bool:
        return self.name != SHORT

    @property
    def databases(self) -> tuple[str, ...]:
        return BOTH if self.whole else BOTH[:1]


@dataclass(frozen=True)
class Reached:
    """What was counted, whether that is what was asked, and whether it failed once each guard was taken away.

    `control` None: there is nothing to take away, and `figure` says why.
    """

    figure: str
    holds: bool
    control: bool | None


Sitting = Callable[[Size], Reached]


@dataclass(frozen=True)
class Row:
    id: str
    holds: str
    asked: str
    sit: Sitting
    short_form: str
    """The test file with the short form, where that is not the row itself."""


ROWS: dict[str, Row] = {}


def row(id_: str, holds: str, asked: str, short_form: str = "") -> Callable[[Sitting], Sitting]:
    def entered(sit: Sitting) -> Sitting:
        assert id_ not in ROWS, id_
        ROWS[id_] = Row(id_, holds, asked, sit, short_form)
        return sit

    return entered


def rows() -> Mapping[str, Row]:
    """All rows, in the order of their modules."""
    package = __package__ or ""
    for module in iter_modules([str(Path(__file__).parent)]):
        if not module.name.startswith(("_", "test_")):
            import_module(f"{package}.{module.name}")
    return ROWS


@contextlib.contextmanager
def address(database: str, synced: bool = True) -> Iterator[str]:
    """SQLAlchemy address of an empty database of this kind, gone afterwards.

    `synced` False: where nothing depends on the disk, an SQLite file may lie in memory.
    """
    with TemporaryDirectory(dir=None if synced else MEMORY) as name, crowd.address(database, Path(name)) as url:
        yield url
