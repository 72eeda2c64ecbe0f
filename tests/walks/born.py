"""Where the programs of walks are born: beside one that has read the whole application, so that each is up at once.

Each is a program of its own all the same: own memory, own connections, ended by a signal.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess as Program
from pkgutil import iter_modules
from typing import Any

from triad.web import api, pages

READ = ("triad.app", "triad.cli.serve", "tests.cast", "tests.walks.served")
DOORS = tuple(f"{rooms.__name__}.{one.name}" for rooms in (pages, api) for one in iter_modules(rooms.__path__))
"""Read by the application while it is made."""

fresh = multiprocessing.get_context("forkserver")
fresh.set_forkserver_preload([*READ, *DOORS])


def program(act: Callable[..., None], *given: Any) -> Program:
    """Begun already; it does not outlive this one."""
    found = fresh.Process(target=act, args=given, daemon=True)
    found.start()
    return found
