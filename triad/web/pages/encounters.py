"""One session and my week: see it, answer it, release, cancel, move, restore, say that it was held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors, modes
from triad.services import assignments, encounters, moves, policy, ratings
from triad.services.policy import May
from triad.web import encounters as shown
from triad.web import errors as refusals
from triad.web import fields as forms
from triad.web import guard, marks, reasons, times, weeks
from triad.web.i18n import gettext, lazy

bp = Blueprint("encounters", __name__)
MOVED = lazy("Saved. All concerned are told.")
BACK = lazy("The session is back, with its interpreter.")
BACK_OPEN = lazy("The session is back. Its interpreter cannot come any more: find somebody.")
BACK_ALONE = lazy("The session is back. It has no interpreter yet.")
BACK_CANCELLED = lazy("The session is cancelled again, as it was before.")
UNCHANGED = lazy("Nothing was changed.")
TAKEN = {
    "therapist": lazy("The therapist is taken."),
    "client": lazy("The client is taken."),
    "room": lazy("The room is taken."),
    "": lazy("That time is already taken. Choose another time or another person."),
}


@bp.get("/sessions/<id_>")
@guard.needs(May.SEE_ENCOUNTER)
def show(id_: str) -> str:
    return _page(id_)


def _page(id_: str, wrong: dict[str, object] | None = None) -> str:
    row = encounters.show(guard.actor(), id_)
    live = next((one for one in row.slot.assignments if one.ended_at is None), None)
    now = guard.clinic().clock()
    return render_template(
        "pages/encounters_show.html",
        row=row,
        live=live,
        begun=row.starts_at <= now,
        over=row.ends_at <= now,
        wrong=wrong,
        mine=live and _is_me(live),
        **shown.beside(row, now),
    )


def _is_me(live: object) -> bool:
    return getattr(live, "interpreter_id", "") == guard.actor().person_id


@bp.post("/sessions/<id_>/release")
@guard.needs(May.RELEASE, "reason")
def release(id_: str) -> Response | tuple[str, int]:
    return _did(id_, lambda: assignments.release(guard.actor(), id_, request.form.get("reason", "")))


@bp.post("/sessions/<id_>/cancel")
@guard.needs(May.CANCEL, "by", "reason", "notice_day", "notice_time")
def cancel(id_: str) -> Response | tuple[str, int]:
    """`notice_day` and `notice_time`: when the clinic heard of it, on the clock of the session; empty for now."""
    form = request.form

    def act() -> None:
        notice_at = times.moment(form, "notice", encounters.show(guard.actor(), id_).zone)
        encounters.cancel(guard.actor(), id_, form.get("by", ""), form.get("reason", ""), notice_at=notice_at)

    return _did(id_, act)


@bp.post("/sessions/<id_>/outcome")
@guard.needs(May.MARK_HELD, "outcome", "absent")
def mark(id_: str) -> Response | tuple[str, int]:
    outcome, absent = request.form.get("outcome", ""), request.form.getlist("absent")
    return _did(id_, lambda: encounters.mark(guard.actor(), id_, outcome, absent), anchor="attendance")


@bp.post("/sessions/<id_>/accept")
@guard.needs(May.ANSWER_ASSIGNMENT)
def accept(id_: str) -> Response | tuple[str, int]:
    return _did(id_, lambda: assignments.accept(guard.actor(), id_))


@bp.post("/sessions/<id_>/decline")
@guard.needs(May.ANSWER_ASSIGNMENT)
def decline(id_: str) -> Response | tuple[str, int]:
    return _did(id_, lambda: assignments.decline(guard.actor(), id_), "encounters.mine")


@bp.get("/sessions/<id_>/change")
@guard.needs(May.MOVE)
def ask_move(id_: str) -> str:
    row = encounters.to_move(guard.actor(), id_)
    return _change(row, _as_written(row))


@bp.post("/sessions/<id_>/change")
@guard.needs(May.MOVE, *times.FIELDS, "minutes", "version", "release")
def move(id_: str) -> Response | tuple[str, int]:
    """`release` "yes": the interpreter is taken off with it."""
    form = request.form
    row = encounters.to_move(guard.actor(), id_)
    try:
        asked = times.read(form, "minutes", "version")
        moves.move(guard.actor(), id_, _read(row, asked, form))
    except errors.Unfit as error:
        return _change(row, form, error.fields, error.details), 422
    except errors.NotEligible as error:
        against = [reasons.against(one.code, one.details) for one in error.reasons]
        return _change(row, form, against=against), 409
    except errors.Clash as error:
        return _change(row, form, refused=gettext(TAKEN.get(error.details["who"], TAKEN[""]))), 409
    except errors.Conflict as error:
        status, body = refusals.described(error)
        return _change(row, form, refused=body["message"]), status
    flash(gettext(MOVED), "ok")
    return redirect(url_for("encounters.show", id_=id_), 303)


@bp.post("/sessions/<id_>/restore")
@guard.needs(May.RESTORE, "version")
def restore(id_: str) -> Response | tuple[str, int]:
    version = request.form.get("version", 0, type=int)
    return _did(id_, lambda: _tell_back(id_, moves.restore(guard.actor(), id_, version)))


@bp.post("/sessions/<id_>/correction")
@guard.needs(May.CORRECT, "version")
def correct(id_: str) -> Response | tuple[str, int]:
    return _did(id_, lambda: encounters.correct(guard.actor(), id_, request.form.get("version", 0, type=int)))


@bp.post("/sessions/<id_>/void")
@guard.needs(May.VOID, "version")
def void(id_: str) -> Response | tuple[str, int]:
    return _did(id_, lambda: moves.void(guard.actor(), id_, request.form.get("version", 0, type=int)))


@bp.post("/sessions/<id_>/void/undo")
@guard.needs(May.VOID, "version")
def unvoid(id_: str) -> Response | tuple[str, int]:
    version = request.form.get("version", 0, type=int)
    return _did(id_, lambda: _tell_back(id_, moves.unvoid(guard.actor(), id_, version)))


def _tell_back(id_: str, filled: bool) -> None:
    row = encounters.show(guard.actor(), id_)
    open_again = BACK_OPEN if row.slot.assignments else BACK_ALONE
    flash(gettext(BACK_CANCELLED if row.status == "cancelled" else BACK if filled else open_again), "ok")


def _read(row: Any, asked: times.Asked, form: Any) -> moves.Change:
    numbers = asked.numbers
    return moves.Change(
        asked.wall,
        numbers["minutes"],
        asked.site_id or None,
        asked.room_id,
        asked.modes.over(modes.of(row)),
        numbers["version"],
        form.get("release") == "yes",
    )


def _as_written(row: Any) -> dict[str, str]:
    site = f"{row.site_id or ''}|{row.zone}"
    values = {"day": row.day, "start": f"{row.at:%H:%M}", "minutes": row.minutes, "site": site, "room": row.room_id}
    seats = modes.columns(modes.of(row))
    return {name: str(value or "") for name, value in (values | seats | {"version": row.version}).items()}


def _change(
    row: Any, values: Any, fields: Any = None, details: Any = None, against: Any = None, refused: str = ""
) -> str:
    sites, rooms = encounters.places(guard.actor())
    return render_template(
        "pages/encounters_change.html",
        row=row,
        live=next((one for one in row.slot.assignments if one.ended_at is None), None),
        sites=times.sites(sites, row.zone),
        rooms=times.rooms(rooms, sites),
        modes=forms.modes(),
        values=values,
        fields=forms.sentences(fields),
        details=details or {},
        against=against or [],
        refused=refused,
        repeats="time_repeats" in (fields or {}).values(),
    )


def _did(
    id_: str, act: Callable[[], None], then: str = "encounters.show", anchor: str | None = None
) -> Response | tuple[str, int]:
    """Act, then show the session again (or `then`); a refusal shows the same page with the sentence on it."""
    try:
        act()
    except (errors.Conflict, errors.Unfit) as error:
        status, body = refusals.described(error)
        if isinstance(error, errors.Clash):
            body["message"] = f"{gettext(TAKEN.get(error.details['who'], TAKEN['']))} {gettext(UNCHANGED)}"
        return _page(id_, body), status
    return redirect(url_for(then, id_=id_, _anchor=anchor) if then == "encounters.show" else url_for(then), 303)


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
        sunday=monday + timedelta(days=6),
        now=now,
        since=now - timedelta(days=guard.clinic().settings.window_days),
        sent=ratings.sent(guard.actor(), [row.id for row in rows]),
        is_therapist=is_therapist,
        waits=marks.waiting(guard.actor()) if is_therapist and start <= now < end else None,
    )
