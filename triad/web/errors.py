"""Refusals as answers: one table from class to status and sentence, one body shape, no detail of the inside."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, g, jsonify, render_template, request
from flask.globals import request_ctx
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.services import context
from triad.web import guard, lines, room
from triad.web.i18n import gettext, lazy, ngettext

log = structlog.get_logger()

SENTENCES: dict[type[errors.TriadError], tuple[int, str]] = {
    errors.NotFound: (404, lazy("There is nothing here for you.")),
    errors.NotAllowed: (403, lazy("You can see this, but not change it.")),
    errors.Unfit: (422, lazy("Some lines need another look.")),
    errors.BadTransition: (409, lazy("This step is not possible now. The page shows the present state.")),
    errors.Clash: (409, lazy("That time is already taken. Choose another time or another person.")),
    errors.NotEligible: (409, lazy("This interpreter cannot take this session.")),
    errors.Inactive: (409, lazy("This is no longer in use: nothing new can be planned with it.")),
    errors.StillPlanned: (409, lazy("Sessions are still planned: cancel or move them first.")),
    errors.Stale: (412, lazy("Somebody changed this before you. Load the page again and repeat your change.")),
    errors.Conflict: (409, lazy("Somebody was faster. Load the page again.")),
    errors.Closed: (410, lazy("This is over.")),
    errors.TooOften: (429, lazy("Too many tries. Wait a few minutes.")),
    errors.Unavailable: (
        503,
        lazy("Nothing can be read or kept here just now. Try again in a minute, and look first where you stopped."),
    ),
}

OF_WHOM: dict[tuple[type[errors.TriadError], str], str] = {
    (errors.Inactive, "therapist"): lazy("The therapist does not work here now: nothing new can be planned."),
    (errors.Inactive, "client"): lazy("This client does not come any more: nothing new can be planned."),
    (errors.Inactive, "room"): lazy("This room is no longer in use: choose another one."),
    (errors.Inactive, "interpreter"): lazy("This interpreter does not work here now: choose somebody else."),
}
"""Clearer sentences where the refusal says whom it is about."""

STATUSES = {
    400: ("bad_request", lazy("This request was not understood.")),
    401: ("no_key", lazy("Send an API key that works: Authorization: Bearer ….")),
    403: ("not_allowed", lazy("You can see this, but not change it.")),
    404: ("not_found", lazy("There is nothing here for you.")),
    405: ("not_here", lazy("This page does not take that.")),
    406: ("not_acceptable", lazy("This answers in JSON only.")),
    412: ("stale", lazy("Somebody changed this before you. Load the page again and repeat your change.")),
    413: ("too_large", lazy("That is too large.")),
    415: ("wrong_format", lazy("This format is not read here.")),
    422: ("unfit", lazy("Some lines need another look.")),
    428: ("which_version", lazy("Say which version you saw: send its ETag as If-Match.")),
    429: ("too_often", lazy("Too many tries. Wait a few minutes.")),
}

FIELD_SENTENCES = {
    "required": lazy("This is needed."),
    "unknown": lazy("This is not on the list."),
    "too_long": lazy("This is too long."),
    "number": lazy("This needs a whole number."),
    "range": lazy("This number is too small or too large."),
    "date": lazy("Write the date as 2027-03-28."),
    "instant": lazy("Write the moment with its offset, as 2027-03-28T14:30:00Z."),
    "date_and_time": lazy("Write the day as 2027-03-28 and the time as 14:30."),
    "amount": lazy("Write the amount as 45.00."),
    "currency": lazy("Write the currency as three capital letters, such as EUR."),
    "future": lazy("This lies in the future."),
    "time": lazy("Write the time as 14:30."),
    "order": lazy("The end lies before the start."),
    "past": lazy("This lies in the past."),
    "time_gap": lazy("This time does not exist on that day: the clocks are put forward."),
    "time_repeats": lazy("This time comes twice on that day: say whether you mean the first or the second."),
    "unknown_zone": lazy("This time zone is not known."),
    "choose_one": lazy("Choose one of the lines."),
    "forbidden_pair": lazy("One person must not hold these two roles."),
    "taken": lazy("This is taken already."),
    "not_reviewed": lazy("Nobody has reviewed this language yet, so clients are not shown it."),
    "email": lazy("Write the address as name@example.org."),
    "characters": lazy("This holds signs that cannot be kept."),
    "which_variety": lazy("This names several languages: choose one of them."),
    "out_of_range": lazy("This date is too far away."),
    "too_short": lazy("This is too short."),
    "unknown_field": lazy("This field is not known here."),
    "own_only": lazy("Ratings, notes and pictures can be opened to a key by the owner of the account only."),
    "other_body": lazy("This key was used for another request."),
    "kind": lazy("This is of the wrong kind."),
    "closed": lazy("The case is closed by then."),
    "begun": lazy("Sessions took place with this therapist: close this case and open a new one."),
    "not_working": lazy("This person does not work here now."),
    "not_available": lazy("This interpreter is not available for this client."),
    "still_planned": lazy("Sessions are planned after that day: cancel them first."),
    "clash": lazy("This person is taken at one of the planned times."),
    "not_here": lazy("This room is at another site."),
    "somebody_comes": lazy("Who comes in person needs a site to come to."),
    "mistyped": lazy("A figure is mistyped or missing: compare it with the sheet."),
    "asked_already": lazy("Somebody of these is asked already."),
    "tier_too_late": lazy("The last of them would be asked after the session has begun."),
    "when": lazy("Write a day, a time or both, such as “tue 14:30” or “2027-03-28”."),
    "which_day": lazy("This may mean more than one day: write the date as 2027-03-28."),
    "too_many": lazy("These are too many for one step: choose 200 at most."),
    "too_long_a_range": lazy("Choose 62 days at most."),
    "ROLE_FAMILY": lazy("Relatives and friends do not interpret"),
    "not_taken": lazy("This is not taken in from outside."),
    "not_active": lazy("This client does not come any more."),
}


def sentence(code: str) -> str:
    return gettext(FIELD_SENTENCES.get(code, "This does not fit."))


def described(error: errors.TriadError) -> tuple[int, dict[str, Any]]:
    """Status and body for a refusal; the nearest class in the table speaks for its children."""
    status, text = next(SENTENCES[kind] for kind in type(error).__mro__ if kind in SENTENCES)
    text = OF_WHOM.get((type(error), error.details.get("who", "")), text)
    fields = getattr(error, "fields", {})
    body = {"error": error.code, "message": gettext(text), "fields": {k: sentence(v) for k, v in fields.items()}}
    if isinstance(error, errors.NotEligible):
        body["fields"] = {"interpreter": [reason.code for reason in error.reasons]}
    if isinstance(error, errors.TooOften):
        body["message"] = waiting(error.seconds)
    if isinstance(error, errors.Clash | errors.Inactive):
        body["fields"] = {key: [str(error.details[key])] for key in ("who", "day") if key in error.details}
    return status, body


def waiting(seconds: int) -> str:
    """What is said to whoever has to wait: minutes, rounded up."""
    return ngettext(
        "Too many tries. Wait a minute, then try again.",
        "Too many tries. Wait %(n)s minutes, then try again.",
        -(-seconds // 60),
    )


def answer(status: int, body: dict[str, Any]) -> tuple[Response | str, int]:
    if request.path.startswith("/api/"):
        return jsonify(body), status
    if request_ctx.url_adapter is None:
        # Asked for under a name that is not ours: there nothing of ours has an address, a page could not be drawn.
        return Response(body["message"], mimetype="text/plain"), status
    if status == 503 and request.blueprint in guard.HANDED_OVER:
        return room.busy(), status
    g.refused = True
    return render_template("pages/refusal.html", status=status, body=body), status


def _kept_headers(error: HTTPException) -> Headers:
    """What tells a program how to go on: `Allow`, `WWW-Authenticate`, `Retry-After`."""
    headers = Headers(error.get_headers())
    headers.remove("Content-Type")
    return headers


Told = tuple[Response | str, int] | tuple[Response | str, int, Headers]


def register(app: Flask) -> None:
    @app.errorhandler(errors.TriadError)
    def refused(error: errors.TriadError) -> Told:
        if isinstance(error, errors.TooOften | errors.Unavailable):
            return *answer(*described(error)), Headers({"Retry-After": str(error.seconds)})
        return answer(*described(error))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Told | Response:
        if inner := getattr(error, "original_exception", None):
            # Raised before or after the view, where only this one is asked.
            return refused(inner) if isinstance(inner, errors.TriadError) else broke(inner)
        status = error.code or 500
        if status < 400:
            return error.get_response()
        if isinstance(error, CSRFError):
            text = lazy("This page was open too long. Load it again and repeat your step.")
            return answer(400, {"error": "stale_page", "message": gettext(text), "fields": {}})
        code, text = STATUSES.get(status, ("refused", lazy("This request was not understood.")))
        body, status = answer(status, {"error": code, "message": gettext(text), "fields": {}})
        return body, status, _kept_headers(error)

    @app.errorhandler(Exception)
    def broke(error: Exception) -> Told:
        if found := context.refusal(error):
            return refused(found)
        number = lines.number()
        log.error("broke", number=number, endpoint=(request.endpoint or "none").lower(), exc_info=error)
        g.pop("actor", None)
        text = gettext(lazy("Something broke on our side. Nothing was saved. Number: %(number)s"), number=number)
        return answer(500, {"error": "broke", "message": text, "fields": {}})
