"""The gaps of a case, each over all its sessions, flagged or not: in a sentence, as rows, as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from triad.domain.parties import DYADS, Role
from triad.domain.persistence import Lasting
from triad.domain.pictures import Picture
from triad.web import bonds, numbers
from triad.web.i18n import gettext, lazy
from triad.web.pictures import Estimate

HEADINGS = (
    lazy("Sessions with both sides"),
    lazy("Mean gap"),
    lazy("Against norm"),
    lazy("Drawn to the usual"),
    lazy("From"),
    lazy("To"),
    lazy("Chance of more than 10 points"),
)
ASSUMED = lazy(
    "Few sessions swing much, so each mean gap is drawn towards what is usual here, or towards 0 while there is no "
    "norm: the fewer the sessions, the further. The range holds it in 90 of 100 cases, if gaps swing as assumed; no "
    "clinic has measured it. Against norm: the mean gap minus the usual one for these two roles."
)
POOLED = lazy(
    "Few sessions swing much, so each mean gap is drawn towards what is usual here, or towards 0 while there is no "
    "norm: the fewer the sessions, the further. The range holds it in 90 of 100 cases, if gaps swing as in this "
    "clinic's other cases. Against norm: the mean gap minus the usual one for these two roles."
)


@dataclass(frozen=True)
class Gaps:
    """`rows`: who, and a value for each of the `headings`; a new interpreter has gaps of their own."""

    said: str
    meaning: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    picture: Markup


def of_case(picture: Picture) -> Gaps:
    found = list(_gaps(picture))
    pooled = any(spread.source == "pooled" for spread in picture.spreads.asymmetries.values())
    drawn = [_drawn(picture, dyad, pair, one) for dyad, pair, one in found]
    return Gaps(
        said=_widest([(pair, one) for _, pair, one in found if one]),
        meaning=gettext(POOLED if pooled else ASSUMED),
        headings=tuple(gettext(text) for text in HEADINGS),
        rows=tuple((pair, _cells(one)) for _, pair, one in found),
        picture=numbers.forest(
            {gettext("The gap that lasts"): drawn}, "gaps", gettext("The gaps of this case"), numbers.span(drawn)
        ),
    )


def _gaps(picture: Picture) -> Iterator[tuple[str, str, Lasting | None]]:
    """Dyad, its two in words, what lasts between them; None where no session has both sides."""
    people = {one.interpreter_id: one.interpreter for one in picture.meetings if one.interpreter_id}
    for dyad in DYADS:
        for who in people if Role.INTERPRETER in dyad and people else (None,):
            pair = numbers.label("", dyad.key, bonds.names(picture, people[who] if who else ""))
            yield dyad.key, pair, picture.signals.asymmetries.get((dyad.key, who))


def _drawn(picture: Picture, dyad: str, pair: str, one: Lasting | None) -> Estimate:
    if one is None:
        return Estimate(pair, None)
    norm = picture.norms.get(dyad)
    note = gettext("usual here %(usual)s", usual=bonds.figure(norm.value)) if norm else ""
    return Estimate(pair, one.shrunken, one.low, one.high, note)


def _cells(one: Lasting | None) -> tuple[str, ...]:
    if one is None:
        return ("0", *[bonds.figure(None)] * (len(HEADINGS) - 1))
    against = gettext("no norm yet") if one.against_norm is None else bonds.figure(one.against_norm)
    ranged = map(bonds.figure, (one.shrunken, one.low, one.high))
    return (str(one.n), bonds.figure(one.mean), against, *ranged, f"{100 * one.p_beyond:.0f} %")


def _widest(found: Sequence[tuple[str, Lasting]]) -> str:
    if not found:
        return gettext("No session has both sides of a bond.")
    pair, one = max(found, key=lambda each: abs(each[1].shrunken))
    held = {"mean": one.mean, "low": one.low, "high": one.high}
    return gettext(
        "The widest: %(pair)s, %(mean)s on average over %(n)s sessions, likely between %(low)s and %(high)s.",
        pair=pair,
        n=one.n,
        **{name: bonds.figure(number) for name, number in held.items()},
    )
