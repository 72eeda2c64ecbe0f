"""The staffing engine against people's ways and two plain models, each in a process of its own; ratios of one run.

P1 first come, first free; P2 the scarcest first; P3 CP-SAT and P4 a MIP, both with a row for each conflicting pair.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from benchmarks import weeks as invented
from triad.domain import staffing, staffing_faults
from triad.domain.staffing import Assigned, Week
from triad.formats import weeks

SIZES = {1_000: (150, 40), 2_000: (300, 40), 5_000: (600, 40)}
LIMIT = 60.0
ROWS: list[bool] = []


@dataclass(frozen=True)
class Ran:
    """What a contender reached: sessions filled, terms, worth, its bound, seconds without reading, MiB at most."""

    filled: int
    terms: tuple[int, ...]
    worth: int
    bound: float | None
    seconds: float
    mebibytes: float

    @property
    def gap(self) -> float:
        return 1.0 if self.bound is None else (self.bound - self.worth) / self.bound


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--run", nargs=2, metavar=("CONTENDER", "SESSIONS"))
    options.add_argument("--quick", action="store_true", help="Only 1,000 sessions.")
    options.add_argument("--tables", action="store_true", help="Only from the tables and back.")
    chosen = options.parse_args()
    if chosen.run:
        print(json.dumps(asdict(_run(chosen.run[0], int(chosen.run[1])))))
        return 0
    print("| # | asked | peer | ours | ratio | reached |\n|---|---|---|---|---|---|")
    if chosen.tables:
        tables()
        return 0 if all(ROWS) else 1
    thousand(chosen.quick)
    if not chosen.quick:
        larger()
    return 0 if all(ROWS) else 1


def thousand(quick: bool) -> None:
    ours, proved = ran("ours", 1_000), ran("proved", 1_000)
    first, scarce, pairwise = ran("first", 1_000), ran("scarce", 1_000), ran("pairwise", 1_000)
    off = (proved.worth - ours.worth) / proved.worth
    line(
        "A2",
        "gap <= 0.1 %, <= 0.01 % off the optimum",
        "",
        f"{ours.gap:.5%}, {off:.5%}",
        "",
        ours.gap <= 1e-3 and off <= 1e-4,
    )
    cp = ran("cp", 1_000)
    faster("A3", "engine <= 1/5 of P3's time at 1,000", cp, ours, 1 / 5)
    faster("A4", "<= 1/2 of P4's time, memory no more", pairwise, ours, 1 / 2, memory=1.0)
    open_ = [_fillable(1_000) - one.filled for one in (first, ours)]
    line(
        "A6",
        "unfilled but fillable <= 2/3 of P1's",
        open_[0],
        open_[1],
        _ratio(open_[1], open_[0]),
        open_[1] <= open_[0] * 2 / 3,
    )
    breaks = [one.terms[1] for one in (scarce, ours)]
    line(
        "A7",
        "breaks no worse than P2's, more filled",
        breaks[0],
        breaks[1],
        _ratio(breaks[1], breaks[0]),
        breaks[1] <= breaks[0],
    )
    line("A10", "first come never fills more", first.filled, ours.filled, "", first.terms[0] <= ours.terms[0])
    absence()
    tables()
    if not quick:
        ROWS.append(True)


def larger() -> None:
    two, cp = ran("ours", 2_000), ran("cp", 2_000)
    faster("A3", "engine <= 1/10 of P3's time, 1/3 of its memory at 2,000", cp, two, 1 / 10, memory=1 / 3)
    five, small = ran("ours", 5_000), ran("ours", 1_000)
    line(
        "A5",
        "5,000 x 600: gap <= 0.5 % in <= 15 s",
        "",
        f"{five.gap:.3%} in {five.seconds:.1f} s",
        "",
        five.gap <= 5e-3 and five.seconds <= 15,
    )
    lost = ran("cp", 5_000)
    line("A5", "P3 holds no solution at 60 s", lost.filled, five.filled, "", lost.filled == 0)
    line(
        "A8",
        "memory of 5,000 <= 5 x that of 1,000",
        f"{small.mebibytes:.0f} MiB",
        f"{five.mebibytes:.0f} MiB",
        _ratio(five.mebibytes, small.mebibytes),
        five.mebibytes <= 5 * small.mebibytes,
    )


def absence() -> None:
    """Three absences: sessions moved against the fewest there can be, and the time against a full solve."""
    from triad.engines import staffing as engine

    week = read(1_000)
    plan = engine.solved(week, LIMIT)
    held = [(who, week.sessions[n].day) for n, who in plan.assigned.items()]
    for who, day in sorted(set(held), key=lambda one: (-held.count(one), one))[:3]:
        there = replace(
            week,
            pairs=tuple(
                tuple(pair for pair in row if pair.interpreter != who or week.sessions[n].day != day)
                for n, row in enumerate(week.pairs)
            ),
        )
        began = time.perf_counter()
        again = engine.resolved(there, plan.assigned, LIMIT)
        took = time.perf_counter() - began
        part, watch = engine.Part(range(1_000), {}, plan.assigned), engine.Watch(LIMIT)
        best, _ = engine._improved(there, part, *engine._finished(there, part, watch), watch, 0.0)
        moved = [sum(found.get(n) != one for n, one in plan.assigned.items()) for found in (best, again.assigned)]
        fill = staffing.measured(there, best).fill
        line(
            "A9",
            "moved = the fewest, fill equal, <= 1/5 of a full solve",
            f"{moved[0]} moved, {watch.spent:.2f} s",
            f"{moved[1]} moved, {took:.2f} s",
            _ratio(took, watch.spent),
            moved[0] == moved[1] and again.terms.fill == fill and took <= watch.spent / 5,
        )


def tables() -> None:
    """From the tables of a clinic and back into them, against the engine in its process."""
    from benchmarks import staffing_tables

    found = staffing_tables.run()
    ratio = found.whole / found.engine
    told = f"read {found.read:.2f}, rules {found.laid:.2f}, {found.pairs:,} pairs"
    line(
        "end to end",
        "read, solve, keep at 1,000 <= 2 x the engine alone",
        f"{found.engine:.2f} s ({found.inside:.2f} without its start)",
        f"{found.whole:.2f} s ({told})",
        f"{ratio:.2f}",
        ratio <= 2,
    )


def faster(id_: str, asked: str, peer: Ran, ours: Ran, share: float, memory: float | None = None) -> None:
    fine = ours.seconds <= share * peer.seconds and (memory is None or ours.mebibytes <= memory * peer.mebibytes)
    told = [f"{one.seconds:.2f} s, {one.mebibytes:.0f} MiB, worth {one.worth:,}" for one in (peer, ours)]
    ratio = f"{_ratio(ours.seconds, peer.seconds)}, {_ratio(ours.mebibytes, peer.mebibytes)}"
    line(id_, asked, told[0], told[1], ratio, fine)


def line(id_: str, asked: str, peer: object, ours: object, ratio: str, fine: bool) -> None:
    ROWS.append(fine)
    print(f"| {id_} | {asked} | {peer} | {ours} | {ratio} | {'yes' if fine else '**no**'} |", flush=True)


def _ratio(one: float, other: float) -> str:
    return f"{one / other:.2f}" if other else "-"


# One contender


def ran(contender: str, sessions: int) -> Ran:
    command = [sys.executable, "-m", "benchmarks.staffing", "--run", contender, str(sessions)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=LIMIT * 5)
    return Ran(**json.loads(done.stdout.splitlines()[-1]))


def read(sessions: int) -> Week:
    return weeks.read(json.dumps(invented.week(sessions, *SIZES[sessions]))).week


def _fillable(sessions: int) -> int:
    return sum(bool(pairs) for pairs in read(sessions).pairs)


def _run(contender: str, sessions: int) -> Ran:
    week = read(sessions)
    began = time.perf_counter()
    assigned, bound = CONTENDERS[contender](week)
    took = time.perf_counter() - began
    assert staffing_faults.faults(week, assigned) == []
    terms = staffing.measured(week, assigned)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Ran(len(assigned), terms, staffing.worth(terms), bound, took, peak)


def _ours(week: Week, prove: bool = False) -> tuple[Assigned, float | None]:
    from triad.engines import staffing as engine

    plan = engine.solved(week, LIMIT, prove)
    return plan.assigned, plan.bound


def _by_hand(name: str) -> Callable[[Week], tuple[Assigned, float | None]]:
    def made(week: Week) -> tuple[Assigned, float | None]:
        from triad.engines import staffing_greedy

        return getattr(staffing_greedy, name)(week), None

    return made


def _pairwise(week: Week) -> tuple[Assigned, float | None]:
    """P4: the same solver as ours and the same goals, and the plainest rows there are."""
    from triad.engines import staffing_rows, staffing_solver

    def pairs(ground: Any, sessions: list[int]) -> Any:
        places = {n: place for place, n in enumerate(sessions)}
        return ([places[n], places[m]] for n, m in staffing.clashes(week, sessions))

    staffing_rows.cliques = pairs  # type: ignore[assignment]
    program = staffing_rows.built(week, staffing_rows.Part(range(len(week.sessions))))
    found = staffing_solver.whole(program, LIMIT, 1e-6)
    return {n: who for (n, who), share in found.values.items() if share > 0.5}, found.bound


def _cp(week: Week) -> tuple[Assigned, float | None]:
    """P3: CP-SAT with eight workers, a row for each conflicting pair."""
    from ortools.sat.python import cp_model  # type: ignore[import-not-found]

    model = cp_model.CpModel()
    x = {(n, pair.interpreter): model.NewBoolVar("") for n, row in enumerate(week.pairs) for pair in row}
    goal = [
        staffing.pair_worth(week.sessions[n], pair) * x[n, pair.interpreter]
        for n, row in enumerate(week.pairs)
        for pair in row
    ]
    for n, row in enumerate(week.pairs):
        model.Add(sum(x[n, pair.interpreter] for pair in row) <= 1)
    for who, limits in enumerate(week.interpreters):
        own = [n for n, one in x if one == who]
        for n, m in staffing.clashes(week, own):
            model.Add(x[n, who] + x[m, who] <= 1)
        for day in {week.sessions[n].day for n in own}:
            model.Add(
                sum(week.sessions[n].minutes * x[n, who] for n in own if week.sessions[n].day == day)
                <= limits.most_a_day
            )
        model.Add(sum(week.sessions[n].minutes * x[n, who] for n in own) <= limits.most_in_all)
        over = model.NewIntVar(0, 10**6, "")
        model.Add(sum(week.sessions[n].exposure * x[n, who] for n in own) - over <= limits.exposure_cap)
        goal.append(staffing.WEIGHTS.exposure * over)
    met: dict[tuple[int, int], Any] = {}
    for (n, who), choice in x.items():
        if week.sessions[n].client in week.newcomers:
            person = met.setdefault((week.sessions[n].client, who), model.NewBoolVar(""))
            model.Add(choice <= person)
    goal += [staffing.WEIGHTS.continuity * person for person in met.values()]
    model.Maximize(sum(goal))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_search_workers = LIMIT, 8
    status = solver.Solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {}, None
    return {n: who for (n, who), choice in x.items() if solver.Value(choice)}, solver.BestObjectiveBound()


CONTENDERS: dict[str, Callable[[Week], tuple[Assigned, float | None]]] = {
    "ours": _ours,
    "proved": lambda week: _ours(week, prove=True),
    "first": _by_hand("first_come"),
    "scarce": _by_hand("scarce_first"),
    "pairwise": _pairwise,
    "cp": _cp,
}


if __name__ == "__main__":
    sys.exit(main())
