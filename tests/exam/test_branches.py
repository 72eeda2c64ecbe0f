"""What counts branches counts them: one nobody took is missed."""

from __future__ import annotations

from tests.exam import branches

FILE = "domain/lifecycle.py"


def missed(*tests: str) -> list[str]:
    return [one for one in branches.counted(tests)[2] if one.startswith(f"triad/{FILE}")]


def test_what_is_counted_notices_a_branch_nobody_took() -> None:
    assert missed("domain/test_lifecycle.py") == []
    assert missed("domain/test_suppression.py") != []
