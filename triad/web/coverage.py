"""How complete the clinic's ratings are and how high: in sentences, by role, by language. A hidden cell says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from triad.domain import coverage, scales
from triad.web import i18n
from triad.web.i18n import gettext, lazy

ROLES = {"T": lazy("Therapists"), "I": lazy("Interpreters"), "C": lazy("Clients")}
BY_ROLE = (lazy("Forms due"), lazy("Forms given"), lazy("Bonds without a score"), lazy("Bonds at 100"))
BY_LANGUAGE = {"given": (BY_ROLE[1], "TI"), "unscored": (BY_ROLE[2], "TIC"), "top": (BY_ROLE[3], "TIC")}
"""What is counted, its name, and the roles it is counted of in each language."""
Cells = Mapping[str, Mapping[str, Any] | None]


@dataclass(frozen=True)
class Table:
    """A name and a text for each of the headings in every row."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Told:
    """`by_language` has a table for each thing that is counted; none where there are too few people."""

    said: tuple[str, ...]
    by_role: Table
    by_language: tuple[Table, ...]


def told(found: Mapping[str, Any]) -> Told:
    """`found` as `services.relations.latest` has it."""
    roles: Cells = found["roles"]
    rows = tuple((gettext(name), _role(found, letter, roles[letter])) for letter, name in ROLES.items())
    by_role = Table(gettext("By role"), tuple(map(gettext, BY_ROLE)), rows)
    by_language = tuple(_by_language(found["languages"], what) for what in BY_LANGUAGE if found["languages"])
    return Told(tuple(_said(found, roles)), by_role, by_language)


def _by_language(languages: Sequence[tuple[str, Cells]], what: str) -> Table:
    """By name, all others last."""
    name, letters = BY_LANGUAGE[what]
    named = sorted(
        ((tag == coverage.OTHER, _language(tag), cells) for tag, cells in languages), key=lambda one: one[:2]
    )
    rows = tuple((tongue, tuple(_shown(cells[letter], what) for letter in letters)) for _, tongue, cells in named)
    return Table(gettext(name), tuple(gettext(ROLES[letter]) for letter in letters), rows)


def _shown(cell: Mapping[str, Any] | None, what: str) -> str:
    return gettext("too few people") if cell is None else _share(cell, what)


def _said(found: Mapping[str, Any], roles: Cells) -> Iterator[str]:
    for letter in "TI":
        cell = roles[letter]
        if cell and cell["due"]:
            yield gettext(
                "%(who)s gave %(share)s of their forms.", who=gettext(ROLES[letter]), share=_share(cell, "given")
            )
    if found["rate"] is None:
        yield gettext("How many of the clients' forms came in cannot be said without telling of somebody.")
    else:
        yield gettext(
            "Of the clients' forms of %(month)s about %(rate)s in 100 came in.",
            month=month(found["month"]),
            rate=found["rate"],
        )
    high = [gettext(ROLES[letter]) for letter, cell in roles.items() if cell and _beyond(cell)]
    if high:
        yield gettext(
            "More than 30 in 100 bonds are at 100: a rise or a difference up there cannot be seen (%(who)s).",
            who="; ".join(high),
        )
    elif any(roles.values()):
        yield gettext("No role gives 100 so often that a rise could no longer be seen.")


def _beyond(cell: Mapping[str, Any]) -> bool:
    known = cell["scores"] - cell["unscored"]
    return bool(known) and cell["top"] > scales.CEILING * known


def _role(found: Mapping[str, Any], letter: str, cell: Mapping[str, Any] | None) -> tuple[str, ...]:
    if letter == "C":
        rate = found["rate"]
        given = gettext("too few people") if rate is None else gettext("about %(rate)s in 100", rate=rate)
        due = month(found["month"])
    else:
        due = gettext("too few people") if cell is None else str(cell["due"])
        given = _counted(cell, "given")
    return due, given, _counted(cell, "unscored"), _counted(cell, "top")


def _counted(cell: Mapping[str, Any] | None, what: str) -> str:
    if cell is None:
        return gettext("too few people")
    counts = {"some": cell[what], "all": _whole(cell, what), "share": _share(cell, what)}
    return gettext("%(some)s of %(all)s (%(share)s)", **counts)


def _share(cell: Mapping[str, Any], what: str) -> str:
    whole = _whole(cell, what)
    return f"{100 * cell[what] / whole:.0f} %" if whole else gettext("not available")


def _whole(cell: Mapping[str, Any], what: str) -> int:
    """What `what` is a part of: forms that were due, all bonds, or those with a score."""
    whole = {"given": cell["due"], "unscored": cell["scores"], "top": cell["scores"] - cell["unscored"]}[what]
    return int(whole or 0)


def _language(tag: str) -> str:
    return i18n.language_text(tag) if tag else gettext("Other languages")


def month(written: str) -> str:
    """ "2027-02" as people write it."""
    return i18n.day_text(date.fromisoformat(f"{written}-01"), "MMMM y")
