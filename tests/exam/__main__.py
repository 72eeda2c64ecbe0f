"""Sits the exam: each row in a program of its own, two at a time; prints the table and ends with 1 if a row fails."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict

from tests.exam import sheet
from tests.exam.sheet import Reached, Row

AT_ONCE = 2
AT_MOST = {sheet.SHORT: 900, sheet.FULL: 900, sheet.ASKED: 5_400}
"""Seconds a row may take, by its size."""
HEAD = "| id | must hold | asked | reached | fails without its guard |\n|---|---|---|---|---|"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("ids", nargs="*")
    options.add_argument("--size", choices=(sheet.SHORT, sheet.FULL, sheet.ASKED), default=sheet.FULL)
    options.add_argument(
        "--alone", action="store_true", help="Sit these rows in this program, and print a line for each."
    )
    chosen = options.parse_args()
    rows = sheet.rows()
    if unknown := sorted(set(chosen.ids) - set(rows)):
        options.error(f"no such row: {', '.join(unknown)}; there are {', '.join(rows)}")
    if chosen.alone:
        for id_ in chosen.ids:
            print(json.dumps(asdict(rows[id_].sit(sheet.Size(chosen.size)))), flush=True)
        return 0
    found: dict[str, Reached] = {}
    asked = [rows[id_] for id_ in chosen.ids or rows]
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as desk:
        sitting = {desk.submit(sit, row, chosen.size): row for row in asked}
        for done, finished in enumerate(as_completed(sitting), 1):
            row = sitting[finished]
            found[row.id] = finished.result()
            spent = time.monotonic() - began
            print(f"{done}/{len(asked)} {row.id}: {found[row.id].figure} ({spent:.0f} s)", file=sys.stderr)
    print(HEAD, *(_line(row, found[row.id]) for row in asked), sep="\n")
    failed = [id_ for id_, reached in found.items() if not reached.holds or reached.control is False]
    print(f"\n{len(asked)} rows, {len(asked) - len(failed)} hold{': not ' + ', '.join(failed) if failed else ''}")
    return int(bool(failed))


def sit(row: Row, size: str) -> Reached:
    """In a program of its own: a row that takes guards away takes them from nobody else."""
    return sit_together([row], size)[row.id]


def sit_together(rows: Sequence[Row], size: str) -> dict[str, Reached]:
    """One after another in one program, which is started once; where one breaks off, those after it do too."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.exam", "--alone", "--size", size]
    try:
        ended = subprocess.run(
            [*command, *(row.id for row in rows)], capture_output=True, text=True, timeout=AT_MOST[size]
        )
    except subprocess.TimeoutExpired:
        return {row.id: Reached(f"not ended after {AT_MOST[size]} s", False, None) for row in rows}
    told = [Reached(**json.loads(line)) for line in ended.stdout.splitlines() if line.startswith("{")]
    last = (ended.stderr.strip().splitlines() or ["no word"])[-1]
    broken = [Reached(f"broke off: {last}", False, None)] * (len(rows) - len(told))
    return {row.id: reached for row, reached in zip(rows, [*told, *broken], strict=True)}


def _line(row: Row, reached: Reached) -> str:
    control = {True: "yes", False: "**no**", None: "none to take away"}[reached.control]
    figure = reached.figure if reached.holds else f"**{reached.figure}**"
    return f"| {row.id} | {row.holds} | {row.asked} | {figure} | {control} |"


if __name__ == "__main__":
    sys.exit(main())
