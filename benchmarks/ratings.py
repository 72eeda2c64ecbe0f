"""Sending a rating, against a bare route that writes one row: requests a second, and p99 to p50 with 8 writers.

`python -m benchmarks.ratings`. Both are served by waitress with 8 threads, one program each, on a disk folder, with
the syncs of the clinic; 8 threads of this program send, in rounds that take turns.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import bare
from tests.walks import crowd, loss
from tests.walks.served import Browser, Servers

WRITERS = 8
ASKED_RATE, ASKED_TAIL = 0.6, 3.0


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--requests", type=int, default=160, help="Requests of one round.")
    options.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    chosen = options.parse_args()
    for database in chosen.database or ("sqlite", "postgresql"):
        # Beside the programs, not in the folder for temporary files: that one may lie in memory.
        with tempfile.TemporaryDirectory(dir=".") as name, crowd.address(database, Path(name).absolute()) as url:
            measure(database, url, chosen.rounds, chosen.requests)
    return 0


def measure(database: str, url: str, rounds: int, requests: int) -> None:
    forms, desks = loss.prepare(url, (rounds + 1) * requests)
    rates: dict[str, list[float]] = {"triad": [], "bare": []}
    waits: dict[str, list[float]] = {"triad": [], "bare": []}
    with Servers(url, 1) as triad, Servers(url, 1, program=bare.serve) as other:
        own = [loss.at(triad.ports[0], desks) for _ in range(WRITERS)]
        rows = [Browser(other.ports[0], "", "") for _ in range(WRITERS)]
        for number in range(rounds + 1):
            batch = forms[number * requests : (number + 1) * requests]
            sends: dict[str, Callable[[int, loss.Form], int]] = {
                "triad": lambda writer, form: loss.rate(own[writer][form[1]], form),
                "bare": lambda writer, _: rows[writer].post("/row", {}),
            }
            for name, send in sends.items():
                took, seconds = _round(batch, send)
                if number:  # the first round warms both up
                    rates[name].append(len(batch) / seconds)
                    waits[name] += took
    rate = {name: statistics.median(found) for name, found in rates.items()}
    ratio = statistics.median(one / other for one, other in zip(rates["triad"], rates["bare"], strict=True))
    print(
        f"{database}: rating {rate['triad']:.0f}/s, bare {rate['bare']:.0f}/s, "
        f"ratio {ratio:.2f} (asked >= {ASKED_RATE})"
    )
    for name, found in waits.items():
        half, tail = _percentiles(found)
        asked = f" (asked <= {ASKED_TAIL:.1f})" if name == "triad" else ""
        print(f"{database}: {name} p50 {half:.1f} ms, p99 {tail:.1f} ms, p99/p50 {tail / half:.2f}{asked}")


def _round(batch: Sequence[loss.Form], send: Callable[[int, loss.Form], int]) -> tuple[list[float], float]:
    """Milliseconds of each request, and seconds of them all."""
    took: list[float] = []
    ready = threading.Barrier(WRITERS + 1)

    def write(writer: int) -> None:
        ready.wait()
        for form in batch[writer::WRITERS]:
            began = time.perf_counter()
            status = send(writer, form)
            took.append((time.perf_counter() - began) * 1000)
            assert status == 303, status

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return took, time.perf_counter() - began


def _percentiles(found: Sequence[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(found, n=100)
    return cuts[49], cuts[98]


if __name__ == "__main__":
    sys.exit(main())
