"""How the three see each other: one session, one case over its sessions, and the lead's list of cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.domain.parties import DYADS
from triad.services import alliance, contacts
from triad.services.alliance import Meeting, Picture
from triad.services.policy import May
from triad.web import bonds, guard, i18n, marks, pictures
from triad.web.errors import sentence
from triad.web.i18n import gettext, lazy

bp = Blueprint("alliance", __name__)
PAGE = 50
AIMS = {"goal": lazy("%(who)s: goals"), "task": lazy("%(who)s: tasks")}


@dataclass(frozen=True)
class Table:
    """One dyad in numbers: a heading for each column, and a row for each session."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Meeting, tuple[str, ...]], ...]


@bp.get("/sessions/<id_>/picture")
@guard.needs(May.SEE_PICTURE)
def encounter(id_: str) -> str:
    picture = alliance.for_encounter(guard.actor(), id_)
    meeting = picture.shown
    assert meeting is not None
    names = bonds.names(picture, meeting.interpreter)
    said = [bonds.sentence(picture, meeting, dyad.key, names) for dyad in DYADS]
    tables = [_table(picture, [meeting], dyad.key, names) for dyad in DYADS]
    drawn = _one(picture, meeting, names)
    return render_template(
        "pages/alliance_encounter.html", picture=picture, meeting=meeting, said=said, tables=tables, **drawn
    )


@bp.get("/cases/<id_>/picture")
@guard.needs(May.SEE_PICTURE)
def case(id_: str) -> str:
    return _case(alliance.for_case(guard.actor(), id_))


@bp.post("/cases/<id_>/picture/marks")
@guard.needs(May.ANSWER_MARK, "key", "step", "reason")
def answer(id_: str) -> Response | tuple[str, int]:
    key, step, reason = (request.form.get(name, "") for name in ("key", "step", "reason"))
    try:
        alliance.answer(guard.actor(), id_, key, step, reason)
    except errors.Unfit as error:
        wrong = {
            "key": key,
            "reason": reason,
            **{f"{name}_wrong": sentence(code) for name, code in error.fields.items()},
        }
        return _case(alliance.for_case(guard.actor(), id_), wrong), 422
    return redirect(f"{url_for('alliance.case', id_=id_)}#marks", 303)


def _case(picture: Picture, typed: Mapping[str, str] | None = None) -> str:
    interpreters = {one.interpreter_id: one.interpreter for one in picture.meetings if one.interpreter}
    # Several people took turns: over the sessions they are "the interpreter", the table names each.
    names = bonds.names(picture, next(iter(interpreters.values())) if len(interpreters) == 1 else "")
    values: dict[str, Any] = {"picture": picture, "meeting": picture.shown, "typed": typed or {}}
    values["wishes"] = contacts.still_open(guard.actor(), picture.case_id)
    if picture.shown:
        points, signs = _points(picture), marks.signs(picture)
        values["literature"] = marks.literature(picture, names)
        values |= {"marks": marks.told(picture, names), "steps": marks.STEPS, "zone": guard.clinic().settings.zone}
        values["strip"] = pictures.strip(points, names, _words(), rtl=_mirrored(), flags=signs)
        values["said"] = [bonds.told(picture, dyad.key, names) for dyad in DYADS]
        values["aims"] = _aims(picture, names)
        values["tables"] = [_table(picture, picture.meetings, dyad.key, names) for dyad in DYADS]
        values["tracks"] = pictures.tracks(points, names, _words(), rtl=_mirrored(), flags=signs)
        values |= _one(picture, picture.shown, bonds.names(picture, picture.shown.interpreter))
    return render_template("pages/alliance_case.html", **values)


@bp.get("/pictures")
@guard.needs(May.SEE_ALL_PICTURES)
def index() -> str:
    asked = request.args.get("order")
    order: alliance.Order = "changed" if asked == "changed" else "lowest" if asked == "lowest" else "marks"
    lines = alliance.for_lead(guard.actor(), order)
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    return render_template(
        "pages/alliance_index.html",
        lines=lines[(page - 1) * PAGE : page * PAGE],
        count=len(lines),
        page=page,
        pages=-(-len(lines) // PAGE),
        order=order,
        figure=bonds.figure,
    )


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


def _words() -> dict[str, str]:
    return {key: gettext(text) for key, text in pictures.WORDS.items()}


def _mirrored() -> bool:
    return i18n.direction() == "rtl"


def _aims(picture: Picture, names: dict[str, str]) -> Table | None:
    """Goals and tasks as therapist and client see them, beside each other; None where neither was rated."""
    met = [one for one in picture.meetings if any(score is not None for score in one.aims.values())]
    one, other = bonds.pair("TC", names)
    if not met:
        return None
    wanted = [(facet, key) for facet in ("goal", "task") for key in ("TC", "CT")]
    return Table(
        title=gettext("Goals and tasks, %(one)s and %(other)s", one=one, other=other),
        headings=tuple(gettext(AIMS[facet], who=bonds.pair(key, names)[0]) for facet, key in wanted),
        rows=tuple(
            (meeting, tuple(bonds.figure(meeting.aims.get((key, facet))) for facet, key in wanted)) for meeting in met
        ),
    )


def _table(picture: Picture, meetings: Sequence[Meeting], dyad: str, names: dict[str, str]) -> Table:
    one, other = bonds.pair(dyad, names)
    usual = _usual(picture, dyad) is not None
    rows = []
    for meeting in meetings:
        gap, against = meeting.triangle.asymmetry[dyad], picture.against_norm(dyad, meeting)
        values = [meeting.scores[dyad], meeting.scores[dyad[::-1]], gap, *([against] if usual else [])]
        rows.append((meeting, tuple(map(bonds.figure, values))))
    return Table(
        title=gettext("%(one)s and %(other)s", one=one, other=other),
        headings=(
            bonds.heading(dyad, names),
            bonds.heading(dyad[::-1], names),
            gettext("Gap"),
            *([gettext("Against norm")] if usual else []),
        ),
        rows=tuple(rows),
    )
