"""Every branch of what decides who may know, what is let out, what is kept back and who is booked (O3)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.exam.sheet import Reached, Size, row

ROOT = Path(__file__).parents[2]
WATCHED = {
    "policy": ("services/policy.py", "services/access.py"),
    "release": ("domain/release.py", "services/withdrawals.py", "store/marks.py"),
    "suppression": ("domain/suppression.py",),
    "booking": (
        *("domain/lifecycle.py", "domain/matching.py", "domain/occupancy.py"),
        *("domain/offers.py", "store/bookings.py", "store/diaries.py"),
        *("services/answers.py", "services/assignments.py", "services/replacements.py"),
    ),
}
TESTS = (
    *("domain/test_release.py", "domain/test_suppression.py", "domain/test_lifecycle.py", "domain/test_matching.py"),
    *("domain/test_occupancy.py", "domain/test_intake.py", "services/test_imports.py", "store/test_diaries.py"),
    *(
        "services/test_access.py",
        "services/test_activity.py",
        "services/test_alliance.py",
        "services/test_assignments.py",
    ),
    *("services/test_assignments_refused.py", "services/test_moves.py", "services/test_unvoid.py"),
    *("services/test_monthly.py", "services/test_release_policy.py", "services/test_withdrawals.py"),
    *("services/test_reviews.py", "services/test_notes.py", "services/test_erasure.py", "house/test_matrix.py"),
    *("services/test_invitations.py", "services/test_offers.py"),
    *("services/test_replacements.py", "services/test_requests.py", "services/test_staffing.py"),
    *("services/test_bulk.py", "services/test_acquaintances.py", "services/test_choosing.py"),
)


@row(
    "O3",
    "no branch of policy, release, suppression and booking that no test has taken",
    "100% of branches",
    short_form="tests/exam/test_branches.py::test_what_is_counted_notices_a_branch_nobody_took",
)
def every_branch_is_taken(size: Size) -> Reached:
    taken, there, missed = counted(TESTS)
    without, _, _ = counted([one for one in TESTS if one.startswith("domain/")])
    named = f": not {', '.join(missed)}" if missed else ""
    figure = f"{taken} of {there} branches{named}; {without} by the domain's own tests alone"
    return Reached(figure, taken == there and not missed, without < taken)


def counted(tests: Collection[str]) -> tuple[int, int, list[str]]:
    """Branches taken, branches there, and the lines and branches nobody took, as "file: line" or "file: from-to"."""
    watched = [f"triad/{name}" for names in WATCHED.values() for name in names]
    with TemporaryDirectory() as folder:
        kept, told = f"--data-file={folder}/taken", Path(folder) / "told.json"
        measured = ["run", "--branch", kept, f"--include={','.join(watched)}", "-m", "pytest", "-k", "not postgresql"]
        for command in ([*measured, *(f"tests/{one}" for one in tests)], ["json", kept, "-o", str(told)]):
            subprocess.run([sys.executable, "-m", "coverage", *command], cwd=ROOT, capture_output=True, check=True)
        found = json.loads(told.read_text("utf-8"))
    unread = {"missing_lines": ["all"], "missing_branches": []}
    files = {name: found["files"].get(name, unread) for name in watched}
    missed = [f"{name}: {line}" for name in watched for line in files[name]["missing_lines"]]
    missed += [f"{name}: {a}-{b}" for name in watched for a, b in files[name]["missing_branches"]]
    return found["totals"]["covered_branches"], found["totals"]["num_branches"], missed
