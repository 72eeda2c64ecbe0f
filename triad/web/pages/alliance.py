"""How the three see each other: one session, one case over its sessions, and the lead's list of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request

from triad.domain.parties import DYADS
from triad.services import alliance
from triad.services.alliance import Meeting, Picture
from triad.services.policy import May
from triad.web import guard, i18n, pictures
from triad.web.i18n import gettext
from triad.web.pictures import geometry

bp = Blueprint("alliance", __name__)


@dataclass(frozen=True)
class Table:
    """One dyad in numbers: headings of the two directions, and a row for each session.

    `usual` is False while there is no norm to compare with: the last value of each row is then "".
    """

    title: str
    there: str
    back: str
    usual: bool
    rows: tuple[tuple[Meeting, str, str, str, str], ...]


@bp.get("/sessions/<id_>/picture")
@guard.needs(May.SEE_PICTURE)
def encounter(id_: str) -> str:
    picture = alliance.for_encounter(guard.actor(), id_)
    meeting = picture.shown
    assert meeting is not None
    names = _names(picture, meeting.interpreter)
    said = [_sentence(picture, meeting, dyad.key, names) for dyad in DYADS]
    tables = [_table(picture, [meeting], dyad.key, names) for dyad in DYADS]
    drawn = _one(picture, meeting, names)
    return render_template(
        "pages/alliance_encounter.html", picture=picture, meeting=meeting, said=said, tables=tables, **drawn
    )


@bp.get("/cases/<id_>/picture")
@guard.needs(May.SEE_PICTURE)
def case(id_: str) -> str:
    picture = alliance.for_case(guard.actor(), id_)
    interpreters = {one.interpreter_id: one.interpreter for one in picture.meetings if one.interpreter}
    # Several people took turns: over the sessions they are "the interpreter", the table names each.
    names = _names(picture, next(iter(interpreters.values())) if len(interpreters) == 1 else "")
    values: dict[str, Any] = {"picture": picture, "meeting": picture.shown}
    if picture.shown:
        values["said"] = [_told(picture, dyad.key, names) for dyad in DYADS]
        values["tables"] = [_table(picture, picture.meetings, dyad.key, names) for dyad in DYADS]
        values["tracks"] = pictures.tracks(_points(picture), names, _words(), rtl=_mirrored())
        values |= _one(picture, picture.shown, _names(picture, picture.shown.interpreter))
    return render_template("pages/alliance_case.html", **values)


@bp.get("/pictures")
@guard.needs(May.SEE_ALL_PICTURES)
def index() -> str:
    order: alliance.Order = "changed" if request.args.get("order") == "changed" else "lowest"
    lines = alliance.for_lead(guard.actor(), order)
    return render_template("pages/alliance_index.html", lines=lines, order=order, figure=_figure)


def _one(picture: Picture, meeting: Meeting, names: dict[str, str]) -> dict[str, Any]:
    """The two pictures of one session."""
    scores = meeting.scores
    rows = [(dyad.key, scores[dyad.key], scores[dyad.back.key], _usual(picture, dyad.key)) for dyad in DYADS]
    return {
        "triangle": pictures.triangle(scores, names, _words(), rtl=_mirrored()),
        "dumbbell": pictures.dumbbell(rows, names, _words(), rtl=_mirrored()),
    }


def _points(picture: Picture) -> list[pictures.Point]:
    return [pictures.Point(one.number, i18n.day_text(one.day), one.changed, one.scores) for one in picture.meetings]


def _usual(picture: Picture, dyad: str) -> float | None:
    norm = picture.norms.get(dyad)
    return norm.value if norm else None


def _names(picture: Picture, interpreter: str) -> dict[str, str]:
    """By letter; an absent name lets the picture use the word for the role. The client is never named."""
    therapist = gettext("You") if picture.viewer == "therapist" else picture.therapist
    return {"T": therapist, "I": interpreter}


def _words() -> dict[str, str]:
    return {key: gettext(text) for key, text in pictures.WORDS.items()}


def _mirrored() -> bool:
    return i18n.direction() == "rtl"


def _figure(score: float | None) -> str:
    """As in the pictures: at most one decimal."""
    return gettext("not available") if score is None else geometry.figure(score, gettext("."))


def _pair(dyad: str, names: dict[str, str]) -> tuple[str, str]:
    """The two of a dyad as the first and the second named in a sentence."""
    first = {"T": gettext("The therapist"), "I": gettext("The interpreter"), "C": gettext("The client")}
    second = {"T": gettext("the therapist"), "I": gettext("the interpreter"), "C": gettext("the client")}
    named = {letter: name for letter, name in names.items() if name}
    inside = {**second, **named, **({"T": gettext("you")} if named["T"] == gettext("You") else {})}
    return geometry.isolated({**first, **named}[dyad[0]]), geometry.isolated(inside[dyad[1]])


def _sentence(picture: Picture, meeting: Meeting, dyad: str, names: dict[str, str]) -> str:
    """One dyad of one session: both numbers, the gap between them, and what gap is usual here."""
    one, other = _pair(dyad, names)
    there, back = meeting.scores[dyad], meeting.scores[dyad[::-1]]
    held = {"one": one, "other": other, "there": _figure(there), "back": _figure(back)}
    gap, norm = meeting.triangle.asymmetry[dyad], picture.norms.get(dyad)
    if gap is None:
        return gettext("%(one)s and %(other)s, bond: %(there)s and %(back)s.", **held)
    held["gap"] = _figure(gap)
    if norm is None:
        return gettext("%(one)s and %(other)s, bond: %(there)s and %(back)s, gap %(gap)s (no norm yet).", **held)
    return gettext(
        "%(one)s and %(other)s, bond: %(there)s and %(back)s, gap %(gap)s (usual here %(usual)s, n %(n)s).",
        usual=_figure(norm.value),
        n=norm.cases,
        **held,
    )


def _told(picture: Picture, dyad: str, names: dict[str, str]) -> str:
    """The latest session with both sides of a dyad, and how many sessions have both."""
    paired, count = picture.paired(dyad), len(picture.meetings)
    one, other = _pair(dyad, names)
    if not paired:
        return gettext(
            "%(one)s and %(other)s, bond: both sides are available in 0 of %(all)s sessions.",
            **{"one": one, "other": other, "all": count},
        )
    counted = gettext(
        "Session %(number)s; both sides are available in %(some)s of %(all)s sessions.",
        **{"number": paired[-1].number, "some": len(paired), "all": count},
    )
    return f"{_sentence(picture, paired[-1], dyad, names)} {counted}"


def _table(picture: Picture, meetings: Sequence[Meeting], dyad: str, names: dict[str, str]) -> Table:
    one, other = _pair(dyad, names)
    usual = _usual(picture, dyad) is not None
    rows = []
    for meeting in meetings:
        gap, against = meeting.triangle.asymmetry[dyad], picture.against_norm(dyad, meeting)
        there, back = meeting.scores[dyad], meeting.scores[dyad[::-1]]
        rows.append((meeting, _figure(there), _figure(back), _figure(gap), _figure(against) if usual else ""))
    return Table(
        title=gettext("%(one)s and %(other)s", one=one, other=other),
        there=_heading(dyad, names),
        back=_heading(dyad[::-1], names),
        usual=usual,
        rows=tuple(rows),
    )


def _heading(direction: str, names: dict[str, str]) -> str:
    rater, about = _pair(direction, names)
    return gettext("%(rater)s about %(about)s", rater=rater, about=about)
