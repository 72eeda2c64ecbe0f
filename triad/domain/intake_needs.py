"""What an imported client wishes and an imported case needs: which of the case's languages a row means."""

from __future__ import annotations

from typing import Any

from triad.domain.intake_columns import blanks
from triad.domain.intake_rules import Values
from triad.domain.modes import Modes

NEED = ("language", "dialect", "strict", "level", "direction", "gender_wish", "wish_kind", "wishes", "modes")
"""The columns of cases.csv that are what one of the case's languages needs."""
WISH = ("gender_wish", "wish_kind", "mode_wish")
"""The columns of clients.csv that belong to a need of the client's cases."""


def wish(values: Values) -> Values:
    """Takes the wish out of a client's row: what it asks of a need, empty for no wish."""
    written = {name: values.pop(name) for name in WISH if name in values}
    found: Values = {}
    if written.get("gender_wish"):
        found |= {"gender_wish": written["gender_wish"], "wish_kind": written["wish_kind"]}
    if written.get("mode_wish"):
        found["modes"] = Modes(*[written["mode_wish"]] * 3)
    return found


def is_kept(asked: Values, need: Values) -> bool:
    """Whether the need says so already; how strongly it does is not compared."""
    return all(need[name] == value for name, value in asked.items() if name != "wish_kind")


def add_need(values: Values, before: Values | None, asked: Values) -> Values | None:
    """Adds `needs` to a case's values; `before` comes back as its row would read, None where it is new.

    The need in the same language is meant, or the only one there is; otherwise it is one more. What the client
    `asked` for counts where the case says nothing.
    """
    for name, value in asked.items():
        values.setdefault(name, value)
    needs: dict[str, Any] = dict(before["needs"]) if before else {}
    meant = values["language"] if values["language"] in needs else next(iter(needs)) if len(needs) == 1 else ""
    if before:
        bare = {name: value for name, value in before.items() if name not in NEED}
        before = {**bare, **needs.pop(meant, {})}
    need = {**blanks("cases"), **(before or {}), **values}
    values["needs"] = {**needs, values["language"]: {name: need[name] for name in NEED}}
    return before
