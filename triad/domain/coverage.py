"""How many forms came in, how many bonds have no score and how many lie at the top, by role and language.

Every cell obeys the k-rule, and none can be had by taking others from a total.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from triad.domain import suppression
from triad.domain.parties import LETTERS, PARTIES, Role
from triad.domain.scales import TOP
from triad.domain.suppression import Part

SPEAKERS = 3
"""Active interpreters from which a language may stand by itself."""
OTHER = ""
STEP = 5


class Due(NamedTuple):
    """A form that could be given, its time being over. `scores` of its bonds; None where none was given.

    `sealed`: no reader sees it by itself. `recent`: its time was over in the month the client's rate is about.
    """

    party: Role
    language: str
    part: Part
    scores: tuple[float | None, ...] | None
    sealed: bool = False
    recent: bool = False


def coverage(forms: Iterable[Due], speakers: Mapping[str, int]) -> dict[str, Any]:
    """`roles`: letter to cell; `languages`: tag ("" for all others) to role to cell, {} where they are too few;
    `rate`: of the clients' forms of one month, in steps of 5 percent. None wherever too few people are behind it.

    A cell counts forms (`due` and `given`, None for clients, whose forms are not counted here) and bonds (`scores`,
    of these `unscored` and `top`). `speakers` are the active interpreters of each language.
    """
    forms = tuple(forms)
    groups = _groups(forms, speakers)
    languages = {
        name: _cells([form for form in forms if form.language in tags]) for name, tags in sorted(groups.items())
    }
    # A column with a hole would let the hole be had from the total of the role.
    holes = {letter for letter in LETTERS.values() if any(cells[letter] is None for cells in languages.values())}
    return {
        "roles": _cells(forms),
        "languages": [
            [name, {letter: None if letter in holes else cell for letter, cell in cells.items()}]
            for name, cells in languages.items()
        ],
        "rate": _rate([form for form in forms if form.party == Role.CLIENT and form.recent]),
    }


def _groups(forms: Sequence[Due], speakers: Mapping[str, int]) -> dict[str, set[str]]:
    """Which languages stand alone; all others together, with as many more as it takes for them to be enough."""
    parts: dict[str, list[Part]] = {}
    for form in forms:
        if form.party == Role.THERAPIST:
            parts.setdefault(form.language, []).append(form.part)
    alone = [tag for tag in parts if speakers.get(tag, 0) >= SPEAKERS and suppression.may_show(parts[tag])]
    alone.sort(key=lambda tag: (-len(parts[tag]), tag))
    rest = parts.keys() - set(alone)
    while alone and rest and not suppression.may_show(part for tag in rest for part in parts[tag]):
        rest.add(alone.pop())
    groups = {tag: {tag} for tag in alone}
    return {**groups, OTHER: rest} if groups and rest else groups


def _cells(forms: Sequence[Due]) -> dict[str, dict[str, Any] | None]:
    return {LETTERS[party]: _cell(party, [form for form in forms if form.party == party]) for party in PARTIES}


def _cell(party: Role, forms: Sequence[Due]) -> dict[str, Any] | None:
    """Of clients only forms that may be seen one by one: a share of them tells their reader nothing new."""
    if party == Role.CLIENT:
        forms = [form for form in forms if form.scores is not None and not form.sealed]
    if not suppression.may_show(form.part for form in forms):
        return None
    given = [form.scores for form in forms if form.scores is not None]
    scores = [score for one in given for score in one]
    known = [score for score in scores if score is not None]
    counts = {"scores": len(scores), "unscored": len(scores) - len(known), "top": sum(x >= TOP for x in known)}
    if party == Role.CLIENT:
        return {"due": None, "given": None, **counts}
    return {"due": len(forms), "given": len(given), **counts}


def _rate(forms: Sequence[Due]) -> int | None:
    """Those who answered and those who did not must each be enough, and so must those whom nobody sees."""
    given, gone = ([form for form in forms if (form.scores is not None) is there] for there in (True, False))
    sealed = [form for form in given if form.sealed]
    if not all(suppression.may_show(form.part for form in some) for some in (given, gone)):
        return None
    if sealed and not suppression.may_show(form.part for form in sealed):
        return None
    return STEP * round(100 * len(given) / len(forms) / STEP)
