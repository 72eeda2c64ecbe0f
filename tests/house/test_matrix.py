"""The table people read is the policy, to the letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from triad import create_app
from triad.cli import matrix
from triad.domain.parties import STAFF
from triad.services import policy
from triad.services.policy import May

FILE = Path(__file__).parents[2] / "docs" / "access.md"


def cells(text: str, verb: May) -> dict[str, str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {verb.value.replace('_', ' ')} |"))
    return dict(zip(STAFF, (cell.strip() for cell in line.split("|")[2:-1]), strict=True))


def test_table_in_the_documents_is_fresh() -> None:
    app = create_app("testing", database_url="sqlite://")
    assert FILE.read_text("utf-8") == matrix.text(app), "write it again: triad matrix > docs/access.md"


def test_cell_is_filled_where_the_policy_knows_a_way_and_nowhere_else() -> None:
    text = FILE.read_text("utf-8")
    filled = {verb: {role for role, cell in cells(text, verb).items() if cell} for verb in policy.TABLE}
    at_the_host = {May.ERASE, May.EXPORT_PERSON, May.SEND_MESSAGES, May.KEEP_OFFERS}
    wanted = {verb: set(policy.roles_that_could(verb)) for verb in policy.TABLE if verb not in at_the_host}
    assert {verb: roles for verb, roles in filled.items() if verb not in at_the_host} == wanted


def test_policy_opened_further_makes_the_table_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(policy.TABLE, May.SEE_PICTURE, ((policy.their_interpreter,),))
    assert FILE.read_text("utf-8") != matrix.text(create_app("testing", database_url="sqlite://"))
