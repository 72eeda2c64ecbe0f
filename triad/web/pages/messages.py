"""What people are told: every message with its state, its words, and another try."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.services import outbox
from triad.services.policy import May
from triad.web import guard, i18n
from triad.web.i18n import gettext, lazy

bp = Blueprint("messages", __name__)

KINDS = {
    "assigned": lazy("An interpreter is booked"),
    "replaced": lazy("Another interpreter"),
    "released": lazy("An interpreter is released"),
    "offer": lazy("Asked to take a session"),
    "offer_over": lazy("An offer is over"),
    "offers_over": lazy("Nobody took the session"),
    "closed_unfilled": lazy("The search is closed"),
    "bookings_broken": lazy("Time off breaks sessions"),
    "request": lazy("A request for sessions"),
    "request_accepted": lazy("A request is accepted"),
    "request_refused": lazy("A request is turned down"),
    "moved": lazy("Another time or place"),
    "restored": lazy("It takes place after all"),
    "cancelled": lazy("A session is cancelled"),
    "reminder": lazy("Reminder for tomorrow"),
    "handed_over": lazy("A case has another therapist"),
    "setting_proposed": lazy("A setting waits for a second person"),
    "wording_signed": lazy("A wording is signed"),
}
OTHER = lazy("Something is waiting")
WAYS = {"email": lazy("E-mail"), "sms": lazy("Short message")}
FILTERS = {
    "all": lazy("All"),
    "waiting": lazy("Waiting"),
    "trouble": lazy("Not arrived"),
    "sent": lazy("Sent"),
}
STATES = {
    "waiting": ("wait", lazy("Waiting"), "clock"),
    "sending": ("wait", lazy("On its way"), "half"),
    "sent": ("ok", lazy("Sent"), "check"),
    "failed": ("warn", lazy("Tried again later"), "notice"),
    "given_up": ("stop", lazy("Not sent"), "stop"),
    "unsure": ("warn", lazy("Perhaps sent"), "notice"),
}
PROBLEMS = {
    "no_server": lazy("The mail server does not answer."),
    "no_tls": lazy("The mail server offers no connection that can be trusted."),
    "no_login": lazy("The server does not accept our name and password."),
    "no_gateway": lazy("The gateway for short messages does not answer."),
    "sender": lazy("The mail server does not accept our sender address."),
    "refused": lazy("The server says that it will never take this message: look at the address."),
    "later": lazy("The server does not take it just now."),
    "no_answer": lazy("The server took it and gave no answer. It may have arrived."),
    "cut_off": lazy("Sending broke off in the middle. It may have arrived."),
    "no_address": lazy("This person has no e-mail address that works."),
    "no_number": lazy("This person has no telephone number that works."),
    "overtaken": lazy("No longer needed: things have changed since."),
    "before_mail": lazy("Written before messages went out at all."),
    "nobody": lazy("This person or session is not there any more."),
}


@bp.get("/messages")
@guard.needs(May.SEE_MESSAGES)
def index() -> str:
    actor = guard.actor()
    which = request.args.get("show", "all")
    which = which if which in FILTERS else "all"
    number = max(1, min(request.args.get("page", 1, type=int), 10_000))
    rows, count = outbox.listed(actor, which, number)
    return render_template(
        "pages/messages_index.html",
        rows=rows,
        which=which,
        page=number,
        pages=-(-count // outbox.PAGE),
        counts=outbox.counts(actor),
        filters=FILTERS,
        **_words(),
    )


@bp.get("/messages/<id_>")
@guard.needs(May.SEE_MESSAGES)
def show(id_: str) -> str:
    shown = outbox.show(guard.actor(), id_)
    direction = i18n.direction(shown.letter.language) if shown.letter else "ltr"
    return render_template("pages/messages_show.html", shown=shown, direction_of_letter=direction, **_words())


@bp.post("/messages/<id_>/again")
@guard.needs(May.SEND_AGAIN)
def again(id_: str) -> Response:
    outbox.again(guard.actor(), id_)
    flash(gettext("It is tried again within a minute."), "ok")
    return redirect(url_for("messages.show", id_=id_), 303)


def _words() -> dict[str, object]:
    return {
        "kinds": KINDS,
        "other": OTHER,
        "way_words": WAYS,
        "states": STATES,
        "problems": PROBLEMS,
        "ways": outbox.ways(guard.actor()),
        "zone": guard.clinic().settings.zone,
    }
