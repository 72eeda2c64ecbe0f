"""How bonds are spoken of: who is meant, a number as people read it, one dyad in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from triad.domain.instruments import TRIAD
from triad.domain.limits import Limit
from triad.domain.meetings import Meeting
from triad.domain.parties import LETTERS
from triad.domain.pictures import Picture
from triad.domain.subscales import Column, Figure
from triad.web import i18n, pictures
from triad.web.i18n import gettext, lazy
from triad.web.pictures import geometry


def words() -> dict[str, str]:
    """Every word of the pictures in the reader's language."""
    return dict(_words(i18n.language()))


@cache
def _words(language: str) -> dict[str, str]:
    catalogue = i18n.catalogue(language)
    return {key: catalogue.one(text) for key, text in pictures.WORDS.items()}


def names(picture: Picture, interpreter: str) -> dict[str, str]:
    """By letter; an absent name lets the picture use the word for the role. The client is never named."""
    therapist = gettext("You") if picture.viewer == "therapist" else picture.therapist
    return {"T": therapist, "I": interpreter}


def throughout(picture: Picture) -> dict[str, str]:
    """The same over all sessions: where several people took turns, "the interpreter"; tables name each."""
    people = {one.interpreter_id: one.interpreter for one in picture.meetings if one.interpreter}
    return names(picture, next(iter(people.values())) if len(people) == 1 else "")


def figure(score: float | None) -> str:
    """As in the pictures: at most one decimal."""
    return gettext("not available") if score is None else geometry.figure(score, gettext("."))


def who(letter: str, names: Mapping[str, str]) -> str:
    """One of the three, named first in a sentence or alone."""
    return pair(letter * 2, names)[0]


def pair(dyad: str, names: Mapping[str, str]) -> tuple[str, str]:
    """The two of a dyad as the first and the second named in a sentence."""
    first = {"T": gettext("The therapist"), "I": gettext("The interpreter"), "C": gettext("The client")}
    second = {"T": gettext("the therapist"), "I": gettext("the interpreter"), "C": gettext("the client")}
    named = {letter: name for letter, name in names.items() if name}
    inside = {**second, **named, **({"T": gettext("you")} if named.get("T") == gettext("You") else {})}
    return geometry.isolated({**first, **named}[dyad[0]]), geometry.isolated(inside[dyad[1]])


def sentence(picture: Picture, meeting: Meeting, dyad: str, names: Mapping[str, str]) -> str:
    """One dyad of one session: both numbers, the gap between them, and what gap is usual here."""
    one, other = pair(dyad, names)
    there, back = meeting.scores[dyad], meeting.scores[dyad[::-1]]
    held = {"one": one, "other": other, "there": figure(there), "back": figure(back)}
    gap, norm = meeting.triangle.asymmetry[dyad], picture.norms.get(dyad)
    if gap is None:
        return gettext("%(one)s and %(other)s, bond: %(there)s and %(back)s.", **held)
    held["gap"] = figure(gap)
    if norm is None:
        return gettext("%(one)s and %(other)s, bond: %(there)s and %(back)s, gap %(gap)s (no norm yet).", **held)
    return gettext(
        "%(one)s and %(other)s, bond: %(there)s and %(back)s, gap %(gap)s (usual here %(usual)s, n %(n)s).",
        usual=figure(norm.value),
        n=norm.cases,
        **held,
    )


def told(picture: Picture, dyad: str, names: Mapping[str, str]) -> str:
    """The latest session with both sides of a dyad, and how many sessions have both."""
    paired, count = picture.paired(dyad), len(picture.meetings)
    one, other = pair(dyad, names)
    if not paired:
        return gettext(
            "%(one)s and %(other)s, bond: both sides are available in 0 of %(all)s sessions.",
            **{"one": one, "other": other, "all": count},
        )
    counted = gettext(
        "Session %(number)s; both sides are available in %(some)s of %(all)s sessions.",
        **{"number": paired[-1].number, "some": len(paired), "all": count},
    )
    return f"{sentence(picture, paired[-1], dyad, names)} {counted}"


LIMITS = {
    "one": lazy("One session with ratings: it shows one day. What changes or lasts can be said from four on."),
    "few": lazy("%(number)s sessions with ratings: what changes or lasts can be said from four sessions on."),
    "constant": lazy("All ratings are the same: there is a level, and nothing to compare."),
    "ceiling": lazy("%(number)s of 100 ratings are at 100: a rise or a difference up there cannot be seen."),
    "silent": lazy(
        "%(who)s: no rating is available. What needs all three, who may feel outside for one, cannot be said."
    ),
}


def limits(found: Iterable[Limit], names: Mapping[str, str]) -> list[str]:
    """What cannot be said, in sentences."""
    return [gettext(LIMITS[one.code], number=one.number, who=who(one.who, names) if one.who else "") for one in found]


def heading(direction: str, names: Mapping[str, str]) -> str:
    rater, about = pair(direction, names)
    return gettext("%(rater)s about %(about)s", rater=rater, about=about)


def of_subscale(column: Column, names: Mapping[str, str]) -> str:
    """Who rates whom by what: the subscale is named in its makers' words."""
    if column.direction == TRIAD:
        place = gettext(
            "%(rater)s about %(about)s", rater=who(LETTERS[column.rater], names), about=gettext("the three")
        )
    else:
        place = heading(column.direction, names)
    return f"{place}: {geometry.isolated(column.subscale.title)}"


def in_own_unit(figure_: Figure) -> str:
    """As its makers count it, with their word for it where they have one."""
    value = figure(figure_.value)
    return f"{value} · {geometry.isolated(figure_.band.label)}" if figure_.band else value
