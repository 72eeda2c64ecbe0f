"""A plan made in a process of its own, with an end to its time and its memory, and an answer whatever comes."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from triad.domain import staffing
from triad.domain.staffing import Assigned, Plan, Unsolved, Week
from triad.engines import staffing_greedy

SECONDS, MEBIBYTES = 60.0, 3_000
GRACE = 5.0
"""Seconds a solver may overrun its own limit before it is ended."""

Tell = Callable[[float], None]


def plan(
    week: Week,
    seconds: float = SECONDS,
    mebibytes: int = MEBIBYTES,
    prove: bool = False,
    promised: Assigned | None = None,
    wanted: Collection[int] | None = None,
    tell: Tell = lambda share: None,
) -> Plan:
    """The best plan that was found; by the scarcest first, `how` = `greedy`, where the solver failed or was ended.

    `promised` may be moved at their price; with `wanted`, which may be empty, only where these and those who lost
    their interpreter need it. `tell` hears how much is done, 0 to 1.
    """
    with opened(mebibytes) as solver:
        return solver.plan(week, seconds, prove, promised, wanted, tell)


@dataclass(frozen=True)
class Solver:
    """A process that is getting ready, or waits for its one week."""

    pipe: Connection

    def plan(
        self,
        week: Week,
        seconds: float = SECONDS,
        prove: bool = False,
        promised: Assigned | None = None,
        wanted: Collection[int] | None = None,
        tell: Tell = lambda share: None,
    ) -> Plan:
        """As `plan`; once."""
        began = time.monotonic()
        asked = {"seconds": seconds, "prove": prove, "promised": promised or {}, "wanted": wanted}
        if found := self._heard(week, asked, began + seconds + GRACE, tell):
            return found
        kept = staffing.still_possible(week, promised or {})
        free = [n for n in range(len(week.sessions)) if n not in kept]
        assigned = staffing_greedy.scarce_first(week, kept, free)
        terms, broken = staffing.measured(week, assigned), staffing.broken(week, promised or {}, assigned)
        return Plan(assigned, terms, None, "greedy", time.monotonic() - began, week.weights.terms, broken)

    def _heard(self, week: Week, asked: dict[str, Any], until: float, tell: Tell) -> Plan | None:
        with suppress(EOFError, OSError):
            self.pipe.send((week, asked))
            while self.pipe.poll(max(0.0, until - time.monotonic())):
                said = self.pipe.recv()
                if isinstance(said, Plan):
                    return said
                tell(said)
        return None


@contextmanager
def opened(mebibytes: int | None = None) -> Iterator[Solver]:
    """Started at once, so that it is ready by the time its week is; ended on leaving, whatever it does then."""
    # A fresh interpreter: a fork would take the locks and connections of this one along.
    fresh = multiprocessing.get_context("spawn")
    ours, theirs = fresh.Pipe()
    solver = fresh.Process(target=_solve, args=(theirs, mebibytes or MEBIBYTES), daemon=True)
    solver.start()
    theirs.close()
    try:
        yield Solver(ours)
    finally:
        ours.close()
        solver.kill()
        solver.join()
        solver.close()


def _solve(pipe: Connection, mebibytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (mebibytes * 2**20, mebibytes * 2**20))
    # Whatever goes wrong in here is answered by saying nothing: the other side has an answer of its own.
    with suppress(Unsolved, MemoryError, ImportError, EOFError, OSError):
        from triad.engines import staffing as engine

        week, asked = pipe.recv()
        if asked["wanted"] is None:
            found = engine.solved(week, asked["seconds"], asked["prove"], pipe.send, asked["promised"])
        else:
            found = engine.resolved(week, asked["promised"], asked["seconds"], pipe.send, asked["wanted"])
        pipe.send(found)
