"""How bonds are spoken of: who is meant, a number as people read it, one dyad in a sentence."""

from __future__ import annotations

from triad.services.alliance import Meeting, Picture
from triad.web.i18n import gettext
from triad.web.pictures import geometry


def names(picture: Picture, interpreter: str) -> dict[str, str]:
    """By letter; an absent name lets the picture use the word for the role. The client is never named."""
    therapist = gettext("You") if picture.viewer == "therapist" else picture.therapist
    return {"T": therapist, "I": interpreter}


def figure(score: float | None) -> str:
    """As in the pictures: at most one decimal."""
    return gettext("not available") if score is None else geometry.figure(score, gettext("."))


def pair(dyad: str, names: dict[str, str]) -> tuple[str, str]:
    """The two of a dyad as the first and the second named in a sentence."""
    first = {"T": gettext("The therapist"), "I": gettext("The interpreter"), "C": gettext("The client")}
    second = {"T": gettext("the therapist"), "I": gettext("the interpreter"), "C": gettext("the client")}
    named = {letter: name for letter, name in names.items() if name}
    inside = {**second, **named, **({"T": gettext("you")} if named.get("T") == gettext("You") else {})}
    return geometry.isolated({**first, **named}[dyad[0]]), geometry.isolated(inside[dyad[1]])


def sentence(picture: Picture, meeting: Meeting, dyad: str, names: dict[str, str]) -> str:
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


def told(picture: Picture, dyad: str, names: dict[str, str]) -> str:
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


def heading(direction: str, names: dict[str, str]) -> str:
    rater, about = pair(direction, names)
    return gettext("%(rater)s about %(about)s", rater=rater, about=about)
