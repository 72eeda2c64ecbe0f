"""What Triad is made of (O2): each file pinned, each licence known, no hole known."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.exam.sheet import Reached, Size, row
from triad.cli import supply

ROOT = Path(__file__).parents[2]
OTHERS = ("requirements-dev.lock", "requirements-pdf.lock")
PATIENCE = 120
"""Seconds an index may take for all of them."""


@row(
    "O2",
    "every file a clinic installs is pinned by its hash, its licence fits ours, and no hole in it is known",
    "pinned hashes; pip-audit: 0 known high",
    short_form="tests/cli/test_supply.py::test_everything_is_pinned_by_its_hash",
)
def nothing_unknown_comes_along(size: Size) -> Reached:
    locks = {name: (ROOT / name).read_text("utf-8") for name in (supply.LOCK, *OTHERS)}
    found = supply.parts(ROOT)
    loose = [one for lock in locks.values() for one in supply.unpinned(lock)]
    odd, old = supply.unfit(found), supply.stale(ROOT)
    checked = "--require-hashes" in (ROOT / "Makefile").read_text("utf-8")
    audit, holes = audited(locks[supply.LOCK])
    red = len(supply.unpinned(locks[supply.LOCK].replace("--hash=sha256", "--hash=md5"))) == len(found)
    figure = f"{len(found)} packages, {len(loose)} without hash, {len(odd)} licences unknown; {audit}"
    return Reached(figure, not (loose or odd or old or holes) and checked, red)


def audited(lock: str) -> tuple[str, int]:
    """What pip-audit says of the lock file, and how many holes it knows. One package is asked first."""
    lines = [f"{name}=={version}" for name, version, where in supply.LINE.findall(lock) if ">=" not in where]
    for wanted in (lines[:1], lines):
        told = _asked(wanted)
        if told is None:
            return "pip-audit not run: no index answers here", 0
    known = [one for one in told if one.get("vulns")]
    return f"pip-audit: {len(told)} looked up, {len(known)} with a known hole", len(known)


def _asked(lines: list[str]) -> list[dict[str, object]] | None:
    """What is known of each; None where nobody answers."""
    command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--progress-spinner", "off"]
    try:
        ended = subprocess.run(
            [*command, "--format", "json", "--requirement", "/dev/stdin"],
            input="\n".join(lines),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        told = json.loads(ended.stdout or "{}").get("dependencies", [])
    except (subprocess.TimeoutExpired, ValueError):
        return None
    return [one for one in told if "skip_reason" not in one] or None
