"""How the three see each other: one session, one case over its sessions, and the lead's list of cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors, limits
from triad.domain.meetings import Meeting
from triad.domain.parties import DYADS
from triad.domain.pictures import Order, Picture
from triad.domain.subscales import Track
from triad.services import alliance, contacts
from triad.services.policy import May
from triad.web import bonds, drawings, gaps, guard, instruments, marks, numbers
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
    return render_template(
        "pages/alliance_encounter.html",
        picture=picture,
        meeting=meeting,
        said=said,
        limits=bonds.limits(limits.of_sessions([meeting]), names),
        tables=tables,
        six=numbers.of_session(meeting, names),
        figure=bonds.figure,
        **drawings.of_session(picture, meeting, names),
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
    names = bonds.throughout(picture)
    values: dict[str, Any] = {"picture": picture, "meeting": picture.shown, "typed": typed or {}}
    values["figure"] = bonds.figure
    values["wishes"] = contacts.still_open(guard.actor(), picture.case_id)
    if picture.shown:
        values["literature"] = marks.literature(picture, names)
        values |= {"marks": marks.told(picture.entries, names), "steps": marks.STEPS}
        values["zone"] = guard.clinic().settings.zone
        values["said"] = [bonds.told(picture, dyad.key, names) for dyad in DYADS]
        values["limits"] = bonds.limits(limits.of_case(picture.meetings), names)
        values["aims"] = _aims(picture, names)
        values["tables"] = [_table(picture, picture.meetings, dyad.key, names) for dyad in DYADS]
        values["gaps"] = gaps.of_case(picture)
        values["licensed"] = [(one.form, _subscales(one, names)) for one in picture.licensed]
        values["instruments"] = instruments
        values |= drawings.of_case(picture, names)
    return render_template("pages/alliance_case.html", **values)


@bp.get("/pictures")
@guard.needs(May.SEE_ALL_PICTURES)
def index() -> str:
    asked = request.args.get("order")
    order: Order = "changed" if asked == "changed" else "lowest" if asked == "lowest" else "marks"
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


def _aims(picture: Picture, names: Mapping[str, str]) -> Table | None:
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


def _subscales(track: Track, names: Mapping[str, str]) -> Table:
    """A licensed form's scores, each with the word its makers have for it."""
    return Table(
        title=f"{track.form.title} {track.form.version}",
        headings=tuple(bonds.of_subscale(one, names) for one in track.columns),
        rows=tuple((meeting, tuple(map(bonds.in_own_unit, figures))) for meeting, figures in track.rows),
    )


def _table(picture: Picture, meetings: Sequence[Meeting], dyad: str, names: Mapping[str, str]) -> Table:
    one, other = bonds.pair(dyad, names)
    usual = picture.usual(dyad) is not None
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
