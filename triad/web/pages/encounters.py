"""One session and my week: see it, answer it, release, cancel, say that it was held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.services import assignments, encounters, policy
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard, weeks

bp = Blueprint("encounters", __name__)


@bp.get("/sessions/<id_>")
@guard.needs(May.SEE_ENCOUNTER)
def show(id_: str) -> str:
    return _page(id_)


def _page(id_: str, wrong: dict[str, object] | None = None) -> str:
    row = encounters.show(guard.actor(), id_)
    live = next((one for one in row.slot.assignments if one.ended_at is None), None)
    begun = row.starts_at <= guard.clinic().clock()
    return render_template(
        "pages/encounters_show.html", row=row, live=live, begun=begun, wrong=wrong, mine=live and _is_me(live)
    )


def _is_me(live: object) -> bool:
    return getattr(live, "interpreter_id", "") == guard.actor().person_id


@bp.post("/sessions/<id_>/release")
@guard.needs(May.RELEASE)
def release(id_: str) -> Response | tuple[str, int]:
    return _did(id_, lambda: assignments.release(guard.actor(), id_, request.form.get("reason", "")))


@bp.post("/sessions/<id_>/cancel")
@guard.needs(May.CANCEL)
def cancel(id_: str) -> Response | tuple[str, int]:
    form = request.form
    return _did(id_, lambda: encounters.cancel(guard.actor(), id_, form.get("by", ""), form.get("reason", "")))


@bp.post("/sessions/<id_>/outcome")
@guard.needs(May.MARK_HELD)
def mark(id_: str) -> Response | tuple[str, int]:
    form = request.form
    return _did(id_, lambda: encounters.mark(guard.actor(), id_, form.get("outcome", ""), form.getlist("absent")))


@bp.post("/sessions/<id_>/accept")
@guard.needs(May.ANSWER_ASSIGNMENT)
def accept(id_: str) -> Response | tuple[str, int]:
    return _did(id_, lambda: assignments.accept(guard.actor(), id_))


@bp.post("/sessions/<id_>/decline")
@guard.needs(May.ANSWER_ASSIGNMENT)
def decline(id_: str) -> Response | tuple[str, int]:
    return _did(id_, lambda: assignments.decline(guard.actor(), id_), "encounters.mine")


def _did(id_: str, act: Callable[[], None], then: str = "encounters.show") -> Response | tuple[str, int]:
    """Act, then show the session again (or `then`); a refusal shows the same page with the sentence on it."""
    try:
        act()
    except (errors.Conflict, errors.Unfit) as error:
        status, body = refusals.described(error)
        return _page(id_, body), status
    return redirect(url_for(then, id_=id_) if then == "encounters.show" else url_for(then), 303)


@bp.get("/my-week")
@guard.needs(May.SEE_OWN_WEEK)
def mine() -> str:
    start, end, monday = weeks.of(request.args.get("week", ""))
    rows = encounters.mine(guard.actor(), start, end)
    now = guard.clinic().clock()
    is_therapist = policy.could(May.INVITE_CLIENT, guard.actor())
    return render_template(
        "pages/encounters_mine.html",
        rows=rows,
        monday=monday,
        week=timedelta(days=7),
        now=now,
        is_therapist=is_therapist,
    )
