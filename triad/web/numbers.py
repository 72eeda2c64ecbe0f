"""The numbers of one session, each with the range it may lie in: in words, as rows, as two pictures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from markupsafe import Markup

from triad.domain import asymmetry
from triad.domain.asymmetry import Measured
from triad.domain.meetings import Meeting
from triad.services import alliance
from triad.web import bonds, i18n, pictures
from triad.web.i18n import gettext, lazy
from triad.web.pictures import Estimate

KINDS = {
    "level": (lazy("All six together"), lazy("The mean of the six ratings.")),
    "mutual": (lazy("Each bond"), lazy("The mean of both sides.")),
    "outside": (lazy("Who may feel outside"), lazy("Above 0: the other two are closer to each other.")),
    "giver": (lazy("Who gives more than comes back"), lazy("Above 0: rates the others higher than they rate back.")),
    "asymmetry": (lazy("The gap within each bond"), lazy("Above 0: the first one named rates higher.")),
    "cycle": (
        lazy("Round the three"),
        lazy("Above 0: more is given from therapist to interpreter to client and on than the other way round."),
    ),
}
"""Name and meaning of each kind of number, in the order of the page."""
OUTSIDE = lazy("%(who)s may feel outside: the other two are closer, by %(by)s points.")
GIVES = lazy("%(who)s: more is given than comes back, by %(by)s points.")


@dataclass(frozen=True)
class Numbers:
    """`groups`: name, meaning, rows. `pictures`: the bonds from 0 to 100, then what leans, with 0 in the middle."""

    said: tuple[str, ...]
    unknown: str
    groups: tuple[tuple[str, str, tuple[Estimate, ...]], ...]
    pictures: tuple[Markup, Markup]


def of_session(meeting: Meeting, names: Mapping[str, str]) -> Numbers:
    """Made of the scores the reader may see: a number that needs another one is not available."""
    found = asymmetry.measured(meeting.triangle, alliance.SCALE.sem)
    rows = {kind: tuple(_rows(kind, found[kind], names)) for kind in KINDS}
    levels, leanings = (
        {gettext(KINDS[kind][0]): rows[kind] for kind in KINDS if (kind in asymmetry.BONDS) is bond}
        for bond in (True, False)
    )
    return Numbers(
        said=tuple(_said(found, names)),
        unknown=gettext(
            "One session cannot tell what is special between two from chance, and the ranges (95 in 100) rest on an "
            "assumed measurement error of %(sem)s points, which no clinic has measured.",
            sem=bonds.figure(alliance.SCALE.sem),
        ),
        groups=tuple((gettext(name), gettext(meaning), rows[kind]) for kind, (name, meaning) in KINDS.items()),
        pictures=(
            forest(levels, "levels", gettext("The bonds of one session, 0 to 100"), (0, 100)),
            forest(
                leanings,
                "leanings",
                gettext("What leans in one session"),
                span(chain.from_iterable(leanings.values())),
            ),
        ),
    )


def _rows(kind: str, found: Mapping[str, Measured], names: Mapping[str, str]) -> Iterator[Estimate]:
    for key, one in found.items():
        yield Estimate(label(kind, key, names), one.value, one.low, one.high)


def label(kind: str, key: str, names: Mapping[str, str]) -> str:
    if len(key) == 2:
        one, other = bonds.pair(key, names)
        return gettext("%(one)s and %(other)s", one=one, other=other)
    if key:
        return bonds.who(key, names)
    return gettext("Mean of six") if kind == "level" else gettext("One way more than the other")


def _said(found: Mapping[str, Mapping[str, Measured]], names: Mapping[str, str]) -> Iterator[str]:
    level = found["level"][""]
    if level.value is None:
        yield gettext(
            "The mean of six, who may feel outside, who gives more and what goes round need all six ratings: not "
            "available here."
        )
    else:
        held = {"level": level.value, "low": level.low, "high": level.high}
        yield gettext(
            "All six ratings together: %(level)s, likely between %(low)s and %(high)s.",
            **{name: bonds.figure(number) for name, number in held.items()},
        )
        yield _first(found["outside"], names, OUTSIDE) or gettext("Nobody is outside by more than measurement error.")
        if giver := _first(found["giver"], names, GIVES):
            yield giver
    wide = [label("", key, names) for key, one in found["asymmetry"].items() if one.beyond]
    if wide:
        yield gettext("Further apart than measurement error alone: %(dyads)s.", dyads="; ".join(wide))


def _first(found: Mapping[str, Measured], names: Mapping[str, str], sentence: str) -> str:
    """About the one with the largest number, if that is beyond measurement error and above 0."""
    key, one = max(found.items(), key=lambda each: each[1].value or 0.0)
    if not one.beyond or (one.value or 0.0) <= 0:
        return ""
    return gettext(sentence, who=bonds.who(key, names), by=bonds.figure(one.value))


def span(rows: Iterable[Estimate]) -> tuple[float, float]:
    """As far to both sides as any range, in steps of 25: zero stays in the middle."""
    ends = [abs(end) for row in rows for end in (row.low, row.high) if end is not None]
    furthest = 25.0 * math.ceil(max([25.0, *ends]) / 25)
    return -furthest, furthest


def forest(groups: Mapping[str, Sequence[Estimate]], uid: str, title: str, span: tuple[float, float]) -> Markup:
    words = bonds.words()
    words |= {"forest": title, "not_estimable": words["missing"]}
    return pictures.forest(groups, words, uid, rtl=i18n.direction() == "rtl", span=span)
